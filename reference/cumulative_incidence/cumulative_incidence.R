# Reference values of cumulative incidence: Rscript reference/cumulative_incidence/cumulative_incidence.R
source("reference/common.R")
suppressMessages(library(cmprsk))
types <- c("plain", "log", "log-log", "logit", "arcsin")
# Limits from an estimate and its error: what survfit does with its jackknife error, here for cuminc's.
limits <- function(p, se, type, z = qnorm(0.975)) {
  if (type == "plain") list(lower = pmax(p - z * se, 0), upper = pmin(p + z * se, 1))
  else { e <- exp(outer(se / (p * log(p)), c(-z, z))); l <- p^e; list(lower = pmin(l[, 1], l[, 2]), upper = pmax(l[, 1], l[, 2])) }
}
cif_case <- function(set, weights = FALSE, cluster = FALSE, aalen = FALSE) {
  d <- read_set(set)
  k <- max(d$status)
  d$state <- factor(d$status, 0:k)
  d$row <- seq_len(nrow(d))
  w <- if (weights) d$weight else rep(1, nrow(d))
  entry <- if ("entry" %in% names(d)) d$entry else rep(-Inf, nrow(d))
  cols <- function(m) lapply(seq_len(ncol(m)), function(j) arr(unname(m[, j])))
  intervals <- list()
  if (aalen) {
    f <- cuminc(d$time, d$status)
    at <- sort(unique(d$time)); at <- at[unique(round(seq(1, length(at), length.out = 25)))]
    tp <- timepoints(f, at)
    p <- t(tp$est); se <- sqrt(t(tp$var))
    intervals <- lapply(c("plain", "log-log"), function(type) {
      l <- lapply(seq_len(ncol(p)), function(j) limits(p[, j], se[, j], type))
      list(conf_type = type, lower = lapply(l, function(l) arr(unname(l$lower))), upper = lapply(l, function(l) arr(unname(l$upper))))
    })
  } else {
    d$y <- if ("entry" %in% names(d)) Surv(d$entry, d$time, d$state) else Surv(d$time, d$state)
    # Each row its own subject where R would otherwise ask for an id.
    args <- list(y ~ 1, data = d, id = d$row, conf.type = "log-log")
    if (weights) args$weights <- d$weight
    # survfit 3.5-3 ignores cluster in multi-state curves: its influence of each row, summed by hand.
    if (cluster) args$influence <- TRUE
    f <- do.call(survfit, args)
    exits <- which(f$time %in% d$time)
    keep <- exits[unique(round(seq(1, length(exits), length.out = 25)))]
    at <- f$time[keep]; p <- f$pstate[keep, -1, drop = FALSE]; se <- f$std.err[keep, -1, drop = FALSE]
    if (cluster) {
      by_cluster <- apply(f$influence.pstate, 2:3, function(u) sqrt(sum(rowsum(w * u, d$cluster)^2)))
      m <- dim(f$std.err)
      se <- by_cluster[seq(dim(by_cluster)[1] - m[1] + 1, dim(by_cluster)[1]), ][keep, -1, drop = FALSE]
    } else intervals <- lapply(types, function(type) {
      g <- do.call(survfit, replace(args, "conf.type", type))
      shaped <- function(l) matrix(l, nrow = length(f$time))[keep, -1, drop = FALSE] # arcsin comes without dimensions
      list(conf_type = type, lower = cols(shaped(g$lower)), upper = cols(shaped(g$upper)))
    })
  }
  # Beside it: 1 - Kaplan-Meier with the other causes censored; and where fewer than 10 are at risk.
  alone <- sapply(seq_len(k), function(cause) {
    y <- if ("entry" %in% names(d)) Surv(d$entry, d$time, d$status == cause) else Surv(d$time, d$status == cause)
    1 - summary(survfit(y ~ 1, weights = w), times = at, extend = TRUE)$surv
  })
  times <- sort(unique(d$time))
  few <- sapply(times, function(t) sum(w[entry < t & d$time >= t])) < 10
  list(case = paste(set, if (weights) "weights", if (cluster) "cluster", if (aalen) "aalen"), set = set,
    weights = weights, cluster = cluster, aalen = aalen, time = arr(at), incidence = cols(p), se = cols(se), intervals = intervals,
    one_minus_km = cols(matrix(alone, nrow = length(at))), tail_below_10 = if (any(few)) times[few][1] else NA)
}
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- cif_case(...)
for (set in c("mgus2", "bmt", simulated)) add(set)
for (set in simulated) { add(set, weights = TRUE); add(set, weights = TRUE, cluster = TRUE); add(set, cluster = TRUE) }
for (set in c("mgus2", "bmt", "days", "continuous")) add(set, aalen = TRUE)
put_json("cumulative_incidence", cases, "cmprsk")
