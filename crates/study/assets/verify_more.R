
# ---- competing events, subgroups, cut-points, shares -----------------------------------------------------------------
has <- function(package) requireNamespace(package, quietly = TRUE)
without <- character(0)
lacks <- function(package) { without <<- unique(c(without, package)); !has(package) }
causes_of <- function(endpoint) cause_table$label[cause_table$endpoint == endpoint]

# Limits from resamples of patients: ours must lie between R's own percentiles at ranks that random numbers move (four
# standard errors of a percentile of B resamples).
resampled_limits <- function(d, estimate, t, a, say, ends = function(d) d$event) {
  set.seed(1)
  B <- 400; ids <- split(seq_along(d$time), d$cluster)
  found <- vapply(seq_len(B), function(b) {
    rows <- unlist(ids[sample.int(length(ids), replace = TRUE)], use.names = FALSE)
    own <- lapply(d[c("time", "event", "cause", "entry")], function(x) if (!is.null(x)) x[rows])
    # Beyond the last follow-up nothing is known, unless everybody had an event by then.
    if (max(own$time) < t && min(survfit(surv(own, as.integer(ends(own)))~ 1)$surv) > 0) NA_real_ else tryCatch(estimate(own), error = function(e) NA_real_)
  }, 0)
  found <- found[!is.na(found)]
  for (side in c("conf.low", "conf.high")) {
    p <- (1 - a$conf_level) / 2; if (side == "conf.high") p <- 1 - p
    wide <- 4 * sqrt(p * (1 - p) * (1 / B + 1 / a$replicates))
    q <- quantile(found, pmin(1, pmax(0, c(p, p - wide, p + wide))), names = FALSE, type = 7)
    say(side, q[1], max(q[1] - q[2], q[3] - q[1]) + 1e-9)
  }
}

landmarks <- function(a, level, d) {
  entry <- if (is.null(d$entry)) rep(-1, length(d$time)) else d$entry
  for (at in split_list(a$landmark)) {
    t <- number(at); gone <- d$time <= t & entry <= t
    say <- function(name, value) check(a$analysis_id, a$endpoint, "landmark", a$by, level, "time", at, name, value)
    say("n.risk", sum(d$time > t & entry <= t)); say("n.event", sum(gone & d$cause == 1)); say("n.competing", sum(gone & d$cause > 1))
    say("n.censor", sum(gone & d$cause == 0)); say("n.later", sum(entry > t))
  }
}

# Aalen-Johansen with the infinitesimal jackknife; over clusters its influence is summed by hand, since survfit 3.5 ignores
# clusters in multi-state curves.
aalen_johansen <- function(d, n_causes, conf_level) {
  state <- factor(d$cause, 0:n_causes); id <- seq_along(d$time)
  y <- if (is.null(d$entry)) Surv(d$time, state) else Surv(d$entry, d$time, state)
  fit <- survfit(y ~ 1, id = id, conf.type = "log-log", conf.int = conf_level, influence = !is.null(d$cluster))
  exits <- which(fit$time %in% d$time)
  se <- fit$std.err[, -1, drop = FALSE]; p <- fit$pstate[, -1, drop = FALSE]
  if (!is.null(d$cluster)) {
    by <- apply(fit$influence.pstate, 2:3, function(u) sqrt(sum(rowsum(u, d$cluster)^2)))
    se <- by[seq(nrow(by) - nrow(p) + 1, nrow(by)), -1, drop = FALSE]
  }
  list(time = fit$time[exits], p = p[exits, , drop = FALSE], se = se[exits, , drop = FALSE])
}
# The value of a step function at t, `before` its first step.
step_at <- function(time, value, t, before = 0) c(before, value)[findInterval(t, time) + 1]
log_log_limits <- function(p, se, level) {
  z <- qnorm(1 - (1 - level) / 2); w <- z * se / (p * log(p))
  sort(c(p^exp(w), p^exp(-w)))
}

incidence <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a), TRUE, a$cluster)
  g <- if (a$by == "") factor(rep("", length(d$time))) else column(a$by)[d$use]
  labels <- causes_of(a$endpoint); largest <- max(c(1, d$cause))
  for (level in levels(g)) {
    own <- subset_of(d, !is.na(g) & g == level)
    if (!length(own$time)) next
    fit <- aalen_johansen(own, largest, a$conf_level)
    landmarks(a, level, own)
    for (k in seq_along(labels)) {
      say <- function(variable, at, name, value, scale = 0, limit = NULL)
        check(a$analysis_id, a$endpoint, "cif", a$by, level, variable, at, name, value, scale, c("cause", labels[k]), limit)
      events <- sum(own$cause == k)
      say("n", "", "n", length(own$time)); say("n", "", "n.event", events)
      for (at in split_list(a$at)) {
        t <- number(at)
        say("time", at, "cum.event", sum(own$cause[own$time <= t] == k))
        if (t > max(own$time)) next
        p <- if (k <= largest) step_at(fit$time, fit$p[, k], t) else 0
        se <- if (k <= largest) step_at(fit$time, fit$se[, k], t) else 0
        say("time", at, "estimate", p, 1e-3); say("time", at, "std.error", se, 1e-3)
        km <- survfit(surv(own, as.integer(own$cause == k)) ~ 1)
        say("time", at, "one.minus.km", 1 - summary(km, times = t, extend = TRUE)$surv, 1e-3)
        if (!is.null(own$cluster) && events < 10) {
          one <- function(d) { f <- aalen_johansen(c(d, list(cluster = NULL)), largest, a$conf_level); step_at(f$time, f$p[, k], t) }
          resampled_limits(own, one, t, a, function(name, value, limit) say("time", at, name, value, 1, limit), function(d) d$cause > 0)
        } else if (p > 0 && p < 1) {
          limits <- log_log_limits(p, se, a$conf_level)
          say("time", at, "conf.low", limits[1]); say("time", at, "conf.high", limits[2])
        }
      }
    }
  }
  known <- !is.na(g); group <- droplevels(g[known])
  if (a$by == "" || nlevels(group) < 2 || !is.null(d$entry) || lacks("cmprsk")) return(invisible())
  tests <- cmprsk::cuminc(d$time[known], d$cause[known], group)$Tests
  for (k in seq_along(labels)) {
    row <- match(as.character(k), rownames(tests))
    if (is.na(row)) next
    say <- function(name, value) check(a$analysis_id, a$endpoint, "gray", a$by, "", "gray", "", name, value, 0, c("cause", labels[k]))
    say("statistic", tests[row, "stat"]); say("parameter", tests[row, "df"]); say("p.value", tests[row, "pv"])
  }
}

# crr's line search ends up to 3e-8 from the optimum: two Newton steps written out here, then crr gives the log-likelihood
# and the variance at the result.
fine_gray_fit <- function(d, x) {
  first <- suppressWarnings(cmprsk::crr(d$time, d$cause, x, failcode = 1, gtol = 1e-13, maxiter = 50))
  beta <- first$coef
  km <- survfit(Surv(d$time, d$cause == 0) ~ 1)
  g <- c(1, km$surv)[findInterval(d$time * (1 - 1e-12), km$time) + 1]
  for (step in 1:2) {
    r <- exp(drop(x %*% beta)); u <- 0; info <- 0
    for (j in which(d$cause == 1)) {
      w <- r * ifelse(d$time >= d$time[j], 1, ifelse(d$cause > 1, g[j] / g, 0))
      m <- colSums(w * x) / sum(w)
      u <- u + x[j, ] - m
      info <- info + crossprod(sweep(x, 2, m) * sqrt(w / sum(w)))
    }
    beta <- beta + solve(info, u)
  }
  fit <- suppressWarnings(cmprsk::crr(d$time, d$cause, x, failcode = 1, init = beta, maxiter = 0))
  var <- if (is.null(d$cluster)) fit$var else clustered_variance(d, x, beta, g)
  list(coefficients = fit$coef, var = var, loglik = c(fit$loglik.null, fit$loglik))
}

# Zhou et al. 2012: eta + psi of Fine & Gray 1999, summed over the rows of a cluster. g: the censoring curve just before each
# row's time. Between the event times all sums are running ones.
clustered_variance <- function(d, x, beta, g) {
  n <- nrow(x); r <- exp(drop(x %*% beta)); comp <- d$cause > 1; tj <- sort(unique(d$time[d$cause == 1]))
  gt <- g[match(tj, d$time)]; s <- matrix(0, length(tj), ncol(x) + 1); info <- 0
  for (j in seq_along(tj)) s[j, ] <- colSums(r * ifelse(d$time >= tj[j], 1, ifelse(comp, gt[j] / g, 0)) * cbind(1, x))
  m <- s[, -1, drop = FALSE] / s[, 1]; step <- tabulate(match(d$time[d$cause == 1], tj), length(tj)) / s[, 1]
  for (j in seq_along(tj)) {
    w <- r * ifelse(d$time >= tj[j], 1, ifelse(comp, gt[j] / g, 0)); dx <- sweep(x, 2, m[j, ])
    info <- info + crossprod(dx * sqrt(w)) * step[j]
  }
  sums <- function(a) rbind(0, apply(a, 2, cumsum))
  plain <- sums(matrix(cbind(step, step * m), length(tj))); later <- sums(matrix(cbind(gt * step, gt * step * m), length(tj)))
  at <- findInterval(d$time, tj) + 1; last <- length(tj) + 1; after <- function(k) sweep(-later[k, , drop = FALSE], 2, -later[last, ])
  gap <- function(a) x * a[, 1] - a[, -1, drop = FALSE]
  event <- d$cause == 1
  eta <- -r * gap(plain[at, , drop = FALSE]) - comp * r / g * gap(after(at))
  eta[event, ] <- eta[event, ] + x[event, ] - m[match(d$time[event], tj), ]
  psi <- matrix(0, n, ncol(x))
  for (u in sort(unique(d$time[d$cause == 0]))) {
    before <- comp & d$time < u; a <- after(findInterval(u, tj, left.open = TRUE) + 1)
    q <- colSums((r / g)[before] * x[before, , drop = FALSE]) * a[1] - sum((r / g)[before]) * a[-1]
    under <- d$time >= u; left <- under & d$time == u & d$cause == 0
    psi[under, ] <- sweep(psi[under, , drop = FALSE], 2, q * sum(left) / sum(under)^2)
    psi[left, ] <- sweep(psi[left, , drop = FALSE], 2, -q / sum(under))
  }
  v <- solve(info); v %*% crossprod(rowsum(eta + psi, d$cluster)) %*% v
}

fine_gray <- function(a) {
  terms <- split_list(a$terms); keep <- inside(a)
  complete <- keep & Reduce(`&`, lapply(terms, function(t) !is.na(column(t))))
  d <- endpoint_data(a$endpoint, complete, FALSE, a$cluster)
  all <- model_columns(terms, d$use); labels <- causes_of(a$endpoint)
  missing <- sum(endpoint_data(a$endpoint, keep)$use) - length(d$time)
  counts <- function(context, group, level, k) {
    say <- function(name, value) check(a$analysis_id, a$endpoint, context, group, level, "", "", name, value)
    say("n", length(d$time)); say("n.event", sum(d$cause == k)); say("n.missing", missing)
  }
  for (k in seq_along(labels)) {
    counts("cause-specific.fit", "cause", labels[k], k)
    m <- estimable(all, function(i) key_of(a$analysis_id, a$endpoint, "cause-specific", "cause", labels[k], all$of$term[i], all$of$level[i], "estimate"))
    if (is.null(m)) next
    own <- d; own$event <- as.integer(d$cause == k)
    fit <- cox_fit(own, m$x, a$ties)
    coefficients_of(fit, a$conf_level, function(i, name, value, scale)
      check(a$analysis_id, a$endpoint, "cause-specific", "cause", labels[k], m$of$term[i], m$of$level[i], name, value, scale))
    say <- function(name, value) check(a$analysis_id, a$endpoint, "cause-specific.fit", "cause", labels[k], "", "", name, value)
    say("loglik.null", fit$loglik[1]); say("loglik", fit$loglik[2]); say("df", length(coef(fit)))
  }
  counts("finegray.fit", "", "", 1)
  m <- estimable(all, function(i) key_of(a$analysis_id, a$endpoint, "finegray", "", "", all$of$term[i], all$of$level[i], "estimate"))
  if (is.null(m) || !is.null(d$entry) || lacks("cmprsk")) return(invisible())
  fit <- fine_gray_fit(d, m$x)
  coefficients_of(fit, a$conf_level, function(i, name, value, scale)
    check(a$analysis_id, a$endpoint, "finegray", "", "", m$of$term[i], m$of$level[i], name, value, scale))
  check(a$analysis_id, a$endpoint, "finegray.fit", "", "", "", "", "loglik.null", fit$loglik[1])
  check(a$analysis_id, a$endpoint, "finegray.fit", "", "", "", "", "loglik", fit$loglik[2])
}

subgroups <- function(a) {
  f <- a$factor; keep <- inside(a) & !is.na(column(f))
  one <- function(name, level, belongs) {
    use <- keep & !is.na(belongs) & belongs
    d <- endpoint_data(a$endpoint, use, FALSE, a$cluster)
    check(a$analysis_id, a$endpoint, "subgroup", f, "", name, level, "n", length(d$time))
    check(a$analysis_id, a$endpoint, "subgroup", f, "", name, level, "n.event", sum(d$event))
    if (!is_number(f)) for (l in levels_of(f)) {
      own <- column(f)[d$use] == l
      check(a$analysis_id, a$endpoint, "subgroup.arm", f, l, name, level, "n", sum(own))
      check(a$analysis_id, a$endpoint, "subgroup.arm", f, l, name, level, "n.event", sum(d$event[own]))
    }
    all <- model_columns(f, d$use)
    m <- estimable(all, function(i) key_of(a$analysis_id, a$endpoint, "subgroup", f, all$of$level[i], name, level, "estimate"))
    if (is.null(m)) return(invisible())
    fit <- cox_fit(d, m$x, a$ties)
    coefficients_of(fit, a$conf_level, function(i, stat, value, scale)
      check(a$analysis_id, a$endpoint, "subgroup", f, m$of$level[i], name, level, stat, value, scale))
  }
  one("overall", "", rep(TRUE, nrow(data)))
  for (v in split_list(a$vars)) {
    for (l in levels_of(v)) one(v, l, column(v) == l)
    d <- endpoint_data(a$endpoint, keep & !is.na(column(v)), FALSE, a$cluster)
    say <- function(name, value) check(a$analysis_id, a$endpoint, "interaction", f, "", v, "", name, value)
    say("n", length(d$time)); say("n.event", sum(d$event)); say("n.missing", sum(endpoint_data(a$endpoint, inside(a))$use) - length(d$time))
    if (is.na(ours[key_of(a$analysis_id, a$endpoint, "interaction", f, "", v, "", "p.value")])) next
    x <- model_columns(f, d$use)$x; w <- model_columns(v, d$use)$x
    products <- do.call(cbind, lapply(seq_len(ncol(x)), function(i) x[, i] * w))
    varies <- apply(products, 2, function(z) length(unique(z)) > 1)
    full <- cox_fit(d, cbind(x, w, products[, varies, drop = FALSE]), a$ties)
    if (is.null(d$cluster)) {
      main <- cox_fit(d, cbind(x, w), a$ties)
      # Where products separate, the likelihood only approaches its supremum: iterations go on until its digits stand.
      far <- suppressWarnings(coxph(surv(d) ~ cbind(x, w, products[, varies, drop = FALSE]), ties = a$ties,
                                    control = coxph.control(eps = 1e-15, toler.chol = 1e-16, iter.max = 100)))
      statistic <- 2 * (max(full$loglik[2], far$loglik[2]) - main$loglik[2]); df <- length(coef(full)) - length(coef(main))
    } else {
      own <- seq(ncol(x) + ncol(w) + 1, length(coef(full))); df <- length(own)
      statistic <- drop(coef(full)[own] %*% solve(full$robust[own, own], coef(full)[own]))
    }
    say("statistic", statistic); say("parameter", df); say("p.value", pchisq(statistic, df, lower.tail = FALSE))
  }
}

# Log-rank scores and the largest standardised sum of them over the cuts; P values by the recursion over the cuts, by
# maxstat's formulas and by maxstat's own permutations.
cutpoint <- function(a) {
  terms <- split_list(a$terms)
  keep <- inside(a) & Reduce(`&`, lapply(terms, function(t) !is.na(column(t))))
  d <- endpoint_data(a$endpoint, keep)
  check(a$analysis_id, a$endpoint, "cutpoint", "", "", "n", "", "n", length(d$time))
  check(a$analysis_id, a$endpoint, "cutpoint", "", "", "n", "", "n.event", sum(d$event))
  n <- length(d$time); times <- sort(unique(d$time))
  later <- vapply(times, function(t) sum(d$time > t), 0); deaths <- vapply(times, function(t) sum(d$event[d$time == t]), 0)
  score <- d$event - cumsum(deaths / (later + 1))[match(d$time, times)]
  for (v in terms) {
    x <- column(v)[d$use]; ordered <- sort(x); m <- which(diff(ordered) != 0)
    m <- m[m >= max(1, floor(n * a$min_prop)) & m <= floor(n * a$max_prop)]
    sums <- vapply(m, function(k) sum(score[x <= ordered[k]]), 0)
    spread <- sqrt(m * (n - m) / (n * (n - 1)) * sum((score - mean(score))^2))
    z <- abs(sums - m / n * sum(score)) / spread; best <- which.max(z)
    say <- function(method, name, value, limit = NULL) check(a$analysis_id, a$endpoint, "cutpoint", "", "", v, method, name, value, limit = limit)
    for (method in c("gauss", "lau92", "lau94", "condmc")) { say(method, "cutpoint", ordered[m[best]]); say(method, "statistic", z[best]) }
    say("gauss", "p.value", gauss_p(z[best], n, m))
    above <- as.numeric(x > ordered[m[best]])
    fit <- tryCatch(cox_fit(d, matrix(above), "efron"), error = function(e) NULL)
    if (!is.null(fit)) {
      say("effect", "estimate.naive", unname(coef(fit)))
      b <- unname(coef(fit)); shrinkage <- max(0, (b^2 - drop(fit$var)) / b^2)
      say("effect", "shrinkage", shrinkage); say("effect", "estimate", b * shrinkage)
    }
    if (lacks("maxstat")) next
    frame <- data.frame(x = x); frame$y <- Surv(d$time, d$event)
    run <- function(p, ...) suppressWarnings(maxstat::maxstat.test(y ~ x, frame, smethod = "LogRank", pmethod = p, minprop = a$min_prop, maxprop = a$max_prop, ...))
    say("lau92", "p.value", unname(run("Lau92")$p.value)); say("lau94", "p.value", unname(run("Lau94")$p.value))
    set.seed(1)
    B <- 9999; p <- run("condMC", B = B)$p.value
    say("condmc", "p.value", p, (4 * sqrt(max(p, 1 / B) * (1 - p) * (1 / B + 1 / a$replicates)) + 1 / B) / max(p, 1e-300))
  }
}
gauss_p <- function(b, n, m, nodes = 256) {
  if (length(m) == 1) return(2 * pnorm(-b))
  k <- seq_len(nodes - 1); beta <- k / sqrt(4 * k^2 - 1); j <- matrix(0, nodes, nodes)
  j[cbind(k, k + 1)] <- beta; j[cbind(k + 1, k)] <- beta
  e <- eigen(j, symmetric = TRUE); z <- e$values * b; w <- 2 * e$vectors[1, ]^2 * b
  f <- dnorm(z)
  for (i in seq_along(m)[-1]) {
    r <- sqrt(m[i - 1] * (n - m[i]) / (m[i] * (n - m[i - 1]))); s <- sqrt(1 - r^2)
    f <- drop((dnorm(outer(z, r * z, "-") / s) / s) %*% (f * w))
  }
  1 - sum(f * w)
}

dose_by_site <- function(a) {
  dose <- column(a$factor); site <- column(a$by)
  known <- inside(a) & !is.na(dose) & !is.na(site); cells <- table(site[known], dose[known])
  say <- function(s, l, name, value) check(a$analysis_id, a$endpoint, "dose-by-site", a$by, s, a$factor, l, name, value)
  for (s in levels(site)) { for (l in levels(dose)) say(s, l, "n", cells[s, l]); say(s, "", "n", sum(cells[s, ])) }
  for (l in levels(dose)) say("", l, "n", sum(cells[, l]))
  say("", "", "n", sum(known)); say("", "", "n.missing", sum(inside(a)) - sum(known))
  given <- cells[rowSums(cells) > 0, colSums(cells) > 0, drop = FALSE]
  for (s in rownames(given)) for (l in colnames(given)) if (given[s, l] == 0)
    check(a$analysis_id, a$endpoint, "positivity", a$by, s, a$factor, l, "empty", 1)
  total <- function(name, value) check(a$analysis_id, a$endpoint, "positivity", a$by, "", a$factor, "", name, value)
  total("n.cells", length(given)); total("n.empty", sum(given == 0)); total("positive", as.numeric(all(given > 0)))
  if (a$endpoint == "") return(invisible())
  contrast <- function(s, use, stratified) {
    d <- endpoint_data(a$endpoint, use, FALSE, a$cluster)
    count <- function(l, own) {
      check(a$analysis_id, a$endpoint, "within-site", a$by, s, a$factor, l, "n", sum(own))
      check(a$analysis_id, a$endpoint, "within-site", a$by, s, a$factor, l, "n.event", sum(d$event[own]))
    }
    count("", rep(TRUE, length(d$time)))
    for (l in levels(dose)) count(l, dose[d$use] == l)
    all <- model_columns(a$factor, d$use)
    m <- estimable(all, function(i) key_of(a$analysis_id, a$endpoint, "within-site", a$by, s, a$factor, all$of$level[i], "estimate"))
    if (is.null(m)) return(invisible())
    fit <- cox_fit(d, m$x, a$ties, if (stratified) droplevels(site[d$use]))
    coefficients_of(fit, a$conf_level, function(i, name, value, scale)
      check(a$analysis_id, a$endpoint, "within-site", a$by, s, a$factor, m$of$level[i], name, value, scale))
  }
  for (s in levels(site)) contrast(s, known & site == s, FALSE)
  compared <- rownames(cells)[rowSums(cells > 0) > 1]
  contrast("", known & site %in% compared, TRUE)
}

exact_limits <- function(k, n, level) as.numeric(binom.test(k, n, conf.level = level)$conf.int)

response <- function(a) {
  groups <- if (a$by == "") "" else c("", levels_of(a$by))
  for (v in split_list(a$vars)) {
    for (g in groups) {
      use <- inside(a); if (g != "") use <- use & !is.na(data[[a$by]]) & data[[a$by]] == g
      x <- column(v)[use]; known <- x[!is.na(x)]; by <- if (g == "") "" else a$by
      say <- function(l, name, value) check(a$analysis_id, "", "response", by, g, v, l, name, value)
      say("", "n", length(known)); say("", "n.missing", sum(is.na(x)))
      share <- function(l, k) {
        say(l, "n", k)
        if (!length(known)) return()
        limits <- exact_limits(k, length(known), a$conf_level)
        say(l, "estimate", k / length(known)); say(l, "conf.low", limits[1]); say(l, "conf.high", limits[2])
      }
      for (l in levels_of(v)) share(l, sum(known == l))
      if (a$responders != "") share("responders", sum(known %in% split_list(a$responders)))
    }
    key <- key_of(a$analysis_id, "", "response", a$by, "", v, "", "p.value")
    if (is.na(ours[key])) next
    x <- column(v); g <- factor(data[[a$by]], levels = levels_of(a$by)); use <- inside(a) & !is.na(x) & !is.na(g)
    if (a$responders != "") x <- factor(x %in% split_list(a$responders))
    counts <- table(droplevels(x[use]), droplevels(g[use])); pearson <- suppressWarnings(chisq.test(counts, correct = FALSE))
    test <- if (any(pearson$expected < 5) && all(dim(counts) == 2)) fisher.test(counts) else pearson
    check(a$analysis_id, "", "response", a$by, "", v, "", "p.value", test$p.value)
    if (!is.null(test$statistic)) check(a$analysis_id, "", "response", a$by, "", v, "", "statistic", unname(test$statistic))
  }
}

# The analysis set has no adverse events: shares and their limits follow from the counts.
toxicity <- function(a) {
  own <- stats[stats$analysis_id == a$analysis_id & stats$context == "toxicity", ]
  for (i in which(own$stat_name == "estimate" & own$stat != "")) {
    row <- own[i, ]; second <- c(row$group2, row$group2_level)
    get <- function(variable, level, second) unname(ours[key_of(a$analysis_id, "", "toxicity", row$group1, row$group1_level, variable, level, "n", second)])
    k <- get(row$variable, row$variable_level, second); n <- get("", "", c("phase", "any"))
    limits <- exact_limits(k, n, a$conf_level)
    say <- function(name, value) check(a$analysis_id, "", "toxicity", row$group1, row$group1_level, row$variable, row$variable_level, name, value, 0, second)
    say("estimate", k / n); say("conf.low", limits[1]); say("conf.high", limits[2])
  }
}

proportion <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a), TRUE, a$cluster)
  g <- if (a$by == "") factor(rep("", length(d$time))) else column(a$by)[d$use]
  for (level in levels(g)) for (at in split_list(a$at)) {
    own <- subset_of(d, !is.na(g) & g == level); t <- number(at)
    if (!length(own$time)) next
    say <- function(name, value, scale = 0) check(a$analysis_id, a$endpoint, "proportion", a$by, level, "time", at, name, value, scale)
    entry <- if (is.null(own$entry)) rep(-1, length(own$time)) else own$entry
    gone <- own$time <= t & entry <= t
    say("n", length(own$time)); say("cum.event", sum(gone & own$cause == 1))
    say("n.risk", sum(own$time > t & entry <= t)); say("n.censor", sum(gone & own$cause == 0)); say("against", a$against)
    if (t <= max(own$time) || a$incidence == 0) {
      if (a$incidence == 1) {
        fit <- aalen_johansen(own, max(c(1, own$cause)), a$conf_level); p <- step_at(fit$time, fit$p[, 1], t); se <- step_at(fit$time, fit$se[, 1], t)
      } else { fit <- summary(curve_of(own, a$conf_level, "log-log"), times = t, extend = TRUE); p <- fit$surv; se <- fit$std.err }
      say("estimate", p, 1e-3); say("std.error", se, 1e-3)
      if (p > 0 && p < 1) {
        limits <- log_log_limits(p, se, a$conf_level); say("conf.low", limits[1]); say("conf.high", limits[2])
        z <- -(log(-log(p)) - log(-log(a$against))) / (se / (p * abs(log(p)))); say("statistic", z, 1)
        say("p.value", switch(a$alternative, less = pnorm(z), greater = pnorm(z, lower.tail = FALSE), 2 * pnorm(-abs(z))))
      }
    }
    events <- sum(gone & own$cause == 1); n <- length(own$time)
    limits <- exact_limits(if (a$incidence == 1) events else n - events, n, a$conf_level)
    say("exact.low", limits[1]); say("exact.high", limits[2])
  }
}

# Causes, and Tsai's test: the score test of a conditional logistic model of those at risk at every event, the covariate of
# a row being the number at risk that entered later less those that entered earlier.
behind_endpoint <- function(e, d) {
  labels <- causes_of(e)
  for (k in seq_along(labels)) check("endpoint", e, "endpoint", "", "", "cause", labels[k], "n", sum(d$cause == k))
  if (is.null(d$entry)) return(invisible())
  check("endpoint", e, "endpoint", "", "", "entry", "", "n.later", sum(d$entry > 0))
  if (is.na(ours[key_of("endpoint", e, "endpoint", "", "", "entry", "", "p.value")]) || length(d$time) > 3000) return(invisible())
  long <- do.call(rbind, lapply(sort(unique(d$time[d$event == 1])), function(t) {
    r <- which(d$entry < t & d$time >= t)
    data.frame(at = t, case = as.numeric(d$event[r] == 1 & d$time[r] == t), a = colSums(sign(outer(d$entry[r], d$entry[r], "-"))))
  }))
  fit <- suppressWarnings(coxph(Surv(rep(1, nrow(long)), case) ~ a + strata(at), long, ties = "exact", control = coxph.control(iter.max = 0)))
  n <- seq_along(d$time); leaves <- outer(n, n, function(i, j)
    i != j & d$event[i] == 1 & (d$time[i] < d$time[j] | (d$time[i] == d$time[j] & d$event[j] == 0)) & d$entry[j] < d$time[i])
  s <- sum(sign(outer(d$entry, d$entry, function(a, b) b - a))[leaves])
  say <- function(name, value) check("endpoint", e, "endpoint", "", "", "entry", "", name, value)
  say("estimate", s / sum(leaves)); say("statistic", sign(s) * sqrt(fit$score)); say("p.value", pchisq(fit$score, 1, lower.tail = FALSE))
}

