//! Survival and cumulative incidence curves of invented patients.

use crate::random::Random;
use oligomet_figure::*;

type Figures = Result<Vec<(String, Svg)>, FigureError>;

/// Invented follow-up: time in months and cause of the end (0 censored, 1 event, 2 competing event).
struct Patients(Vec<(f64, u8)>);

impl Patients {
    /// `n` patients with exponential times to event and competing event, censored between `from` and `to`.
    fn invent(seed: u64, n: usize, event: f64, competing: f64, (from, to): (f64, f64)) -> Self {
        let mut random = Random(seed);
        let mut patients: Vec<(f64, u8)> = (0..n)
            .map(|_| {
                let times = [
                    from + (to - from) * random.uniform(),
                    random.exponential(event),
                    random.exponential(competing),
                ];
                let first = (0..3).min_by(|a, b| times[*a].total_cmp(&times[*b])).unwrap_or(0);
                ((times[first] * 30.4375).ceil() / 30.4375, first as u8)
            })
            .collect();
        patients.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(patients)
    }

    /// Product-limit curve, or its complement's rise for one cause, with a band of plausible width.
    fn curve(&self, label: &str, cause: u8, incidence: bool) -> KmGroup {
        let (mut survival, mut risen, mut variance) = (1.0, 0.0, 0.0);
        let (mut steps, mut marks) = (Vec::new(), Vec::new());
        for (i, (time, end)) in self.0.iter().enumerate() {
            let at_risk = (self.0.len() - i) as f64;
            if *end == 0 || (!incidence && *end != cause) {
                marks.push(CensorMark { time: *time, estimate: if incidence { risen } else { survival } });
                continue;
            }
            risen += if *end == cause { survival / at_risk } else { 0.0 };
            survival *= 1.0 - 1.0 / at_risk;
            variance += if at_risk > 1.0 { 1.0 / (at_risk * (at_risk - 1.0)) } else { 0.0 };
            let estimate: f64 = if incidence { risen } else { survival };
            let limits = (estimate > 0.0 && estimate < 1.0).then(|| {
                let reach = (1.96 * variance.sqrt() / survival.ln().abs().max(1e-9)).clamp(0.0, 5.0);
                let (a, b) = (estimate.powf(reach.exp()), estimate.powf((-reach).exp()));
                (a.min(b), a.max(b))
            });
            steps.push(KmStep {
                time: *time,
                estimate,
                conf_low: limits.map(|l| l.0),
                conf_high: limits.map(|l| l.1),
            });
        }
        let median = steps.iter().find(|step| !incidence && step.estimate <= 0.5).map(|step| step.time);
        let end_time = self.0.last().map_or(0.0, |last| last.0);
        KmGroup { label: label.into(), steps, censor_marks: marks, end_time, median, ..KmGroup::default() }
    }

    fn risk_row(&self, ticks: &[f64], cause: u8) -> Vec<RiskCell> {
        let count = |keep: &dyn Fn(&(f64, u8)) -> bool| self.0.iter().filter(|p| keep(p)).count() as u64;
        let cell = |t: &f64| RiskCell {
            at_risk: Some(Count::Exact(count(&|p| p.0 >= *t))),
            events: Some(Count::Exact(count(&|p| p.0 <= *t && p.1 == cause))),
        };
        ticks.iter().map(cell).collect()
    }
}

fn survival(
    groups: &[(&str, Patients)],
    y_label: &str,
    width_mm: f64,
) -> Result<KaplanMeierFigure, FigureError> {
    let curves = groups.iter().map(|(label, patients)| patients.curve(label, 1, false)).collect();
    let axis = TimeAxis::months("Months since start of radiotherapy");
    let mut figure = KaplanMeierFigure::new("Invented data", y_label, axis, curves);
    figure.style = FigureStyle::of_width(width_mm);
    let ticks = figure.ticks()?;
    let rows = groups.iter().map(|(_, patients)| patients.risk_row(&ticks, 1)).collect();
    figure.risk_table = Some(RiskTable::per_curve("No. at risk (events)", &figure.groups, rows));
    Ok(figure)
}

fn two(scale: usize) -> Vec<(&'static str, Patients)> {
    vec![
        ("EQD2 ≥ 63 Gy", Patients::invent(11, 61 * scale, 95.0, 1e9, (12.0, 66.0))),
        ("EQD2 < 63 Gy", Patients::invent(12, 72 * scale, 26.0, 1e9, (12.0, 66.0))),
    ]
}

fn four() -> Vec<(&'static str, Patients)> {
    vec![
        ("Node negative", Patients::invent(21, 1436, 260.0, 1e9, (36.0, 232.0))),
        ("1-3 nodes", Patients::invent(22, 764, 170.0, 1e9, (36.0, 232.0))),
        ("4-9 nodes", Patients::invent(23, 502, 90.0, 1e9, (36.0, 232.0))),
        ("≥ 10 nodes", Patients::invent(24, 280, 45.0, 1e9, (36.0, 200.0))),
    ]
}

fn six() -> Vec<(&'static str, Patients)> {
    let labels = ["Bone", "Lung", "Liver", "Brain", "Lymph nodes", "Other sites"];
    let means = [48.0, 44.0, 20.0, 9.0, 52.0, 28.0];
    let invent = |(i, label): (usize, &'static str)| {
        (label, Patients::invent(31 + i as u64, 28 + 9 * i, means[i], 1e9, (8.0, 60.0)))
    };
    labels.into_iter().enumerate().map(invent).collect()
}

fn long_labels() -> Vec<(&'static str, Patients)> {
    vec![
        (
            "Oligometastatic at diagnosis (synchronous), no systemic therapy changed before radiotherapy",
            Patients::invent(41, 57, 60.0, 1e9, (6.0, 58.0)),
        ),
        (
            "Induced oligopersistence under endocrine therapy with a CDK4/6 inhibitor",
            Patients::invent(42, 44, 34.0, 1e9, (6.0, 58.0)),
        ),
        ("Repeat oligoprogression", Patients::invent(43, 31, 15.0, 1e9, (6.0, 50.0))),
    ]
}

fn competing(width_mm: f64) -> Result<KaplanMeierFigure, FigureError> {
    let low = Patients::invent(51, 214, 70.0, 45.0, (6.0, 72.0));
    let high = Patients::invent(52, 188, 22.0, 60.0, (6.0, 72.0));
    let curve = |patients: &Patients, label: &str, cause: u8, color: usize| KmGroup {
        color: Some(color),
        dash: Some(usize::from(cause) - 1),
        ..patients.curve(label, cause, true)
    };
    let groups = vec![
        curve(&low, "Low risk: local failure", 1, 0),
        curve(&high, "High risk: local failure", 1, 1),
        curve(&low, "Low risk: death before failure", 2, 0),
        curve(&high, "High risk: death before failure", 2, 1),
    ];
    let axis = TimeAxis::months("Months since start of radiotherapy");
    let mut figure = KaplanMeierFigure::new("Invented data", "Cumulative incidence (%)", axis, groups);
    figure.direction = CurveDirection::CumulativeIncidence;
    figure.ribbon = false;
    figure.censor_marks = false;
    figure.annotations = vec!["Gray P < 0.001 (local failure)".into(), "Gray P = 0.41 (death)".into()];
    figure.style = FigureStyle::of_width(width_mm);
    let ticks = figure.ticks()?;
    let rows = [("Low risk", &low, 0), ("High risk", &high, 1)];
    figure.risk_table = Some(RiskTable {
        heading: "No. at risk; below them events so far".into(),
        rows: rows.into_iter().flat_map(|(label, p, curve)| risk_rows(p, &ticks, label, curve)).collect(),
    });
    Ok(figure)
}

/// At risk of all causes, and below the events of each; curves are in the order group within cause.
fn risk_rows(patients: &Patients, ticks: &[f64], label: &str, curve: usize) -> Vec<RiskRow> {
    let cells = |cause: u8, at_risk: bool| -> Vec<RiskCell> {
        let of = |cell: RiskCell| match at_risk {
            true => RiskCell { events: None, ..cell },
            false => RiskCell { at_risk: None, ..cell },
        };
        patients.risk_row(ticks, cause).into_iter().map(of).collect()
    };
    let row = |label: &str, curve, cells| RiskRow { label: label.into(), curve, cells };
    vec![
        row(label, None, cells(1, true)),
        row("Local failure", Some(curve), cells(1, false)),
        row("Death", Some(curve + 2), cells(2, false)),
    ]
}

/// Two causes in one group, with the complement of Kaplan-Meier dotted beside.
fn causes(width_mm: f64) -> Result<KaplanMeierFigure, FigureError> {
    let patients = Patients::invent(71, 59, 17.0, 60.0, (6.0, 60.0));
    let curve = |label: &str, cause: u8, color: usize| KmGroup {
        color: Some(color),
        ..patients.curve(label, cause, true)
    };
    let complement = {
        let survival = patients.curve("1 - Kaplan-Meier of progression", 1, false);
        let steps = survival.steps.iter();
        let steps =
            steps.map(|s| KmStep { estimate: 1.0 - s.estimate, conf_low: None, conf_high: None, ..*s });
        KmGroup {
            steps: steps.collect(),
            thin: true,
            color: Some(0),
            dash: Some(2),
            median: None,
            ..survival
        }
    };
    let groups = vec![curve("Progression", 1, 0), curve("Death without progression", 2, 1), complement];
    let axis = TimeAxis::months("Months since start of radiotherapy");
    let mut figure = KaplanMeierFigure::new("Invented data", "Cumulative incidence (%)", axis, groups);
    figure.direction = CurveDirection::CumulativeIncidence;
    figure.censor_marks = false;
    figure.style = FigureStyle { note: crate::NOTE.into(), ..FigureStyle::of_width(width_mm) };
    let ticks = figure.ticks()?;
    let mut rows = risk_rows(&patients, &ticks, "At risk", 0);
    rows[1].label = "Progression".into();
    rows[2] = RiskRow { label: "Death without progression".into(), curve: Some(1), ..rows[2].clone() };
    figure.risk_table = Some(RiskTable { heading: "No. at risk; below them events so far".into(), rows });
    Ok(figure)
}

/// Every survival picture.
pub(crate) fn figures() -> Figures {
    let mut out = Vec::new();
    for width in [84.0, 174.0] {
        let mut add = |name: &str, figure: KaplanMeierFigure| -> Result<(), FigureError> {
            out.push((format!("km_{name}_{width}"), figure.render()?));
            Ok(())
        };
        let mut figure = survival(&two(1), "Local control (%)", width)?;
        figure.median_line = true;
        figure.annotations = vec!["Log-rank P < 0.001".into(), "HR 0.42 (0.25-0.71)".into()];
        add("two", figure.clone())?;
        figure.style.mono = true;
        add("two_mono", figure)?;
        let mut figure = survival(&four(), "Recurrence-free survival (%)", width)?;
        figure.annotations = vec!["Log-rank P < 0.001".into()];
        add("four", figure)?;
        let mut figure = survival(&six(), "Overall survival (%)", width)?;
        figure.annotations = vec!["Log-rank P < 0.001".into()];
        add("six", figure.clone())?;
        figure.style.mono = true;
        figure.ribbon = false;
        add("six_mono", figure)?;
        let mut figure = survival(&long_labels(), "Progression-free survival after radiotherapy (%)", width)?;
        figure.annotations = vec!["Log-rank P = 0.003".into()];
        figure.median_line = true;
        add("long_labels", figure)?;
        add("competing", competing(width)?)?;
        let mut figure = competing(width)?;
        figure.style.mono = true;
        let dashes = [0, 1, 2, 3];
        figure.groups.iter_mut().zip(dashes).for_each(|(group, dash)| group.dash = Some(dash));
        add("competing_mono", figure)?;
        add("causes", causes(width)?)?;
        let mut figure = causes(width)?;
        figure.style.mono = true;
        figure.groups[1].dash = Some(1);
        add("causes_mono", figure)?;
        let mut figure = survival(
            &[("All patients", Patients::invent(61, 133, 60.0, 1e9, (12.0, 66.0)))],
            "Overall survival (%)",
            width,
        )?;
        figure.median_line = true;
        add("one", figure)?;
        add("huge", survival(&two(2500), "Local control (%)", width)?)?;
    }
    Ok(out)
}
