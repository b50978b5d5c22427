# Tests of factors as wholes, and offsets: Rscript reference/terms/terms.R
# A factor of the groups beside covariates: Wald and likelihood-ratio test of each term, and cox.zph by term.
source("reference/common.R")
term_case <- function(set, columns, ties, robust = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  d$g <- factor(d$group)
  f <- paste("y ~ g +", paste(columns, collapse = " + "))
  args <- list(as.formula(f), data = d, ties = ties)
  if (robust) args$cluster <- d$cluster
  fit <- do.call(coxph_exact, args)
  wald <- function(i) drop(coef(fit)[i] %*% solve(vcov(fit)[i, i], coef(fit)[i]))
  k <- nlevels(d$g) - 1
  terms <- c(list(seq_len(k)), as.list(k + seq_along(columns)))
  lr <- sapply(c("g", columns), function(v) {
    g <- do.call(coxph_exact, replace(args, 1, list(update(as.formula(f), paste(". ~ . -", v)))))
    2 * (fit$loglik[2] - g$loglik[length(g$loglik)])
  })
  z <- cox.zph(fit, terms = TRUE)$table
  zl <- cox.zph(fit, transform = log, terms = TRUE)$table
  list(kind = "terms", case = paste("terms", set, ties, if (robust) "cluster"), set = set, columns = columns, ties = ties, cluster = robust, wald = arr(sapply(terms, wald)), df = arr(as.numeric(lengths(terms))),
    lr = arr(unname(lr)), zph = arr(unname(z[, 1])), zph_df = arr(unname(z[, 2])), zph_p = arr(unname(z[, 3])), zph_log = arr(unname(zl[, 1])))
}
cases <- list()
for (ties in c("efron", "breslow")) cases <- c(cases, list(term_case("days", c("x1", "x3"), ties), term_case("days", c("x1", "x3"), ties, TRUE),
  term_case("larynx", "x4", ties), term_case("gbsg", c("x1", "x5"), ties), term_case("veteran", c("x2", "x4"), ties)))
# A known part of the linear predictor: half the coefficient of x1, say, of an earlier study.
offset_case <- function(set, ties, weights = FALSE) {
  d <- read_set(set)
  d$y <- response(d)
  d$known <- 0.3 * (d$x1 - mean(d$x1)) / sd(d$x1)
  others <- setdiff(covariates(d), "x1")
  args <- list(as.formula(paste("y ~", paste(others, collapse = " + "), "+ offset(known)")), data = d, ties = ties)
  if (weights) { args$weights <- d$weight; args$robust <- FALSE }
  fit <- do.call(coxph_exact, args)
  list(kind = "offset", case = paste("offset", set, ties, if (weights) "weights"), set = set, ties = ties, weights = weights, offset = arr(d$known), columns = arr(others), coefficients = arr(coef(fit)),
    se = arr(sqrt(diag(vcov(fit)))), loglik = arr(fit$loglik), score = fit$score)
}
for (ties in c("efron", "breslow")) cases <- c(cases, list(offset_case("days", ties), offset_case("days", ties, TRUE), offset_case("entry", ties), offset_case("lung", ties)))
put_json("terms", cases)
