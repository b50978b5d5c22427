check("flow", "", "flow", "", "", "final", "", "n", nrow(data))
for (e in unique(endpoint_table$endpoint)) {
  d <- endpoint_data(e, rep(TRUE, nrow(data)))
  check("flow", "", "flow", "", "", paste0("endpoint:", e), "", "n", length(d$time))
  check("flow", "", "flow", "", "", paste0("endpoint:", e), "", "n.event", sum(d$event))
  check("followup", e, "followup", "", "", "n", "", "n", length(d$time))
  check("followup", e, "followup", "", "", "n", "", "n.event", sum(d$event))
  if (length(d$time)) quartiles_of("followup", e, "", "", d, 0.95, "log-log")
  behind_endpoint(e, d)
}
for (s in unique(stats$variable[stats$context == "score"])) {
  for (l in levels_of(s)) check("score", "", "score", "", "", s, l, "n", sum(data[[s]] == l, na.rm = TRUE))
  check("score", "", "score", "", "", s, "", "n.missing", sum(is.na(data[[s]])))
}
for (i in seq_len(nrow(analysis_table))) {
  a <- as.list(analysis_table[i, ])
  switch(a$kind, table1 = table1(a), rate = rate(a), km = kaplan_meier(a), cox = cox(a), cif = incidence(a), finegray = fine_gray(a),
         subgroups = subgroups(a), cutpoint = cutpoint(a), "dose-by-site" = dose_by_site(a), response = response(a), toxicity = toxicity(a),
         proportion = proportion(a))
}

result <- do.call(rbind, rows)
rownames(result) <- NULL
write.csv(result, "verify.csv", row.names = FALSE)
options(width = 200)
for (id in unique(result$analysis)) {
  own <- result[result$analysis == id, ]
  cat(sprintf("%-16s %5d numbers, largest relative difference %.1e, %d disagree\n", id, nrow(own), max(own$difference), sum(!own$agrees)))
}
bad <- result[!result$agrees, ]
if (nrow(bad)) { cat("\nThese disagree:\n"); print(bad, digits = 12) }
steps <- stats$context == "flow" & !(stats$variable == "final" | grepl("^endpoint:", stats$variable))
reasons <- stats$context == "flow" & stats$variable_level != ""
# Counts of records that the analysis set does not hold, limits that come from our own random numbers.
told <- stats$context %in% c("swimmer", "timeline") | (stats$context == "flow" & grepl("(patients|courses|lesions)$", stats$stat_name)) | (stats$context == "endpoint" & stats$variable %in% c("window", "assessed", "intercurrent", "registry")) |
  (stats$context == "toxicity" & stats$stat_name == "n") | (stats$context == "cutpoint" & stats$variable_level %in% c("interval", "max-t"))
missed <- stats$stat != "" & !stat_key %in% seen & !steps & !reasons & !told & stats$stat_name %in% c("n.excluded", "n.unknown") == FALSE
if (any(told)) cat(sprintf("\n%d numbers are counts of records or limits of our own resamples, which the analysis set does not hold\n", sum(told & stats$stat != "")))
cat(sprintf("\n%d of %d numbers recomputed with R %s and survival %s: %d agree, %d disagree; %d have no counterpart here\n",
            nrow(result), sum(stats$stat != ""), paste(R.version$major, R.version$minor, sep = "."),
            as.character(packageVersion("survival")), sum(result$agrees), nrow(bad), sum(missed)))
if (any(missed)) print(unique(stats[missed, c("analysis_id", "endpoint", "context", "stat_name")]))
if (any(!vapply(without, has, TRUE))) cat("Not installed, so that some numbers have no counterpart:", paste(without[!vapply(without, has, TRUE)], collapse = ", "), "\n")
cat("Every number beside R's: verify.csv\n")
if (nrow(bad)) quit(status = 1)
