# The same statistics as study.toml with R's survival: curves by four groups, log-rank, ten univariable Cox models and the
# multivariable one with concordance and the proportional-hazards test. Reading is timed apart.
suppressMessages(library(survival))
clock <- function(what, code) { t <- system.time(code)[["elapsed"]]; cat(sprintf("R %-28s %8.2f s\n", what, t)); t }
read <- clock("reading patients.csv", d <- read.csv("patients.csv"))
terms <- paste0("x", 1:10)
work <- clock("Kaplan-Meier by group", {
  fit <- survfit(Surv(time, event) ~ group, d, conf.type = "log-log"); s <- summary(fit, times = 730.5)
  reverse <- survfit(Surv(time, 1 - event) ~ group, d); q <- quantile(reverse, c(.25, .5, .75))
})
work <- work + clock("log-rank", survdiff(Surv(time, event) ~ group, d))
work <- work + clock("ten univariable Cox models", for (t in terms) coxph(reformulate(t, "Surv(time, event)"), d))
work <- work + clock("multivariable Cox model", m <- coxph(reformulate(terms, "Surv(time, event)"), d))
work <- work + clock("proportional-hazards test", cox.zph(m))
cat(sprintf("R %-28s %8.2f s; with reading %.2f s\n", "statistics", work, work + read))
