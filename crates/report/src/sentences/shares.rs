//! Subgroups, cut-points, dose by site, response, toxicity and stated shares in words.

use oligomet_base::words::lower_first;
use oligomet_results::AnalysisOutline;

use crate::tabulate::{
    cell_key, compared, cut_key, response_key, searches, share_key, subgroup_key, verdict,
};
use crate::text::{Format, Text, say};
use crate::view::{View, key, time_words};

/// More covariates than this are left to the table.
const MOST: usize = 8;

/// The hazard ratio among all patients and the tests of interaction; nothing about single subgroups.
pub(crate) fn subgroups(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let reference = view.variable(&analysis.factor).map_or("", |v| v.reference.as_str());
    let mut overall = Vec::new();
    for arm in compared(view, analysis) {
        let of = subgroup_key(analysis, "subgroup", &arm, "overall", "");
        if view.value(&of, "hazard.ratio").is_some() {
            overall
                .push(say![format!("{arm} against {reference} "), view.ratio(Format::RatioStatement, &of)]);
        }
    }
    let mut tests = Vec::new();
    for name in &analysis.variables {
        let of = subgroup_key(analysis, "interaction", "", name, "");
        if view.value(&of, "p.value").is_some() {
            let p = view.number(Format::PStatement, &of, &["p.value"]);
            tests.push(say![format!("{} (", lower_first(&view.label(name))), p, ")"]);
        }
    }
    let mut out = Vec::new();
    if !overall.is_empty() {
        let mut text = say![format!(
            "Hazard ratio of {} for {} among all patients: ",
            lower_first(&view.label(&analysis.factor)),
            lower_first(&view.endpoint_label(&analysis.endpoint))
        )];
        text.append(Text::list(overall));
        text.push(".");
        out.push(text);
    }
    if !tests.is_empty() && tests.len() <= MOST {
        let mut text = say!["Tests of interaction: "];
        text.append(Text::list(tests));
        text.push(". A difference between subgroups is read from these, not from the P values within them.");
        out.push(text);
    }
    out
}

/// The cut-point of every covariate, with its P value adjusted for the search.
pub(crate) fn cutpoints(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut out = Vec::new();
    for term in &analysis.terms {
        let Some(first) = searches(view, analysis, term).into_iter().next() else { continue };
        if view.value(&first, "cutpoint").is_none() {
            continue;
        }
        let mut text = say![
            format!("Of all cuts of {}, that at ", lower_first(&view.label_unit(&term.variable))),
            view.number(Format::Decimal(2), &first, &["cutpoint"]),
            " separated the patients best; adjusted for the search ",
            view.number(Format::PStatement, &first, &["p.value"]),
        ];
        let all = cut_key(analysis, &term.variable, "max-t");
        if view.value(&all, "p.value").is_some() {
            text.append(say![
                ", adjusted for all covariates searched ",
                view.number(Format::PStatement, &all, &["p.value"])
            ]);
        }
        text.push(".");
        out.push(text);
    }
    out
}

/// Whether every dose was given everywhere.
pub(crate) fn dose_by_site(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let all = cell_key(analysis, "dose-by-site", "", "");
    let mut out = Vec::new();
    if view.row(&all, "n").is_some() {
        out.push(say!["Site and dose are known of ", view.count(&all, "n"), " patients."]);
    }
    out.push(verdict(view, analysis));
    out
}

/// How many respond.
pub(crate) fn response(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let sentence = |variable: &String| {
        let of = |level: &str| response_key(analysis, "", variable, level);
        view.value(&of("responders"), "estimate")?;
        Some(say![
            view.count(&of("responders"), "n"),
            " of ",
            view.count(&of(""), "n"),
            " patients whose response is known responded: ",
            view.estimate(Format::SurvivalStatement, &of("responders")),
            ".",
        ])
    };
    analysis.variables.iter().filter_map(sentence).collect()
}

/// How many have toxicity of grade 3 or more.
pub(crate) fn toxicity(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut base = key(analysis, "toxicity", "", "");
    base.endpoint.clear();
    base.groups[1] = oligomet_results::Group { name: "phase".to_owned(), level: "any".to_owned() };
    let (severe, all) = (base.clone().variable("any term", ">=3"), base.variable("", ""));
    if view.row(&severe, "n").is_none() {
        return Vec::new();
    }
    vec![say![
        view.count(&severe, "n"),
        " of ",
        view.count(&all, "n"),
        " patients had an adverse event of grade 3 or more: ",
        view.estimate(Format::SurvivalStatement, &severe),
        ".",
    ]]
}

/// What was seen against what was stated beforehand.
pub(crate) fn proportions(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut text = Text::default();
    let endpoint = lower_first(&view.endpoint_label(&analysis.endpoint));
    for (days, written) in &analysis.at {
        for level in view.groups(analysis) {
            let of = share_key(analysis, &level, *days);
            if view.value(&of, "estimate").is_none() {
                continue;
            }
            if !text.is_empty() {
                text.push(" ");
            }
            let who = if level.is_empty() { String::new() } else { format!(" ({level})") };
            text.append(say![
                format!("At {}{who}, {endpoint}: ", time_words(written)),
                view.estimate(Format::SurvivalStatement, &of),
                ", against ",
                view.number(Format::Survival, &of, &["against"]),
                " stated beforehand",
            ]);
            if view.value(&of, "p.value").is_some() {
                text.append(say![" (", view.number(Format::PStatement, &of, &["p.value"]), ")"]);
            }
            text.push(".");
        }
    }
    vec![text]
}
