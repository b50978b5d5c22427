//! The page: every number in it is a row of the results, and nothing in it comes from elsewhere.

use std::collections::BTreeMap;

use oligomet_report::{
    Format, Printer, Source, Style, compose_figure, compose_figure_pages, render_report, values_of,
};
use oligomet_results::{CurveRow, RunResults};

use crate::fixture::{self, Recipe};

pub(crate) fn page(run: &RunResults) -> String {
    let mut figures = Vec::new();
    for figure in &run.outline.figures {
        figures
            .extend(compose_figure_pages(run, figure).unwrap().into_iter().map(|svg| (figure.clone(), svg)));
    }
    render_report(run, &figures)
}

/// A number of the page: its attributes and its text.
struct Bound {
    key: String,
    names: Vec<&'static str>,
    format: String,
    text: String,
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn bound_numbers(html: &str) -> Vec<Bound> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
        unescaped(rest.split_once('"').unwrap().0)
    };
    let one = |part: &str| {
        let (tag, rest) = part.split_once('>').unwrap();
        let names = attribute(tag, "data-stat");
        Bound {
            key: attribute(&format!("data-key{tag}"), "data-key"),
            names: names.split(' ').map(|n| &*n.to_owned().leak()).collect(),
            format: attribute(tag, "data-format"),
            text: unescaped(rest.split_once("</span>").unwrap().0),
        }
    };
    html.split("<span data-key").skip(1).map(one).collect()
}

fn all_formats() -> BTreeMap<String, Format> {
    let mut all = vec![Format::Count, Format::AtRisk, Format::Survival, Format::SurvivalInterval];
    all.extend([Format::SurvivalStatement, Format::RatioInterval, Format::RatioStatement, Format::P]);
    all.extend([Format::RatioInline, Format::PercentRange]);
    all.extend([Format::PStatement, Format::Time, Format::TimeInterval, Format::TimeStatement]);
    for d in 0..6 {
        all.extend([Format::CountPercent(d), Format::Percent(d), Format::Decimal(d)]);
        all.extend([Format::MedianQuartiles(d), Format::MeanSd(d), Format::Range(d)]);
    }
    all.into_iter().map(|f| (f.to_string(), f)).collect()
}

/// Every key of the results by its text, curves at every time asked for.
fn sources(run: &RunResults) -> BTreeMap<String, Source> {
    let stat =
        |row: &oligomet_results::StatRow| Source::Stat { key: Box::new(row.key.clone()), names: vec![] };
    run.stats.rows().iter().map(stat).map(|s| (s.key_text(), s)).collect()
}

fn source_of(bound: &Bound, known: &BTreeMap<String, Source>) -> Source {
    if let Some(Source::Stat { key, .. }) = known.get(&bound.key) {
        return Source::Stat { key: key.clone(), names: bound.names.clone() };
    }
    let parts: Vec<&str> = bound.key.split('|').collect();
    let [curves, analysis, endpoint, group, level, days] = parts[..] else { panic!("{}", bound.key) };
    assert_eq!(curves, "curves", "{} is no row of the results", bound.key);
    Source::Curve {
        analysis_id: analysis.into(),
        endpoint: endpoint.into(),
        group: group.into(),
        group_level: level.into(),
        days: days.parse().unwrap(),
        names: bound.names.clone(),
    }
}

#[test]
fn every_number_is_printed_from_its_rows() {
    for style in ["plain", "jama", "lancet", "nejm", "annals"] {
        check_formats(&fixture::run_of(&Recipe { style, ..Recipe::default() }), 250);
    }
}

/// Every number of the run's page, printed again from its rows: more than `least` of them.
pub(crate) fn check_formats(run: &RunResults, least: usize) {
    let (printer, formats, known) = (Printer::of(run), all_formats(), sources(run));
    let numbers = bound_numbers(&page(run));
    assert!(numbers.len() > least, "{}", numbers.len());
    for bound in &numbers {
        let (values, level) = values_of(run, &source_of(bound, &known));
        let printed = printer.print(formats[&bound.format], &values, level);
        assert_eq!(printed.text, bound.text, "{} {}", bound.key, bound.format);
    }
}

/// The same check without our formatter: each printed decimal lies within half a unit of its last digit of the row's value.
#[test]
fn every_printed_digit_agrees_with_the_table() {
    check_digits(&fixture::run(), 400);
}

/// More than `least` printed numbers of the run's page against the table.
pub(crate) fn check_digits(run: &RunResults, least: usize) {
    let known = sources(run);
    let mut checked = 0;
    for bound in bound_numbers(&page(run)) {
        let Source::Stat { key, names } = source_of(&bound, &known) else { continue };
        let scale = scale(&bound.format);
        let text = bound.text.replace("95% CI", "").replace(['≤', '%'], "").replace("< ", "<");
        let mut printed = text
            .split(|c: char| !(c.is_ascii_digit() || ".,\u{2212}<>".contains(c)))
            .filter(|t| t.chars().any(|c| c.is_ascii_digit()));
        for name in names {
            let Some(value) = run.stats.value(&key, name) else { continue };
            let Some(token) = printed.next() else { continue };
            check_token(token, value * if name == "n" { 1.0 } else { scale }, &bound.text);
            checked += 1;
        }
    }
    assert!(checked > least, "{checked}");
}

fn scale(format: &str) -> f64 {
    if format.starts_with("time") {
        1.0 / 30.4375
    } else if format.starts_with("survival") || format.contains("percent") {
        100.0
    } else {
        1.0
    }
}

fn check_token(token: &str, value: f64, text: &str) {
    let plain = token.replace(',', "").replace('\u{2212}', "-");
    if let Some(limit) = plain.strip_prefix('<') {
        assert!(value < limit.parse::<f64>().unwrap(), "{text}: {value}");
        return;
    }
    let digits = plain.trim_start_matches('>').trim_end_matches('.');
    let decimals = digits.split_once('.').map_or(0, |(_, f)| f.len());
    let half = 0.5 * 10f64.powi(-(decimals as i32)) * (1.0 + 1e-9);
    assert!((digits.parse::<f64>().unwrap() - value).abs() <= half, "{text}: {token} is not {value}");
}

/// What sentences print outside bound numbers: names, times asked for and conventions, never a result.
#[test]
fn sentences_hold_no_number_of_their_own() {
    let html = page(&fixture::run());
    let results =
        html.split_once("<section id=\"results\">").unwrap().1.split_once("<section id=\"data\">").unwrap().0;
    let summary = html.split_once("<ul>").unwrap().1.split_once("</ul>").unwrap().0;
    let paragraphs = results.split("<p>").skip(1).map(|p| p.split_once("</p>").unwrap().0);
    let paragraphs = paragraphs.filter(|p| !p.starts_with("<sup>") && !p.starts_with("Log-rank test:"));
    let mut n = 0;
    for text in paragraphs.chain(summary.split("<li>").skip(1)) {
        let mut words = String::new();
        for part in text.split("<span data-key") {
            words.push_str(part.rsplit_once("</span>").map_or(part, |(_, after)| after));
        }
        let mut words = unescaped(&words);
        for allowed in [
            "20 mm",
            "grade 1",
            "grade 2",
            "grade 3",
            "Grade 2",
            "Grade 3",
            "with 1",
            "more than 0.1",
            "10 was",
            "up to 60 months",
            "At 24 months",
            "At 60 months",
            "at 24 months",
            "at 60 months",
            "per 10",
            "above 10",
        ] {
            words = words.replace(allowed, "");
        }
        assert!(!words.contains(|c: char| c.is_ascii_digit()), "{words}");
        n += 1;
    }
    assert!(n > 15, "{n}");
}

#[test]
fn no_causal_word_and_nothing_predictive() {
    let html = page(&fixture::run()).to_lowercase();
    for word in
        ["predict", "cause of", "causes", "leads to", "because of", "effect of", "reduces", "improves"]
    {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn sentences_name_the_reference_and_the_direction() {
    let html = page(&fixture::run());
    let text = plain(&html);
    for sentence in [
        "Grade 3 was associated with a higher hazard compared with grade 1 (HR 1.86, 95% CI 1.47–2.35; P < 0.001).",
        "Tumour size >20 mm was associated with a higher hazard compared with ≤20 mm",
        "No hazard ratio could be given for marker (per 10) (nobody with a marker above 10 had an event).",
        "This analysis was post hoc",
        "Cut-points found in these data: Tumour size.",
        "Of 320 patients in the source, these were left out: 3 for rows that could not be used, 9 for re-irradiation for local recurrence, and 8 for no follow-up. This left 300 patients for analysis.",
        "evidence against proportional hazards (P = 0.037)",
        "Research use. Not for decisions about a patient.",
    ] {
        assert!(text.contains(sentence), "{sentence}");
    }
    assert_eq!(text.matches("Research use.").count(), 2);
    assert!(!text.contains("This method was never used"));
}

fn plain(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    unescaped(&out)
}

#[test]
fn the_page_needs_no_network_and_runs_only_its_own_script() {
    let html = page(&fixture::run());
    assert!(html.contains("default-src 'none'"));
    let without = html.replace("http://www.w3.org/2000/svg", "");
    for forbidden in ["http://", "https://", "src=", "@import", "url(", "<link", "<iframe", "onclick"] {
        assert!(!without.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<script").count(), 2);
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert_eq!(page(&fixture::run()), page(&fixture::run()));
}

#[test]
fn hostile_labels_stay_text() {
    let bad = "</script><script>alert(1)</script>\"'&<b>|%7C\u{2028}";
    let mut run = fixture::run_of(&Recipe {
        grades: vec![bad.into(), "=cmd()".into(), "x".repeat(400)],
        ..Recipe::default()
    });
    run.outline.study.title = bad.into();
    run.outline.variables[1].label = bad.into();
    run.outline.endpoints[0].label = bad.into();
    run.findings[0].text = bad.into();
    let html = page(&run);
    assert_eq!(html.matches("<script").count(), 2);
    assert!(!html.contains("alert(1)</script>") && !html.contains("<b>|"));
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    let (printer, formats, known) = (Printer::of(&run), all_formats(), sources(&run));
    for bound in bound_numbers(&html).iter().filter(|b| !b.key.starts_with("curves")) {
        let (values, level) = values_of(&run, &source_of(bound, &known));
        assert_eq!(printer.print(formats[&bound.format], &values, level).text, bound.text);
    }
}

#[test]
fn five_hundred_levels_and_a_million_patients_stay_small() {
    let grades: Vec<String> = (0..500).map(|i| format!("Hospital number {i}")).collect();
    let mut run = fixture::run_of(&Recipe { n: 20_000, grades, grade_of: |i| i % 500, ..Recipe::default() });
    run.curves.retain(|r: &CurveRow| r.group != "grade");
    run.outline.figures.retain(|f| f.of != "km_os");
    grow(&mut run, 1_000_000);
    let html = page(&run);
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    assert!(html.contains("\"complete\":false"));
}

/// As many subjects as asked for, by repeating those there are.
fn grow(run: &mut RunResults, n: usize) {
    let subjects = run.subjects.as_mut().unwrap();
    let had = subjects.n;
    subjects.n = n;
    for grouping in &mut subjects.groupings {
        grouping.codes = (0..n).map(|i| grouping.codes[i % had]).collect();
    }
    for set in &mut subjects.sets {
        set.subject = (0..n as u32).collect();
        set.exit = (0..n).map(|i| set.exit[i % had]).collect();
        set.event = (0..n).map(|i| set.event[i % had]).collect();
    }
}

#[test]
fn nothing_to_show_is_a_page_that_says_so() {
    let mut run = fixture::run();
    run.stats = oligomet_results::Stats::new();
    run.curves.clear();
    run.findings.clear();
    run.subjects = None;
    assert!(run.outline.figures.iter().skip(1).all(|f| compose_figure(&run, f).is_err()));
    let html = render_report(&run, &[]);
    assert!(html.contains("This analysis gave no numbers") && html.contains("Nothing wrong was found"));
}

#[test]
fn every_style_is_named_in_its_page() {
    for style in Style::all() {
        let run = fixture::run_of(&Recipe {
            style: Box::leak(style.name.clone().into_boxed_str()),
            ..Recipe::default()
        });
        assert!(page(&run).contains(&style.title));
    }
}

/// For eyes: written where a browser can open them.
#[test]
fn pages_for_eyes() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut synthetic = crate::kinds::run();
    synthetic.outline.synthetic = true;
    let pages = [
        ("report", fixture::run()),
        ("shared", oligomet_report::share(fixture::run())),
        ("synthetic", synthetic),
    ];
    for (name, run) in pages {
        let path = format!("{folder}/{name}.html");
        std::fs::write(&path, page(&run)).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > 50_000);
    }
}

#[test]
fn an_axis_counts_from_the_endpoints_own_time_zero() {
    let axis_of = |run: &RunResults| {
        let figure = run.outline.figures.iter().find(|f| {
            run.outline.analyses.iter().any(|a| a.id == f.of && a.kind == oligomet_results::AnalysisKind::Km)
        });
        let svg = oligomet_report::compose_figure_pages(run, figure.expect("a curve")).expect("it is drawn");
        svg[0].text.clone()
    };
    let mut run = fixture::run();
    assert!(!axis_of(&run).contains("since first diagnosis"));
    for endpoint in &mut run.outline.endpoints {
        endpoint.time_zero_label = "First diagnosis".into();
    }
    assert!(axis_of(&run).contains("since first diagnosis"), "{}", axis_of(&run));
}
