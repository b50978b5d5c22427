# Times R on the data of the bench: Rscript peers.R WORK FOLDER   (lines as in src/timing.rs)
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
work <- arguments[1]
folder <- arguments[2]

integers <- function(path) readBin(path, "integer", file.size(path) / 4, size = 4, endian = "little")
set <- function(name, rows = NULL) {
  file <- function(part) file.path(folder, name, part)
  d <- list(days = as.double(integers(file("days.i32"))), event = integers(file("event.i32")),
            cause = integers(file("cause.i32")), group = integers(file("group.i32")))
  n <- length(d$days)
  x <- readBin(file("x.f64"), "double", file.size(file("x.f64")) / 8, size = 8, endian = "little")
  if (length(x)) d$x <- matrix(x, n)
  if (!is.null(rows) && rows < n) {
    d <- lapply(d, function(v) if (is.matrix(v)) v[seq_len(rows), , drop = FALSE] else v[seq_len(rows)])
  }
  d$y <- Surv(d$days, d$event)
  d
}

show <- function(values) paste(sprintf("%.16e", values), collapse = " ")
line <- function(engine, ms, results, note = "") {
  results <- paste(names(results), vapply(results, show, ""), sep = "=", collapse = ";")
  cat(work, engine, paste(sprintf("%.6f", ms), collapse = ","), results, note, sep = "\t")
  cat("\n")
}
# Rounds as in src/timing.rs; `scale` where only a part of the work is done.
measure <- function(engine, run, results, scale = 1, note = "") {
  ms <- numeric()
  repeat {
    gc(FALSE)
    start <- proc.time()[["elapsed"]]
    output <- run()
    ms <- c(ms, 1000 * (proc.time()[["elapsed"]] - start))
    spent <- sum(ms) / 1000
    if ((length(ms) >= 5 && (spent > 1 || length(ms) >= 21)) || spent > 60) break
  }
  line(engine, scale * ms, results(output), note)
}

efron <- function(d, x = d$x, y = d$y) {
  coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
}
numbers <- function(fit) {
  list(beta = as.vector(coef(fit)), se = sqrt(diag(fit$var)), loglik = fit$loglik[2], `_iterations` = fit$iter)
}

kaplan_meier <- function(d) {
  days <- c(100, 500, 1500, 3000)
  measure("R survival", function() survfit(d$y ~ 1, conf.type = "log-log"), function(fit) {
    s <- summary(fit, times = days)
    list(survival = s$surv, low = s$lower, high = s$upper)
  })
}
cox_fit <- function(d) measure("R survival, coxph.fit", function() efron(d), numbers)
cox_full <- function(d) {
  y <- d$y
  x <- d$x
  run <- function() {
    fit <- coxph(y ~ x)
    list(fit = fit, zph = cox.zph(fit, terms = FALSE))
  }
  measure("R survival, coxph and cox.zph", run, function(done) {
    table <- done$zph$table[, "chisq"]
    p <- length(table) - 1
    c <- done$fit$concordance
    c(numbers(done$fit), c = c[["concordance"]], c_se = c[["std"]], ph_global = table[[p + 1]],
      list(ph = as.vector(table[seq_len(p)])))
  })
}
refit <- function() {
  d <- set("small")
  rows <- matrix(integers(file.path(folder, "small", "resample.i32")) + 1L, length(d$days))
  used <- seq_len(min(200, ncol(rows)))
  again <- function(fit) function() sapply(used, function(k) fit(rows[, k]))
  results <- function(beta) list(mean_beta = unname(rowMeans(beta)))
  scale <- ncol(rows) / length(used)
  note <- sprintf("%d refits timed, scaled to %d", length(used), ncol(rows))
  bare <- function(r) efron(d, d$x[r, ], d$y[r])$coefficients
  formula <- function(r) {
    y <- d$y[r]
    x <- d$x[r, ]
    coef(coxph(y ~ x))
  }
  measure("R survival, coxph.fit", again(bare), results, scale, note)
  measure("R survival, coxph()", again(formula), results, scale, note)
}
maxstat <- function(d, p, engine, ...) {
  d <- data.frame(days = d$days, event = d$event, x = d$x[, 1])
  run <- function() {
    set.seed(1)
    maxstat::maxstat.test(Surv(days, event) ~ x, d, smethod = "LogRank", minprop = 0.1, maxprop = 0.9, ...)
  }
  measure(engine, run, function(test) {
    results <- list(test$statistic[[1]], test$estimate[[1]], test$p.value[[1]])
    setNames(results, c("statistic", "cutpoint", p))
  })
}
# What a peer cannot do is a line too.
attempt <- function(engine, work) tryCatch(work, error = function(e) {
  line(engine, numeric(), list(), paste("fails:", gsub("[\t\n]+", " ", conditionMessage(e))))
})
crr <- function(rows) {
  d <- set("competing", rows)
  measure("R cmprsk", function() cmprsk::crr(d$days, d$cause, d$x), function(fit) {
    list(beta = unname(fit$coef), se = sqrt(diag(fit$var)), loglik = fit$loglik)
  })
}

switch(work,
  km_1e6 = kaplan_meier(set("million")),
  km_1e7 = kaplan_meier(set("days")),
  logrank = {
    d <- set("million")
    measure("R survival", function() survdiff(d$y ~ d$group), function(test) list(chi_square = test$chisq))
  },
  concordance = {
    d <- set("million")
    score <- d$x[, 1] - 0.5 * d$x[, 2]
    measure("R survival", function() concordance(d$y ~ score, reverse = TRUE), function(fit) {
      list(c = fit$concordance[[1]], c_se = sqrt(fit$var[[1]]))
    })
  },
  cox_fit = cox_fit(set("million")),
  cox_full = cox_full(set("million")),
  cox_50 = cox_fit(set("wide50")),
  cox_200 = cox_fit(set("wide200")),
  cox_refit = refit(),
  maxstat_mc = maxstat(set("small"), "p_mc", "R maxstat, condMC", pmethod = "condMC", B = 99999),
  maxstat_gauss_133 = maxstat(set("small"), "p_gauss", "R maxstat, exactGauss", pmethod = "exactGauss"),
  maxstat_gauss = {
    d <- set("cut")
    attempt("R maxstat, exactGauss", maxstat(d, "p_gauss", "R maxstat, exactGauss", pmethod = "exactGauss"))
    attempt("R maxstat, condMC, 9,999",
            maxstat(d, "p_condmc", "R maxstat, condMC, 9,999", pmethod = "condMC", B = 9999))
  },
  finegray_5000 = crr(5000),
  finegray_10000 = crr(10000),
  finegray_20000 = crr(20000)
)
