# Small simulated data sets of our own, committed: reference/simulated/*.csv.
#   Rscript reference/simulated/simulate.R   (from the repository's root)
set.seed(20240611, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
out <- file.path("reference", "simulated")
put <- function(name, d) write.csv(as.data.frame(lapply(d, function(v) format(v, digits = 17, trim = TRUE))),
  file.path(out, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
n <- 240
x1 <- round(rnorm(n), 3); x2 <- rbinom(n, 1, 0.4); x3 <- round(runif(n, 20, 80))
eta <- 0.6 * x1 - 0.5 * x2 + 0.02 * (x3 - 50)
event_time <- rexp(n, exp(eta) / 400); censoring <- runif(n, 50, 900)
# Whole days with many ties, two causes, weights, strata and clusters.
days <- ceiling(pmin(event_time, censoring) / 15) * 15
cause <- ifelse(event_time <= censoring, ifelse(runif(n) < 0.65, 1, 2), 0)
weight <- round(runif(n, 0.2, 3), 2); stratum <- sample(0:2, n, TRUE); cluster <- sample(0:49, n, TRUE)
put("days", data.frame(time = days, status = cause, weight, stratum, cluster, group = sample(0:3, n, TRUE), x1, x2, x3))
# Continuous times without ties.
put("continuous", data.frame(time = pmin(event_time, censoring), status = cause, weight, stratum, cluster,
  group = x2, x1, x2, x3))
# Delayed entry, ties between entries and exits.
entry <- pmax(0, days - 15 * sample(1:30, n, TRUE))
put("entry", data.frame(entry, time = days, status = cause, weight, stratum, cluster, group = x2, x1, x2, x3))
