# Reference values of penalised Cox models: Rscript reference/penalised/penalised.R
# Firth: coxphf is not in Debian; here the penalised likelihood log L + log|I| / 2 is written out on top of
# coxph(init, iter.max = 0) and maximised by optim, then by Newton steps on differences.
source("reference/common.R")
firth_case <- function(set, ties, rows = NULL, columns = NULL) {
  d <- read_set(set)
  if (!is.null(rows)) d <- d[rows, ]
  d$y <- response(d)
  v <- if (is.null(columns)) covariates(d) else columns
  form <- as.formula(paste("y ~", paste(v, collapse = " + ")))
  scale <- sapply(d[v], sd)
  value <- function(b) {
    f <- suppressWarnings(coxph(form, d, ties = ties, init = b / scale, control = coxph.control(iter.max = 0)))
    f$loglik[1] - 0.5 * as.numeric(determinant(f$var)$modulus)
  }
  gradient <- function(g, b, h = 1e-3) sapply(seq_along(b), function(j) {
    e <- replace(numeric(length(b)), j, 1)
    d1 <- (g(b + h * e) - g(b - h * e)) / (2 * h); d2 <- (g(b + h / 2 * e) - g(b - h / 2 * e)) / h
    (4 * d2 - d1) / 3
  })
  best_of <- function(g, start) {
    b <- optim(start, function(b) -g(b), method = "BFGS", control = list(reltol = 1e-14, maxit = 500))$par
    for (i in 1:3) { hess <- sapply(seq_along(b), function(j) { e <- replace(numeric(length(b)), j, 1e-3); (gradient(g, b + e) - gradient(g, b - e)) / 2e-3 })
      b <- b - solve(hess, gradient(g, b)) }
    b
  }
  b <- best_of(value, rep(0, length(v)))
  top <- value(b)
  held <- function(j, at) if (length(v) == 1) value(at) else { g <- function(o) value(append(o, at, j - 1)); g(best_of(g, b[-j])) }
  q <- qchisq(0.95, 1)
  limit <- function(j, s) { f <- function(t) 2 * (top - held(j, b[j] + s * t)) - q; uniroot(f, c(1e-3, 3), extendInt = "upX", tol = 1e-9)$root * s + b[j] }
  lo <- sapply(seq_along(v), limit, s = -1); hi <- sapply(seq_along(v), limit, s = 1)
  lr <- sapply(seq_along(v), function(j) 2 * (top - held(j, 0)))
  f <- coxph(form, d, ties = ties, init = b / scale, control = coxph.control(iter.max = 0))
  list(case = paste("firth", set, ties, paste(v, collapse = " ")), kind = "firth", set = set, ties = ties, n = nrow(d), n_columns = length(v), coefficients = arr(b / scale),
    se = arr(sqrt(diag(f$var))), loglik_null = value(rep(0, length(v))), loglik = top, lower = arr(lo / scale), upper = arr(hi / scale), lr = arr(lr))
}
ridge_case <- function(set, theta) {
  d <- read_set(set)
  d$y <- response(d)
  xs <- paste(covariates(d), collapse = ", ")
  fit <- coxph(as.formula(sprintf("y ~ ridge(%s, theta = %s, scale = FALSE)", xs, theta)), d, control = coxph.control(eps = 1e-13, iter.max = 60))
  list(case = paste("ridge", set, theta), kind = "ridge", set = set, ties = "efron", theta = theta, n_columns = length(covariates(d)), coefficients = arr(coef(fit)),
    # coxph prints the likelihood without the penalty, and the penalty apart.
    se = arr(sqrt(diag(fit$var))), df = sum(fit$df), loglik_null = fit$loglik[1], loglik = fit$loglik[2] - fit$penalty[2])
}
cases <- list(firth_case("aml", "efron"), firth_case("ovarian", "efron"), firth_case("ovarian", "breslow"),
  firth_case("ovarian", "efron", 1:12), firth_case("days", "efron"), firth_case("entry", "efron"), firth_case("breast", "breslow"),
  ridge_case("lung", 1), ridge_case("lung", 50), ridge_case("ovarian", 2), ridge_case("days", 5))
put_json("penalised", cases)
