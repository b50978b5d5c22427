# Supremum of the log partial likelihood where combinations of columns separate:
# Rscript reference/separation/separation.R
# coxph follows the divergent direction until nothing is gained: with integer covariates each step gains
# a factor of about e, so 100 iterations reach rounding. Kept are random data whose coefficients diverge and
# whose log-likelihood no longer changes between 60 and 100 iterations.
source("reference/common.R")
set.seed(99, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
fit_at <- function(d, ties, iterations)
  suppressWarnings(coxph(Surv(time, status) ~ x1 + x2 + x3, d, ties = ties, control = coxph.control(eps = 1e-15, toler.chol = 1e-25, iter.max = iterations)))
cases <- list()
tries <- 0
while (length(cases) < 60) {
  tries <- tries + 1
  n <- sample(8:25, 1)
  d <- data.frame(time = sample(30, n, replace = TRUE), status = rbinom(n, 1, 0.5),
    x1 = sample(0:2, n, replace = TRUE), x2 = sample(0:1, n, replace = TRUE), x3 = sample(-2:2, n, replace = TRUE))
  # Most of them near separation: events pulled to high x1 - x2.
  if (tries %% 3 > 0) d$time <- pmax(1, 12 - 4 * (d$x1 - d$x2) + sample(0:2, n, replace = TRUE))
  if (sum(d$status) < 2) next
  ties <- c("efron", "breslow")[1 + tries %% 2]
  fits <- try(lapply(c(60, 100), function(i) fit_at(d, ties, i)), silent = TRUE)
  if (inherits(fits, "try-error")) next
  b <- coef(fits[[2]])
  if (anyNA(b) || max(abs(b)) < 12 || sum(abs(b) > 5) < 2) next
  l <- sapply(fits, function(f) f$loglik[2])
  if (!all(is.finite(l)) || abs(l[1] - l[2]) > 1e-12) next
  cases <- c(cases, list(list(case = paste("data", tries, ties), ties = ties, time = arr(d$time), status = arr(d$status),
    x1 = arr(as.numeric(d$x1)), x2 = arr(as.numeric(d$x2)), x3 = arr(as.numeric(d$x3)), loglik_null = fits[[2]]$loglik[1], loglik = l[2])))
}
cat(tries, "tries\n")
put_json("separation", cases)
