# Reference values of maximally selected rank statistics: Rscript reference/cutpoint/cutpoint.R
# p_mvn: the probability that R calls exactGauss, by mvtnorm at its highest precision (absolute error 1e-6
# where dimensions allow, NA beyond 1000 cuts); condMC with 1e5 permutations has its own error.
source("reference/common.R")
suppressMessages({library(maxstat); library(mvtnorm)})
# The same probability by the Markov recursion over the cuts, written out with 256 Gauss-Legendre nodes.
markov <- function(b, n, m, nodes = 256) {
  k <- seq_len(nodes - 1); beta <- k / sqrt(4 * k^2 - 1); j <- matrix(0, nodes, nodes)
  j[cbind(k, k + 1)] <- beta; j[cbind(k + 1, k)] <- beta
  e <- eigen(j, symmetric = TRUE); z <- e$values * b; w <- 2 * e$vectors[1, ]^2 * b
  f <- dnorm(z)
  for (i in seq_along(m)[-1]) {
    r <- sqrt(m[i - 1] * (n - m[i]) / (m[i] * (n - m[i - 1]))); s <- sqrt(1 - r^2)
    f <- drop((dnorm(outer(z, r * z, "-") / s) / s) %*% (f * w))
  }
  1 - sum(f * w)
}
cut_case <- function(set, column, min = 0.1, max = 0.9) {
  d <- read_set(set)
  d$x <- d[[column]]
  d$y <- Surv(d$time, d$status > 0)
  run <- function(p, ...) suppressWarnings(maxstat.test(y ~ x, d, smethod = "LogRank", pmethod = p, minprop = min, maxprop = max, ...))
  f <- run("Lau92")
  set.seed(1)
  n <- nrow(d); x <- sort(d$x); m <- which(diff(x) != 0); m <- m[m >= base::max(1, floor(n * min)) & m <= floor(n * max)]
  r <- outer(m, m, function(a, b) { lo <- pmin(a, b); hi <- pmax(a, b); sqrt(lo * (n - hi) / (hi * (n - lo))) })
  b <- f$statistic
  p <- NA_real_; error <- NA_real_
  if (length(m) > 1 && length(m) < 400) {
    v <- pmvnorm(rep(-b, length(m)), rep(b, length(m)), corr = r, algorithm = GenzBretz(maxpts = 2e6, abseps = 1e-6))
    p <- 1 - as.numeric(v); error <- attr(v, "error")
  }
  mc <- run("condMC", B = 99999)$p.value
  list(case = paste(set, column, min, max), set = set, column = column, min = min, max = max, statistic = unname(b),
    cut = unname(f$estimate), lau92 = unname(f$p.value), lau94 = unname(run("Lau94")$p.value), p_markov = markov(unname(b), n, m), p_mvn = p, p_mvn_error = error, cond_mc = unname(mc),
    n_cuts = length(m), stats = arr(abs(f$stats)))
}
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- cut_case(...)
add("dlbcl", "x1"); add("lung_age", "x1")
add("dlbcl", "x1", 0.25, 0.75); add("hohnloser", "x1", 0.4, 0.9); add("lung_age", "x1", 0.25, 0.75)
for (set in simulated[1:2]) { add(set, "x1"); add(set, "x3") }
add("gbsg_pgr", "x3"); add("hohnloser", "x1"); add("sphase", "x1")
put_json("cutpoint", cases, "maxstat", "mvtnorm")
