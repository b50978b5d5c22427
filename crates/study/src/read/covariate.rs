//! `[covariate.X]` and `[score.X]`

use oligomet_base::Problem;
use oligomet_base::file::{Key, Node, Section, Text, Value};

use super::check_name;
use crate::model::{Covariate, Cut, CutSource, Score, Transform};

pub(super) fn read_covariates(top: &Section<'_>) -> Vec<Covariate> {
    top.named_sections("covariate").into_iter().map(|(key, s)| read_covariate(key, s)).collect()
}

fn read_covariate(key: Key, s: Section<'_>) -> Covariate {
    let name = Text { text: key.name, span: key.span };
    check_name(s.file(), &name);
    let cut = s.section("cut").and_then(read_cut);
    let group = s.section("group").map(read_groups).unwrap_or_default();
    if cut.is_some() && !group.is_empty() {
        let what = format!("{} has both `cut` and `group`", s.title());
        s.file().report_at(
            s.span(),
            Problem::error("OM311", what).mend("cut numbers, group levels; one of the two"),
        );
    }
    let cut_source = s.choice("cut_source", &CutSource::NAMES);
    if let (Some(cut), None) = (&cut, cut_source) {
        s.file().report_at(
            cut.span.clone(),
            Problem::error("OM305", format!("{} needs `cut_source`", s.title()))
                .why("a cut-point found in the data makes its own P value too small; a reader must know where it came from")
                .mend("write cut_source = \"data\", \"literature\" or \"prespecified\""),
        );
    }
    let covariate = Covariate {
        label: s.text("label"),
        from: s.text("from").unwrap_or_else(|| name.clone()),
        unit: s.text("unit"),
        cut,
        group,
        levels: s.texts("levels").unwrap_or_default(),
        reference: s.text("ref"),
        cut_source,
        per: s.number("per").filter(|&per| check_per(&s, per)),
        transform: s.choice("transform", &Transform::NAMES),
        span: s.span(),
        name,
    };
    s.finish();
    covariate
}

fn check_per(s: &Section<'_>, per: f64) -> bool {
    let sound = per.is_finite() && per > 0.0;
    if !sound {
        let what = format!("`per` in {} must be above 0", s.title());
        s.file()
            .report_at(s.span(), Problem::error("OM304", what).mend("per = 10 gives the ratio per 10 units"));
    }
    sound
}

fn read_cut(s: Section<'_>) -> Option<Cut> {
    let at = s.numbers("at").unwrap_or_default();
    let labels = s.texts("labels").unwrap_or_default();
    let span = s.span();
    let ascending = at.windows(2).all(|pair| pair[0] < pair[1]);
    let sound = !at.is_empty() && ascending && labels.len() == at.len() + 1;
    if !sound {
        let what = format!(
            "a cut needs ascending points and one label more: {} points, {} labels",
            at.len(),
            labels.len()
        );
        let mend = "for example cut = { at = [63.0], labels = [\"<63 Gy\", \">=63 Gy\"] }; a value at a point belongs above it";
        s.file().report_at(span.clone(), Problem::error("OM304", what).mend(mend));
    }
    s.finish();
    sound.then_some(Cut { at, labels, span })
}

fn read_groups(s: Section<'_>) -> Vec<(Text, Vec<Text>)> {
    s.entries()
        .iter()
        .map(|(key, node)| {
            let label = Text { text: key.name.clone(), span: key.span.clone() };
            let members = match &node.value {
                Value::List(list) => list.iter().filter_map(|n| member(&s, n)).collect(),
                _ => member(&s, node).into_iter().collect(),
            };
            (label, members)
        })
        .collect()
}

fn member(s: &Section<'_>, node: &Node) -> Option<Text> {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        Value::Number(n) => oligomet_base::number::shortest(*n),
        other => {
            let what = format!("a group gathers levels in a list of texts, not {}", other.kind());
            s.file().report_at(node.span.clone(), Problem::error("OM304", what));
            return None;
        }
    };
    Some(Text { text, span: node.span.clone() })
}

pub(super) fn read_scores(top: &Section<'_>) -> Vec<Score> {
    top.named_sections("score").into_iter().map(|(key, s)| read_score(key, s)).collect()
}

fn read_score(key: Key, s: Section<'_>) -> Score {
    let name = Text { text: key.name, span: key.span };
    check_name(s.file(), &name);
    let points = s.section("points").map(|p| read_points(&p)).unwrap_or_default();
    let levels = s.section("levels").map(|l| read_levels(&l)).unwrap_or_default();
    if points.is_empty() {
        s.missing("points", "it gives points to levels, as points = { lines = { \">2\" = 1 } }");
    }
    if levels.is_empty() {
        s.missing(
            "levels",
            "it says which totals make which group, as levels = { \"1\" = [0], \"2\" = [1] }",
        );
    }
    let score = Score {
        label: s.text("label").unwrap_or_else(|| name.clone()),
        points,
        levels,
        reference: s.text("ref"),
        span: s.span(),
        name,
    };
    s.finish();
    score
}

fn read_points(s: &Section<'_>) -> Vec<(Text, Vec<(Text, f64)>)> {
    s.entries()
        .iter()
        .filter_map(|(key, node)| {
            let factor = Text { text: key.name.clone(), span: key.span.clone() };
            let inner = Section::new(s.file(), format!("points of `{}`", key.name), node)?;
            let levels = inner.entries().iter().filter_map(|(level, n)| match n.value {
                Value::Number(points) => {
                    Some((Text { text: level.name.clone(), span: level.span.clone() }, points))
                }
                _ => {
                    let what = format!("points of \"{}\" must be a number", level.name);
                    s.file().report_at(n.span.clone(), Problem::error("OM304", what));
                    None
                }
            });
            Some((factor, levels.collect()))
        })
        .collect()
}

fn read_levels(s: &Section<'_>) -> Vec<(Text, Vec<f64>)> {
    s.entries()
        .iter()
        .map(|(key, node)| {
            let totals = match &node.value {
                Value::Number(n) => vec![*n],
                Value::List(list) => list
                    .iter()
                    .filter_map(|n| match n.value {
                        Value::Number(x) => Some(x),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            if totals.is_empty() {
                let what = format!("group \"{}\" needs its totals as a list of numbers", key.name);
                s.file().report_at(node.span.clone(), Problem::error("OM304", what));
            }
            (Text { text: key.name.clone(), span: key.span.clone() }, totals)
        })
        .collect()
}
