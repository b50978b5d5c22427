# Exact permutation p-values of the log-rank test: Rscript reference/permutation_log_rank/permutation_log_rank.R
# Scores event - H(t), H the pooled Nelson-Aalen estimate. All choices of the first group are enumerated; the p-value is the
# share whose sum is as far from its mean as the observed one. Where no times are tied coin's exact test has to agree.
source("reference/common.R")
suppressMessages(library(coin))
exact_case <- function(set, rows, group) {
  d <- read_set(set)[rows, ]
  event <- d$status > 0; g <- d[[group]] > 0
  h <- sapply(d$time, function(t) sum(sapply(unique(d$time[event & d$time <= t]), function(u) sum(event & d$time == u) / sum(d$time >= u))))
  a <- event - h
  sums <- combn(nrow(d), sum(g), function(i) sum(a[i]))
  centre <- sum(g) * mean(a)
  p <- mean(abs(sums - centre) >= abs(sum(a[g]) - centre) - 1e-9)
  if (!anyDuplicated(d$time)) {
    d$g <- factor(g)
    theirs <- as.numeric(pvalue(logrank_test(Surv(time, event) ~ g, cbind(d, event), distribution = "exact")))
    cat(set, p, "coin", theirs, "\n")
    stopifnot(abs(theirs - p) < 1e-6)
  }
  list(case = paste("permutation", set, min(rows), max(rows), group), set = set, first = min(rows) - 1, last = max(rows) - 1, group = group, p = p, arrangements = length(sums))
}
cases <- list(exact_case("days", 1:14, "x2"), exact_case("days", 21:38, "x2"), exact_case("continuous", 1:14, "x2"), exact_case("continuous", 31:46, "x2"),
  exact_case("aml", 1:18, "group"), exact_case("ovarian", 1:16, "group"))
put_json("permutation_log_rank", cases, "coin")
