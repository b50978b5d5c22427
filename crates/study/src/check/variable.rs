//! Covariates and scores: source, levels, reference.

use oligomet_base::Problem;
use oligomet_base::file::Text;
use oligomet_base::number::shortest;
use oligomet_base::suggest::did_you_mean;
use oligomet_schema::{ColumnData, ColumnType};

use super::Checker;
use crate::expression::{Expression, Kind, Scope};
use crate::model::{Covariate, Score};
use crate::plan::{VariablePlan, VariableSource};
use crate::read::OPEN;

/// Levels of a yes-no variable, as printed.
pub(crate) const NO_YES: [&str; 2] = ["No", "Yes"];

impl Checker<'_> {
    pub(super) fn variables(&self, scope: &Scope<'_>) -> Vec<Option<VariablePlan>> {
        let mut found: Vec<Option<VariablePlan>> =
            self.study.covariates.iter().map(|c| self.covariate(c, scope)).collect();
        for score in &self.study.scores {
            let plan = self.score(score, &found);
            found.push(plan);
        }
        for name in self.names_without_block() {
            found.push(self.implicit(&name, scope));
        }
        found
    }

    /// Names that analyses use and no block defines, each once.
    fn names_without_block(&self) -> Vec<Text> {
        let mut names: Vec<Text> = Vec::new();
        let defined = |name: &str| {
            self.study.covariates.iter().any(|c| c.name.text == name)
                || self.study.scores.iter().any(|s| s.name.text == name)
        };
        let used = self.study.analyses.iter().flat_map(crate::model::Analysis::names);
        for name in used {
            if !defined(&name.text) && !names.iter().any(|n| n.text == name.text) {
                names.push(name.clone());
            }
        }
        names
    }

    /// A variable that is simply a column.
    fn implicit(&self, name: &Text, scope: &Scope<'_>) -> Option<VariablePlan> {
        if self.base.data.table.column(&name.text).is_none() {
            let blocks = self.study.covariates.iter().map(|c| c.name.text.as_str());
            let scores = self.study.scores.iter().map(|s| s.name.text.as_str());
            let columns = self.base.data.table.columns.iter().map(|c| c.name.as_str());
            let known: Vec<&str> = blocks.chain(scores).chain(columns).collect();
            self.unknown_name(name, "covariate, score or column", &known);
            return None;
        }
        let covariate = Covariate {
            name: name.clone(),
            label: None,
            from: name.clone(),
            unit: None,
            cut: None,
            group: Vec::new(),
            levels: Vec::new(),
            reference: None,
            cut_source: None,
            per: None,
            transform: None,
            span: name.span.clone(),
        };
        self.covariate(&covariate, scope)
    }

    fn covariate(&self, covariate: &Covariate, scope: &Scope<'_>) -> Option<VariablePlan> {
        let expression = self.understood(&covariate.from, Expression::parse(&covariate.from, scope))?;
        let column = self.base.data.table.column(&covariate.from.text);
        if let Some(kept_out) =
            column.filter(|c| matches!(c.kind, ColumnType::Id | ColumnType::Text | ColumnType::Date))
        {
            let what =
                format!("`{}` is of type {} and cannot be a covariate", kept_out.name, kept_out.kind.name());
            let mend =
                "use a number, a category or yes-no; a date becomes a duration by subtracting another date";
            self.file.report_at(covariate.from.span.clone(), Problem::error("OM317", what).mend(mend));
            return None;
        }
        let levels = self.levels(covariate, &expression.kind)?;
        let reference = self.reference(covariate.reference.as_ref(), &levels);
        let label =
            covariate.label.as_ref().map(|l| l.text.clone()).or_else(|| column.map(|c| c.label.clone()));
        let label = label.unwrap_or_else(|| covariate.name.text.clone());
        let unit = covariate.unit.as_ref().map(|u| u.text.clone());
        Some(VariablePlan {
            name: covariate.name.text.clone(),
            label: label.clone(),
            unit: unit.or_else(|| column.and_then(|c| c.unit.clone())).unwrap_or_default(),
            reference,
            per: covariate.per,
            definition: definition(covariate, &levels, column.map(|c| c.header.as_str())),
            levels,
            source: VariableSource::Covariate(Box::new(covariate.clone()), expression),
        })
    }

    /// The levels in order; none for a number.
    fn levels(&self, covariate: &Covariate, kind: &Kind) -> Option<Vec<String>> {
        let numeric = matches!(kind, Kind::Number | Kind::Duration);
        if let Some(cut) = &covariate.cut {
            return self.only_for(covariate, numeric, "`cut` divides numbers").then(|| texts(&cut.labels));
        }
        if covariate.transform.is_some() || covariate.per.is_some() {
            self.only_for(covariate, numeric, "`transform` and `per` are for numbers");
        }
        if !covariate.group.is_empty() {
            return self.grouped_levels(covariate, kind);
        }
        match kind {
            Kind::Number | Kind::Duration => Some(Vec::new()),
            Kind::Truth => Some(NO_YES.map(str::to_owned).to_vec()),
            Kind::Category(levels) => self.ordered_levels(covariate, levels),
            Kind::Text if !covariate.levels.is_empty() => Some(texts(&covariate.levels)),
            other => {
                let what =
                    format!("{} gives {}, whose levels are not known", covariate.name.text, other.name());
                let mend = "list them in order, as levels = [\"A\", \"B\"]";
                self.file.report_at(covariate.from.span.clone(), Problem::error("OM317", what).mend(mend));
                None
            }
        }
    }

    fn only_for(&self, covariate: &Covariate, holds: bool, what: &str) -> bool {
        if !holds {
            let what = format!("{what}, and `{}` is none", covariate.from.text);
            self.file.report_at(
                covariate.span.clone(),
                Problem::error("OM317", what).mend("use `group` for levels"),
            );
        }
        holds
    }

    fn ordered_levels(&self, covariate: &Covariate, of_column: &[String]) -> Option<Vec<String>> {
        if covariate.levels.is_empty() {
            return Some(of_column.to_vec());
        }
        let wanted = texts(&covariate.levels);
        self.all_covered(covariate, of_column, &wanted).then_some(wanted)
    }

    fn grouped_levels(&self, covariate: &Covariate, kind: &Kind) -> Option<Vec<String>> {
        let known: Vec<String> = match kind {
            Kind::Category(levels) => levels.clone(),
            Kind::Truth => NO_YES.map(str::to_owned).to_vec(),
            Kind::Number => self.distinct_numbers(&covariate.from),
            _ => Vec::new(),
        };
        let members: Vec<String> = covariate.group.iter().flat_map(|(_, m)| texts(m)).collect();
        let covered = self.all_covered(covariate, &known, &members);
        covered.then(|| covariate.group.iter().map(|(label, _)| label.text.clone()).collect())
    }

    /// Every level of the data stands in the list once, and the list has no other.
    fn all_covered(&self, covariate: &Covariate, known: &[String], listed: &[String]) -> bool {
        let mut sound = true;
        let mut say = |what: String, mend: String| {
            sound = false;
            self.file.report_at(covariate.span.clone(), Problem::error("OM318", what).mend(mend));
        };
        for missing in known.iter().filter(|k| !listed.contains(k)) {
            say(
                format!("level \"{missing}\" of `{}` is in no group", covariate.from.text),
                "put it into a group; nobody may be left out silently (leave patients out by an eligibility rule)".into(),
            );
        }
        for unknown in listed.iter().filter(|l| !known.contains(l)) {
            let hint = did_you_mean(unknown, known.iter().map(String::as_str));
            say(format!("`{}` has no level \"{unknown}\"", covariate.from.text), hint.unwrap_or_default());
        }
        for (i, twice) in listed.iter().enumerate().filter(|(i, l)| listed[..*i].contains(l)) {
            let _ = i;
            say(format!("level \"{twice}\" stands in two groups"), "leave it in one".into());
        }
        sound
    }

    fn distinct_numbers(&self, from: &Text) -> Vec<String> {
        let Some(ColumnData::Number(values)) = self.base.data.table.column(&from.text).map(|c| &c.data)
        else {
            return Vec::new();
        };
        let mut known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        known.sort_by(f64::total_cmp);
        known.dedup();
        known.into_iter().map(shortest).collect()
    }

    fn reference(&self, wanted: Option<&Text>, levels: &[String]) -> Option<usize> {
        let wanted = wanted?;
        if wanted.text == OPEN {
            self.open_question(wanted, "with which level shall the others be compared?", levels);
            return None;
        }
        let found = levels.iter().position(|l| *l == wanted.text);
        if found.is_none() {
            let known: Vec<&str> = levels.iter().map(String::as_str).collect();
            self.unknown_name(wanted, "level", &known);
        }
        found
    }

    fn score(&self, score: &Score, known: &[Option<VariablePlan>]) -> Option<VariablePlan> {
        let mut possible = vec![0.0];
        for (factor, points) in &score.points {
            let plan = known.iter().flatten().find(|v| v.name == factor.text);
            let Some(plan) = plan.filter(|p| !p.is_number()) else {
                let factors: Vec<&str> =
                    known.iter().flatten().filter(|v| !v.is_number()).map(|v| v.name.as_str()).collect();
                self.unknown_name(factor, "covariate with levels", &factors);
                return None;
            };
            for (level, _) in points.iter().filter(|(level, _)| !plan.levels.contains(&level.text)) {
                let levels: Vec<&str> = plan.levels.iter().map(String::as_str).collect();
                self.unknown_name(level, &format!("level of `{}`", factor.text), &levels);
            }
            possible = totals(&possible, plan, points);
        }
        self.all_totals_have_a_group(score, &possible);
        let levels: Vec<String> = score.levels.iter().map(|(label, _)| label.text.clone()).collect();
        let reference = match &score.reference {
            Some(_) => self.reference(score.reference.as_ref(), &levels),
            None => Some(0),
        };
        Some(VariablePlan {
            name: score.name.text.clone(),
            label: score.label.text.clone(),
            unit: String::new(),
            reference,
            per: None,
            definition: score_definition(score),
            levels,
            source: VariableSource::Score(Box::new(score.clone())),
        })
    }

    fn all_totals_have_a_group(&self, score: &Score, possible: &[f64]) {
        for total in possible {
            let homes = score.levels.iter().filter(|(_, totals)| totals.contains(total)).count();
            if homes != 1 {
                let what = format!(
                    "a total of {} in score `{}` has {} groups",
                    shortest(*total),
                    score.name.text,
                    homes
                );
                self.file.report_at(
                    score.span.clone(),
                    Problem::error("OM319", what)
                        .why("every patient must fall into one group")
                        .mend("list each possible total once in `levels`"),
                );
            }
        }
    }
}

/// Totals that can arise when the points of one more factor are added.
fn totals(so_far: &[f64], plan: &VariablePlan, points: &[(Text, f64)]) -> Vec<f64> {
    let of_level = |level: &String| points.iter().find(|(l, _)| l.text == *level).map_or(0.0, |(_, p)| *p);
    let mut all: Vec<f64> =
        so_far.iter().flat_map(|t| plan.levels.iter().map(move |l| t + of_level(l))).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

fn texts(list: &[Text]) -> Vec<String> {
    list.iter().map(|t| t.text.clone()).collect()
}

fn definition(covariate: &Covariate, levels: &[String], header: Option<&str>) -> String {
    let mut text = match header {
        Some(header) if header != covariate.name.text => format!("column \"{header}\""),
        Some(_) => format!("column \"{}\"", covariate.from.text),
        None => format!("computed as {}", covariate.from.text),
    };
    if let Some(transform) = covariate.transform {
        text.push_str(&format!(", {}-transformed", transform.name()));
    }
    if let Some(cut) = &covariate.cut {
        let points: Vec<String> = cut.at.iter().map(|x| shortest(*x)).collect();
        text.push_str(&format!(
            ", divided at {} (a value at the cut-point belongs above it)",
            points.join(", ")
        ));
    }
    if !covariate.group.is_empty() {
        let groups: Vec<String> = covariate
            .group
            .iter()
            .map(|(label, members)| format!("{}: {}", label.text, texts(members).join(", ")))
            .collect();
        text.push_str(&format!(", grouped as {}", groups.join("; ")));
    } else if covariate.cut.is_none() && !levels.is_empty() {
        text.push_str(&format!(", levels {}", levels.join(", ")));
    }
    text
}

fn score_definition(score: &Score) -> String {
    let points: Vec<String> = score
        .points
        .iter()
        .flat_map(|(factor, levels)| {
            levels.iter().map(move |(level, p)| {
                format!("{} point(s) for {} \"{}\"", shortest(*p), factor.text, level.text)
            })
        })
        .collect();
    let groups: Vec<String> = score
        .levels
        .iter()
        .map(|(label, totals)| {
            let totals: Vec<String> = totals.iter().map(|t| shortest(*t)).collect();
            format!("{}: {}", label.text, totals.join(", "))
        })
        .collect();
    format!("{}; groups by total: {}", points.join(", "), groups.join("; "))
}
