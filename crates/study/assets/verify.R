
# ---- recompute -------------------------------------------------------------------------------------------------------
suppressMessages(library(survival))
args <- commandArgs(trailingOnly = FALSE)
here <- sub("^--file=", "", args[grep("^--file=", args)])
if (length(here)) setwd(dirname(normalizePath(here[1])))

stats <- read.csv("results/stats.csv", colClasses = "character", na.strings = character(0), check.names = FALSE)
data <- read.csv("analysis_set.csv", colClasses = "character", na.strings = "", check.names = FALSE)
key_columns <- c("analysis_id", "endpoint", "context", "group1", "group1_level", "variable", "variable_level", "stat_name", "group2", "group2_level")
stat_key <- do.call(paste, c(stats[key_columns], sep = "\r"))
ours <- setNames(suppressWarnings(as.numeric(stats$stat)), stat_key)
seen <- character(0)
rows <- list()

key_of <- function(id, endpoint, context, group, level, variable, variable_level, name, second = c("", ""))
  paste(id, endpoint, context, group, level, variable, variable_level, name, second[1], second[2], sep = "\r")

# One number of ours against R's. `scale` is what 1e-9 is relative to where the number itself may be 0.
# `second`: the second group and its level, such as c("cause", "Progression"). `limit`: what the difference may be.
check <- function(id, endpoint, context, group, level, variable, variable_level, name, value, scale = 0, second = c("", ""), limit = NULL) {
  if (length(value) != 1) value <- NA_real_
  key <- key_of(id, endpoint, context, group, level, variable, variable_level, name, second)
  mine <- ours[key]
  if (is.na(mine)) return(invisible())
  seen <<- c(seen, key)
  reference <- max(abs(value), scale)
  difference <- if (isTRUE(mine == value)) 0 else abs(mine - value) / max(reference, 1e-300)
  exact <- name %in% c("n", "n.event", "n.risk", "n.missing", "n.censor", "cum.event", "parameter", "df",
                       "parameter.global", "min", "max", "median", "n.later", "n.competing", "n.empty", "n.cells") || variable == "prob"
  if (is.null(limit)) limit <- if (grepl("p.value", name, fixed = TRUE)) 1e-6 else 1e-9
  if (exact) limit <- min(limit, 1e-12)
  rows[[length(rows) + 1]] <<- data.frame(
    analysis = id, endpoint, context, group = paste0(group, ifelse(group == "", "", "="), level),
    variable = paste0(variable, ifelse(variable_level == "", "", "="), variable_level), stat = name,
    oligomet = mine, R = value, difference = difference, agrees = isTRUE(difference <= limit))
}

number <- function(text) suppressWarnings(as.numeric(text))
split_list <- function(text) if (text == "") character(0) else strsplit(text, ";", fixed = TRUE)[[1]]
levels_of <- function(name) level_table$level[level_table$variable == name]
is_number <- function(name) !name %in% level_table$variable
reference_of <- function(name) level_table$level[level_table$variable == name & level_table$reference == 1]
column <- function(name) if (is_number(name)) number(data[[name]]) else factor(data[[name]], levels = levels_of(name))
per_of <- function(name) { per <- per_table$per[per_table$variable == name]; if (length(per)) per else 1 }
inside <- function(a) if (a$restricted == 1) data[[paste0("in_", a$analysis_id)]] == "1" else rep(TRUE, nrow(data))
# Times, events and entry of those whom `keep` names. A curve that begins after time zero is of those still there.
endpoint_data <- function(name, keep, curve = FALSE, cluster = "") {
  time <- number(data[[paste0(name, "_time")]]); cause <- number(data[[paste0(name, "_event")]])
  entry <- number(data[[paste0(name, "_entry")]])
  from <- if (curve) number(endpoint_table$from[endpoint_table$endpoint == name]) else NA
  use <- keep & !is.na(time)
  if (!is.na(from)) { if (!length(entry)) entry <- rep(0, length(time)); use <- use & time > from; entry <- pmax(entry, from) }
  groups <- if (cluster == "") NULL else data[[paste0("cluster_", cluster)]][use]
  list(time = time[use], event = as.integer(cause[use] == 1), cause = cause[use], entry = if (length(entry)) entry[use], cluster = groups, use = use)
}
subset_of <- function(d, use) lapply(d[c("time", "event", "cause", "entry", "cluster")], function(x) if (!is.null(x)) x[use])
surv <- function(d, event = d$event) if (is.null(d$entry)) Surv(d$time, event) else Surv(d$entry, d$time, event)

smd_numbers <- function(a, b) {
  s <- sqrt((var(a) + var(b)) / 2)
  if (is.na(s) || s == 0) NA_real_ else abs(mean(a) - mean(b)) / s
}
smd_levels <- function(a, b) {
  use <- (a + b) > 0; a <- a[use]; b <- b[use]
  p <- (a / sum(a))[-1]; q <- (b / sum(b))[-1]
  if (!length(p)) return(0)
  s <- (diag(p, length(p)) - outer(p, p) + diag(q, length(q)) - outer(q, q)) / 2
  sqrt(drop(t(p - q) %*% solve(s) %*% (p - q)))
}

table1 <- function(a) {
  keep <- inside(a)
  groups <- if (a$by == "") character(0) else levels_of(a$by)
  for (g in c("", groups)) {
    by <- if (g == "") "" else a$by
    use <- if (g == "") keep else keep & !is.na(data[[a$by]]) & data[[a$by]] == g
    say <- function(variable, level, name, value, scale = 0) check(a$analysis_id, "", "table1", by, g, variable, level, name, value, scale)
    say("", "", "n", sum(use))
    for (v in split_list(a$vars)) {
      x <- column(v)[use]
      say(v, "", "n", sum(!is.na(x))); say(v, "", "n.missing", sum(is.na(x)))
      x <- x[!is.na(x)]
      if (is_number(v)) {
        q <- quantile(x, c(.25, .5, .75), names = FALSE)
        say(v, "", "p25", q[1]); say(v, "", "median", q[2]); say(v, "", "p75", q[3])
        say(v, "", "mean", mean(x), sd(x)); say(v, "", "sd", sd(x)); say(v, "", "min", min(x)); say(v, "", "max", max(x))
      } else for (l in levels_of(v)) {
        say(v, l, "n", sum(x == l)); say(v, l, "p", mean(x == l))
      }
    }
  }
  if (!length(groups)) return()
  for (v in split_list(a$vars)) {
    x <- column(v); g <- factor(data[[a$by]], levels = groups)
    use <- keep & !is.na(x) & !is.na(g)
    parts <- split(x[use], g[use])
    pairs <- combn(length(parts), 2)
    d <- apply(pairs, 2, function(p) if (is_number(v)) smd_numbers(parts[[p[1]]], parts[[p[2]]]) else
      tryCatch(smd_levels(as.numeric(table(parts[[p[1]]])), as.numeric(table(parts[[p[2]]]))), error = function(e) NA_real_))
    check(a$analysis_id, "", "table1", a$by, "", v, "", "smd", suppressWarnings(max(d, na.rm = TRUE)))
    p <- if (is_number(v)) kruskal.test(x[use], droplevels(g[use])) else {
      counts <- table(droplevels(x[use]), droplevels(g[use]))
      pearson <- suppressWarnings(chisq.test(counts, correct = FALSE))
      if (any(pearson$expected < 5) && all(dim(counts) == 2)) fisher.test(counts) else pearson
    }
    check(a$analysis_id, "", "table1", a$by, "", v, "", "p.value", p$p.value)
    if (!is.null(p$statistic)) {
      check(a$analysis_id, "", "table1", a$by, "", v, "", "statistic", unname(p$statistic))
      check(a$analysis_id, "", "table1", a$by, "", v, "", "parameter", unname(p$parameter))
    }
  }
}

# Limits of the beta-product method (Fay, Brittain & Proschan 2013, by the method of moments): survival after each time is
# a product of beta variables; its first two moments give one beta variable, whose quantiles are the limits. For the lower
# limit one more of those left is taken as about to have the event.
beta_product <- function(fit, level) {
  tail <- (1 - level) / 2
  quantile_of <- function(p, mean, square) {
    v <- square - mean^2
    if (v <= 0) return(mean)
    s <- mean * (1 - mean) / v - 1
    qbeta(p, mean * s, (1 - mean) * s)
  }
  mean <- 1; square <- 1
  lower <- upper <- numeric(length(fit$time))
  for (i in seq_along(fit$time)) {
    n <- fit$n.risk[i]; d <- fit$n.event[i]
    if (d > 0) {
      a <- n - d + 1
      mean <- mean * a / (a + d); square <- square * a * (a + 1) / ((a + d) * (a + d + 1))
    }
    left <- n - d - fit$n.censor[i]
    lower[i] <- if (left > 0) quantile_of(tail, mean * left / (left + 1), square * left * (left + 1) / ((left + 1) * (left + 2))) else 0
    upper[i] <- quantile_of(1 - tail, mean, square)
  }
  list(lower = lower, upper = upper)
}

curve_of <- function(d, level, conf_type, event = d$event) {
  y <- surv(d, event); cl <- d$cluster
  type <- if (conf_type == "beta-product") "log-log" else conf_type
  fit <- if (is.null(cl)) survfit(y ~ 1, conf.type = type, conf.int = level) else survfit(y ~ 1, conf.type = type, conf.int = level, cluster = cl, robust = TRUE)
  if (conf_type == "beta-product") fit[c("lower", "upper")] <- beta_product(fit, level)
  fit
}

# Fewer than 10 events: all limits are beta-product ones; otherwise those where the estimate is 0 or 1.
mend_intervals <- function(fit, level) {
  limits <- beta_product(fit, level)
  use <- if (sum(fit$n.event) < 10) rep(TRUE, length(fit$time)) else fit$surv <= 0 | fit$surv >= 1
  fit$lower[use] <- limits$lower[use]; fit$upper[use] <- limits$upper[use]
  fit
}

# Survival at times, median and counts of one group.
points_of <- function(a, context, by, g, d, use) {
  say <- function(variable, level, name, value, scale = 0) check(a$analysis_id, a$endpoint, context, by, g, variable, level, name, value, scale)
  d <- subset_of(d, use)
  say("n", "", "n", length(d$time)); say("n", "", "n.event", sum(d$event))
  if (!length(d$time)) return(invisible())
  fit <- curve_of(d, a$conf_level, a$conf_type)
  resampled <- !is.null(d$cluster) && sum(d$event) < 10
  if (is.null(d$cluster)) fit <- mend_intervals(fit, a$conf_level)
  for (at in split_list(a$at)) {
    t <- number(at)
    s <- summary(fit, times = t, extend = TRUE)
    say("time", at, "estimate", s$surv); say("time", at, "std.error", s$std.err)
    if (resampled) {
      one <- function(d) summary(survfit(surv(d) ~ 1), times = t, extend = TRUE)$surv
      resampled_limits(d, one, t, a, function(name, value, limit) check(a$analysis_id, a$endpoint, context, by, g, "time", at, name, value, 1, limit = limit))
    } else { say("time", at, "conf.low", s$lower); say("time", at, "conf.high", s$upper) }
    entered <- if (is.null(d$entry)) TRUE else d$entry < t
    say("time", at, "n.risk", sum(d$time >= t & entered)); say("time", at, "cum.event", sum(d$event[d$time <= t]))
  }
  q <- quantile(fit, probs = .5)
  say("prob", "0.5", "estimate", unname(q$quantile)); say("prob", "0.5", "conf.low", unname(q$lower)); say("prob", "0.5", "conf.high", unname(q$upper))
  fit
}

quartiles_of <- function(id, endpoint, by, g, d, level, conf_type) {
  reverse <- curve_of(d, level, conf_type, 1 - d$event)
  for (p in c("0.25", "0.5", "0.75")) {
    q <- quantile(reverse, probs = number(p))
    check(id, endpoint, "followup", by, g, "prob", p, "estimate", unname(q$quantile))
    check(id, endpoint, "followup", by, g, "prob", p, "conf.low", unname(q$lower))
    check(id, endpoint, "followup", by, g, "prob", p, "conf.high", unname(q$upper))
  }
}

log_rank <- function(a, context, by, d, g) {
  known <- !is.na(g)
  if (length(unique(g[known])) < 2) return()
  own <- subset_of(d, known); group <- droplevels(g[known])
  chisq <- if (is.null(own$entry)) survdiff(Surv(own$time, own$event) ~ group)$chisq else log_rank_with_entry(own, group)
  df <- nlevels(group) - 1
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "statistic", chisq)
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "parameter", df)
  check(a$analysis_id, a$endpoint, context, by, "", "logrank", "", "p.value", pchisq(chisq, df, lower.tail = FALSE))
  if (is.null(own$cluster) || sum(own$event) < 10) return()
  x <- model.matrix(~ group)[, -1, drop = FALSE]
  fit <- cox_fit(own, x, a$ties)
  wald <- drop(coef(fit) %*% solve(fit$robust, coef(fit)))
  check(a$analysis_id, a$endpoint, context, by, "", "robust", "", "statistic", wald)
  check(a$analysis_id, a$endpoint, context, by, "", "robust", "", "parameter", df)
  check(a$analysis_id, a$endpoint, context, by, "", "robust", "", "p.value", pchisq(wald, df, lower.tail = FALSE))
}

# survdiff takes no entry: observed less expected and its hypergeometric variance, time by time.
log_rank_with_entry <- function(d, group) {
  k <- nlevels(group); u <- numeric(k); v <- matrix(0, k, k)
  for (t in sort(unique(d$time[d$event == 1]))) {
    risk <- d$entry < t & d$time >= t; n <- sum(risk); deaths <- sum(risk & d$time == t & d$event == 1)
    p <- tabulate(group[risk], k) / n
    u <- u + tabulate(group[risk & d$time == t & d$event == 1], k) - deaths * p
    if (n > 1) v <- v + deaths * (n - deaths) / (n - 1) * (diag(p, k) - outer(p, p))
  }
  drop(u[-1] %*% solve(v[-1, -1, drop = FALSE], u[-1]))
}

kaplan_meier <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a), TRUE, a$cluster)
  g <- if (a$by == "") factor(rep("", length(d$time))) else column(a$by)[d$use]
  means <- list()
  for (level in levels(g)) {
    use <- !is.na(g) & g == level
    fit <- points_of(a, "survival", a$by, level, d, use)
    if (is.null(fit)) next
    if (a$tau != "") {
      mean <- tryCatch(summary(fit, rmean = number(a$tau))$table, error = function(e) c("rmean" = NA, "se(rmean)" = NA))
      m <- unname(mean["rmean"]); se <- unname(mean["se(rmean)"]); z <- qnorm(1 - (1 - a$conf_level) / 2)
      for (name in c("estimate", "std.error", "conf.low", "conf.high"))
        check(a$analysis_id, a$endpoint, "rmst", a$by, level, "tau", a$tau, name,
              switch(name, estimate = m, std.error = se, conf.low = m - z * se, conf.high = m + z * se))
      if (!is.na(m)) means[[level]] <- c(m, se)
    }
    plain <- subset_of(d, use)
    quartiles_of(a$analysis_id, a$endpoint, a$by, level, plain, a$conf_level, a$conf_type)
    landmarks(a, level, plain)
  }
  if (a$by != "") log_rank(a, "logrank", a$by, d, g)
  compare_means(a, means)
}

# Restricted means against the first group's: difference, and ratio with its interval on the logarithm.
compare_means <- function(a, means) {
  z <- qnorm(1 - (1 - a$conf_level) / 2)
  for (level in names(means)[-1]) {
    one <- means[[level]]; first <- means[[1]]
    say <- function(variable, name, value, scale = 0)
      check(a$analysis_id, a$endpoint, "rmst", a$by, level, variable, names(means)[1], name, value, scale)
    d <- one[1] - first[1]; se <- sqrt(one[2]^2 + first[2]^2)
    say("difference", "estimate", d, se); say("difference", "std.error", se); say("difference", "p.value", 2 * pnorm(-abs(d / se)))
    say("difference", "conf.low", d - z * se, se); say("difference", "conf.high", d + z * se, se)
    r <- log(one[1] / first[1]); se <- sqrt((one[2] / one[1])^2 + (first[2] / first[1])^2)
    say("ratio", "estimate", exp(r)); say("ratio", "std.error", se); say("ratio", "p.value", 2 * pnorm(-abs(r / se)))
    say("ratio", "conf.low", exp(r - z * se)); say("ratio", "conf.high", exp(r + z * se))
  }
}

rate <- function(a) {
  d <- endpoint_data(a$endpoint, inside(a), TRUE, a$cluster)
  points_of(a, "rate", "", "", d, rep(TRUE, length(d$time)))
  for (v in split_list(a$vars)) {
    g <- column(v)[d$use]
    for (level in levels(g)) points_of(a, "rate", v, level, d, !is.na(g) & g == level)
    check(a$analysis_id, a$endpoint, "rate", v, "", "missing", "", "n.missing", sum(is.na(g)))
    log_rank(a, "rate", v, d, g)
  }
}

# A model matrix with our columns: numbers per unit, factors against their reference level.
model_columns <- function(terms, use) {
  x <- list(); of <- data.frame()
  for (t in terms) {
    value <- column(t)[use]
    if (is_number(t)) {
      x[[length(x) + 1]] <- value / per_of(t); of <- rbind(of, data.frame(term = t, level = ""))
    } else for (l in setdiff(levels_of(t), reference_of(t))) {
      x[[length(x) + 1]] <- as.numeric(value == l); of <- rbind(of, data.frame(term = t, level = l))
    }
  }
  list(x = do.call(cbind, x), of = of)
}

# coxph stops when the log-likelihood no longer changes in its last digits, which can leave the coefficients a millionth
# of a standard error short of the maximum. Newton steps by hand from there (score residuals, variance) are exact; the
# log-likelihood of the null model and the score test come from the first fit.
newton <- function(fit_at, start, steps = 2) {
  b <- start
  for (step in seq_len(steps)) {
    fit <- fit_at(b)
    b <- b + drop(fit$var %*% colSums(as.matrix(residuals(fit, type = "score"))))
  }
  fit_at(b)
}
fixed <- coxph.control(iter.max = 0, toler.chol = 1e-16)

# `robust` is the variance over clusters, where there are any.
cox_fit <- function(d, x, ties, strata = NULL) {
  y <- surv(d); s <- if (is.null(strata)) rep(1, length(d$time)) else strata; cl <- d$cluster
  formula <- if (is.null(strata)) y ~ x else y ~ x + strata(s)
  first <- suppressWarnings(coxph(formula, ties = ties))
  fit <- newton(function(b) suppressWarnings(coxph(formula, ties = ties, init = b, control = fixed)), coef(first))
  fit$loglik[1] <- first$loglik[1]
  fit$score <- first$score
  if (!is.null(cl)) fit$robust <- suppressWarnings(coxph(formula, ties = ties, init = coef(fit), control = fixed, cluster = cl))$var
  v <- if (is.null(cl)) fit$var else fit$robust
  fit$wald.test <- drop(coef(fit) %*% solve(v, coef(fit)))
  fit
}

# The numbers of a model's coefficients; `one(i, name, value, scale)` says where they stand.
coefficients_of <- function(fit, conf_level, one) {
  b <- unname(coef(fit)); naive <- sqrt(diag(fit$var)); se <- if (is.null(fit$robust)) naive else sqrt(diag(fit$robust))
  z <- qnorm(1 - (1 - conf_level) / 2)
  for (i in seq_along(b)) {
    one(i, "estimate", b[i], se[i]); one(i, "std.error", naive[i], 0); one(i, "statistic", b[i] / se[i], 1)
    if (!is.null(fit$robust)) one(i, "robust.se", se[i], 0)
    one(i, "p.value", 2 * pnorm(-abs(b[i] / se[i])), 0)
    one(i, "conf.low", b[i] - z * se[i], se[i]); one(i, "conf.high", b[i] + z * se[i], se[i])
    one(i, "hazard.ratio", exp(b[i]), 0); one(i, "hazard.ratio.low", exp(b[i] - z * se[i]), 0); one(i, "hazard.ratio.high", exp(b[i] + z * se[i]), 0)
  }
}

# Which columns of a model have a number of ours: an infinite coefficient has no counterpart in coxph, nor have the others of
# its model; constant and collinear columns are left out on both sides. NULL where there is nothing to compare.
estimable <- function(m, key) {
  keys <- vapply(seq_len(nrow(m$of)), key, "")
  there <- !is.na(ours[keys])
  why <- stats$stat_text[match(keys[!there], stat_key)]
  if (any(grepl("separates", why)) || !any(there)) return(NULL)
  list(x = m$x[, there, drop = FALSE], of = m$of[there, , drop = FALSE])
}

cox_one <- function(a, terms, context, alone) {
  keep <- inside(a)
  complete <- keep & Reduce(`&`, lapply(terms, function(t) !is.na(column(t))))
  d <- endpoint_data(a$endpoint, complete, FALSE, a$cluster)
  m <- model_columns(terms, d$use)
  fit_context <- if (alone == "") "cox.fit" else "cox.uni.fit"
  say <- function(name, value) check(a$analysis_id, a$endpoint, fit_context, "", "", alone, "", name, value)
  say("n", length(d$time)); say("n.event", sum(d$event))
  say("n.missing", sum(endpoint_data(a$endpoint, keep)$use) - length(d$time))
  for (t in terms) for (l in if (is_number(t)) "" else levels_of(t)) {
    own <- if (l == "") rep(TRUE, length(d$time)) else column(t)[d$use] == l
    check(a$analysis_id, a$endpoint, context, "", "", t, l, "n", sum(own))
    check(a$analysis_id, a$endpoint, context, "", "", t, l, "n.event", sum(d$event[own]))
  }
  m <- estimable(m, function(i) key_of(a$analysis_id, a$endpoint, context, "", "", m$of$term[i], m$of$level[i], "estimate"))
  if (is.null(m)) return(invisible())
  fit <- cox_fit(d, m$x, a$ties)
  coefficients_of(fit, a$conf_level, function(i, name, value, scale)
    check(a$analysis_id, a$endpoint, context, "", "", m$of$term[i], m$of$level[i], name, value, scale))
  df <- length(coef(fit)); lr <- 2 * diff(fit$loglik)
  say("loglik.null", fit$loglik[1]); say("loglik", fit$loglik[2])
  say("lr", lr); say("lr.p.value", pchisq(lr, df, lower.tail = FALSE))
  say("wald", unname(fit$wald.test)); say("wald.p.value", pchisq(unname(fit$wald.test), df, lower.tail = FALSE))
  say("score", fit$score); say("score.p.value", pchisq(fit$score, df, lower.tail = FALSE)); say("df", df)
  c_index <- unname(fit$concordance[c("concordance", "std")])
  if (!is.null(d$cluster)) {
    eta <- drop(m$x %*% coef(fit)); cl <- d$cluster
    whole <- concordance(surv(d) ~ eta, reverse = TRUE, cluster = cl)
    c_index <- c(whole$concordance, sqrt(whole$var))
  }
  say("concordance", c_index[1]); say("concordance.se", c_index[2])
  for (t in intersect(terms[!vapply(terms, is_number, TRUE)], m$of$term)) {
    rest <- m$of$term != t
    smaller <- if (any(rest)) cox_fit(d, m$x[, rest, drop = FALSE], a$ties)$loglik[2] else fit$loglik[1]
    one <- 2 * (fit$loglik[2] - smaller); own <- sum(!rest)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "statistic.global", one)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "parameter.global", own)
    check(a$analysis_id, a$endpoint, context, "", "", t, "", "p.value.global", pchisq(one, own, lower.tail = FALSE))
  }
  if (alone == "") proportional_hazards(a, terms, m, d)
}

# cox.zph works term by term when each term is one matrix of the formula.
proportional_hazards <- function(a, terms, m, d) {
  terms <- intersect(terms, m$of$term)
  frame <- list(y = surv(d))
  for (i in seq_along(terms)) frame[[paste0("term", i)]] <- m$x[, m$of$term == terms[i], drop = FALSE]
  formula <- as.formula(paste("y ~", paste0("term", seq_along(terms), collapse = " + ")))
  first <- suppressWarnings(coxph(formula, frame, ties = a$ties))
  fit <- newton(function(b) suppressWarnings(coxph(formula, frame, ties = a$ties, init = b, control = fixed)), coef(first))
  test <- cox.zph(fit, transform = "km")$table
  for (i in seq_len(nrow(test))) {
    name <- if (rownames(test)[i] == "GLOBAL") "GLOBAL" else terms[i]
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "statistic", test[i, "chisq"])
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "parameter", test[i, "df"])
    check(a$analysis_id, a$endpoint, "cox.ph", "", "", name, "", "p.value", test[i, "p"])
  }
}

cox <- function(a) {
  terms <- split_list(a$terms)
  for (t in terms) cox_one(a, t, "cox.uni", t)
  chosen <- terms
  if (a$select != "none") {
    p <- vapply(terms, function(t) ours[key_of(a$analysis_id, a$endpoint, "cox.uni.fit", "", "", t, "", "lr.p.value")], 0)
    chosen <- terms[!is.na(p) & p < number(sub("univariable p<", "", a$select))]
  }
  if (length(chosen)) cox_one(a, chosen, "cox", "")
}

