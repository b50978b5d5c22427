# Reference survival curves of Cox models: Rscript reference/predicted_survival/predicted_survival.R
source("reference/common.R")
pred_case <- function(set, ties, weights = FALSE, strata = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  f <- paste("y ~", paste(covariates(d), collapse = " + "))
  if (strata) f <- paste(f, "+ strata(stratum)")
  args <- list(as.formula(f), data = d, ties = ties, robust = FALSE)
  if (weights) args$weights <- d$weight
  fit <- do.call(coxph_exact, args)
  new <- d[3, ]
  s <- survfit(fit, newdata = new, conf.type = "log-log")
  keep <- which(s$n.event > 0); keep <- keep[unique(round(seq(1, length(keep), length.out = 25)))]
  list(case = paste(set, ties, if (weights) "weights", if (strata) "strata"), set = set, ties = ties, weights = weights, strata = strata,
    time = arr(s$time[keep]), survival = arr(s$surv[keep]), se = arr(s$std.err[keep]), lower = arr(s$lower[keep]), upper = arr(s$upper[keep]))
}
cases <- list()
for (ties in c("efron", "breslow")) {
  for (set in c("lung", "ovarian", "gbsg", simulated)) cases[[length(cases) + 1]] <- pred_case(set, ties)
  for (set in simulated) { cases[[length(cases) + 1]] <- pred_case(set, ties, weights = TRUE); cases[[length(cases) + 1]] <- pred_case(set, ties, strata = TRUE) }
}
put_json("predicted_survival", cases)
