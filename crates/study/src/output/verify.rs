//! verify.R: recomputes every number of the run with stock R, `survival`, and `cmprsk` and `maxstat` where they are needed.

use oligomet_base::number::shortest;
use oligomet_results::{AnalysisKind, CsvWriter};
use oligomet_survival::Ties;

use crate::check::conf_type_name;
use crate::model::Select;
use crate::plan::{AnalysisPlan, Plan};
use crate::run::Finished;

/// The recomputation in its parts: the common ones, competing events and what else needs more than `survival`, the run.
const BODY: [&str; 3] = [
    include_str!("../../assets/verify.R"),
    include_str!("../../assets/verify_more.R"),
    include_str!("../../assets/verify_run.R"),
];

/// The script: what was planned, as small tables, then the recomputation.
#[must_use]
pub fn verify_r(plan: &Plan, finished: &Finished) -> String {
    let mut text = String::from(
        "# Recomputes every number of this run with stock R and its package survival (cmprsk for Gray's test and Fine-Gray models,\n\
         # maxstat for P values of cut-points, where they are installed), and prints how well they agree.\n\
         # Run: Rscript verify.R   (in any folder; it finds its files beside itself)\n\n\
         # ---- what was planned\n",
    );
    for (name, csv) in [
        ("analysis_table", analyses(plan, finished)),
        ("endpoint_table", endpoints(finished)),
        ("cause_table", causes(finished)),
        ("level_table", levels(plan)),
        ("per_table", per(plan)),
    ] {
        // Names and levels are texts even where they look like numbers.
        text.push_str(&format!(
            "{name} <- read.csv(text = {}, colClasses = \"character\", na.strings = character(0), check.names = FALSE)\n",
            r_text(&csv)
        ));
    }
    text.push_str(
        "for (k in c(\"conf_level\", \"restricted\", \"against\", \"incidence\", \"min_prop\", \"max_prop\", \"replicates\")) analysis_table[[k]] <- as.numeric(analysis_table[[k]])\n\
         level_table$reference <- as.numeric(level_table$reference)\n\
         per_table$per <- as.numeric(per_table$per)\n",
    );
    BODY.iter().for_each(|part| text.push_str(part));
    text
}

/// A text as an R string.
fn r_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn csv_text(build: impl FnOnce(&mut CsvWriter)) -> String {
    let mut csv = CsvWriter::new();
    build(&mut csv);
    String::from_utf8_lossy(&csv.into_bytes()).into_owned()
}

fn analyses(plan: &Plan, finished: &Finished) -> String {
    csv_text(|csv| {
        let columns = [
            "analysis_id",
            "kind",
            "endpoint",
            "by",
            "vars",
            "terms",
            "at",
            "tau",
            "conf_type",
            "conf_level",
            "ties",
            "select",
            "restricted",
            "cluster",
            "factor",
            "landmark",
            "responders",
            "against",
            "alternative",
            "incidence",
            "min_prop",
            "max_prop",
            "replicates",
        ];
        columns.iter().for_each(|c| csv.text(c));
        csv.end_row();
        plan.analyses.iter().for_each(|a| analysis(csv, a, plan, finished));
    })
}

fn analysis(csv: &mut CsvWriter, a: &AnalysisPlan, plan: &Plan, finished: &Finished) {
    let kind = a.kind.name();
    let times: Vec<String> = a.at.iter().map(|(days, _)| shortest(*days)).collect();
    let tau = a.tau.as_ref().map(|(days, _)| shortest(*days)).unwrap_or_default();
    let select = match a.select {
        Select::All => "none".to_owned(),
        Select::Univariable(p) => format!("univariable p<{}", shortest(p)),
    };
    for text in
        [&a.id, kind, &a.endpoint, &a.by, &a.vars.join(";"), &a.terms.join(";"), &times.join(";"), &tau]
    {
        csv.text(text);
    }
    csv.text(conf_type_name(a.conf_type));
    csv.number(Some(a.conf_level));
    csv.text(if a.ties == Ties::Breslow { "breslow" } else { "efron" });
    csv.text(&select);
    csv.number(Some(f64::from(u8::from(a.restriction.is_some()))));
    let landmarks: Vec<String> = a.landmark.iter().map(|(days, _)| shortest(*days)).collect();
    // As the run had them: rows that are a patient each are no clusters.
    let outline = finished.results.outline.analyses.iter().find(|o| o.id == a.id);
    let cluster = outline.map(|o| o.cluster.clone()).unwrap_or_default();
    for text in [&cluster, &a.factor, &landmarks.join(";"), &a.responders.join(";")] {
        csv.text(text);
    }
    csv.number(a.against);
    csv.text(a.alternative.name());
    let competing = plan.endpoints.iter().any(|e| e.name == a.endpoint && !e.competing.is_empty());
    csv.number(Some(f64::from(u8::from(a.incidence.unwrap_or(competing)))));
    csv.number(Some(a.cutpoint.min_prop));
    csv.number(Some(a.cutpoint.max_prop));
    let searches = a.kind == AnalysisKind::Cutpoint;
    csv.number(Some(f64::from(if searches { a.cutpoint.replicates } else { a.resampling.0 })));
    csv.end_row();
}

/// Endpoints, and the day from which their curves begin where that is not time zero.
fn endpoints(finished: &Finished) -> String {
    csv_text(|csv| {
        ["endpoint", "from"].iter().for_each(|c| csv.text(c));
        csv.end_row();
        for endpoint in &finished.endpoints {
            csv.text(&endpoint.name);
            csv.number(endpoint.conditional_from);
            csv.end_row();
        }
    })
}

/// What is printed for each cause, in the order of their codes.
fn causes(finished: &Finished) -> String {
    csv_text(|csv| {
        ["endpoint", "cause", "label"].iter().for_each(|c| csv.text(c));
        csv.end_row();
        for endpoint in finished.endpoints.iter().filter(|e| e.causes.len() > 1) {
            for (k, label) in endpoint.causes.iter().enumerate() {
                csv.text(&endpoint.name);
                csv.number(Some((k + 1) as f64));
                csv.text(label);
                csv.end_row();
            }
        }
    })
}

fn levels(plan: &Plan) -> String {
    csv_text(|csv| {
        ["variable", "level", "reference"].iter().for_each(|c| csv.text(c));
        csv.end_row();
        for variable in &plan.variables {
            for (k, level) in variable.levels.iter().enumerate() {
                csv.text(&variable.name);
                csv.text(level);
                csv.number(Some(f64::from(u8::from(variable.reference.unwrap_or(0) == k))));
                csv.end_row();
            }
        }
    })
}

fn per(plan: &Plan) -> String {
    csv_text(|csv| {
        ["variable", "per"].iter().for_each(|c| csv.text(c));
        csv.end_row();
        for (name, per) in plan.variables.iter().filter_map(|v| Some((&v.name, v.per?))) {
            csv.text(name);
            csv.number(Some(per));
            csv.end_row();
        }
    })
}
