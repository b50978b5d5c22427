# Reference values of concordance: Rscript reference/concordance/concordance.R
# The score is a fixed combination of covariates, rounded so that ties occur.
source("reference/common.R")
c_case <- function(set, timewt = "n", weights = FALSE, strata = FALSE, cluster = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  d$score <- round(as.numeric(scale(d$x1)) + if ("x2" %in% names(d)) 0.5 * d$x2 else 0, 1)
  f <- as.formula(if (strata) "y ~ score + strata(stratum)" else "y ~ score")
  args <- list(f, data = d, reverse = TRUE, timewt = timewt)
  if (weights) args$weights <- d$weight
  if (cluster) args$cluster <- d$cluster
  fit <- do.call(concordance, args)
  k <- if (is.matrix(fit$count)) colSums(fit$count) else fit$count
  list(case = paste(set, timewt, if (weights) "weights", if (strata) "strata", if (cluster) "cluster"), set = set,
    timewt = timewt, weights = weights, strata = strata, cluster = cluster, score = arr(d$score),
    estimate = unname(fit$concordance), se = sqrt(fit$var), counts = arr(k[1:3]))
}
# With delayed entry R (survival 3.5-3) crashed on the weights other than "n": not asked.
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- c_case(...)
for (set in c("lung", "gbsg", "veteran", "ovarian", "heart", "channing", "kidney", "days", "continuous", "entry")) add(set)
for (set in c("lung", "veteran", "ovarian", "kidney", "days", "continuous")) for (w in c("n/G2", "S", "S/G", "I")) add(set, timewt = w)
for (set in c("days", "continuous")) for (w in c("n/G2", "S", "S/G", "I")) add(set, timewt = w, weights = TRUE, cluster = TRUE)
for (set in simulated) { add(set, weights = TRUE); add(set, strata = TRUE); add(set, weights = TRUE, strata = TRUE, cluster = TRUE) }
put_json("concordance", cases)
