# Shared by the reference scripts: data, formulas and JSON at full precision.
suppressMessages({library(survival); library(jsonlite)})
# R stops at a relative change of 1e-9, about 2e-8 short in coefficients. With eps = 1e-15 it goes on, but
# where rounding makes the log-likelihood fall it halves steps and can end further off: of several
# tolerances, the fit whose score is nearest to 0 (in standard errors) is the reference.
coxph_exact <- function(...) {
  fits <- lapply(c(1e-11, 1e-12, 1e-13, 1e-14, 1e-15), function(eps)
    suppressWarnings(coxph(..., control = coxph.control(eps = eps, iter.max = 60))))
  miss <- sapply(fits, function(f) {
    v <- if (is.null(f$naive.var)) f$var else f$naive.var
    max(abs(colSums(as.matrix(residuals(f, type = "score", weighted = TRUE)))) * sqrt(diag(v)))
  })
  fits[[which.min(miss)]]
}
simulated <- c("days", "continuous", "entry")
read_set <- function(name) {
  folder <- if (name %in% simulated) "simulated" else "data"
  read.csv(file.path("reference", folder, paste0(name, ".csv")))
}
covariates <- function(d) grep("^x[0-9]+$", names(d), value = TRUE)
response <- function(d, event = d$status > 0)
  if ("entry" %in% names(d)) Surv(d$entry, d$time, event) else Surv(d$time, event)
# A matrix as a list of rows, so that JSON keeps it nested also for one row.
rows_of <- function(m) lapply(seq_len(nrow(m)), function(i) unname(m[i, ]))
versions <- function(...) {
  packages <- c("survival", ...)
  c(R = as.character(getRversion()), setNames(sapply(packages, function(p) as.character(packageVersion(p))), packages))
}
# jsonlite writes 15 digits at most: numbers pass as marked text and lose the marks afterwards.
exact <- function(x) {
  if (!is.double(x)) return(x)
  text <- ifelse(is.finite(x), sprintf("@%.17g@", x), NA_character_)
  if (inherits(x, "AsIs")) I(text) else text
}
put_json <- function(method, cases, ...) {
  cases <- rapply(cases, exact, how = "replace")
  json <- toJSON(list(versions = as.list(versions(...)), cases = cases), auto_unbox = TRUE, null = "null", na = "null")
  json <- gsub('"@([^@"]*)@"', "\\1", json)
  # One case per line: differences stay readable.
  json <- gsub('},{"case"', '},\n{"case"', json, fixed = TRUE)
  writeLines(json, file.path("reference", method, paste0(method, ".json")))
}
arr <- function(x) I(unname(x))
