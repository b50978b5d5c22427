# Reference values of restricted cubic splines and interactions in Cox models: Rscript reference/splines/splines.R
source("reference/common.R")
suppressMessages(library(Hmisc))
spline_case <- function(set, column, nk) {
  d <- read_set(set)
  b <- rcspline.eval(d[[column]], nk = nk, norm = 2, inclx = TRUE)
  d$y <- response(d)
  fit <- do.call(coxph_exact, list(d$y ~ b))
  line <- do.call(coxph_exact, list(d$y ~ b[, 1]))
  curved <- seq(2, ncol(b)); v <- vcov(fit)[curved, curved]; beta <- coef(fit)[curved]
  rows <- unique(round(seq(1, nrow(d), length.out = 20)))
  list(case = paste("spline", set, column, nk), kind = "spline", set = set, column = column, n_knots = nk, knots = arr(attr(b, "knots")), row = arr(rows - 1),
    basis = rows_of(unname(b[rows, , drop = FALSE])), coefficients = arr(coef(fit)), loglik = fit$loglik[2],
    wald_curved = drop(beta %*% solve(v, beta)), lr_curved = 2 * (fit$loglik[2] - line$loglik[2]))
}
interaction_case <- function(set, a, b) {
  d <- read_set(set)
  d$y <- response(d)
  f <- as.formula(sprintf("y ~ %s * %s", a, b))
  fit <- do.call(coxph_exact, list(f, data = d))
  main <- do.call(coxph_exact, list(as.formula(sprintf("y ~ %s + %s", a, b)), data = d))
  list(case = paste("interaction", set, a, b), kind = "interaction", set = set, a = a, b = b, coefficients = arr(coef(fit)), se = arr(sqrt(diag(vcov(fit)))),
    loglik = fit$loglik[2], lr = 2 * (fit$loglik[2] - main$loglik[2]))
}
cases <- list()
for (nk in 3:7) cases <- c(cases, list(spline_case("days", "x1", nk)))
cases <- c(cases, list(spline_case("days", "x3", 5), spline_case("entry", "x3", 4), spline_case("lung", "x1", 4), spline_case("gbsg", "x1", 5),
  interaction_case("days", "x1", "x2"), interaction_case("entry", "x2", "x3"), interaction_case("gbsg", "x7", "x5"), interaction_case("lung", "x1", "x2")))
put_json("splines", cases, "Hmisc")
