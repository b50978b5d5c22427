# Reference values of the bootstrap optimism of a Cox model's C: Rscript reference/optimism/optimism.R
# Harrell's algorithm written out with coxph and concordance, 2,000 resamples. Values carry a Monte-Carlo
# error, which is given: sd is that of one resample's optimism. rms::validate (Dxy = 2 C - 1) has to agree.
source("reference/common.R")
suppressMessages(library(rms))
set.seed(4711, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
replicates <- 2000
c_of <- function(fit, d) concordance(d$y ~ predict(fit, newdata = d, type = "lp"), reverse = TRUE)$concordance
optimism_case <- function(set, ties = "efron") {
  d <- read_set(set)
  d$y <- response(d)
  f <- as.formula(paste("y ~", paste(covariates(d), collapse = " + ")))
  apparent <- c_of(coxph(f, d, ties = ties), d)
  one <- function(i) {
    b <- d[sample(nrow(d), replace = TRUE), ]
    fit <- coxph(f, b, ties = ties)
    c_of(fit, b) - c_of(fit, d)
  }
  found <- sapply(seq_len(replicates), one)
  if (!("entry" %in% names(d))) {
    d$s <- Surv(d$time, d$status > 0)
    model <- cph(update(f, s ~ .), data = d, x = TRUE, y = TRUE, surv = FALSE, method = ties)
    theirs <- abs(validate(model, B = 400)["Dxy", "optimism"]) / 2
    cat(set, "mean", mean(found), "rms", theirs, "\n")
    stopifnot(abs(theirs - mean(found)) < 4 * sd(found) * sqrt(1 / 400 + 1 / replicates))
  }
  list(case = paste(set, ties), set = set, ties = ties, replicates = replicates, apparent = apparent,
    optimism = mean(found), sd = sd(found))
}
cases <- list(optimism_case("days"), optimism_case("ovarian"), optimism_case("lung"), optimism_case("veteran"), optimism_case("larynx", "breslow"), optimism_case("entry"))
put_json("optimism", cases, "rms")
