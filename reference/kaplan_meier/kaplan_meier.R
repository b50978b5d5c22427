# Reference values of Kaplan-Meier curves: Rscript reference/kaplan_meier/kaplan_meier.R
source("reference/common.R")
curve_case <- function(set, group, conf_type, reverse = FALSE, weights = FALSE, robust = NA, stype = 1, ctype = 1) {
  d <- read_set(set)
  if (!is.null(group)) d <- d[d$group == group, ]
  d$y <- response(d, if (reverse) d$status == 0 else d$status > 0)
  w <- if (weights) d$weight else rep(1, nrow(d))
  # robust: "row" or "cluster", whose influences are summed and squared.
  d$id <- if (identical(robust, "cluster")) d$cluster else seq_len(nrow(d))
  f <- if (is.na(robust)) survfit(y ~ 1, d, weights = w, conf.type = conf_type, stype = stype, ctype = ctype, robust = FALSE)
    else survfit(y ~ 1, d, weights = w, conf.type = conf_type, stype = stype, ctype = ctype, robust = TRUE, cluster = id)
  keep <- unique(round(seq(1, length(f$time), length.out = 40))) # rows that are compared
  q <- quantile(f, c(0.25, 0.5, 0.75))
  tau <- unname(quantile(d$time, 0.8))
  m <- survival:::survmean(f, rmean = tau)$matrix
  mean_of <- function(name) { v <- m[grep(name, names(m), fixed = TRUE)]; unname(v[1]) }
  at <- unname(quantile(d$time, c(0.1, 0.37, 0.6), type = 1)) + c(0, 0.25, 0)
  entry <- if ("entry" %in% names(d)) d$entry else rep(-Inf, nrow(d))
  # A robust survfit gives the error of S itself (but with stype 2, ctype 1 in 3.5 it gives that of
  # the hazard and uses it as if of S: the hazard's is right, and intervals are not compared there).
  if (stype == 2) f$std.err <- f$std.chaz else if (!isTRUE(f$logse)) f$std.err <- f$std.err / f$surv
  intervals <- !(stype == 2 && !is.na(robust))
  if (!intervals) { f$lower[] <- NA; f$upper[] <- NA; q$lower[] <- NA; q$upper[] <- NA }
  rmean_se <- if (stype == 1) mean_of("se(rmean)") else {
    # R takes Greenwood's variance also for the areas under exp(-H); here the hazard's own (not robust).
    plain <- survfit(y ~ 1, d, weights = w, stype = stype, ctype = ctype, robust = FALSE)
    early <- f$time <= tau
    area <- rev(cumsum(rev(f$surv[early] * diff(c(f$time[early], tau)))))
    sqrt(sum(area^2 * diff(c(0, plain$std.chaz^2))[early]))
  }
  list(case = paste(set, group, conf_type, if (reverse) "reverse", if (weights) "weights", if (!is.na(robust)) robust, if (stype == 2) paste("stype 2 ctype", ctype)), set = set,
    stype = stype, ctype = ctype, intervals = intervals,
    group = if (is.null(group)) NA else group, conf_type = conf_type, reverse = reverse, weights = weights, robust = robust,
    n_rows = length(f$time), row = arr(keep - 1), time = arr(f$time[keep]), n_risk = arr(f$n.risk[keep]), n_event = arr(f$n.event[keep]), n_censor = arr(f$n.censor[keep]),
    survival = arr(f$surv[keep]), log_se = arr(ifelse(is.finite(f$std.err), f$std.err, NA)[keep]), lower = arr(f$lower[keep]), upper = arr(f$upper[keep]),
    cumhaz = arr(f$cumhaz[keep]), cumhaz_se = arr(f$std.chaz[keep]),
    quantile = arr(q$quantile), quantile_lower = arr(q$lower), quantile_upper = arr(q$upper),
    tau = tau, rmean = mean_of("rmean"), rmean_se = rmean_se,
    at = arr(at), at_risk = arr(sapply(at, function(t) sum(w[entry < t & d$time >= t]))))
}
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- curve_case(...)
types <- c("plain", "log", "log-log", "logit", "arcsin")
for (type in types) for (set in c("lung", "days", "channing")) add(set, NULL, type)
for (set in c("gbsg", "veteran", "ovarian", "aml", "larynx", "heart", "rotterdam", "mgus2", "kidney", "continuous", "entry", "flchain"))
  add(set, NULL, "log-log")
for (set in c("days", "veteran", "aml")) for (g in 0:1) add(set, g, "log-log")
for (set in c("lung", "gbsg", "days", "entry")) add(set, NULL, "log-log", reverse = TRUE)
for (set in simulated) add(set, NULL, "log-log", weights = TRUE)
for (set in simulated) for (robust in c("row", "cluster")) { add(set, NULL, "log-log", weights = TRUE, robust = robust); add(set, NULL, "log", robust = robust) }
for (ctype in 1:2) {
  fh <- function(...) add(..., stype = 2, ctype = ctype)
  for (set in c("lung", "gbsg", "veteran", "ovarian", "aml", "larynx", "heart", "mgus2", "kidney", "channing", "rotterdam", simulated)) fh(set, NULL, "log-log")
  for (type in types) fh("days", NULL, type)
  for (g in 0:1) fh("aml", g, "log")
  for (set in simulated) fh(set, NULL, "log", weights = TRUE)
  for (set in simulated) for (robust in c("row", "cluster")) fh(set, NULL, "log", weights = TRUE, robust = robust)
}
put_json("kaplan_meier", cases)
