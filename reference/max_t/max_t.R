# Reference values of cut-points of several covariates: Rscript reference/max_t/max_t.R
# Adjusted p-values (Westfall & Young): permutations of the log-rank scores (Hothorn & Lausen's ties) written out here, the
# largest standardised sum over all cuts of all covariates. `reached` of `replicates` permutations; the test compares two
# Monte-Carlo shares. coin::maxstat_test, which searches all covariates at once, has to agree for the largest.
source("reference/common.R")
suppressMessages(library(coin))
set.seed(8121, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
replicates <- 20000
max_t_case <- function(set, columns, rows = NULL) {
  d <- read_set(set)
  if (!is.null(rows)) d <- d[rows, ]
  n <- nrow(d); event <- d$status > 0
  a <- event - sapply(d$time, function(t) { u <- event & d$time <= t; sum(1 / (n - rank(d$time, ties.method = "max")[u] + 1)) })
  standardised <- lapply(columns, function(x) {
    cuts <- sort(unique(d[[x]])); m <- sapply(cuts, function(c) sum(d[[x]] <= c))
    keep <- m >= max(1, floor(n * 0.1)) & m <= floor(n * 0.9) & m < n
    low <- outer(d[[x]], cuts[keep], "<="); m <- m[keep]
    v <- m * (n - m) / (n^2 * (n - 1)) * (n * sum(a^2) - sum(a)^2)
    list(low = low, mean = m / n * sum(a), sd = sqrt(v))
  })
  standard <- function(s, a) max(abs(drop(crossprod(s$low, a)) - s$mean) / s$sd)
  observed <- sapply(standardised, standard, a)
  low <- do.call(cbind, lapply(standardised, `[[`, "low")) * 1; mean <- unlist(lapply(standardised, `[[`, "mean")); sd <- unlist(lapply(standardised, `[[`, "sd"))
  largest <- unlist(lapply(seq_len(replicates / 1000), function(i) {
    permuted <- replicate(1000, sample(a))
    apply(abs(crossprod(low, permuted) - mean) / sd, 2, max)
  }))
  reached <- sapply(observed, function(o) sum(largest >= o * (1 - 1e-9)))
  f <- as.formula(paste("Surv(time, status > 0) ~", paste(columns, collapse = " + ")))
  theirs <- maxstat_test(f, d, minprob = 0.1, maxprob = 0.9, distribution = approximate(nresample = replicates),
    ytrafo = function(data) trafo(data, surv_trafo = function(y) logrank_trafo(y, ties.method = "Hothorn-Lausen")))
  p <- max(reached[which.max(observed)], 1) / replicates
  cat(set, "largest", max(observed), "coin", coin::statistic(theirs), "p", p, "coin", pvalue(theirs), "\n")
  stopifnot(abs(pvalue(theirs) - p) < 4 * sqrt(2 * p / replicates))
  list(case = paste("max_t", set, paste(columns, collapse = " ")), set = set, n = n, columns = columns, statistic = arr(observed), replicates = replicates, reached = arr(reached))
}
cases <- list(max_t_case("days", c("x1", "x2", "x3"), 1:60), max_t_case("continuous", c("x2", "x3"), 1:80), max_t_case("gbsg_pgr", c("x1", "x3"), 1:200),
  max_t_case("lung", c("x1", "x3")))
put_json("max_t", cases, "coin")
