# Reference values of Gray's test: Rscript reference/gray/gray.R
source("reference/common.R")
suppressMessages(library(cmprsk))
gray_case <- function(set, strata = FALSE, rho = 0) {
  d <- read_set(set)
  f <- if (strata) cuminc(d$time, d$status, d$group, d$stratum, rho = rho) else cuminc(d$time, d$status, d$group, rho = rho)
  list(case = paste(set, if (strata) "strata", rho), set = set, strata = strata, rho = rho,
    statistic = arr(f$Tests[, 1]), p = arr(f$Tests[, 2]), df = arr(f$Tests[, 3]))
}
cases <- list()
for (set in c("mgus2", "bmt", "days", "continuous")) for (strata in c(FALSE, TRUE)) for (rho in c(0, 1))
  cases[[length(cases) + 1]] <- gray_case(set, strata, rho)
put_json("gray", cases, "cmprsk")
