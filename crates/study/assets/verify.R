
# ---- recompute -------------------------------------------------------------------------------------------------------
suppressMessages(library(survival))
args <- commandArgs(trailingOnly = FALSE)
here <- sub("^--file=", "", args[grep("^--file=", args)])
if (length(here)) setwd(dirname(normalizePath(here[1])))

stats <- read.csv("results/stats.csv", colClasses = "character", na.strings = character(0), check.names = FALSE)
data <- read.csv("analysis_set.csv", colClasses = "character", na.strings = "", check.names = FALSE)
key_columns <- c("analysis_id", "endpoint", "context", "group1", "group1_level", "variable", "variable_level", "stat_name")
stat_key <- do.call(paste, c(stats[key_columns], sep = "\r"))
ours <- setNames(suppressWarnings(as.numeric(stats$stat)), stat_key)
seen <- character(0)
rows <- list()

# One number of ours against R's. `scale` is what 1e-9 is relative to where the number itself may be 0.
check <- function(id, endpoint, context, group, level, variable, variable_level, name, value, scale = 0) {
  if (length(value) != 1) value <- NA_real_
  key <- paste(id, endpoint, context, group, level, variable, variable_level, name, sep = "\r")
  mine <- ours[key]
  if (is.na(mine)) return(invisible())
  seen <<- c(seen, key)
  reference <- max(abs(value), scale)
  difference <- if (isTRUE(mine == value)) 0 else abs(mine - value) / max(reference, 1e-300)
  exact <- name %in% c("n", "n.event", "n.risk", "n.missing", "n.censor", "cum.event", "parameter", "df",
                       "parameter.global", "min", "max", "median") || variable == "prob"
  limit <- if (grepl("p.value", name, fixed = TRUE)) 1e-6 else 1e-9
  if (exact) limit <- 1e-12
  rows[[length(rows) + 1]] <<- data.frame(
    analysis = id, endpoint, context, group = paste0(group, ifelse(group == "", "", "="), level),
    variable = paste0(variable, ifelse(variable_level == "", "", "="), variable_level), stat = name,
    oligomet = mine, R = value, difference = difference, agrees = isTRUE(difference <= limit))
}

number <- function(text) suppressWarnings(as.numeric(text))
split_list <- function(text) if (text == "") character(0) else strsplit(text, ";", fixed = TRUE)[[1]]
levels_of <- function(name) level_table$level[level_table$variable == name]
is_number <- function(name) !name %in% level_table$variable
reference_of <- function(name) level_table$level[level_table$variable == name & level_table$reference == 1]
column <- function(name) if (is_number(name)) number(data[[name]]) else factor(data[[name]], levels = levels_of(name))
per_of <- function(name) { per <- per_table$per[per_table$variable == name]; if (length(per)) per else 1 }
inside <- function(a) if (a$restricted == 1) data[[paste0("in_", a$analysis_id)]] == "1" else rep(TRUE, nrow(data))
endpoint_data <- function(name, keep) {
  time <- number(data[[paste0(name, "_time")]]); cause <- number(data[[paste0(name, "_event")]])
  use <- keep & !is.na(time)
  list(time = time[use], event = as.integer(cause[use] == 1), use = use)
}

smd_numbers <- function(a, b) {
  s <- sqrt((var(a) + var(b)) / 2)
  if (is.na(s) || s == 0) NA_real_ else abs(mean(a) - mean(b)) / s
}
smd_levels <- function(a, b) {
  use <- (a + b) > 0; a <- a[use]; b <- b[use]
  p <- (a / sum(a))[-1]; q <- (b / sum(b))[-1]
  if (!length(p)) return(0)
  s <- (diag(p, length(p)) - outer(p, p) + diag(q, length(q)) - outer(q, q)) / 2
  sqrt(drop(t(p - q) %*% solve(s) %*% (p - q)))
}

table1 <- function(a) {
  keep <- inside(a)
  groups <- if (a$by == "") character(0) else levels_of(a$by)
  for (g in c("", groups)) {
    by <- if (g == "") "" else a$by
    use <- if (g == "") keep else keep & !is.na(data[[a$by]]) & data[[a$by]] == g
    say <- function(variable, level, name, value, scale = 0) check(a$analysis_id, "", "table1", by, g, variable, level, name, value, scale)
    say("", "", "n", sum(use))
    for (v in split_list(a$vars)) {
      x <- column(v)[use]
      say(v, "", "n", sum(!is.na(x))); say(v, "", "n.missing", sum(is.na(x)))
      x <- x[!is.na(x)]
      if (is_number(v)) {
        q <- quantile(x, c(.25, .5, .75), names = FALSE)
        say(v, "", "p25", q[1]); say(v, "", "median", q[2]); say(v, "", "p75", q[3])
        say(v, "", "mean", mean(x), sd(x)); say(v, "", "sd", sd(x)); say(v, "", "min", min(x)); say(v, "", "max", max(x))
      } else for (l in levels_of(v)) {
        say(v, l, "n", sum(x == l)); say(v, l, "p", mean(x == l))
      }
    }
  }
  if (!length(groups)) return()
  for (v in split_list(a$vars)) {
    x <- column(v); g <- factor(data[[a$by]], levels = groups)
    use <- keep & !is.na(x) & !is.na(g)
    parts <- split(x[use], g[use])
    pairs <- combn(length(parts), 2)
    d <- apply(pairs, 2, function(p) if (is_number(v)) smd_numbers(parts[[p[1]]], parts[[p[2]]]) else
      tryCatch(smd_levels(as.numeric(table(parts[[p[1]]])), as.numeric(table(parts[[p[2]]]))), error = function(e) NA_real_))
    check(a$analysis_id, "", "table1", a$by, "", v, "", "smd", suppressWarnings(max(d, na.rm = TRUE)))
    p <- if (is_number(v)) kruskal.test(x[use], droplevels(g[use])) else {
      counts <- table(droplevels(x[use]), droplevels(g[use]))
      pearson <- suppressWarnings(chisq.test(counts, correct = FALSE))
      if (any(pearson$expected < 5) && all(dim(counts) == 2)) fisher.test(counts) else pearson
    }
    check(a$analysis_id, "", "table1", a$by, "", v, "", "p.value", p$p.value)
    if (!is.null(p$statistic)) {
      check(a$analysis_id, "", "table1", a$by, "", v, "", "statistic", unname(p$statistic))
      check(a$analysis_id, "", "table1", a$by, "", v, "", "parameter", unname(p$parameter))
    }
  }
}

# Limits of the beta-product method (Fay, Brittain & Proschan 2013, by the method of moments): survival after each time is
# a product of beta variables; its first two moments give one beta variable, whose quantiles are the limits. For the lower
# limit one more of those left is taken as about to have the event.
beta_product <- function(fit, level) {
  tail <- (1 - level) / 2
  quantile_of <- function(p, mean, square) {
    v <- square - mean^2
    if (v <= 0) return(mean)
    s <- mean * (1 - mean) / v - 1
    qbeta(p, mean * s, (1 - mean) * s)
  }
  mean <- 1; square <- 1
  lower <- upper <- numeric(length(fit$time))
  for (i in seq_along(fit$time)) {
    n <- fit$n.risk[i]; d <- fit$n.event[i]
    if (d > 0) {
      a <- n - d + 1
      mean <- mean * a / (a + d); square <- square * a * (a + 1) / ((a + d) * (a + d + 1))
    }
    left <- n - d - fit$n.censor[i]
    lower[i] <- if (left > 0) quantile_of(tail, mean * left / (left + 1), square * left * (left + 1) / ((left + 1) * (left + 2))) else 0
    upper[i] <- quantile_of(1 - tail, mean, square)
  }
  list(lower = lower, upper = upper)
}

curve_of <- function(time, event, level, conf_type) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = if (conf_type == "beta-product") "log-log" else conf_type, conf.int = level)
  if (conf_type == "beta-product") fit[c("lower", "upper")] <- beta_product(fit, level)
  fit
}

# Fewer than 10 events: all limits are beta-product ones; otherwise those where the estimate is 0 or 1.
mend_intervals <- function(fit, level) {
  limits <- beta_product(fit, level)
  use <- if (sum(fit$n.event) < 10) rep(TRUE, length(fit$time)) else fit$surv <= 0 | fit$surv >= 1
  fit$lower[use] <- limits$lower[use]; fit$upper[use] <- limits$upper[use]
  fit
}

# Survival at times, median and counts of one group.
points_of <- function(a, context, by, g, d, use) {
  say <- function(variable, level, name, value, scale = 0) check(a$analysis_id, a$endpoint, context, by, g, variable, level, name, value, scale)
  time <- d$time[use]; event <- d$event[use]
  say("n", "", "n", length(time)); say("n", "", "n.event", sum(event))
  if (!length(time)) return(invisible())
  fit <- mend_intervals(curve_of(time, event, a$conf_level, a$conf_type), a$conf_level)
  for (at in split_list(a$at)) {
    t <- number(at)
    s <- summary(fit, times = t, extend = TRUE)
    say("time", at, "estimate", s$surv); say("time", at, "std.error", s$std.err)
    say("time", at, "conf.low", s$lower); say("time", at, "conf.high", s$upper)
    say("time", at, "n.risk", sum(time >= t)); say("time", at, "cum.event", sum(event[time <= t]))
  }
  q <- quantile(fit, probs = .5)
  say("prob", "0.5", "estimate", unname(q$quantile)); say("prob", "0.5", "conf.low", unname(q$lower)); say("prob", "0.5", "conf.high", unname(q$upper))
  fit
}

quartiles_of <- function(id, endpoint, by, g, time, event, level, conf_type) {
  reverse <- curve_of(time, 1 - event, level, conf_type)
  for (p in c("0.25", "0.5", "0.75")) {
    q <- quantile(reverse, probs = number(p))
    check(id, endpoint, "followup", by, g, "prob", p, "estimate", unname(q$quantile))
    check(id, endpoint, "followup", by, g, "prob", p, "conf.low", unname(q$lower))
    check(id, endpoint, "followup", by, g, "prob", p, "conf.high", unname(q$upper))
  }
}

log_rank <- function(a, context, by, d, g) {
  known <- !is.na(g)
  if (length(unique(g[known])) < 2) return()
  test <- survdiff(Surv(d$time[known], d$event[known]) ~ droplevels(g[known]))
  df <- length(test$n) - 1
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "statistic", test$chisq)
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "parameter", df)
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "p.value", pchisq(test$chisq, df, lower.tail = FALSE))
}

kaplan_meier <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a))
  g <- if (a$by == "") factor(rep("", length(d$time))) else column(a$by)[d$use]
  means <- list()
  for (level in levels(g)) {
    use <- !is.na(g) & g == level
    fit <- points_of(a, "survival", a$by, level, d, use)
    if (is.null(fit)) next
    if (a$tau != "") {
      mean <- tryCatch(summary(fit, rmean = number(a$tau))$table, error = function(e) c("rmean" = NA, "se(rmean)" = NA))
      m <- unname(mean["rmean"]); se <- unname(mean["se(rmean)"]); z <- qnorm(1 - (1 - a$conf_level) / 2)
      for (name in c("estimate", "std.error", "conf.low", "conf.high"))
        check(a$analysis_id, a$endpoint, "rmst", a$by, level, "tau", a$tau, name,
              switch(name, estimate = m, std.error = se, conf.low = m - z * se, conf.high = m + z * se))
      if (!is.na(m)) means[[level]] <- c(m, se)
    }
    quartiles_of(a$analysis_id, a$endpoint, a$by, level, d$time[use], d$event[use], a$conf_level, a$conf_type)
  }
  if (a$by != "") log_rank(a, "logrank", a$by, d, g)
  compare_means(a, means)
}

# Restricted means against the first group's: difference, and ratio with its interval on the logarithm.
compare_means <- function(a, means) {
  z <- qnorm(1 - (1 - a$conf_level) / 2)
  for (level in names(means)[-1]) {
    one <- means[[level]]; first <- means[[1]]
    say <- function(variable, name, value, scale = 0)
      check(a$analysis_id, a$endpoint, "rmst", a$by, level, variable, names(means)[1], name, value, scale)
    d <- one[1] - first[1]; se <- sqrt(one[2]^2 + first[2]^2)
    say("difference", "estimate", d, se); say("difference", "std.error", se); say("difference", "p.value", 2 * pnorm(-abs(d / se)))
    say("difference", "conf.low", d - z * se, se); say("difference", "conf.high", d + z * se, se)
    r <- log(one[1] / first[1]); se <- sqrt((one[2] / one[1])^2 + (first[2] / first[1])^2)
    say("ratio", "estimate", exp(r)); say("ratio", "std.error", se); say("ratio", "p.value", 2 * pnorm(-abs(r / se)))
    say("ratio", "conf.low", exp(r - z * se)); say("ratio", "conf.high", exp(r + z * se))
  }
}

rate <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a))
  points_of(a, "rate", "", "", d, rep(TRUE, length(d$time)))
  for (v in split_list(a$vars)) {
    g <- column(v)[d$use]
    for (level in levels(g)) points_of(a, "rate", v, level, d, !is.na(g) & g == level)
    check(a$analysis_id, a$endpoint, "rate", v, "", "missing", "", "n.missing", sum(is.na(g)))
    log_rank(a, "rate", v, d, g)
  }
}

# A model matrix with our columns: numbers per unit, factors against their reference level.
model_columns <- function(terms, use) {
  x <- list(); of <- data.frame()
  for (t in terms) {
    value <- column(t)[use]
    if (is_number(t)) {
      x[[length(x) + 1]] <- value / per_of(t); of <- rbind(of, data.frame(term = t, level = ""))
    } else for (l in setdiff(levels_of(t), reference_of(t))) {
      x[[length(x) + 1]] <- as.numeric(value == l); of <- rbind(of, data.frame(term = t, level = l))
    }
  }
  list(x = do.call(cbind, x), of = of)
}

# coxph stops when the log-likelihood no longer changes in its last digits, which can leave the coefficients a millionth
# of a standard error short of the maximum. Newton steps by hand from there (score residuals, variance) are exact; the
# log-likelihood of the null model and the score test come from the first fit.
newton <- function(fit_at, start, steps = 2) {
  b <- start
  for (step in seq_len(steps)) {
    fit <- fit_at(b)
    b <- b + drop(fit$var %*% colSums(as.matrix(residuals(fit, type = "score"))))
  }
  fit_at(b)
}
fixed <- coxph.control(iter.max = 0, toler.chol = 1e-16)

cox_fit <- function(time, event, x, ties) {
  first <- suppressWarnings(coxph(Surv(time, event) ~ x, ties = ties))
  fit <- newton(function(b) suppressWarnings(coxph(Surv(time, event) ~ x, ties = ties, init = b, control = fixed)), coef(first))
  fit$loglik[1] <- first$loglik[1]
  fit$score <- first$score
  fit$wald.test <- drop(coef(fit) %*% solve(fit$var, coef(fit)))
  fit
}

cox_one <- function(a, terms, context, alone) {
  keep <- inside(a)
  complete <- keep & Reduce(`&`, lapply(terms, function(t) !is.na(column(t))))
  d <- endpoint_data(a$endpoint, complete)
  m <- model_columns(terms, d$use)
  fit_context <- if (alone == "") "cox.fit" else "cox.uni.fit"
  say <- function(name, value) check(a$analysis_id, a$endpoint, fit_context, "", "", alone, "", name, value)
  say("n", length(d$time)); say("n.event", sum(d$event))
  say("n.missing", sum(endpoint_data(a$endpoint, keep)$use) - length(d$time))
  for (t in terms) for (l in if (is_number(t)) "" else levels_of(t)) {
    own <- if (l == "") rep(TRUE, length(d$time)) else column(t)[d$use] == l
    check(a$analysis_id, a$endpoint, context, "", "", t, l, "n", sum(own))
    check(a$analysis_id, a$endpoint, context, "", "", t, l, "n.event", sum(d$event[own]))
  }
  estimated <- vapply(seq_len(nrow(m$of)), function(i)
    !is.na(ours[paste(a$analysis_id, a$endpoint, context, "", "", m$of$term[i], m$of$level[i], "estimate", sep = "\r")]), TRUE)
  # An infinite coefficient has no counterpart in coxph, nor have the others of its model; constant and collinear columns
  # are left out on both sides.
  why <- function(i) stats$stat_text[stat_key == paste(a$analysis_id, a$endpoint, context, "", "", m$of$term[i], m$of$level[i], "estimate", sep = "\r")]
  if (any(grepl("separates", unlist(lapply(which(!estimated), why)))) || !any(estimated)) return(invisible())
  m <- list(x = m$x[, estimated, drop = FALSE], of = m$of[estimated, , drop = FALSE])
  fit <- cox_fit(d$time, d$event, m$x, a$ties)
  z <- qnorm(1 - (1 - a$conf_level) / 2); se <- sqrt(diag(fit$var)); b <- unname(coef(fit))
  for (i in seq_along(b)) {
    one <- function(name, value, scale = 0) check(a$analysis_id, a$endpoint, context, "", "", m$of$term[i], m$of$level[i], name, value, scale)
    one("estimate", b[i], se[i]); one("std.error", se[i]); one("statistic", b[i] / se[i], 1)
    one("p.value", 2 * pnorm(-abs(b[i] / se[i])))
    one("conf.low", b[i] - z * se[i], se[i]); one("conf.high", b[i] + z * se[i], se[i])
    one("hazard.ratio", exp(b[i])); one("hazard.ratio.low", exp(b[i] - z * se[i])); one("hazard.ratio.high", exp(b[i] + z * se[i]))
  }
  df <- length(b); lr <- 2 * diff(fit$loglik)
  say("loglik.null", fit$loglik[1]); say("loglik", fit$loglik[2])
  say("lr", lr); say("lr.p.value", pchisq(lr, df, lower.tail = FALSE))
  say("wald", unname(fit$wald.test)); say("wald.p.value", pchisq(unname(fit$wald.test), df, lower.tail = FALSE))
  say("score", fit$score); say("score.p.value", pchisq(fit$score, df, lower.tail = FALSE)); say("df", df)
  say("concordance", unname(fit$concordance["concordance"])); say("concordance.se", unname(fit$concordance["std"]))
  for (t in intersect(terms[!vapply(terms, is_number, TRUE)], m$of$term)) {
    rest <- m$of$term != t
    smaller <- if (any(rest)) cox_fit(d$time, d$event, m$x[, rest, drop = FALSE], a$ties)$loglik[2] else fit$loglik[1]
    one <- 2 * (fit$loglik[2] - smaller); own <- sum(!rest)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "statistic.global", one)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "parameter.global", own)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "p.value.global", pchisq(one, own, lower.tail = FALSE))
  }
  if (alone == "") proportional_hazards(a, terms, m, d)
}

# cox.zph works term by term when each term is one matrix of the formula.
proportional_hazards <- function(a, terms, m, d) {
  terms <- intersect(terms, m$of$term)
  frame <- list(time = d$time, event = d$event)
  for (i in seq_along(terms)) frame[[paste0("term", i)]] <- m$x[, m$of$term == terms[i], drop = FALSE]
  formula <- as.formula(paste("Surv(time, event) ~", paste0("term", seq_along(terms), collapse = " + ")))
  first <- suppressWarnings(coxph(formula, frame, ties = a$ties))
  fit <- newton(function(b) suppressWarnings(coxph(formula, frame, ties = a$ties, init = b, control = fixed)), coef(first))
  test <- cox.zph(fit, transform = "km")$table
  for (i in seq_len(nrow(test))) {
    name <- if (rownames(test)[i] == "GLOBAL") "GLOBAL" else terms[i]
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "statistic", test[i, "chisq"])
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "parameter", test[i, "df"])
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "p.value", test[i, "p"])
  }
}

cox <- function(a) {
  terms <- split_list(a$terms)
  for (t in terms) cox_one(a, t, "cox.uni", t)
  chosen <- terms
  if (a$select != "none") {
    p <- vapply(terms, function(t) ours[paste(a$analysis_id, a$endpoint, "cox.uni.fit", "", "", t, "", "lr.p.value", sep = "\r")], 0)
    chosen <- terms[!is.na(p) & p < number(sub("univariable p<", "", a$select))]
  }
  if (length(chosen)) cox_one(a, chosen, "cox", "")
}

check("flow", "", "flow", "", "", "final", "", "n", nrow(data))
for (e in unique(endpoint_table$endpoint)) {
  d <- endpoint_data(e, rep(TRUE, nrow(data)))
  check("flow", "", "flow", "", "", paste0("endpoint:", e), "", "n", length(d$time))
  check("flow", "", "flow", "", "", paste0("endpoint:", e), "", "n.event", sum(d$event))
  check("followup", e, "followup", "", "", "n", "", "n", length(d$time))
  check("followup", e, "followup", "", "", "n", "", "n.event", sum(d$event))
  if (length(d$time)) quartiles_of("followup", e, "", "", d$time, d$event, 0.95, "log-log")
}
for (s in unique(stats$variable[stats$context == "score"])) {
  for (l in levels_of(s)) check("score", "", "score", "", "", s, l, "n", sum(data[[s]] == l, na.rm = TRUE))
  check("score", "", "score", "", "", s, "", "n.missing", sum(is.na(data[[s]])))
}
for (i in seq_len(nrow(analysis_table))) {
  a <- as.list(analysis_table[i, ])
  switch(a$kind, table1 = table1(a), rate = rate(a), km = kaplan_meier(a), cox = cox(a))
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
missed <- stats$stat != "" & !stat_key %in% seen & !steps & !reasons & stats$stat_name %in% c("n.excluded", "n.unknown") == FALSE
cat(sprintf("\n%d of %d numbers recomputed with R %s and survival %s: %d agree, %d disagree; %d have no counterpart here\n",
            nrow(result), sum(stats$stat != ""), paste(R.version$major, R.version$minor, sep = "."),
            as.character(packageVersion("survival")), sum(result$agrees), nrow(bad), sum(missed)))
if (any(missed)) print(unique(stats[missed, c("analysis_id", "endpoint", "context", "stat_name")]))
cat("Every number beside R's: verify.csv\n")
if (nrow(bad)) quit(status = 1)
