# Reference values of log-rank tests: Rscript reference/log_rank/log_rank.R
# R's survdiff refuses delayed entry; there the score test of a Breslow Cox model gives the statistic
# where no two events are tied (set "entry_untied" is made here from "continuous").
source("reference/common.R")
test_case <- function(set, strata = FALSE, rho = 0) {
  d <- read_set(set)
  d$y <- Surv(d$time, d$status > 0)
  f <- if (strata) survdiff(y ~ group + strata(stratum), d, rho = rho) else survdiff(y ~ group, d, rho = rho)
  sum_rows <- function(m) if (is.matrix(m)) rowSums(m) else m
  df <- sum(sum_rows(f$exp) > 0) - 1
  list(case = paste(set, if (strata) "strata", if (rho > 0) paste("rho", rho)), set = set, strata = strata, rho = rho,
    observed = arr(sum_rows(f$obs)), expected = arr(sum_rows(f$exp)), variance = rows_of(f$var), statistic = f$chisq,
    df = df, p = pchisq(f$chisq, df, lower.tail = FALSE))
}
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- test_case(...)
sets <- c("lung", "rotterdam", "gbsg", "veteran", "ovarian", "colon", "pbc", "mgus2", "nwtco", "larynx", "bmt", "aml", "kidney",
  "flchain", "days", "continuous")
for (set in sets) { add(set); add(set, rho = 1); add(set, rho = 0.5) }
for (set in c("lung", "gbsg", "veteran", "colon", "nwtco", "bmt", "days", "continuous")) { add(set, strata = TRUE); add(set, strata = TRUE, rho = 1) }
put_json("log_rank", cases)
