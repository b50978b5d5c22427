# Reference values of weighted, trend and pairwise log-rank tests and of delayed entry, none of which
# survdiff has: Rscript reference/weighted_log_rank/weighted_log_rank.R
# The tests are written here from their definition (Klein & Moeschberger 2003, sections 7.3 to 7.5), by
# counting at each event time. The script first proves itself: against survdiff (rho tests), against
# Klein & Moeschberger's printed table 7.3, and against the score test of coxph(ties = "exact"), whose
# likelihood conditions on the number of tied events and so has the hypergeometric variance.
source("reference/common.R")
weight_of <- function(kind, rho, gamma, before, peto, n) switch(kind,
  log_rank = 1, fleming_harrington = before^rho * (1 - before)^gamma, gehan = n, tarone_ware = sqrt(n), peto_peto = peto)
# Observed less expected of each group and its covariance.
by_definition <- function(d, kind = "log_rank", rho = 0, gamma = 0, strata = FALSE) {
  entry <- if ("entry" %in% names(d)) d$entry else rep(-Inf, nrow(d))
  codes <- sort(unique(d$group))
  stratum <- if (strata) d$stratum else rep(1, nrow(d))
  observed <- expected <- numeric(length(codes))
  v <- matrix(0, length(codes), length(codes))
  for (s in unique(stratum)) {
    inside <- stratum == s
    times <- sort(unique(d$time[inside & d$status > 0]))
    km <- peto <- 1
    for (t in times) {
      risk <- inside & entry < t & d$time >= t
      dead <- inside & d$time == t & d$status > 0
      n <- sum(risk); m <- sum(dead)
      share <- sapply(codes, function(g) sum(risk & d$group == g)) / n
      peto <- peto * (1 - m / (n + 1))
      w <- weight_of(kind, rho, gamma, km, peto, n)
      observed <- observed + w * sapply(codes, function(g) sum(dead & d$group == g))
      expected <- expected + w * m * share
      if (n > 1) v <- v + w^2 * m * (n - m) / (n - 1) * (diag(share) - share %o% share)
      km <- km * (1 - m / n)
    }
  }
  list(codes = codes, observed = observed, expected = expected, variance = v)
}
# U'V^-1 U over all groups ever at risk but one.
chi_square <- function(b) {
  u <- (b$observed - b$expected)[b$expected > 0]
  free <- seq_len(length(u) - 1)
  v <- b$variance[b$expected > 0, b$expected > 0, drop = FALSE]
  c(drop(u[free] %*% solve(v[free, free], u[free])), length(free))
}
trend <- function(b, scores) {
  u <- b$observed - b$expected
  sum(scores * u)^2 / drop(scores %*% b$variance %*% scores)
}
same <- function(a, b, within = 1e-9) stopifnot(abs(a / b - 1) < within)

# 1. survdiff.
for (set in c("lung", "gbsg", "larynx", "bmt", "days")) for (rho in c(0, 0.5, 1)) {
  d <- read_set(set)
  same(chi_square(by_definition(d, "fleming_harrington", rho))[1], survdiff(Surv(time, status > 0) ~ group, d, rho = rho)$chisq)
}
# 2. Klein & Moeschberger, table 7.3 (dialysis catheters, 119 patients), as printed.
data(kidney, package = "KMsurv")
catheter <- with(kidney, data.frame(time, status = delta, group = type))
printed <- rbind(c("log_rank", 0, 0, 2.53), c("gehan", 0, 0, 0.002), c("tarone_ware", 0, 0, 0.40), c("peto_peto", 0, 0, 1.40),
  c("fleming_harrington", 0, 1, 9.67), c("fleming_harrington", 1, 0, 1.39), c("fleming_harrington", 1, 1, 9.83),
  c("fleming_harrington", 0.5, 0.5, 9.28), c("fleming_harrington", 0.5, 2, 8.18))
for (i in seq_len(nrow(printed))) {
  found <- chi_square(by_definition(catheter, printed[i, 1], as.numeric(printed[i, 2]), as.numeric(printed[i, 3])))[1]
  cat(printed[i, ], "found", found, "\n")
  stopifnot(abs(found - as.numeric(printed[i, 4])) < 0.011)
}
# 3. coxph's exact likelihood: score tests of the groups and of their scores, ties and strata included.
exact_score <- function(d, formula) suppressWarnings(coxph(formula, d, ties = "exact", iter.max = 0))$score
for (set in c("lung", "larynx", "veteran", "ovarian", "bmt")) {
  d <- read_set(set)
  d$y <- Surv(d$time, d$status > 0)
  same(chi_square(by_definition(d))[1], exact_score(d, y ~ factor(group)))
  same(trend(by_definition(d), sort(unique(d$group))), exact_score(d, y ~ group))
  if ("stratum" %in% names(d)) same(trend(by_definition(d, strata = TRUE), sort(unique(d$group))), exact_score(d, y ~ group + strata(stratum)))
}
# 4. Delayed entry, times made distinct: any treatment of ties then gives the same score test.
for (set in c("entry", "channing", "heart")) {
  d <- read_set(set)
  d$time <- d$time + seq_len(nrow(d)) * 1e-4
  same(chi_square(by_definition(d))[1], coxph(Surv(entry, time, status > 0) ~ factor(group), d)$score, 1e-8)
}

kinds <- list(list("log_rank", 0, 0), list("gehan", 0, 0), list("tarone_ware", 0, 0), list("peto_peto", 0, 0),
  list("fleming_harrington", 0, 1), list("fleming_harrington", 1, 1), list("fleming_harrington", 0.5, 2))
test_case <- function(set, kind, rho, gamma, strata = FALSE) {
  d <- read_set(set)
  b <- by_definition(d, kind, rho, gamma, strata)
  chi <- chi_square(b)
  scores <- (b$codes + 1)^2 # not equidistant
  tr <- trend(b, scores)
  list(case = paste(set, kind, rho, gamma, if (strata) "strata"), set = set, kind = kind, rho = rho, gamma = gamma, strata = strata,
    observed = arr(b$observed), expected = arr(b$expected), variance = rows_of(b$variance), statistic = chi[1], df = chi[2],
    p = pchisq(chi[1], chi[2], lower.tail = FALSE), scores = arr((seq_len(max(d$group) + 1))^2), trend = tr, trend_p = pchisq(tr, 1, lower.tail = FALSE),
    pairs = NA)
}
pairwise_case <- function(set, rho = 0) {
  d <- read_set(set)
  pairs <- combn(sort(unique(d$group)), 2)
  chi <- apply(pairs, 2, function(p) survdiff(Surv(time, status > 0) ~ group, d[d$group %in% p, ], rho = rho)$chisq)
  p <- pchisq(chi, 1, lower.tail = FALSE)
  list(case = paste(set, "pairwise", rho), set = set, kind = "pairwise", rho = rho, pairs = rows_of(t(pairs)), statistic = arr(chi), p = arr(p), holm = arr(p.adjust(p, "holm")))
}
cases <- list()
for (set in c("lung", "gbsg", "larynx", "veteran", "bmt", "colon", "ovarian", "days", "continuous", "entry", "channing", "heart"))
  for (k in kinds) cases <- c(cases, list(test_case(set, k[[1]], k[[2]], k[[3]])))
for (set in c("lung", "gbsg", "veteran", "bmt", "days", "continuous", "entry"))
  for (k in kinds) cases <- c(cases, list(test_case(set, k[[1]], k[[2]], k[[3]], strata = TRUE)))
for (set in c("larynx", "veteran", "colon", "bmt", "nwtco", "days")) for (rho in 0:1) cases <- c(cases, list(pairwise_case(set, rho)))
put_json("weighted_log_rank", cases, "KMsurv")
