# Reference values of cause-specific Cox models: Rscript reference/cause_specific/cause_specific.R
source("reference/common.R")
cause_case <- function(set, cause, strata = FALSE, weights = FALSE, ties = "efron") {
  d <- read_set(set)
  d$y <- response(d, d$status == cause)
  f <- paste("y ~", paste(covariates(d), collapse = " + "), if (strata) "+ strata(stratum)")
  args <- list(as.formula(f), data = d, ties = ties)
  if (weights) { args$weights <- d$weight; args$robust <- FALSE }
  fit <- do.call(coxph_exact, args)
  list(case = paste(set, "cause", cause, ties, if (strata) "strata", if (weights) "weights"), set = set, cause = cause,
    strata = strata, weights = weights, ties = ties, n_events = sum(d$status == cause),
    coefficients = arr(coef(fit)), se = arr(sqrt(diag(fit$var))), loglik = arr(fit$loglik), score = fit$score,
    wald = fit$wald.test)
}
cases <- list()
for (set in c("mgus2", "bmt", "days", "continuous", "entry")) for (cause in 1:2) {
  cases <- c(cases, list(cause_case(set, cause), cause_case(set, cause, ties = "breslow"), cause_case(set, cause, strata = TRUE)))
  if (set %in% simulated) cases <- c(cases, list(cause_case(set, cause, weights = TRUE)))
}
put_json("cause_specific", cases)
