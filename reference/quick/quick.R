# Reference values of the one-statistic commands: Rscript reference/quick/quick.R
# Each case is a command line and the rows that it must print, by the names of the stats table.
source("reference/common.R")
suppressMessages({library(cmprsk); library(maxstat)})

row <- function(context, stat, value, variable = "", level = "", group = "", cause = "")
  data.frame(context, group, cause, variable, level, stat, value = as.numeric(value))
text <- function(x) format(x, digits = 15, trim = TRUE)

# The fit nearest to the maximum, as coxph_exact of common.R, for a formula with data.
cox_fit <- function(formula, data, ...) {
  arguments <- list(...)
  fits <- lapply(c(1e-11, 1e-12, 1e-13, 1e-14, 1e-15), function(eps) suppressWarnings(do.call(coxph,
    c(list(formula, data = data, control = coxph.control(eps = eps, iter.max = 60)), arguments))))
  miss <- sapply(fits, function(f) {
    v <- if (is.null(f$naive.var)) f$var else f$naive.var
    max(abs(colSums(as.matrix(residuals(f, type = "score", weighted = TRUE)))) * sqrt(diag(v)))
  })
  fits[[which.min(miss)]]
}
km_rows <- function(d, by, times, tau, conf = "log-log", surv = response(d)) {
  s <- droplevels(factor(d[[by]]))
  out <- list()
  for (l in levels(s)) {
    part <- s == l
    f <- survfit(surv[part] ~ 1, conf.type = conf)
    e <- summary(f, times = times, extend = FALSE)
    out <- c(out, list(
      row("survival", "n", sum(part), "n", "", l), row("survival", "n.event", sum(f$n.event), "n", "", l),
      row("survival", "estimate", e$surv, "time", text(e$time), l), row("survival", "std.error", e$std.err, "time", text(e$time), l),
      row("survival", "conf.low", e$lower, "time", text(e$time), l), row("survival", "conf.high", e$upper, "time", text(e$time), l),
      # At risk by definition, entry < t <= exit: summary() counts those at the next time in the curve.
      row("survival", "n.risk", sapply(e$time, function(t) sum((if ("entry" %in% names(d)) d$entry[part] < t else TRUE) & d$time[part] >= t)), "time", text(e$time), l),
      row("survival", "cum.event", cumsum(e$n.event), "time", text(e$time), l)))
    q <- quantile(f, 0.5)
    out <- c(out, list(row("survival", "estimate", q$quantile, "prob", "0.5", l), row("survival", "conf.low", q$lower, "prob", "0.5", l),
      row("survival", "conf.high", q$upper, "prob", "0.5", l)))
    if (!is.null(tau)) {
      r <- survival:::survmean(f, rmean = tau)$matrix
      out <- c(out, list(row("rmst", "estimate", r["rmean"], "tau", text(tau), l), row("rmst", "std.error", r["se(rmean)"], "tau", text(tau), l)))
    }
  }
  r <- do.call(rbind, out)
  r[!is.na(r$value), ]
}
logrank_rows <- function(t) rbind(row("logrank", "statistic", t$chisq, "logrank"), row("logrank", "parameter", length(t$n) - 1, "logrank"),
  row("logrank", "p.value", pchisq(t$chisq, length(t$n) - 1, lower.tail = FALSE), "logrank"))

# names: for each coefficient, its term and level.
cox_rows <- function(f, terms, levels, zph = TRUE) {
  s <- summary(f)$coefficients
  robust <- "robust se" %in% colnames(s)
  p <- s[, "Pr(>|z|)"]; se <- s[, if (robust) "robust se" else "se(coef)"]
  out <- rbind(row("cox", "estimate", coef(f), terms, levels), row("cox", "std.error", s[, "se(coef)"], terms, levels),
    row("cox", "statistic", s[, "z"], terms, levels), row("cox", "p.value", p, terms, levels),
    row("cox", "conf.low", coef(f) - qnorm(0.975) * se, terms, levels), row("cox", "conf.high", coef(f) + qnorm(0.975) * se, terms, levels))
  if (robust) out <- rbind(out, row("cox", "robust.se", s[, "robust se"], terms, levels))
  fit <- c(loglik.null = f$loglik[1], loglik = f$loglik[2], lr = 2 * diff(f$loglik), wald = f$wald.test, score = f$score,
    df = sum(!is.na(coef(f))), concordance = unname(f$concordance["concordance"]), concordance.se = unname(f$concordance["std"]),
    n = f$n, n.event = f$nevent)
  out <- rbind(out, row("cox.fit", names(fit), fit))
  if (zph) {
    z <- cox.zph(f)$table
    out <- rbind(out, row("cox.ph", "statistic", z[, 1], rownames(z)), row("cox.ph", "parameter", z[, 2], rownames(z)), row("cox.ph", "p.value", z[, 3], rownames(z)))
  }
  out
}
cases <- list()
add <- function(command, set, args, rows, tolerance = 1e-9) {
  rows <- lapply(seq_len(nrow(rows)), function(i) as.list(rows[i, ]))
  cases[[length(cases) + 1]] <<- list(case = paste(command, set, args), command = command, set = set, args = args, tolerance = tolerance, rows = rows)
}
base <- "--time time --event status --event-code 1"
d <- read_set("days")
add("km", "days", paste(base, "--by group --at 100,300,600 --tau 400"),
  rbind(km_rows(d, "group", c(100, 300, 600), 400, surv = Surv(d$time, d$status == 1)),
    logrank_rows(survdiff(Surv(time, status == 1) ~ group, d))))
add("km", "days", paste(base, "--by group --at 250 --conf-type plain --strata stratum"),
  rbind(km_rows(d, "group", 250, NULL, "plain", Surv(d$time, d$status == 1)),
    logrank_rows(survdiff(Surv(time, status == 1) ~ group + strata(stratum), d))))
add("km", "days", paste(base, "--by group --rho 1"), logrank_rows(survdiff(Surv(time, status == 1) ~ group, d, rho = 1)))
e <- read_set("entry")
add("km", "entry", paste("--entry entry", base, "--by group --at 200,500"),
  km_rows(e, "group", c(200, 500), NULL, surv = Surv(e$entry, e$time, e$status == 1)))
add("cox", "days", paste(base, "--covariates 'x1, x3, factor(group)'"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ x1 + x3 + factor(group), d), c("x1", "x3", rep("factor(group)", nlevels(factor(d$group)) - 1)),
    c("", "", levels(factor(d$group))[-1])))
d$ref <- relevel(factor(d$group), ref = "2")
add("cox", "days", paste(base, "--covariates 'group[ref=2], sqrt(x3)' --strata stratum --ties breslow"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ ref + sqrt(x3) + strata(stratum), d, ties = "breslow"),
    c(rep("group", nlevels(d$ref) - 1), "sqrt(x3)"), c(levels(d$ref)[-1], ""), zph = FALSE))
add("cox", "entry", paste("--entry entry", base, "--covariates 'x1, x2' --weights weight --cluster cluster"),
  cox_rows(cox_fit(Surv(entry, time, status == 1) ~ x1 + x2, e, weights = e$weight, cluster = e$cluster), c("x1", "x2"), "", zph = FALSE))
# Products: names of levels joined by a colon. A spline's columns by its formula (Harrell, norm 2), knots at his quantiles.
gl <- levels(factor(d$group))[-1]
add("cox", "days", paste(base, "--covariates 'x1*x3'"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ x1 * x3, d), c("x1", "x3", "x1:x3"), ""))
add("cox", "days", paste(base, "--covariates 'x1*factor(group)'"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ x1 * factor(group), d), c("x1", rep("factor(group)", length(gl)), rep("x1:factor(group)", length(gl))),
    c("", gl, gl), zph = FALSE))
rcs <- function(x, k) {
  p <- switch(as.character(k), "3" = c(.1, .5, .9), "4" = c(.05, .35, .65, .95), "5" = c(.05, .275, .5, .725, .95))
  t <- quantile(x, p, names = FALSE); n <- length(t); cube <- function(v) pmax(v, 0)^3
  curved <- sapply(seq_len(n - 2), function(j)
    (cube(x - t[j]) - (cube(x - t[n - 1]) * (t[n] - t[j]) - cube(x - t[n]) * (t[n - 1] - t[j])) / (t[n] - t[n - 1])) / (t[n] - t[1])^2)
  cbind(x, curved)
}
for (k in 3:5) add("cox", "days", paste0(base, " --covariates 'rcs(x1, ", k, "), x3'"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ rcs(x1, k) + x3, d), c(rep(paste0("rcs(x1, ", k, ")"), k - 1), "x3"), c(seq_len(k - 1), ""), zph = FALSE))
add("cox", "days", paste0(base, " --covariates 'rcs(x1, 3)*x3'"),
  cox_rows(cox_fit(Surv(time, status == 1) ~ rcs(x1, 3) * x3, d), c(rep("rcs(x1, 3)", 2), "x3", rep("rcs(x1, 3):x3", 2)), c("1", "2", "", "1", "2"), zph = FALSE))
cif <- cuminc(d$time, d$status, d$group)
ci_rows <- function(times) {
  f <- survfit(Surv(time, factor(status)) ~ group, d)
  do.call(rbind, lapply(levels(factor(d$group)), function(g) {
    s <- summary(survfit(Surv(time, factor(status)) ~ 1, d[d$group == g, ]), times = times)
    do.call(rbind, lapply(1:2, function(k) rbind(row("cif", "estimate", s$pstate[, k + 1], "time", text(s$time), g, as.character(k)),
      row("cif", "std.error", s$std.err[, k + 1], "time", text(s$time), g, as.character(k)))))
  }))
}
gray_rows <- do.call(rbind, lapply(1:2, function(k) rbind(row("gray", "statistic", cif$Tests[k, 1], "gray", "", "", as.character(k)),
  row("gray", "parameter", cif$Tests[k, 3], "gray", "", "", as.character(k)), row("gray", "p.value", cif$Tests[k, 2], "gray", "", "", as.character(k)))))
add("cif", "days", "--time time --event status --by group --at 150,400", rbind(ci_rows(c(150, 400)), gray_rows))
# crr stops at its own tolerance: gtol small, and 1e-6 asked for.
g <- crr(d$time, d$status, as.matrix(d[c("x1", "x3")]), failcode = 2, cencode = 0, gtol = 1e-12)
add("cif", "days", "--time time --event status --event-code 2 --covariates 'x1, x3'",
  rbind(row("finegray", "estimate", g$coef, c("x1", "x3")), row("finegray", "std.error", sqrt(diag(g$var)), c("x1", "x3"))), 1e-6)
m <- maxstat.test(Surv(time, status == 1) ~ x1, d, smethod = "LogRank", pmethod = "Lau92", minprop = 0.1, maxprop = 0.9)
m94 <- maxstat.test(Surv(time, status == 1) ~ x1, d, smethod = "LogRank", pmethod = "Lau94", minprop = 0.1, maxprop = 0.9)
add("cutpoint", "days", paste(base, "--covariates x1 --replicates 999"),
  rbind(row("cutpoint", c("cutpoint", "statistic", "p.value"), c(m$estimate, m$statistic, m$p.value), "x1", "lau92"),
    row("cutpoint", c("cutpoint", "statistic", "p.value"), c(m94$estimate, m94$statistic, m94$p.value), "x1", "lau94")))
f <- cox_fit(Surv(time, status == 1) ~ x1 + x3, d)
lp <- predict(f, type = "lp")
h <- concordance(Surv(time, status == 1) ~ lp, d, reverse = TRUE); u <- concordance(Surv(time, status == 1) ~ lp, d, reverse = TRUE, timewt = "n/G2")
add("concordance", "days", paste(base, "--covariates 'x1, x3'"),
  row("concordance", c("harrell", "harrell.se", "uno", "uno.se"), c(h$concordance, sqrt(h$var), u$concordance, sqrt(u$var))))
put_json("quick", cases, "cmprsk", "maxstat")
