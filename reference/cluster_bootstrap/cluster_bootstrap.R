# Reference values of the cluster bootstrap: Rscript reference/cluster_bootstrap/cluster_bootstrap.R
# No random numbers: of few clusters every resample is enumerated (how often each cluster is drawn), with its
# multinomial probability, and the curve estimated by survfit with these numbers as case weights. A limit is a
# quantile of that exact distribution; `low` and `high` bound what 20,000 drawn resamples may give for it: the exact
# quantiles four Monte-Carlo standard errors of the tail probability to either side.
source("reference/common.R")
compositions <- function(total, parts) {
  if (parts == 1) return(matrix(total, 1, 1))
  do.call(rbind, lapply(0:total, function(first) cbind(first, compositions(total - first, parts - 1))))
}
estimate_at <- function(d, w, target, times) {
  keep <- w > 0
  d <- d[keep, ]; w <- w[keep]
  if (target == "survival") {
    f <- survfit(Surv(d$time, d$status > 0) ~ 1, weights = w)
    value <- summary(f, times = times, extend = TRUE)$surv
    done <- min(f$surv) == 0
  } else {
    f <- survfit(Surv(d$time, factor(d$status, 0:2)) ~ 1, weights = w)
    s <- summary(f, times = times, extend = TRUE)$pstate
    value <- matrix(s, nrow = length(times))[, 2]
    done <- min(f$pstate[, 1]) < 1e-12
  }
  ifelse(times > max(d$time) & !done, NA, value)
}
quantile_of <- function(value, p, q) {
  o <- order(value); cum <- cumsum(p[o])
  value[o][sapply(q, function(q) which(cum >= min(q, 1) - 1e-12)[1])]
}
bootstrap_case <- function(set, clusters, target, times, levels = c(0.5, 0.8, 0.9, 0.95)) {
  d <- read_set(set)
  d <- d[d$cluster < clusters, ]
  counts <- compositions(clusters, clusters)
  p <- apply(counts, 1, function(k) exp(lgamma(clusters + 1) - sum(lgamma(k + 1)) - clusters * log(clusters)))
  values <- matrix(apply(counts, 1, function(k) estimate_at(d, k[d$cluster + 1], target, times)), nrow = length(times))
  whole <- estimate_at(d, rep(1, nrow(d)), target, times)
  points <- lapply(seq_along(times), function(i) {
    known <- !is.na(values[i, ])
    limits <- lapply(levels, function(level) {
      q <- p[known] / sum(p[known])
      tail <- (1 - level) / 2
      band <- tail + c(-4, 4) * sqrt(tail * (1 - tail) / (20000 * sum(p[known])))
      list(level = level, low = arr(quantile_of(values[i, known], q, band)), high = arr(quantile_of(values[i, known], q, 1 - rev(band))))
    })
    list(time = times[i], estimate = whole[i], undefined = sum(p[!known]), limits = limits)
  })
  list(case = paste("bootstrap", set, clusters, target), set = set, clusters = clusters, target = target, points = points)
}
cases <- list(bootstrap_case("days", 6, "survival", c(90, 300, 600, 800)), bootstrap_case("days", 6, "incidence", c(90, 300, 600, 800)),
  bootstrap_case("days", 5, "survival", c(200, 400)))
put_json("cluster_bootstrap", cases)
