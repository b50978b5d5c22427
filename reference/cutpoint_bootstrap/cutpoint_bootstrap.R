# Reference values of the bootstrap interval of a cut-point: Rscript reference/cutpoint_bootstrap/cutpoint_bootstrap.R
# Rows are resampled here and the search is R's maxstat. Limits of 2,000 resamples carry a Monte-Carlo error: given are the
# quantiles four standard errors of the tail probability to either side, for a comparison with 2,000 resamples of others.
source("reference/common.R")
suppressMessages(library(maxstat))
set.seed(5150, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
replicates <- 2000
bootstrap_case <- function(set, column, levels = c(0.8, 0.95)) {
  d <- read_set(set)
  d$x <- d[[column]]
  cut_of <- function(d) tryCatch(unname(suppressWarnings(maxstat.test(Surv(time, status > 0) ~ x, d, smethod = "LogRank", minprop = 0.1, maxprop = 0.9))$estimate),
    error = function(e) NA)
  observed <- cut_of(d)
  found <- replicate(replicates, cut_of(d[sample(nrow(d), replace = TRUE), ]))
  known <- sort(found[!is.na(found)])
  at <- function(p) known[pmin(pmax(ceiling(p * length(known)), 1), length(known))]
  limits <- lapply(levels, function(level) {
    tail <- (1 - level) / 2
    band <- tail + c(-4, 4) * sqrt(2 * tail * (1 - tail) / replicates)
    list(level = level, low = arr(at(band)), high = arr(at(1 - rev(band))))
  })
  list(case = paste("cut", set, column), set = set, column = column, cut = observed, replicates = replicates, undefined = sum(is.na(found)),
    same_cut = mean(known == observed), limits = limits)
}
cases <- list(bootstrap_case("days", "x3"), bootstrap_case("continuous", "x1"), bootstrap_case("dlbcl", "x1"), bootstrap_case("hohnloser", "x1"))
put_json("cutpoint_bootstrap", cases, "maxstat")
