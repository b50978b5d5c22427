# Dose: every quantity of crates/dose computed another way than the crate does, at full precision.
#   BED from the linear-quadratic effect alpha D + beta G D^2 by sums over pairs of fractions and by quadrature of the
#   Lea-Catcheside integral; LQ-L by integrating the slope of the effect; iso-effects by root finding.
# Run from the repository: Rscript reference/dose/dose.R
source("reference/common.R")
bed <- function(total, n, r) { d <- total / n; sum(rep(d, n) + rep(d, n)^2 / r) }
eqd <- function(total, n, r, x) uniroot(function(D) D + D * x / r - bed(total, n, r), c(0, 5000), tol = 1e-14)$root
# Refines a root to the last digits by Newton steps on f with derivative g.
polish <- function(x, f, g) { for (i in 1:6) x <- x - f(x) / g(x); x }
iso <- function(target, n, r) {
  f <- function(D) D + D^2 / (n * r) - target
  polish(uniroot(f, c(0, 5000), tol = 1e-10)$root, f, function(D) 1 + 2 * D / (n * r))
}
# Fractions in time: unrepaired damage between every pair of the same day.
incomplete <- function(total, n, r, m, interval, half) {
  d <- total / n; day <- (seq_len(n) - 1) %/% m; hour <- ((seq_len(n) - 1) %% m) * interval
  effect <- total
  for (i in seq_len(n)) for (j in seq_len(n)) if (day[i] == day[j])
    effect <- effect + d * d / r * exp(-log(2) * abs(hour[i] - hour[j]) / half)
  effect
}
# G = (2/D^2) int_0^T R dt int_0^t R exp(-mu (t - s)) ds, the inner integral in closed form, the outer by quadrature.
protracted <- function(total, n, r, hours, half) {
  mu <- log(2) / half; d <- total / n
  inner <- function(t) -expm1(-mu * t) / mu
  G <- 2 / hours^2 * integrate(inner, 0, hours, rel.tol = 1e-13, subdivisions = 2000L)$value
  n * (d + G * d^2 / r)
}
lql <- function(total, n, r, dT) {
  d <- total / n; slope <- function(x) 1 + 2 * pmin(x, dT) / r
  below <- integrate(slope, 0, min(d, dT), rel.tol = 1e-13)$value
  n * (below + max(0, d - dT) * (1 + 2 * dT / r))
}
practice <- read.csv("crates/dose/data/practice.csv")
ratios <- c(1.2, 2, 3, 3.5, 4, 5.7, 10)
schedules <- lapply(seq_len(nrow(practice)), function(i) {
  p <- practice[i, ]
  list(case = paste("schedule", p$practice_id), total = p$total_gy + 0, n = p$n_fractions, ratio = arr(ratios),
    bed = arr(sapply(ratios, function(r) bed(p$total_gy, p$n_fractions, r))),
    eqd2 = arr(sapply(ratios, function(r) eqd(p$total_gy, p$n_fractions, r, 2))),
    eqd3 = arr(sapply(ratios, function(r) eqd(p$total_gy, p$n_fractions, r, 3))))
})
isoeffects <- c(
  lapply(c(1, 3, 5, 6, 10, 15, 18, 25), function(n)
    list(case = "isoeffect", quantity = "eqd2", target = 63, ratio = 3.5, n = n, total = iso(63 * (1 + 2 / 3.5), n, 3.5))),
  lapply(c(5, 10), function(n) list(case = "isoeffect", quantity = "bed", target = 100, ratio = 4, n = n, total = iso(100, n, 4))),
  lapply(c(5, 3), function(n) list(case = "isoeffect", quantity = "bed", target = 100, ratio = 10, n = n, total = iso(100, n, 10))))
daily <- lapply(list(c(2, 4), c(3, 4.4), c(4, 1.5)), function(p)
  list(case = "incomplete", total = 16, n = 14, ratio = p[1], m = 2, interval = 6, half = p[2],
    bed = incomplete(16, 14, p[1], 2, 6, p[2])))
daily <- c(daily, list(
  list(case = "incomplete", total = 54, n = 36, ratio = 3, m = 3, interval = 6, half = 4.4, bed = incomplete(54, 36, 3, 3, 6, 4.4)),
  list(case = "incomplete", total = 20, n = 9, ratio = 3, m = 4, interval = 4, half = 1.5, bed = incomplete(20, 9, 3, 4, 4, 1.5))))
long <- lapply(list(c(45, 3, 3.5, 0.5, 1.5), c(30, 1, 10, 0.1, 4), c(60, 1, 3, 120, 1.5), c(54, 3, 10, 1.25, 0.35)), function(p)
  list(case = "protracted", total = p[1], n = p[2], ratio = p[3], hours = p[4], half = p[5], bed = protracted(p[1], p[2], p[3], p[4], p[5])))
linear <- lapply(list(c(30, 3, 4, 8), c(30, 3, 4, 6), c(45, 3, 4, 8), c(45, 3, 4, 6), c(50, 5, 4, 8), c(50, 5, 4, 6), c(54, 3, 4, 8),
  c(54, 3, 4, 6), c(20, 1, 4, 8), c(20, 1, 4, 6), c(45, 3, 10, 6.2), c(54, 3, 10, 6.2), c(20, 1, 10, 6.2), c(25.5, 3, 3.5, 7)), function(p)
  list(case = "linear", total = p[1], n = p[2], ratio = p[3], transition = p[4], bed = lql(p[1], p[2], p[3], p[4])))
put_json("dose", c(schedules, isoeffects, daily, long, linear))
