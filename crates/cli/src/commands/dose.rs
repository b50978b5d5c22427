//! `oligomet dose`: BED and EQD2 of schedules, and schedules of a BED or EQD2.

use std::path::{Path, PathBuf};

use clap::Args;
use oligomet_base::number::{fixed, shortest};
use oligomet_base::{Dose, Place, Problem, Problems};
use oligomet_dose::{
    AlphaBeta, Alternative, Choice, Comparison, DoseRow, Eqd, Isoeffect, PracticeTable, PrescriptionMetrics,
    Schedule, Site, compare,
};
use oligomet_import::Reading;
use oligomet_schema::ColumnData;
use oligomet_study::quick::{choice_rows, dose_rows};

use crate::Format;
use crate::commands::quick::print_rows;
use crate::commands::table::aligned;
use crate::console::{Console, Outcome};
use crate::load::file_name;

/// Schedules, or an effect to be reached.
#[derive(Args)]
pub(crate) struct DoseArguments {
    /// Schedules as people write them: "50 Gy / 5", "5 x 7 Gy", "57.5/50 Gy in 25 fr", "30 Gy/10 + 10 Gy/5"
    schedules: Vec<String>,
    /// A table of schedules: a column `schedule`, and a column `name` if you like
    #[arg(long, value_name = "TABLE")]
    file: Option<PathBuf>,
    /// alpha/beta of the tumour in gray [default: 1.2,3.5,5.7,10 for schedules; needed for --eqd2 and --bed]
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "GY")]
    alpha_beta: Vec<f64>,
    /// alpha/beta of late tissue in gray
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, default_values_t = [2.0, 3.0], value_name = "GY")]
    late: Vec<f64>,
    /// Which schedule has this EQD2 in gray?
    #[arg(long, allow_negative_numbers = true, value_name = "GY", conflicts_with_all = ["bed", "schedules", "file"])]
    eqd2: Option<f64>,
    /// Which schedule has this BED in gray?
    #[arg(long, allow_negative_numbers = true, value_name = "GY", conflicts_with_all = ["schedules", "file"])]
    bed: Option<f64>,
    /// In so many fractions [default: those cited for the site]
    #[arg(long, value_delimiter = ',', value_name = "N")]
    fractions: Vec<u32>,
    /// In fractions of so many gray
    #[arg(long, allow_negative_numbers = true, value_name = "GY", conflicts_with = "fractions")]
    dose_per_fraction: Option<f64>,
    /// Doses per fraction are multiples of this many gray
    #[arg(long, default_value_t = 0.1, allow_negative_numbers = true, value_name = "GY")]
    step: f64,
    /// The site, so that what is cited for it is told from what is arithmetic
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
}

/// Compares schedules, or solves for one.
pub(crate) fn dose(console: &Console, arguments: &DoseArguments) -> Outcome {
    match arguments.eqd2.or(arguments.bed) {
        Some(_) => solve(console, arguments),
        None => compare_all(console, arguments),
    }
}

fn ratios(values: &[f64], option: &str) -> Result<Vec<AlphaBeta>, Problems> {
    let mut problems = Problems::new();
    let mut ratios = Vec::new();
    for value in values {
        match AlphaBeta::from_gray(*value) {
            Ok(ratio) if !ratios.contains(&ratio) => ratios.push(ratio),
            Ok(_) => {}
            Err(error) => problems.push(error.to_problem().at(Place::subject(option))),
        }
    }
    if problems.is_empty() { Ok(ratios) } else { Err(problems) }
}

fn gray(value: f64, option: &str) -> Result<Dose, Problems> {
    Dose::from_gray(value).ok_or_else(|| {
        Problem::error("OM402", format!("{} is no dose in gray", shortest(value)))
            .at(Place::subject(option))
            .mend("write gray with up to three decimals")
            .into()
    })
}

fn compare_all(console: &Console, a: &DoseArguments) -> Outcome {
    let mut problems = Problems::new();
    let mut alternatives = Vec::new();
    for text in &a.schedules {
        push(text, text, Place::default(), PrescriptionMetrics::default(), &mut alternatives, &mut problems);
    }
    if let Some(file) = &a.file {
        read_file(console, file, &mut alternatives, &mut problems)?;
    }
    if alternatives.is_empty() && problems.is_empty() {
        problems.push(
            Problem::error("OM341", "no schedule is named")
                .why("there is nothing to compute")
                .mend("write one, as in oligomet dose \"50 Gy / 5\", or name a table with --file"),
        );
    }
    let tumour = match a.alpha_beta.as_slice() {
        [] => AlphaBeta::BREAST_BAND.to_vec(),
        some => ratios(some, "--alpha-beta")?,
    };
    if alternatives.is_empty() {
        return Err(problems);
    }
    let comparison = Comparison { tumour, late: ratios(&a.late, "--late")?, ..Comparison::default() };
    let rows = compare(&alternatives, &comparison).map_err(|e| Problems::from(e.to_problem()))?;
    if console.format() == Format::Text {
        console.say(compared(&rows).trim_end());
    } else {
        print_rows(console, &dose_rows(&rows))?;
    }
    // Schedules that could be read are answered; the others are told, and make the command fail.
    if problems.has_errors() {
        return Err(problems);
    }
    console.note(&problems);
    Ok(())
}

fn push(
    name: &str,
    text: &str,
    place: Place,
    metrics: PrescriptionMetrics,
    to: &mut Vec<Alternative>,
    problems: &mut Problems,
) {
    match text.parse::<Schedule>() {
        Ok(schedule) => to.push(Alternative { name: name.to_owned(), schedule, metrics }),
        Err(error) => {
            let problem = error.to_problem();
            problems.push(if place.file.is_some() { problem.at(place) } else { problem });
        }
    }
}

/// Columns of a table of schedules beside `schedule` and `name`: what the prescription means in the volume.
const METRICS: [&str; 5] = ["isodose_percent", "ptv_d98", "ptv_d50", "ptv_d2", "gtv_mean"];

/// Schedules of a table: column `schedule`, and `name` and metrics of the volume where there are such columns.
fn read_file(
    console: &Console,
    file: &Path,
    alternatives: &mut Vec<Alternative>,
    problems: &mut Problems,
) -> Outcome {
    let is_wanted = |header: &str| header == "schedule" || header == "name" || METRICS.contains(&header);
    let (site, _, found) = oligomet_import::plain_site_of(file, None, Reading::Text, &is_wanted)?;
    if site.column("schedule").is_none() {
        return Err(Problem::error("OM253", "there is no column `schedule`")
            .at(Place::file(file_name(file)))
            .mend("call the column of schedules `schedule`")
            .into());
    }
    problems.extend(found);
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (data, found) = oligomet_import::read(&site, folder, &mut console.progress())?;
    problems.extend(found);
    for row in 0..data.table.n_rows() {
        let cell = |column: &str| match data.table.column(column).map(|c| &c.data) {
            Some(ColumnData::Text(texts)) => texts[row].as_deref(),
            _ => None,
        };
        let place = |column: &str| Place {
            row: data.table.source_rows.get(row).copied().map(u64::from),
            column: Some(column.to_owned()),
            ..Place::file(file_name(file))
        };
        let Some(text) = cell("schedule") else {
            let problem = Problem::warning("OM403", "no schedule is written").at(place("schedule"));
            problems.push(problem.why("the row is left out"));
            continue;
        };
        let metrics = metrics_of(&cell, &place, problems);
        push(cell("name").unwrap_or(text), text, place("schedule"), metrics, alternatives, problems);
    }
    Ok(())
}

/// The metrics of a row; one that cannot be is told, and none of the row is used.
fn metrics_of<'t>(
    cell: &impl Fn(&str) -> Option<&'t str>,
    place: &impl Fn(&str) -> Place,
    problems: &mut Problems,
) -> PrescriptionMetrics {
    let mut numbers = [None; METRICS.len()];
    for (name, number) in METRICS.iter().zip(&mut numbers) {
        let Some(text) = cell(name) else { continue };
        *number = text.trim().replace(',', ".").parse::<f64>().ok().filter(|x| x.is_finite());
        if number.is_none() {
            problems.push(
                Problem::warning("OM407", format!("\"{text}\" is no number"))
                    .at(place(name))
                    .why("the metrics of this row are left out"),
            );
            return PrescriptionMetrics::default();
        }
    }
    let dose = |at: usize| numbers[at].and_then(Dose::from_gray);
    let isodose = numbers[0].map(|percent| percent.round().clamp(0.0, 1000.0) as u32);
    PrescriptionMetrics::new(isodose, [dose(1), dose(2), dose(3)], dose(4)).unwrap_or_else(|error| {
        let problem = error.to_problem().at(place("schedule"));
        problems.push(Problem { severity: oligomet_base::Severity::Warning, ..problem });
        PrescriptionMetrics::default()
    })
}

/// One table per alternative and part.
fn compared(rows: &[DoseRow]) -> String {
    let mut out = String::new();
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let n = rest.iter().take_while(|r| r.name == first.name && r.part == first.part).count();
        let (block, others) = rest.split_at(n);
        rest = others;
        let mut title = first.name.clone();
        for more in [&first.schedule, &first.part] {
            if !title.contains(more.as_str()) {
                title.push_str(&format!(" | {more}"));
            }
        }
        out.push_str(&format!("{title}\n{}", block_table(block)));
        for note in &first.notes {
            out.push_str(&format!("  note: {note}\n"));
        }
        out.push('\n');
    }
    out.push_str("BED and EQD2 in Gy at each alpha/beta; research use. `+` marks a threshold that is met, compared exactly.\n");
    out
}

fn block_table(block: &[DoseRow]) -> String {
    let thresholds: Vec<_> =
        block.first().map_or_else(Vec::new, |r| r.thresholds.iter().map(|(t, _)| *t).collect());
    let linear = block.iter().any(|r| r.linear.is_some());
    let mut header: Vec<String> = ["", "alpha/beta", "BED", "EQD2"].map(str::to_owned).to_vec();
    if linear {
        header.extend(["BED LQ-L", "EQD2 LQ-L"].map(str::to_owned));
    }
    header.extend(
        thresholds
            .iter()
            .map(|t| format!("{} {}", t.quantity.name().to_uppercase(), shortest(t.dose.gray()))),
    );
    let mut lines = vec![header];
    for row in block {
        let tissue = if row.is_late { "late tissue" } else { "tumour" };
        let mut line = vec![
            tissue.to_owned(),
            shortest(row.alpha_beta.gray()),
            fixed(row.bed_gy, 2),
            fixed(row.eqd2_gy, 2),
        ];
        if linear {
            let of = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| fixed(x, 2));
            line.push(of(row.linear.as_ref().map(|l| l.bed_gy)));
            line.push(of(row.linear.as_ref().map(|l| l.eqd2_gy)));
        }
        line.extend(thresholds.iter().map(|t| match row.thresholds.iter().find(|(own, _)| own == t) {
            Some((_, true)) => "+".to_owned(),
            Some((_, false)) => "-".to_owned(),
            None => String::new(),
        }));
        lines.push(line);
    }
    aligned(&lines, 1)
}

/// The effect asked for.
fn effect(a: &DoseArguments) -> Result<(Isoeffect, AlphaBeta, String), Problems> {
    let [value] = a.alpha_beta.as_slice() else {
        return Err(Problem::error("OM401", "one alpha/beta is needed")
            .at(Place::subject("--alpha-beta"))
            .why("an effect belongs to its alpha/beta; nothing is assumed")
            .mend("add, for example, --alpha-beta 3.5")
            .into());
    };
    let ratio = ratios(&[*value], "--alpha-beta")?[0];
    let of = |e: oligomet_dose::DoseError| Problems::from(e.to_problem());
    if let Some(eqd2) = a.eqd2 {
        let eqd = Eqd::stated(gray(eqd2, "--eqd2")?, ratio, Eqd::TWO_GRAY).map_err(of)?;
        return Ok((Isoeffect::of_eqd(eqd).map_err(of)?, ratio, format!("EQD2 of {} Gy", shortest(eqd2))));
    }
    let bed = a.bed.unwrap_or(0.0);
    Ok((
        Isoeffect::stated_bed(gray(bed, "--bed")?, ratio).map_err(of)?,
        ratio,
        format!("BED of {} Gy", shortest(bed)),
    ))
}

fn site(a: &DoseArguments) -> Result<Option<Site>, Problems> {
    let Some(name) = &a.site else { return Ok(None) };
    Site::from_name(name).map(Some).ok_or_else(|| {
        let known: Vec<&str> = Site::ALL.iter().map(|s| s.name()).collect();
        let mut problem =
            Problem::error("OM341", format!("`{name}` is no site of the table")).at(Place::subject("--site"));
        problem = problem.mend(format!("write one of {}", known.join(", ")));
        problem.into()
    })
}

/// The schedules for one number of fractions, or for one dose per fraction.
struct Solved {
    title: String,
    asked: String,
    /// What was solved for, `total` in gray or `fractions`, not rounded.
    exact: (&'static str, f64),
    choices: Vec<Choice<'static>>,
}

fn solve(console: &Console, a: &DoseArguments) -> Outcome {
    let (effect, ratio, words) = effect(a)?;
    let site = site(a)?;
    let of = |e: oligomet_dose::DoseError| Problems::from(e.to_problem());
    let mut solved: Vec<Solved> = Vec::new();
    if let Some(per_fraction) = a.dose_per_fraction {
        let dose = gray(per_fraction, "--dose-per-fraction")?;
        let exact = effect.fractions_of(dose).map_err(of)?;
        let title = format!("fractions of {} Gy: {} exactly", shortest(per_fraction), fixed(exact, 3));
        solved.push(Solved {
            title,
            asked: format!("{} Gy", shortest(per_fraction)),
            exact: ("fractions", exact),
            choices: effect.choices_of(dose, site).map_err(of)?,
        });
    } else {
        let step = gray(a.step, "--step")?;
        for n in fraction_numbers(a, site)? {
            let exact = effect.total_gy_in(n).map_err(of)?;
            let title = format!("{n} fractions: {} Gy exactly", fixed(exact, 3));
            solved.push(Solved {
                title,
                asked: format!("{n} fractions"),
                exact: ("total", exact),
                choices: effect.choices_in(n, step, site).map_err(of)?,
            });
        }
    }
    if console.format() != Format::Text {
        let mut all = oligomet_results::Stats::new();
        for Solved { asked, exact, choices, .. } in &solved {
            choice_rows(ratio, asked, *exact, choices).rows().iter().for_each(|r| all.push(r.clone()));
        }
        return print_rows(console, &all);
    }
    let mut out = format!("{words} at alpha/beta {} Gy\n\n", shortest(ratio.gray()));
    for Solved { title, choices, .. } in &solved {
        out.push_str(&format!("{title}\n{}\n", choice_table(choices)));
    }
    out.push_str("Arithmetic, not medicine: a schedule outside what is cited for its site is marked so; without --site nothing is judged.\n");
    console.say(out.trim_end());
    let outside: Problems =
        solved.iter().flat_map(|s| s.choices.iter().filter_map(Choice::problem)).collect();
    console.note(&outside);
    Ok(())
}

fn fraction_numbers(a: &DoseArguments, site: Option<Site>) -> Result<Vec<u32>, Problems> {
    match (a.fractions.as_slice(), site) {
        ([], Some(site)) => Ok(PracticeTable::published().fraction_numbers(site)),
        ([], None) => Err(Problem::error("OM341", "in how many fractions?")
            .why("an effect has a schedule for every number of fractions")
            .mend("add --fractions 5, --dose-per-fraction 7, or --site to see the numbers cited for it")
            .into()),
        (some, _) => Ok(some.to_vec()),
    }
}

fn choice_table(choices: &[Choice<'_>]) -> String {
    let late: Vec<String> =
        AlphaBeta::LATE.iter().map(|l| format!("late EQD2({})", shortest(l.gray()))).collect();
    let mut header: Vec<String> = ["schedule", "per fraction", "BED", "EQD2"].map(str::to_owned).to_vec();
    header.extend(late);
    header.extend(["reached", "practice"].map(str::to_owned));
    let mut lines = vec![header];
    for c in choices {
        let mut line = vec![
            c.fractionation.to_string(),
            shortest(c.dose_per_fraction.gray()),
            fixed(c.bed_gy, 2),
            fixed(c.eqd2_gy, 2),
        ];
        line.extend(c.late_eqd2_gy.iter().map(|x| fixed(*x, 2)));
        line.push(if c.is_enough { "+" } else { "-" }.to_owned());
        line.push(c.practice.as_ref().map_or("not judged", |p| p.name()).to_owned());
        lines.push(line);
    }
    aligned(&lines, 1)
}
