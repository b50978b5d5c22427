# Reference values of differences and ratios of restricted means: Rscript reference/restricted_mean/restricted_mean.R
# Each arm's mean and error by survfit's print(rmean = tau); the comparison by the delta method, as
# survRM2::rmst2 does it (Uno et al. 2014). The script first reproduces rmst2's published output for its
# own sample (pbc, the 312 randomised, years, tau = 10).
source("reference/common.R")
arm <- function(d, tau) {
  m <- survival:::survmean(survfit(response(d) ~ 1), rmean = tau)$matrix
  c(mean = unname(m[grep("rmean", names(m))[1]]), se = unname(m[grep("se(", names(m), fixed = TRUE)[1]]))
}
two_sided <- function(z) 2 * pnorm(-abs(z))
compare <- function(a, b, tau) {
  z <- qnorm(0.975)
  difference <- function(x, y, se) c(x - y, se, x - y - z * se, x - y + z * se, two_sided((x - y) / se))
  ratio <- function(x, y, sx, sy) {
    se <- sqrt((sx / x)^2 + (sy / y)^2)
    c(x / y, se, exp(log(x / y) - z * se), exp(log(x / y) + z * se), two_sided(log(x / y) / se))
  }
  list(difference = difference(a[1], b[1], sqrt(a[2]^2 + b[2]^2)), ratio = ratio(a[1], b[1], a[2], b[2]),
    lost = ratio(tau - a[1], tau - b[1], a[2], b[2]))
}
published <- with(pbc[1:312, ], data.frame(time = time / 365.25, status = as.numeric(status == 2), group = as.numeric(trt == 1)))
found <- compare(arm(published[published$group == 1, ], 10), arm(published[published$group == 0, ], 10), 10)
near <- function(a, b, within = 1e-8) stopifnot(max(abs(unname(a) / b - 1)) < within)
near(found$difference[c(1, 3, 4, 5)], c(-0.136922764869478, -0.938519086, 0.664673557, 0.737786088))
near(found$ratio[1], 0.981200748)
near(found$lost[1], 1.050402547)

mean_case <- function(set, groups, share) {
  d <- read_set(set)
  arms <- lapply(groups, function(g) d[d$group == g, ])
  tau <- share * min(sapply(arms, function(x) max(x$time)))
  means <- lapply(arms, arm, tau = tau)
  c(list(case = paste(set, share), set = set, groups = arr(groups), tau = tau, mean = arr(sapply(means, `[`, 1)), se = arr(sapply(means, `[`, 2))),
    lapply(compare(means[[1]], means[[2]], tau), arr))
}
cases <- list()
for (set in c("lung", "ovarian", "aml", "gbsg", "veteran", "colon", "larynx", "pbc", "rotterdam", "days", "continuous", "entry", "channing"))
  for (share in if (set == "channing") 0.95 else c(0.5, 0.9)) {
    groups <- head(sort(unique(read_set(set)$group)), 2)
    cases <- c(cases, list(mean_case(set, groups, share)))
  }
put_json("restricted_mean", cases)
