//! `[[analysis]]` and `[[figure]]`

use oligomet_base::Problem;
use oligomet_base::file::{Section, Text, Value};
use oligomet_results::AnalysisKind;

use super::{check_name, refuse_twice};
use crate::model::{Analysis, Figure, Select};

pub(super) fn read_analyses(top: &Section<'_>) -> Vec<Analysis> {
    let mut analyses: Vec<Analysis> = Vec::new();
    for s in top.repeated_sections("analysis") {
        let like = s.text("like");
        let base = match &like {
            Some(id) => match analyses.iter().find(|a| a.id.text == id.text) {
                Some(found) => Some(found.clone()),
                None => {
                    let known: Vec<&str> = analyses.iter().map(|a| a.id.text.as_str()).collect();
                    s.unknown_word("like", id, &known);
                    None
                }
            },
            None => None,
        };
        analyses.extend(read_analysis(s, base));
    }
    refuse_twice(top.file(), "analyses", analyses.iter().map(|a| &a.id));
    analyses
}

/// One analysis; what it does not say itself it takes over from the one it is `like`.
fn read_analysis(s: Section<'_>, base: Option<Analysis>) -> Option<Analysis> {
    let id = s.required_text("id", "results, tables and figures are found by it");
    let kind = s.choice("kind", &AnalysisKind::ALL).or(base.as_ref().map(|b| b.kind));
    if kind.is_none() && !s.has("kind") {
        let kinds = AnalysisKind::ALL.map(|(name, _)| name).join(", ");
        s.missing("kind", &format!("it says what is done: {kinds}"));
    }
    let or_base =
        |own: Option<Text>, of: fn(&Analysis) -> Option<Text>| own.or_else(|| base.as_ref().and_then(of));
    let list = |key: &'static str, of: fn(&Analysis) -> Vec<Text>| {
        s.texts(key).or_else(|| base.as_ref().map(of)).unwrap_or_default()
    };
    let number = |key: &'static str, of: fn(&Analysis) -> Option<f64>| {
        s.number(key).or_else(|| base.as_ref().and_then(of))
    };
    let vars = list("vars", |b| b.vars.clone());
    let factors = s.texts("factors").unwrap_or_default();
    let analysis = Analysis {
        id: id.clone().unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        title: s.text("title"),
        endpoint: or_base(s.text("endpoint"), |b| b.endpoint.clone()),
        by: or_base(s.text("by"), |b| b.by.clone()),
        vars: if factors.is_empty() { vars } else { factors },
        terms: list("terms", |b| b.terms.clone()),
        at: s.parsed_list("at").or_else(|| base.as_ref().map(|b| b.at.clone())).unwrap_or_default(),
        tau: s.parsed("tau").or_else(|| base.as_ref().and_then(|b| b.tau)),
        ci: or_base(s.text("ci"), |b| b.ci.clone()),
        level: read_level(&s).or(base.as_ref().map(|b| b.level)).unwrap_or(0.95),
        test: or_base(s.text("test"), |b| b.test.clone()),
        numbers: list("numbers", |b| b.numbers.clone()),
        ties: or_base(s.text("ties"), |b| b.ties.clone()),
        missing: or_base(s.text("missing"), |b| b.missing.clone()),
        select: read_select(&s).or(base.as_ref().map(|b| b.select)).unwrap_or(Select::All),
        restriction: or_base(s.text("where"), |b| b.restriction.clone()),
        planned: s.bool("planned").or(base.as_ref().map(|b| b.planned)).unwrap_or(true),
        span: s.span(),
        cluster: or_base(s.text("cluster"), |b| b.cluster.clone()),
        factor: or_base(s.text("factor"), |b| b.factor.clone()),
        dose: or_base(s.text("dose"), |b| b.dose.clone()),
        site: or_base(s.text("site"), |b| b.site.clone()),
        responders: list("responders", |b| b.responders.clone()),
        against: number("against", |b| b.against),
        alternative: or_base(s.text("alternative"), |b| b.alternative.clone()),
        measure: or_base(s.text("measure"), |b| b.measure.clone()),
        landmark: s
            .parsed_list("landmark")
            .or_else(|| base.as_ref().map(|b| b.landmark.clone()))
            .unwrap_or_default(),
        marks: list("marks", |b| b.marks.clone()),
        subject: or_base(s.text("subject"), |b| b.subject.clone()),
        acute: s.parsed("acute").or_else(|| base.as_ref().and_then(|b| b.acute)),
        cut_range: (number("min_prop", |b| b.cut_range.0), number("max_prop", |b| b.cut_range.1)),
        p_methods: list("p_method", |b| b.p_methods.clone()),
        replicates: (number("replicates", |b| b.replicates.0), number("seed", |b| b.replicates.1)),
    };
    if let Some(id) = &id {
        check_name(s.file(), id);
    }
    s.finish();
    (id.is_some() && kind.is_some()).then_some(analysis)
}

fn read_level(s: &Section<'_>) -> Option<f64> {
    let level = s.number("level")?;
    if (0.5..1.0).contains(&level) {
        return Some(level);
    }
    let what = format!("`level` in {} must lie between 0.5 and 1, not {level}", s.title());
    s.file().report_at(s.span(), Problem::error("OM304", what).mend("95 % intervals are level = 0.95"));
    None
}

fn read_select(s: &Section<'_>) -> Option<Select> {
    let text = s.text("select")?;
    if text.text == "none" {
        return Some(Select::All);
    }
    let limit = text.text.replace(' ', "").strip_prefix("univariablep<").and_then(|l| l.parse::<f64>().ok());
    match limit.filter(|l| *l > 0.0 && *l <= 1.0) {
        Some(limit) => Some(Select::Univariable(limit)),
        None => {
            s.unknown_word("select", &text, &["none", "univariable p<0.05"]);
            None
        }
    }
}

pub(super) fn read_figures(top: &Section<'_>) -> Vec<Figure> {
    let figures: Vec<Figure> = top.repeated_sections("figure").into_iter().filter_map(read_figure).collect();
    refuse_twice(top.file(), "figures", figures.iter().map(|f| &f.id));
    figures
}

fn read_figure(s: Section<'_>) -> Option<Figure> {
    let id = s.required_text("id", "the figure's files are named by it");
    let of = s.required_text("of", "it names the analysis drawn, or \"flow\"");
    let figure = Figure {
        id: id.clone().unwrap_or_default(),
        of: of.clone().unwrap_or_default(),
        caption: s.text("caption"),
        width_mm: read_width(&s),
        table: s.texts("table"),
        ribbon: s.bool("ribbon"),
        censor_marks: s.bool("censor_marks"),
        median: s.bool("median"),
        mono: s.bool("mono").unwrap_or(false),
        x_max: s.parsed("x_max"),
        x_tick: s.parsed("x_tick"),
        one_minus_km: s.bool("one_minus_km").unwrap_or(false),
    };
    if let Some(id) = &id {
        check_name(s.file(), id);
    }
    for row in figure.table.iter().flatten() {
        if !["at_risk", "events"].contains(&row.text.as_str()) {
            s.unknown_word("table", row, &["at_risk", "events"]);
        }
    }
    s.finish();
    (id.is_some() && of.is_some()).then_some(figure)
}

/// Journals' column widths in millimetres.
const WIDTHS: [(&str, f64); 3] = [("single", 84.0), ("onehalf", 120.0), ("double", 174.0)];

fn read_width(s: &Section<'_>) -> f64 {
    match s.node("width").map(|n| &n.value) {
        Some(Value::Number(mm)) if (40.0..=400.0).contains(mm) => *mm,
        Some(Value::Text(_)) => s.choice("width", &WIDTHS).unwrap_or(174.0),
        Some(_) => {
            let what = format!("`width` in {} must be single, onehalf, double or 40 to 400 (mm)", s.title());
            s.file().report_at(s.span(), Problem::error("OM304", what));
            174.0
        }
        None => 174.0,
    }
}
