//! A Cox model in words.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey, TermOutline};

use crate::tabulate::cox_contexts;
use crate::text::{Format, Text, say};
use crate::view::{View, key};

/// More coefficients than this are left to the table.
const MOST_COEFFICIENTS: usize = 12;
/// Fewer events per parameter than this make a model unstable.
const EVENTS_PER_PARAMETER: f64 = 10.0;

/// A coefficient in words: its row, and what is compared with what.
struct Coefficient {
    key: StatKey,
    subject: String,
    reference: Option<String>,
}

/// What the model was fitted to, each hazard ratio with its direction, and how far the model can be trusted.
pub(crate) fn model(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let contexts = cox_contexts(view, analysis);
    let Some((context, words)) = contexts.last() else { return Vec::new() };
    let coefficients = coefficients(view, analysis, context);
    let mut out = vec![size(view, analysis)];
    let mut hazards = Text::default();
    for (i, coefficient) in coefficients.iter().take(MOST_COEFFICIENTS).enumerate() {
        let lead = if i == 0 { format!("In the {} model, ", words.to_lowercase()) } else { " ".into() };
        let sentence = association(view, coefficient, i == 0);
        if !sentence.is_empty() {
            hazards.push(lead);
            hazards.append(sentence);
        }
    }
    if coefficients.len() > MOST_COEFFICIENTS {
        hazards.push(" The other coefficients are in the table.");
    }
    out.push(hazards);
    out.push(fit(view, analysis));
    if !coefficients.is_empty() {
        out.push(Text::from(
            "These are associations of factors with outcome in the patients analysed. They do not show what a change of a factor would do, nor who benefits from a treatment.",
        ));
    }
    out
}

/// The line of a summary: the coefficients whose interval leaves out 1, at most four.
pub(crate) fn headline(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let contexts = cox_contexts(view, analysis);
    let Some((context, words)) = contexts.last() else { return Text::default() };
    let all = coefficients(view, analysis, context);
    let clear: Vec<&Coefficient> = all.iter().filter(|c| direction(view, &c.key).is_some()).collect();
    let model = match analysis.title.as_str() {
        "" => format!("{words} Cox model of {}", lower_first(&view.endpoint_label(&analysis.endpoint))),
        title => format!("{title}, {} model", words.to_lowercase()),
    };
    if clear.is_empty() {
        return Text::from(format!("{model}: no hazard ratio has an interval that leaves out 1."));
    }
    let mut text = say![format!("{model}: ")];
    for (i, coefficient) in clear.iter().take(4).enumerate() {
        text.push(if i > 0 { " " } else { "" });
        text.append(association(view, coefficient, i == 0));
    }
    if all.len() > clear.len().min(4) {
        text.push(" The other hazard ratios are in the table.");
    }
    text
}

fn coefficients(view: &View<'_>, analysis: &AnalysisOutline, context: &str) -> Vec<Coefficient> {
    let mut out = Vec::new();
    for term in &analysis.terms {
        let of = |level: &str| key(analysis, context, "", "").variable(&term.variable, level);
        if !view.is_factor(&term.variable) {
            out.push(Coefficient { key: of(""), subject: view.term_words(term), reference: None });
            continue;
        }
        let reference = view.variable(&term.variable).map_or("", |v| v.reference.as_str());
        for level in view.levels(&term.variable).iter().filter(|l| *l != reference) {
            out.push(Coefficient {
                key: of(level),
                subject: level_words(view, term, level),
                reference: Some(reference_words(view, term, reference)),
            });
        }
    }
    out.retain(|c| view.row(&c.key, "hazard.ratio").is_some());
    out
}

fn level_words(view: &View<'_>, term: &TermOutline, level: &str) -> String {
    let label = view.label(&term.variable);
    match yes_or_no(level) {
        Some(word) => format!("{label} ({word})"),
        None => format!("{label} {level}"),
    }
}

/// The reference level; with the factor's name where the level alone is a bare number.
fn reference_words(view: &View<'_>, term: &TermOutline, reference: &str) -> String {
    if let Some(word) = yes_or_no(reference) {
        return word.to_owned();
    }
    match reference.parse::<f64>() {
        Ok(_) => lower_first(&level_words(view, term, reference)),
        Err(_) => reference.to_owned(),
    }
}

fn yes_or_no(level: &str) -> Option<&'static str> {
    ["yes", "no"].into_iter().find(|word| level.eq_ignore_ascii_case(word))
}

/// `higher` or `lower` where the interval leaves out 1.
fn direction(view: &View<'_>, key: &StatKey) -> Option<&'static str> {
    let (low, high) = (view.value(key, "hazard.ratio.low")?, view.value(key, "hazard.ratio.high")?);
    if low > 1.0 {
        Some("higher")
    } else if high < 1.0 {
        Some("lower")
    } else {
        None
    }
}

/// `grade 3 was associated with a higher hazard compared with grade 2 (HR 1.64, 95% CI 1.40–1.92; P < 0.001).`
fn association(view: &View<'_>, coefficient: &Coefficient, in_sentence: bool) -> Text {
    let key = &coefficient.key;
    let subject = if in_sentence { lower_first(&coefficient.subject) } else { coefficient.subject.clone() };
    let no = if in_sentence { "no" } else { "No" };
    let compared = match &coefficient.reference {
        Some(reference) => format!(" compared with {reference}"),
        None => String::new(),
    };
    if view.value(key, "hazard.ratio").is_none() {
        let why = view.ratio(Format::RatioStatement, key).note;
        let why = why.map(|w| format!(" ({w})")).unwrap_or_default();
        let subject = lower_first(&coefficient.subject);
        return say![format!("{no} hazard ratio could be given for {subject}{compared}{why}.")];
    }
    let verb = match direction(view, key) {
        Some(direction) => format!(" was associated with a {direction} hazard"),
        None => " was not clearly associated with the hazard".to_owned(),
    };
    say![
        format!("{subject}{verb}{compared} (HR "),
        view.ratio(Format::RatioInline, key),
        view.printer.style.statistic_separator.clone(),
        view.number(Format::PStatement, key, &["p.value"]),
        ").",
    ]
}

fn size(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let fit = key(analysis, "cox.fit", "", "");
    if view.row(&fit, "n").is_none() {
        return Text::default();
    }
    let mut text = say![
        "The multivariable Cox model was fitted to ",
        view.count(&fit, "n"),
        " patients with ",
        view.count(&fit, "n.event"),
        " events",
    ];
    if view.row(&fit, "n.missing").is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0) {
        text.append(say!["; ", view.count(&fit, "n.missing"), " patients were left out for a missing value"]);
    }
    text.push(".");
    if few_for_parameters(view, &fit) {
        text.append(say![
            " These are few events for ",
            view.count(&fit, "df"),
            " parameters: the hazard ratios are unstable and likely too far from 1.",
        ]);
    }
    text
}

fn few_for_parameters(view: &View<'_>, fit: &StatKey) -> bool {
    let (Some(events), Some(df)) = (view.value(fit, "n.event"), view.value(fit, "df")) else { return false };
    events < EVENTS_PER_PARAMETER * df || events < super::FEW_EVENTS
}

/// Discrimination and proportional hazards.
fn fit(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let fit = key(analysis, "cox.fit", "", "");
    let mut text = Text::default();
    if view.value(&fit, "concordance").is_some() {
        let c = view.number(Format::Decimal(3), &fit, &["concordance"]);
        let error = view.number(Format::Decimal(3), &fit, &["concordance.se"]);
        text.append(say![
            "Harrell's C was ",
            c,
            " (standard error ",
            error,
            "), in the patients the model was fitted to."
        ]);
    }
    let global = key(analysis, "cox.ph", "", "").variable("GLOBAL", "");
    let Some(p) = view.value(&global, "p.value") else { return text };
    let statement = view.number(Format::PStatement, &global, &["p.value"]);
    let verdict = if p < 0.05 { "evidence against" } else { "no clear evidence against" };
    if !text.is_empty() {
        text.push(" ");
    }
    text.append(say![
        format!("The test over all terms gave {verdict} proportional hazards ("),
        statement,
        ")."
    ]);
    text.append(non_proportional(view, analysis));
    text
}

/// Terms whose hazard ratio changes over time.
fn non_proportional(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut named = Vec::new();
    for term in &analysis.terms {
        let test = key(analysis, "cox.ph", "", "").variable(&term.variable, "");
        if view.value(&test, "p.value").is_some_and(|p| p < 0.05) {
            let p = view.number(Format::PStatement, &test, &["p.value"]);
            named.push(say![format!("{} (", lower_first(&view.label(&term.variable))), p, ")"]);
        }
    }
    if named.is_empty() {
        return Text::default();
    }
    let mut text = say![" The hazard ratio seems to change over time for "];
    text.append(Text::list(named));
    text.push("; the one given is then an average over the follow-up.");
    text
}
