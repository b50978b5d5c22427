# Reference values of the Fine-Gray model: Rscript reference/fine_gray/fine_gray.R
# crr's line search ends up to 3e-8 from the optimum whatever its gtol. Two Newton steps, written out here,
# mend that; crr then gives log-likelihood and variance at the result (init, no iterations).
source("reference/common.R")
suppressMessages(library(cmprsk))
newton <- function(d, x, cause, beta) {
  g <- { km <- survfit(Surv(d$time, d$status == 0) ~ 1); c(1, km$surv)[findInterval(d$time * (1 - 1e-12), km$time) + 1] }
  for (step in 1:2) {
    r <- exp(drop(x %*% beta)); u <- 0; info <- 0
    for (j in which(d$status == cause)) {
      w <- r * ifelse(d$time >= d$time[j], 1, ifelse(d$status > 0 & d$status != cause, g[j] / g, 0))
      m <- colSums(w * x) / sum(w)
      u <- u + x[j, ] - m
      info <- info + crossprod(sweep(x, 2, m) * sqrt(w / sum(w)))
    }
    beta <- beta + solve(info, u)
  }
  beta
}
# crr's fit at the optimum that further steps of Newton's method find.
polished <- function(d, x, cause) {
  f <- suppressWarnings(crr(d$time, d$status, x, failcode = cause, gtol = 1e-13, maxiter = 50))
  suppressWarnings(crr(d$time, d$status, x, failcode = cause, init = newton(d, x, cause, f$coef), maxiter = 0))
}
fg_case <- function(set, cause) {
  d <- read_set(set)
  x <- as.matrix(d[covariates(d)])
  f <- polished(d, x, cause)
  list(case = paste(set, cause), kind = "crr", set = set, cause = cause, coefficients = arr(f$coef), variance = rows_of(f$var),
    loglik = f$loglik, loglik_null = f$loglik.null)
}
# The variance of Fine & Gray 1999 written out term by term, with a censoring curve per group. With one
# group it is crr's to all digits; with several, crr's own (cengroup) is off by up to 0.2 percent.
# With clusters (Zhou, Fine, Latouche & Labopin 2012, as crrSC::crrc) their sums are squared, not those of rows.
robust <- function(d, x, cause, beta, grp, cluster = seq_len(nrow(d))) {
  n <- nrow(d); r <- exp(drop(x %*% beta)); tj <- sort(unique(d$time[d$status == cause])); comp <- d$status > 0 & d$status != cause
  G <- function(t, k) {
    u <- sort(unique(d$time[grp == k & d$status == 0 & d$time < t]))
    prod(vapply(u, function(v) 1 - sum(grp == k & d$status == 0 & d$time == v) / sum(grp == k & d$time >= v), 0), 1)
  }
  gx <- sapply(1:n, function(i) G(d$time[i], grp[i])); codes <- sort(unique(grp))
  gt <- sapply(codes, function(k) sapply(tj, G, k)); colnames(gt) <- codes
  w <- sapply(seq_along(tj), function(j) ifelse(d$time >= tj[j], 1, ifelse(comp, gt[j, as.character(grp)] / gx, 0)))
  s0 <- colSums(w * r); m <- t(sapply(seq_along(tj), function(j) colSums(w[, j] * r * x) / s0[j]))
  step <- sapply(tj, function(t) sum(d$status == cause & d$time == t)) / s0
  eta <- psi <- matrix(0, n, ncol(x)); info <- 0
  for (j in seq_along(tj)) {
    dx <- sweep(x, 2, m[j, ]); eta <- eta - dx * w[, j] * r * step[j]
    e <- d$status == cause & d$time == tj[j]; eta[e, ] <- eta[e, ] + dx[e, ]
    info <- info + crossprod(dx * sqrt(w[, j] * r)) * step[j]
  }
  for (k in codes) for (u in sort(unique(d$time[d$status == 0 & grp == k]))) {
    q <- numeric(ncol(x)); js <- which(tj >= u)
    if (length(js)) for (i in which(comp & grp == k & d$time < u))
      q <- q + colSums(sweep(-m[js, , drop = FALSE], 2, -x[i, ]) * (w[i, js] * r[i] * step[js]))
    at <- which(grp == k & d$time >= u); left <- at[d$time[at] == u & d$status[at] == 0]
    psi[at, ] <- sweep(psi[at, , drop = FALSE], 2, q * length(left) / length(at)^2)
    psi[left, ] <- sweep(psi[left, , drop = FALSE], 2, -q / length(at))
  }
  v <- solve(info); v %*% crossprod(rowsum(eta + psi, cluster)) %*% v
}
# Clusters: coefficients and log-likelihoods are crr's, polished; the variance is the formula above.
cluster_case <- function(set, cause) {
  d <- read_set(set)
  x <- as.matrix(d[covariates(d)])
  f <- polished(d, x, cause)
  one <- rep(0, nrow(d))
  # Clusters of one are crr's own variance: the formula as it stands here is the one meant.
  stopifnot(max(abs(robust(d, x, cause, f$coef, one) / f$var - 1)) < 1e-6)
  list(case = paste(set, cause, "clusters"), kind = "clusters", set = set, cause = cause, coefficients = arr(f$coef),
    variance = rows_of(robust(d, x, cause, f$coef, one, d$cluster)), loglik = f$loglik, loglik_null = f$loglik.null)
}
# Groups with their own censoring curve: crr's own optimum, within its line search.
cengroup_case <- function(set, cause, groups) {
  d <- read_set(set)
  x <- as.matrix(d[covariates(d)])
  f <- suppressWarnings(crr(d$time, d$status, x, failcode = cause, cengroup = d[[groups]], gtol = 1e-13, maxiter = 50))
  list(case = paste(set, cause, "cengroup", groups), kind = "cengroup", set = set, cause = cause, groups = groups,
    coefficients = arr(f$coef), variance = rows_of(robust(d, x, cause, f$coef, d[[groups]])), loglik = f$loglik, loglik_null = f$loglik.null)
}
# Weights of competing events by survival's finegray(), fitted by coxph with Breslow's ties; robust
# variance by subject. Times are made distinct (row / 1024 added, exact in binary): where a censoring and
# an event of one day coincide, finegray() and crr have different conventions. finegray() leaves case weights
# out of the censoring curve: here weights are whole (rounded up) and the rows repeated.
finegray_case <- function(set, cause, entry = FALSE, weights = FALSE, strata = FALSE, clusters = FALSE) {
  d <- read_set(set)
  d$row <- seq_len(nrow(d)); shift <- d$row / 1024
  d$time <- d$time + shift
  d$entry <- if (entry) d$entry + shift * (d$entry > 0) - 1 / 2048 * (d$entry > 0) else NULL
  d$state <- factor(d$status, 0:max(d$status))
  d$y <- if (entry) Surv(d$entry, d$time, d$state) else Surv(d$time, d$state)
  v <- covariates(d)
  stratum <- d$stratum
  if (weights) d <- d[rep(d$row, ceiling(d$weight)), ]
  d$copy <- seq_len(nrow(d))
  f <- finegray(as.formula(paste("y ~", paste(v, collapse = " + "), if (strata) "+ strata(stratum)", "+ row + cluster")), data = d,
    etype = as.character(cause), id = copy)
  form <- as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(v, collapse = " + "), if (strata) "+ strata(stratum)", if (clusters) "+ cluster(cluster)" else "+ cluster(row)"))
  f$stratum <- stratum[f$row]
  fit <- do.call(coxph_exact, list(form, data = f, weights = f$fgwt, ties = "breslow"))
  list(case = paste(set, cause, if (entry) "entry", if (weights) "weights", if (strata) "strata", if (clusters) "clusters"), kind = "finegray", set = set, cause = cause,
    entry = entry, weights = weights, strata = strata, clusters = clusters, coefficients = arr(coef(fit)), variance = rows_of(vcov(fit)),
    loglik = fit$loglik[2], loglik_null = fit$loglik[1])
}
# Predicted incidence, from the polished fit.
predict_case <- function(set, cause) {
  d <- read_set(set)
  x <- as.matrix(d[covariates(d)])
  f <- polished(d, x, cause)
  at <- rbind(colMeans(x), x[1, ], x[2, ])
  # predict.crr with one covariate row at a time; times in its first column.
  p <- predict(f, at)
  keep <- unique(round(seq(1, nrow(p), length.out = 12)))
  list(case = paste(set, cause, "predict"), kind = "predict", set = set, cause = cause, at = rows_of(at),
    time = arr(p[keep, 1]), incidence = lapply(1:3, function(j) arr(p[keep, j + 1])))
}
cases <- list()
add <- function(case) cases[[length(cases) + 1]] <<- case
for (set in c("mgus2", "bmt", "days", "continuous")) for (cause in 1:2) add(fg_case(set, cause))
for (set in c("days", "continuous")) for (cause in 1:2) add(cengroup_case(set, cause, "group"))
for (cause in 1:2) {
  for (entry in c(FALSE, TRUE)) for (weights in c(FALSE, TRUE)) for (strata in c(FALSE, TRUE))
    add(finegray_case(if (entry) "entry" else "days", cause, entry, weights, strata))
}
for (set in c("mgus2", "bmt", "days")) add(predict_case(set, 1))
for (set in c("days", "continuous")) for (cause in 1:2) add(cluster_case(set, cause))
for (entry in c(FALSE, TRUE)) for (strata in c(FALSE, TRUE)) add(finegray_case(if (entry) "entry" else "days", 1, entry, FALSE, strata, TRUE))
put_json("fine_gray", cases, "cmprsk")
