# Reference values of beta-product intervals: Rscript reference/beta_product/beta_product.R
# bpcp is not in Debian. Written here from Fay, Brittain & Proschan 2013 with the convention of Fay &
# Brittain 2016 for ties: the upper limit after time j is the quantile of the product of
# Beta(n_i - d_i + 1, d_i), i <= j; the lower that of the same product times Beta(n_(j+1), 1); each
# product taken as the beta variable with its first two moments.
source("reference/common.R")
limits <- function(time, event, level = 0.95) {
  times <- sort(unique(time))
  n <- sapply(times, function(t) sum(time >= t))
  d <- sapply(times, function(t) sum(time == t & event))
  left <- c(n[-1], 0)
  tail <- (1 - level) / 2
  quantile_of <- function(p, a, b) {
    a <- a[b > 0]; b <- b[b > 0]
    if (length(a) == 0) return(1)
    if (length(a) == 1) return(qbeta(p, a, b))
    # E X^2 / (E X)^2 - 1 without cancellation.
    m <- prod(a / (a + b)); excess <- expm1(sum(log1p(b / (a * (a + b + 1)))))
    size <- (1 - m * (1 + excess)) / (m * excess)
    qbeta(p, m * size, (1 - m) * size)
  }
  upper <- sapply(seq_along(times), function(j) quantile_of(1 - tail, n[1:j] - d[1:j] + 1, d[1:j]))
  lower <- sapply(seq_along(times), function(j) if (left[j] == 0) 0 else quantile_of(tail, c(n[1:j] - d[1:j] + 1, left[j]), c(d[1:j], 1)))
  list(time = times, lower = lower, upper = upper)
}
# The printed output of bpcp for four events at 3, 7, 8, 14 (vignette discreteBPCP; intervals after each time).
printed <- limits(c(3, 7, 8, 14), rep(TRUE, 4))
stopifnot(max(abs(printed$upper - c(0.9936905, 0.9324140, 0.8058796, 0.6023646))) < 5e-8)
stopifnot(max(abs(printed$lower - c(0.194120450, 0.067585986, 0.006309463, 0))) < 5e-9)
# Without censoring: Clopper and Pearson.
cp <- limits(1:10, rep(TRUE, 10))
stopifnot(abs(cp$lower[3] - binom.test(7, 10)$conf.int[1]) < 1e-12, abs(cp$upper[3] - binom.test(7, 10)$conf.int[2]) < 1e-12)

limits_case <- function(set, group = NULL, level = 0.95) {
  d <- read_set(set)
  if (!is.null(group)) d <- d[d$group == group, ]
  l <- limits(d$time, d$status > 0, level)
  keep <- unique(round(seq(1, length(l$time), length.out = 30)))
  list(case = paste(set, group, level), set = set, group = if (is.null(group)) NA else group, level = level,
    row = arr(keep - 1), time = arr(l$time[keep]), lower = arr(l$lower[keep]), upper = arr(l$upper[keep]))
}
cases <- list()
for (set in c("aml", "ovarian", "lung", "veteran", "larynx", "bmt", "kidney", "gbsg", "days", "continuous")) cases <- c(cases, list(limits_case(set)))
for (set in c("aml", "ovarian", "larynx")) for (g in 0:1) cases <- c(cases, list(limits_case(set, g), limits_case(set, g, 0.9)))
put_json("beta_product", cases)
