# Reference values of cumulative incidence: Rscript reference/cumulative_incidence/cumulative_incidence.R
source("reference/common.R")
suppressMessages(library(cmprsk))
cif_case <- function(set, weights = FALSE, cluster = FALSE, aalen = FALSE) {
  d <- read_set(set)
  k <- max(d$status)
  d$state <- factor(d$status, 0:k)
  d$row <- seq_len(nrow(d))
  if (aalen) {
    f <- cuminc(d$time, d$status)
    at <- sort(unique(d$time)); at <- at[unique(round(seq(1, length(at), length.out = 25)))]
    tp <- timepoints(f, at)
    keep <- seq_along(at); p <- t(tp$est); se <- sqrt(t(tp$var)); lower <- upper <- NULL
  } else {
    y <- if ("entry" %in% names(d)) Surv(d$entry, d$time, d$state) else Surv(d$time, d$state)
    d$y <- y
    args <- list(y ~ 1, data = d, conf.type = "log-log")
    if (weights) args$weights <- d$weight
    # Each row its own subject where R would otherwise ask for an id.
    args$id <- d$row
    # survfit 3.5-3 ignores cluster in multi-state curves: its influence of each row, summed by hand.
    if (cluster) args$influence <- TRUE
    f <- do.call(survfit, args)
    if (cluster) {
      w <- if (weights) d$weight else rep(1, nrow(d))
      by_cluster <- apply(f$influence.pstate, 2:3, function(u) sqrt(sum(rowsum(w * u, d$cluster)^2)))
      m <- dim(f$std.err)
      f$std.err <- by_cluster[seq(dim(by_cluster)[1] - m[1] + 1, dim(by_cluster)[1]), ]
      f$lower <- f$upper <- matrix(NA_real_, m[1], m[2])
    }
    exits <- which(f$time %in% d$time)
    keep <- exits[unique(round(seq(1, length(exits), length.out = 25)))]
    at <- f$time[keep]; p <- f$pstate[keep, -1, drop = FALSE]; se <- f$std.err[keep, -1, drop = FALSE]
    lower <- f$lower[keep, -1, drop = FALSE]; upper <- f$upper[keep, -1, drop = FALSE]
  }
  cols <- function(m) if (is.null(m)) NULL else lapply(seq_len(ncol(m)), function(j) arr(unname(m[, j])))
  list(case = paste(set, if (weights) "weights", if (cluster) "cluster", if (aalen) "aalen"), set = set,
    weights = weights, cluster = cluster, aalen = aalen, time = arr(at), incidence = cols(p), se = cols(se), lower = cols(lower), upper = cols(upper))
}
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- cif_case(...)
for (set in c("mgus2", "bmt", simulated)) add(set)
for (set in simulated) { add(set, weights = TRUE); add(set, weights = TRUE, cluster = TRUE); add(set, cluster = TRUE) }
for (set in c("mgus2", "bmt", "days", "continuous")) add(set, aalen = TRUE)
put_json("cumulative_incidence", cases, "cmprsk")
