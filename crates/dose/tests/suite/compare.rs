//! Alternatives in one table.

use oligomet_base::Dose;
use oligomet_dose::{
    AlphaBeta, Alternative, Comparison, DoseRow, Note, PrescriptionMetrics, Quantity, Threshold, compare,
};

fn alternative(text: &str) -> Alternative {
    let metrics = PrescriptionMetrics::default();
    Alternative { name: text.into(), schedule: text.parse().unwrap(), metrics }
}

fn rows(text: &str) -> Vec<DoseRow> {
    compare(&[alternative(text)], &Comparison::default()).unwrap()
}

fn at<'a>(rows: &'a [DoseRow], part: &str, ratio: f64) -> &'a DoseRow {
    let is_it = |row: &&DoseRow| row.part == part && row.alpha_beta.gray() == ratio;
    rows.iter().find(is_it).unwrap()
}

fn met(row: &DoseRow) -> Vec<(&'static str, f64)> {
    let met = row.thresholds.iter().filter(|(_, is_met)| *is_met);
    met.map(|(threshold, _)| (threshold.quantity.name(), threshold.dose.gray())).collect()
}

#[test]
fn default_band_then_late_tissue() {
    let rows = rows("50 Gy / 5");
    let ratios: Vec<(f64, bool)> = rows.iter().map(|row| (row.alpha_beta.gray(), row.is_late)).collect();
    assert_eq!(ratios, [(1.2, false), (3.5, false), (5.7, false), (10.0, false), (2.0, true), (3.0, true)]);
    assert!(rows.iter().all(|row| row.thresholds.len() == if row.is_late { 0 } else { 4 }));
    // 50 (10 + 2) / (2 + 2) = 150 for late tissue at 2.
    assert_eq!(at(&rows, "50 Gy / 5", 2.0).eqd2_gy, 150.0);
}

#[test]
fn thresholds_are_exact() {
    // BED 100 at 10 and 75 at 10 lie on the cut and are met; EQD2 is 83.3 and 62.5.
    assert_eq!(
        met(at(&rows("50 Gy / 5"), "50 Gy / 5", 10.0)),
        [("eqd2", 60.0), ("eqd2", 63.0), ("bed", 75.0), ("bed", 100.0)]
    );
    assert_eq!(met(at(&rows("50 Gy / 10"), "50 Gy / 10", 10.0)), [("eqd2", 60.0), ("bed", 75.0)]);
    // 36 Gy in 6 is advised as 63 Gy at 3.5 and is 62.18; 44 Gy in 10 is 63.2.
    assert_eq!(met(at(&rows("36 Gy / 6"), "36 Gy / 6", 3.5)), [("eqd2", 60.0), ("bed", 75.0)]);
    assert_eq!(
        met(at(&rows("44 Gy / 10"), "44 Gy / 10", 3.5)),
        [("eqd2", 60.0), ("eqd2", 63.0), ("bed", 75.0)]
    );
}

#[test]
fn none_of_the_advised_schedules_reaches_63_at_the_upper_end_of_the_interval() {
    for text in ["44 Gy / 10", "45 Gy / 10", "36 Gy / 6", "35 Gy / 5"] {
        let rows = rows(text);
        assert!(at(&rows, text, 5.7).eqd2_gy < 63.0, "{text}");
        let late = at(&rows, text, 2.0).eqd2_gy;
        assert!((70.0..79.0).contains(&late), "{text}: {late}");
    }
}

#[test]
fn a_boost_has_a_row_for_every_level_and_end() {
    let rows = rows("SIB 40-30/20 Gy in 5 fr");
    assert_eq!(at(&rows, "40 Gy / 5", 10.0).bed_gy, 72.0);
    assert_eq!(at(&rows, "30 Gy / 5", 10.0).bed_gy, 48.0);
    assert_eq!(at(&rows, "20 Gy / 5", 10.0).bed_gy, 28.0);
    assert_eq!(at(&rows, "40 Gy / 5", 10.0).notes, [Note::EndOfRange]);
    assert_eq!(rows.len(), 18);
}

#[test]
fn phases_of_one_dose_are_summed_at_each_alpha_beta() {
    let rows = rows("30 Gy/10 + 10 Gy/5");
    let sum = at(&rows, "sum of phases", 10.0);
    assert_eq!((sum.bed_gy, sum.eqd2_gy), (51.0, 42.5)); // 39 + 12
    assert_eq!(sum.notes, [Note::SumOfPhases]);
    let boost = compare(&[alternative("57.5/50 Gy/25 + 10 Gy/5")], &Comparison::default()).unwrap();
    assert!(boost.iter().all(|row| row.part != "sum of phases"));
}

#[test]
fn the_other_model_stands_beside_large_fractions() {
    let rows = rows("45 Gy / 3");
    let four = Comparison { tumour: vec![AlphaBeta::from_gray(4.0).unwrap()], ..Comparison::default() };
    let four = compare(&[alternative("45 Gy / 3")], &four).unwrap();
    let linear = at(&four, "45 Gy / 3", 4.0).linear.unwrap();
    assert_eq!((linear.transition, linear.bed_gy), (Dose::from_milligray(8_000), 177.0));
    assert_eq!(linear.eqd2_gy, 118.0);
    assert_eq!(at(&rows, "45 Gy / 3", 3.5).notes, [Note::LargeFractions]);
    let single = self::rows("20 Gy / 1");
    assert_eq!(single[0].notes[0].code(), Some("OM412"));
    assert!(single[0].notes[1].to_string().starts_with("above 18 Gy"));
    assert_eq!(at(&single, "20 Gy / 1", 3.5).notes, [Note::LargeFractions, Note::VeryLargeFractions]);
    // Exactly 10 Gy per fraction is not above it.
    assert_eq!(at(&self::rows("30 Gy / 3"), "30 Gy / 3", 3.5).linear, None);
}

#[test]
fn metrics_of_the_volume_are_rows_and_daily_fractions_a_note() {
    let d98 = Dose::from_gray(47.5);
    let metrics = PrescriptionMetrics::new(Some(80), [d98, None, None], None).unwrap();
    let with_metrics = Alternative { metrics, ..alternative("50 Gy / 5") };
    let rows = compare(&[with_metrics], &Comparison::default()).unwrap();
    // 47.5 (1 + 9.5 / 10)
    assert_eq!(at(&rows, "PTV D98 47.5 Gy / 5", 10.0).bed_gy, 92.625);
    assert_eq!(at(&self::rows("16 Gy / 14 BID"), "16 Gy / 14", 2.0).notes, [Note::RepairTakenAsFull]);
}

#[test]
fn own_thresholds_and_order_of_alternatives() {
    let own = Comparison {
        tumour: vec![AlphaBeta::from_gray(10.0).unwrap()],
        late: Vec::new(),
        thresholds: vec![Threshold { quantity: Quantity::Bed, dose: Dose::from_milligray(59_500) }],
    };
    let rows = compare(&[alternative("35 Gy / 5"), alternative("30 Gy / 5")], &own).unwrap();
    assert_eq!(rows.iter().map(|row| row.schedule.as_str()).collect::<Vec<_>>(), ["35 Gy / 5", "30 Gy / 5"]);
    assert_eq!(rows.iter().map(|row| row.thresholds[0].1).collect::<Vec<_>>(), [true, false]);
}
