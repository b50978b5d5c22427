# Writes reference/data/*.csv: data sets of R packages (GPL and LGPL, hence not committed), as plain
# numbers, one row per subject or interval. Tests that need them say "skipped" where they are absent.
#   Rscript reference/make_data.R            (from the repository's root)
# Columns: time, status (0 censored, 1, 2 ... causes), and where the set has them entry, weight,
# stratum, cluster, group, then covariates x1, x2, ... ; rows with missing values are left out.
suppressMessages({library(survival); library(KMsurv); library(maxstat); library(TH.data)})
out <- file.path("reference", "data")
dir.create(out, showWarnings = FALSE)
put <- function(name, d) {
  d <- d[complete.cases(d), ]
  d <- as.data.frame(lapply(d, function(v) format(as.numeric(v), digits = 17, trim = TRUE, scientific = FALSE)))
  write.csv(d, file.path(out, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
with(lung, put("lung", data.frame(time, status = status - 1, stratum = inst, group = sex - 1,
  x1 = age, x2 = sex, x3 = ph.ecog)))
with(rotterdam, put("rotterdam", data.frame(time = pmin(rtime, dtime), status = pmax(recur, death),
  group = grade - 2, stratum = meno, x1 = age, x2 = meno, x3 = as.numeric(size == "20-50"), x4 = as.numeric(size == ">50"),
  x5 = grade, x6 = nodes, x7 = pgr / 100, x8 = er / 100, x9 = hormon, x10 = chemo)))
with(gbsg, put("gbsg", data.frame(time = rfstime, status, group = grade - 1, stratum = meno,
  x1 = age, x2 = size, x3 = as.numeric(grade == 2), x4 = as.numeric(grade == 3), x5 = nodes, x6 = pgr, x7 = hormon)))
with(veteran, put("veteran", data.frame(time, status, group = as.numeric(celltype) - 1, stratum = trt,
  x1 = trt, x2 = karno, x3 = diagtime, x4 = age, x5 = prior)))
with(ovarian, put("ovarian", data.frame(time = futime, status = fustat, group = rx - 1, x1 = age, x2 = rx, x3 = ecog.ps)))
with(subset(colon, etype == 2), put("colon", data.frame(time, status, group = as.numeric(rx) - 1, stratum = extent,
  x1 = as.numeric(rx == "Lev"), x2 = as.numeric(rx == "Lev+5FU"), x3 = age, x4 = nodes, x5 = sex)))
with(pbc, put("pbc", data.frame(time, status = as.numeric(status == 2), group = stage - 1, stratum = edema * 2,
  x1 = age, x2 = log(bili), x3 = albumin, x4 = protime)))
with(mgus2, put("mgus2", data.frame(time = ifelse(pstat == 1, ptime, futime), status = ifelse(pstat == 1, 1, 2 * death),
  group = as.numeric(sex) - 1, stratum = as.numeric(age > 70), x1 = age, x2 = as.numeric(sex), x3 = mspike)))
with(kidney, put("kidney", data.frame(time, status, cluster = id, group = sex - 1, x1 = age, x2 = sex)))
with(heart, put("heart", data.frame(entry = start, time = stop, status = event, cluster = id,
  group = as.numeric(transplant) - 1, x1 = age, x2 = year, x3 = surgery, x4 = as.numeric(transplant == 1))))
with(nwtco, put("nwtco", data.frame(time = edrel, status = rel, group = stage - 1, stratum = histol,
  x1 = histol, x2 = stage, x3 = age / 12, x4 = study)))
data(channing, package = "KMsurv")
with(subset(channing, ageentry < age), put("channing", data.frame(entry = ageentry, time = age, status = death,
  group = gender - 1, x1 = gender)))
data(larynx, package = "KMsurv")
with(larynx, put("larynx", data.frame(time, status = delta, group = stage - 1, x1 = as.numeric(stage == 2),
  x2 = as.numeric(stage == 3), x3 = as.numeric(stage == 4), x4 = age)))
data(bmt, package = "KMsurv")
with(bmt, put("bmt", data.frame(time = t2, status = ifelse(d2 == 1, 1, 2 * d1), group = group - 1, stratum = z8,
  x1 = z1, x2 = z2, x3 = z8, x4 = z10)))
with(aml, put("aml", data.frame(time, status, group = as.numeric(x) - 1, x1 = as.numeric(x))))
with(cgd, put("cgd", data.frame(entry = tstart, time = tstop, status, cluster = id, group = as.numeric(treat) - 1,
  stratum = as.numeric(hos.cat), x1 = as.numeric(treat), x2 = age, x3 = steroids)))
with(flchain, put("flchain", data.frame(time = pmax(futime, 0.5), status = death, group = as.numeric(sex) - 1,
  x1 = age, x2 = as.numeric(sex), x3 = kappa, x4 = lambda)))
data(DLBCL, package = "maxstat")
with(DLBCL, put("dlbcl", data.frame(time = time, status = cens, x1 = MGE)))
data(hohnloser, package = "maxstat")
with(hohnloser, put("hohnloser", data.frame(time = month, status = cens, x1 = EF)))
data(sphase, package = "TH.data")
with(sphase, put("sphase", data.frame(time = RFS, status = event, x1 = SPF)))
with(lung, put("lung_age", data.frame(time, status = status - 1, x1 = age)))
with(gbsg, put("gbsg_pgr", data.frame(time = rfstime, status, x1 = pgr, x2 = nodes, x3 = age)))
