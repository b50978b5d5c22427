# Reference values of the exact partial likelihood: Rscript reference/cox_exact/cox_exact.R
# (R enumerates with delayed entry, which does not end for dozens of ties: right-censored sets only.)
source("reference/common.R")
exact_case <- function(set, strata = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  f <- paste("y ~", paste(covariates(d), collapse = " + "))
  if (strata) f <- paste(f, "+ strata(stratum)")
  fit <- suppressWarnings(coxph(as.formula(f), d, ties = "exact", control = coxph.control(eps = 1e-13, iter.max = 60)))
  list(case = paste(set, if (strata) "strata"), set = set, strata = strata, coefficients = arr(coef(fit)), se = arr(sqrt(diag(fit$var))), loglik = arr(fit$loglik), score = fit$score)
}
cases <- lapply(c("ovarian", "aml", "larynx", "lung", "veteran", "kidney", "bmt", "pbc", "lung_age", "hohnloser"), exact_case)
for (set in c("lung", "veteran", "bmt", "pbc", "days", "continuous")) cases <- c(cases, list(exact_case(set, strata = TRUE)))
cases <- c(cases, lapply(simulated[1:2], exact_case))
put_json("cox_exact", cases)
