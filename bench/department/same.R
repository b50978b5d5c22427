# The joins and statistics of examples/oligoprogression/as-recommended.toml with R's data.table and survival: the first radical course of
# each woman with its lesions, doses, assessments and lines; the eligibility; curves, cumulative incidences and the Cox model.
# Reading is timed apart. No flow of rules that count the unknown, no provenance, no figures, no report. R with data.table runs on all cores.
suppressMessages({ library(data.table); library(survival) })
clock <- function(what, code) { t <- system.time(code)[["elapsed"]]; cat(sprintf("R %-34s %8.2f s\n", what, t)); t }
folder <- commandArgs(TRUE)[1]
tables <- c("patient", "primary_tumour", "metastatic_episode", "lesion", "systemic_line", "drug_exposure", "rt_course", "rt_volume", "rt_target",
            "imaging_assessment", "local_event", "follow_up")
reading <- clock("reading 12 tables", {
  d <- lapply(setNames(tables, tables), function(t) fread(file.path(folder, paste0(t, ".csv")), na.strings = ""))
})
# Columns of whole days become numbers; dates of birth, some known to the month only, are not needed.
for (t in tables) for (c in names(d[[t]])) if (inherits(d[[t]][[c]], "IDate")) set(d[[t]], j = c, value = as.integer(d[[t]][[c]]))

joins <- clock("base table, endpoints, eligibility", {
  zero <- d$rt_course[start_date >= as.integer(as.IDate("2014-01-01"))][order(start_date), .SD[1], by = patient_id]
  setnames(zero, c("start_date", "end_date"), c("rt_start", "rt_end"))
  volume <- d$rt_volume[zero[, .(course_id)], on = "course_id", nomatch = 0]
  volume[, bed := dose_delivered_gy * (1 + dose_delivered_gy / fractions_delivered / 3.5)]
  zero[volume[, .(bed = max(bed), organ = first(organ)), by = course_id], on = "course_id", `:=`(bed = i.bed, organ = i.organ)]
  treated <- unique(d$rt_target[volume, on = "volume_id", nomatch = 0][, .(course_id, lesion_id)])
  zero[treated[, .(n = .N), by = course_id], on = "course_id", n_treated := i.n]
  scan <- d$imaging_assessment[zero[, .(patient_id, rt_start, rt_end)], on = "patient_id", nomatch = 0]
  before <- scan[date <= rt_start & !is.na(n_lesions_progressing)][order(date), .(n = last(n_lesions_progressing)), by = patient_id]
  zero[before, on = "patient_id", n_progressing := i.n]
  zero[scan[date > rt_end, .(first = min(date)), by = patient_id], on = "patient_id", first_imaging := i.first]
  zero[scan[, .(last = max(date)), by = patient_id], on = "patient_id", last_imaging := i.last]
  limit <- function(day) { p <- as.POSIXlt(as.Date(day, origin = "1970-01-01")); p$mon <- p$mon + 3; as.integer(as.Date(p)) }
  zero[, imaging_ok := !is.na(first_imaging) & first_imaging <= limit(rt_end)]
  line <- d$systemic_line[setting == "metastatic"][zero[, .(patient_id, rt_start)], on = "patient_id", nomatch = 0]
  ongoing <- line[start_date <= rt_start & (is.na(end_date) | end_date >= rt_start)][, .SD[.N], by = patient_id]
  zero[ongoing, on = "patient_id", `:=`(line = i.line_number, line_end = i.end_date, line_reason = i.end_reason)]
  next_line <- line[start_date > rt_start, .(start = min(start_date)), by = patient_id]
  zero[next_line, on = "patient_id", next_therapy := i.start]
  drug <- d$drug_exposure[zero[, .(patient_id, rt_start, first_imaging)], on = "patient_id", nomatch = 0]
  changed <- drug[, .(changed = any(start_date > rt_start & start_date < first_imaging, na.rm = TRUE) |
                                any(end_date > rt_start & end_date < first_imaging, na.rm = TRUE)), by = patient_id]
  zero[changed, on = "patient_id", changed := i.changed]
  progression <- scan[response == "PD" & date > rt_start, .(patient_id, day = date)]
  ends <- rbind(line[!is.na(end_date), .(patient_id, at = end_date)], line[, .(patient_id, at = start_date)])[, key := at]
  changing <- ends[progression[, `:=`(from = day, to = day + 60L)], on = .(patient_id, at >= from, at <= to), nomatch = 0, .(patient_id, day)]
  zero[progression[, .(p = min(day)), by = patient_id], on = "patient_id", pd := i.p]
  zero[changing[, .(p = min(day)), by = patient_id], on = "patient_id", pd_change := i.p]
  zero[d$follow_up[, .(last = max(date)), by = patient_id], on = "patient_id", last_contact := i.last]
  zero[d$follow_up[status == "dead", .(death = min(date)), by = patient_id], on = "patient_id", death := i.death]
  tumour <- d$primary_tumour[, .SD[1], by = patient_id]
  zero[tumour, on = "patient_id", `:=`(her2 = i.her2_status == "positive", diagnosis = i.diagnosis_date)]
  cohort <- zero[intent == "radical" & n_progressing %between% c(1, 3) & n_treated >= n_progressing & !is.na(line) & imaging_ok & !changed]
  time_to <- function(event, censor) {
    happened <- !is.na(event) & event <= pmax(censor, event)
    list(time = fifelse(happened, event, censor) - cohort$rt_start, event = happened)
  }
  first_of <- function(a, b) pmin(a, b, na.rm = TRUE)
  cohort[, `:=`(later = line >= 3, brain = organ == "brain")]
})
cat(sprintf("eligible: %d of %d\n", nrow(cohort), nrow(zero)))

# Everybody enters at the first imaging after radiotherapy; whoever has left before it does not.
entry <- cohort$first_imaging - cohort$rt_start
response <- function(x) with(x, Surv(fifelse(entry < time, entry, NA_integer_), time, event))
curve <- function(x, by = rep(0, nrow(cohort))) survfit(response(x) ~ by, conf.type = "log-log")
competing <- function(event, other, censor) {
  day <- pmin(event, other, censor, na.rm = TRUE)
  cause <- fifelse(!is.na(event) & event == day, 1L, fifelse(!is.na(other) & other == day, 2L, 0L))
  time <- day - cohort$rt_start
  survfit(Surv(fifelse(entry < time, entry, NA_integer_), time, factor(cause, 0:2)) ~ 1, id = seq_along(time))
}
statistics <- clock("curves, incidences, Cox, PH test", {
  pfsar <- time_to(first_of(cohort$pd_change, cohort$death), cohort$last_imaging)
  pfs <- time_to(first_of(cohort$pd, cohort$death), cohort$last_imaging)
  os <- time_to(cohort$death, cohort$last_contact)
  for (x in list(pfsar, pfs, os)) { f <- curve(x); quantile(f, .5); summary(f, times = c(183, 365, 731), extend = TRUE) }
  # survdiff() knows no delayed entry; the score test of a Cox model is the log-rank test.
  curve(pfsar, cohort$later); coxph(response(pfsar) ~ cohort$later)$score
  competing(cohort$pd_change, cohort$death, cohort$last_imaging)
  competing(cohort$next_therapy, cohort$death, cohort$last_contact)
  competing(fifelse(cohort$line_reason %in% "progression", cohort$line_end, NA_integer_),
            first_of(cohort$death, fifelse(cohort$line_reason %in% c("toxicity", "other"), cohort$line_end, NA_integer_)), cohort$last_contact)
  m <- coxph(response(pfsar) ~ cohort$later + cohort$her2 + cohort$brain); cox.zph(m)
  survfit(Surv(cohort$first_imaging - cohort$diagnosis, pmax(cohort$last_contact, cohort$first_imaging + 1) - cohort$diagnosis, os$event) ~ 1)
})
cat(sprintf("R all: %.2f s, without reading %.2f s\n", reading + joins + statistics, joins + statistics))
cat(sprintf("PFS-AR median %.1f months, events %d\n", quantile(curve(pfsar), .5)$quantile / 30.4375, sum(pfsar$event[pfsar$time > entry])))
