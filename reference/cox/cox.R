# Reference values of Cox models: Rscript reference/cox/cox.R (from the repository's root).
source("reference/common.R")
fit_case <- function(set, ties, weights = FALSE, strata = FALSE, robust = FALSE, cluster = FALSE) {
  d <- read_set(set)
  x <- as.matrix(d[covariates(d)])
  y <- response(d)
  d$y <- y
  f <- paste("y ~", paste(covariates(d), collapse = " + "))
  if (strata) f <- paste(f, "+ strata(stratum)")
  args <- list(as.formula(f), data = d, ties = ties, x = TRUE)
  # R takes weights that are not whole for a sample's and turns robust on: only where asked for here.
  if (weights) { args$weights <- d$weight; if (!robust && !cluster) args$robust <- FALSE }
  if (cluster) args$cluster <- d$cluster
  if (robust && !cluster) args$cluster <- seq_len(nrow(d)) # each row its own, also where rows have entries
  fit <- do.call(coxph_exact, args)
  z <- cox.zph(fit, terms = FALSE)
  zi <- cox.zph(fit, transform = "identity", terms = FALSE)
  zr <- cox.zph(fit, transform = "rank", terms = FALSE)
  s <- summary(fit)
  b <- basehaz(fit, centered = FALSE)
  if (!strata) b$strata <- "0"
  drop <- unlist(lapply(covariates(d), function(v) {
    g <- suppressWarnings(do.call(coxph, replace(args, 1, list(update(as.formula(f), paste(". ~ . -", v))))))
    2 * (fit$loglik[2] - g$loglik[length(g$loglik)])
  }))
  last <- tapply(b$hazard, b$strata, max)
  list(case = paste(set, ties, if (weights) "weights", if (strata) "strata", if (robust) "robust", if (cluster) "cluster"),
    set = set, ties = ties, weights = weights, strata = strata, robust = robust, cluster = cluster,
    coefficients = arr(coef(fit)), variance = rows_of(vcov(fit)),
    naive_se = arr(sqrt(diag(if (is.null(fit$naive.var)) fit$var else fit$naive.var))),
    p = arr(s$coefficients[, ncol(s$coefficients)]), loglik = arr(fit$loglik), score = fit$score,
    wald = unname(fit$wald.test), concordance = unname(fit$concordance[["concordance"]]),
    concordance_se = unname(fit$concordance[["std"]]),
    zph = arr(z$table[, 1]), zph_p = arr(z$table[, 3]), zph_identity = arr(zi$table[, 1]), zph_rank = arr(zr$table[, 1]),
    last_hazard = arr(last), dropped_lr = arr(drop))
}
plain <- c("lung", "rotterdam", "gbsg", "veteran", "ovarian", "colon", "pbc", "heart", "nwtco", "larynx", "aml",
  "cgd", "flchain", "channing", "days", "continuous", "entry")
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- fit_case(...)
for (set in plain) for (ties in c("efron", "breslow")) add(set, ties)
for (set in c("lung", "gbsg", "colon", "cgd", "days", "continuous", "entry")) for (ties in c("efron", "breslow")) add(set, ties, strata = TRUE)
for (set in simulated) for (ties in c("efron", "breslow")) {
  add(set, ties, weights = TRUE)
  add(set, ties, weights = TRUE, strata = TRUE)
  add(set, ties, weights = TRUE, cluster = TRUE)
  add(set, ties, weights = TRUE, robust = TRUE)
}
for (set in c("lung", "gbsg", "heart", "days", "entry")) for (ties in c("efron", "breslow")) add(set, ties, robust = TRUE)
for (set in c("kidney", "heart", "cgd")) for (ties in c("efron", "breslow")) add(set, ties, cluster = TRUE)
put_json("cox", cases)
