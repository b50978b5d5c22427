# Reference values of the test of quasi-independence: Rscript reference/quasi_independence/quasi_independence.R
# Tsai's (1990) test is the score test of a conditional logistic model: per event time a stratum of those at risk, the
# covariate of a row the number of those at risk that entered later less those that entered earlier. With ties the
# exact conditional likelihood draws the d events without replacement. Pairs are counted from their definition.
source("reference/common.R")
clogit_case <- function(set, group = NULL) {
  d <- read_set(set)
  if (!is.null(group)) d <- d[d$group == group, ]
  event <- d$status > 0
  long <- do.call(rbind, lapply(sort(unique(d$time[event])), function(t) {
    r <- which(d$entry < t & d$time >= t)
    data.frame(at = t, case = as.numeric(event[r] & d$time[r] == t), a = colSums(sign(outer(d$entry[r], d$entry[r], "-"))))
  }))
  fit <- suppressWarnings(coxph(Surv(rep(1, nrow(long)), case) ~ a + strata(at), long, ties = "exact",
    control = coxph.control(iter.max = 0)))
  pairs <- outer(seq_len(nrow(d)), seq_len(nrow(d)), function(i, j) # i leaves first, by an event, while j is at risk
    i != j & event[i] & (d$time[i] < d$time[j] | (d$time[i] == d$time[j] & !event[j])) & d$entry[j] < d$time[i])
  s <- sum(sign(outer(d$entry, d$entry, function(a, b) b - a))[pairs])
  list(case = paste(c("tsai", set, group), collapse = " "), set = set, group = group, score = fit$score, p = pchisq(fit$score, 1, lower.tail = FALSE),
    statistic = s, pairs = sum(pairs), tau = s / sum(pairs))
}
cases <- list(clogit_case("entry"), clogit_case("entry", 0), clogit_case("channing"), clogit_case("channing", 0), clogit_case("channing", 1))
put_json("quasi_independence", cases)
