# Reference residuals of Cox models: Rscript reference/residuals/residuals.R
source("reference/common.R")
res_case <- function(set, ties, weights = FALSE, strata = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  f <- paste("y ~", paste(covariates(d), collapse = " + "))
  if (strata) f <- paste(f, "+ strata(stratum)")
  args <- list(as.formula(f), data = d, ties = ties, robust = FALSE)
  if (weights) args$weights <- d$weight
  fit <- do.call(coxph_exact, args)
  keep <- unique(round(seq(1, nrow(d), length.out = 30)))
  cols <- function(type, rows, ...) lapply(rows, function(i) arr(as.matrix(residuals(fit, type = type, ...))[i, ]))
  s <- as.matrix(residuals(fit, type = "schoenfeld"))
  list(case = paste(set, ties, if (weights) "weights", if (strata) "strata"), set = set, ties = ties, weights = weights, strata = strata,
    row = arr(keep - 1), martingale = arr(residuals(fit, type = "martingale")[keep]), deviance = arr(residuals(fit, type = "deviance")[keep]),
    score = cols("score", keep), dfbeta = cols("dfbeta", keep, weighted = TRUE), schoenfeld_sum_sq = arr(colSums(s^2)), n_events = nrow(s))
}
cases <- list()
for (ties in c("efron", "breslow")) {
  for (set in c("lung", "heart", "ovarian", "cgd", simulated)) cases[[length(cases) + 1]] <- res_case(set, ties)
  for (set in simulated) { cases[[length(cases) + 1]] <- res_case(set, ties, weights = TRUE); cases[[length(cases) + 1]] <- res_case(set, ties, strata = TRUE) }
}
put_json("residuals", cases)
