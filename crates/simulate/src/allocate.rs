//! Margins in whole numbers: each level gets its patients, in random order, then patients swap until the constraints hold.

use oligomet_base::{Place, Problem, Problems};

use crate::profile::{Constraint, ExactAge, Margin, Profile, Stratum};
use crate::random::{COHORT_STREAMS, Stream};
use crate::variable::{NO_LEVEL, Traits, Variable};

/// Swaps tried per patient before a constraint counts as impossible.
const TRIES_PER_PATIENT: usize = 200;

/// Shares of a total in whole numbers by the largest remainder; of equal remainders the first.
pub(crate) fn whole_numbers(weights: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|w| w / sum * total as f64).collect();
    // A share that is whole but for rounding errors is whole.
    let mut counts: Vec<usize> = exact.iter().map(|x| (x + 1e-9).floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let remainder = |i: usize| exact[i] - (exact[i] + 1e-9).floor();
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b)));
    let missing = total.saturating_sub(counts.iter().sum());
    order.iter().cycle().take(missing).for_each(|&i| counts[i] += 1);
    counts
}

/// What every patient is given, in the order of the patients' numbers.
///
/// `n`: patients of the whole department; the published numbers are scaled to it. Cohort: 0 for the department, others
/// for the cohorts of an envelope.
///
/// # Errors
/// A margin that does not add up (OM291), a constraint that the margins do not allow (OM292).
pub(crate) fn allocate(profile: &Profile, n: usize, seed: u64, cohort: u64) -> Result<Vec<Traits>, Problems> {
    let sizes: Vec<f64> = profile.strata.iter().map(|s| s.n as f64).collect();
    let mut all = Vec::with_capacity(n);
    for (at, size) in whole_numbers(&sizes, n).into_iter().enumerate() {
        all.extend(allocate_stratum(profile, at, size, seed, cohort)?);
    }
    Stream::new(seed, cohort, COHORT_STREAMS).shuffle(&mut all);
    Ok(all)
}

/// The patients of one stratum.
pub(crate) fn allocate_stratum(
    profile: &Profile,
    at: usize,
    n: usize,
    seed: u64,
    cohort: u64,
) -> Result<Vec<Traits>, Problems> {
    let Some(stratum) = profile.strata.get(at) else { return Ok(Vec::new()) };
    let mut stream = Stream::new(seed, cohort, COHORT_STREAMS + 1 + at as u64);
    let mut patients = vec![Traits::of_stratum(at as u16); n];
    for variable in Variable::ALL {
        for margin in stratum.margins.iter().filter(|m| m.of == variable) {
            give(&mut patients, stratum, margin, &mut stream)?;
        }
    }
    give_ages(&mut patients, &profile.age_groups, stratum.age, &mut stream);
    Ok(patients)
}

/// Gives the levels of one margin to the patients that it is about.
fn give(
    patients: &mut [Traits],
    stratum: &Stratum,
    margin: &Margin,
    stream: &mut Stream,
) -> Result<(), Problems> {
    let about = |p: &Traits| p.level(margin.of) == NO_LEVEL && margin.within.holds(p) == Some(true);
    let cell: Vec<usize> = (0..patients.len()).filter(|&i| about(&patients[i])).collect();
    let weights: Vec<f64> = margin.counts.iter().map(|(_, n)| *n).collect();
    let total: f64 = weights.iter().sum();
    if margin.exact && patients.len() == stratum.n && total as usize != cell.len() {
        return Err(does_not_add_up(stratum, margin, total, cell.len()).into());
    }
    let mut values: Vec<u16> = Vec::with_capacity(cell.len());
    for ((level, _), n) in margin.counts.iter().zip(whole_numbers(&weights, cell.len())) {
        values.extend(std::iter::repeat_n(*level, n));
    }
    stream.shuffle(&mut values);
    for (&i, value) in cell.iter().zip(values) {
        patients[i].set(margin.of, value);
    }
    let Err(constraint) = repair(patients, &cell, margin.of, &stratum.constraints, stream) else {
        return Ok(());
    };
    // Shares, and published numbers scaled to few patients, may leave nobody to change places with.
    let may_move = !margin.exact || patients.len() != stratum.n;
    if may_move && move_the_rest(patients, &cell, margin, &stratum.constraints, stream) {
        return Ok(());
    }
    Err(cannot_be_kept(stratum, margin, constraint).into())
}

/// Gives those who still break a constraint another level of the margin that breaks none, by its weight.
fn move_the_rest(
    patients: &mut [Traits],
    cell: &[usize],
    margin: &Margin,
    constraints: &[Constraint],
    stream: &mut Stream,
) -> bool {
    for &i in cell {
        if broken(&patients[i], constraints).next().is_none() {
            continue;
        }
        let mut moved = patients[i];
        let fits = |level: u16, moved: &mut Traits| {
            moved.set(margin.of, level);
            broken(moved, constraints).next().is_none()
        };
        let weights: Vec<f64> =
            margin.counts.iter().map(|(l, n)| if fits(*l, &mut moved) { *n } else { 0.0 }).collect();
        if weights.iter().sum::<f64>() <= 0.0 {
            return false;
        }
        let at = stream.weighted(weights.iter().copied());
        patients[i].set(margin.of, margin.counts[at].0);
    }
    true
}

fn does_not_add_up(stratum: &Stratum, margin: &Margin, total: f64, cell: usize) -> Problem {
    let what = format!("{} of stratum {} counts {total} patients, not {cell}", margin.title, stratum.id);
    Problem::error("OM291", what)
        .at(Place::subject(margin.title.clone()))
        .why("margins are kept exactly; where a publication's numbers do not add up, one reading must be chosen")
        .mend("change the counts, and say under `readings` which reading they are")
}

fn cannot_be_kept(stratum: &Stratum, margin: &Margin, constraint: &Constraint) -> Problem {
    let what = format!("the constraint \"{}\" cannot be kept with {}", constraint.title, margin.title);
    Problem::error("OM292", what)
        .at(Place::subject(format!("stratum {}", stratum.id)))
        .why("margins are exact, so no patients are left who could change places")
        .mend("loosen the constraint or look for a slip in the margins")
}

/// Constraints that a patient breaks, as far as its levels are allocated.
fn broken<'a>(patient: &Traits, constraints: &'a [Constraint]) -> impl Iterator<Item = &'a Constraint> {
    let patient = *patient;
    constraints
        .iter()
        .filter(move |c| c.when.holds(&patient) == Some(true) && c.then.holds(&patient) == Some(false))
}

/// Swaps one variable between patients of a cell until no constraint is broken: a swap that breaks fewer is taken, and
/// where none is found one that breaks as many, so that chains of three can be resolved.
fn repair<'a>(
    patients: &mut [Traits],
    cell: &[usize],
    variable: Variable,
    constraints: &'a [Constraint],
    stream: &mut Stream,
) -> Result<(), &'a Constraint> {
    let mut wrong: Vec<usize> =
        cell.iter().copied().filter(|&i| broken(&patients[i], constraints).next().is_some()).collect();
    let mut left = TRIES_PER_PATIENT * cell.len() + 20_000;
    while let Some(&i) = wrong.last() {
        let Some(constraint) = broken(&patients[i], constraints).next() else {
            wrong.pop();
            continue;
        };
        left = left.checked_sub(1).ok_or(constraint)?;
        let j = cell[stream.below(cell.len())];
        let count = |p: &[Traits]| broken(&p[i], constraints).count() + broken(&p[j], constraints).count();
        let before = count(patients);
        swap(patients, i, j, variable);
        let after = count(patients);
        let neutral = after == before && stream.chance(0.2);
        if after < before || neutral {
            wrong.push(j);
            let at = stream.below(wrong.len());
            let last = wrong.len() - 1;
            wrong.swap(at, last);
        } else {
            swap(patients, i, j, variable);
        }
    }
    Ok(())
}

fn swap(patients: &mut [Traits], i: usize, j: usize, variable: Variable) {
    let (a, b) = (patients[i].level(variable), patients[j].level(variable));
    patients[i].set(variable, b);
    patients[j].set(variable, a);
}

/// Ages within the groups allocated, with the median and the range as published.
fn give_ages(patients: &mut [Traits], groups: &[(i32, i32)], exact: Option<ExactAge>, stream: &mut Stream) {
    // In ascending order of the group; within a group in random order, since patients were shuffled into it.
    let mut order: Vec<usize> = (0..patients.len()).collect();
    order.sort_by_key(|&i| (patients[i].level(Variable::Age), i));
    let n = order.len();
    let middle = ((n.max(1) - 1) / 2, n / 2);
    for (rank, &i) in order.iter().enumerate() {
        let level = patients[i].level(Variable::Age);
        let (mut low, mut high) = groups.get(usize::from(level)).copied().unwrap_or((18, 95));
        if let Some(exact) = exact {
            low = low.max(exact.range.0);
            high = high.min(exact.range.1);
            match rank {
                0 => (low, high) = (exact.range.0, exact.range.0),
                r if r + 1 == n => (low, high) = (exact.range.1, exact.range.1),
                r if r == middle.0 || r == middle.1 => (low, high) = (exact.median, exact.median),
                r if r < middle.0 => high = high.min(exact.median),
                _ => low = low.max(exact.median),
            }
        }
        patients[i].age = stream.whole(low, high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variable::Condition;

    #[test]
    fn whole_numbers_keep_the_total_and_the_published_counts() {
        assert_eq!(whole_numbers(&[13.0, 46.0], 59), [13, 46]);
        // By hand: 2.2, 2.2, 2.2, 4.4 -> 2, 2, 2, 4 and the one left to the largest remainder.
        assert_eq!(whole_numbers(&[1.0, 1.0, 1.0, 2.0], 11), [2, 2, 2, 5]);
        assert_eq!(whole_numbers(&[1.0, 1.0], 3), [2, 1]);
        assert_eq!(whole_numbers(&[0.0], 3), [0]);
    }

    fn constraint(line: &[u16]) -> Constraint {
        Constraint {
            when: Condition(vec![(Variable::Regimen, vec![1])]),
            then: Condition(vec![(Variable::Line, line.to_vec())]),
            title: "second drug later".to_owned(),
        }
    }

    fn cohort(constraint: Constraint) -> Result<Vec<Traits>, ()> {
        let mut patients = vec![Traits::of_stratum(0); 40];
        for (i, p) in patients.iter_mut().enumerate() {
            p.set(Variable::Regimen, u16::from(i < 20));
            p.set(Variable::Line, u16::from(i < 15));
        }
        let cell: Vec<usize> = (0..40).collect();
        let mut stream = Stream::new(5, 0, 0);
        let constraints = [constraint];
        let kept = repair(&mut patients, &cell, Variable::Line, &constraints, &mut stream).is_ok();
        kept.then_some(patients).ok_or(())
    }

    #[test]
    fn repair_keeps_the_margin_and_ends_every_breach() {
        // Line 0 has 25 patients: enough for the 20 with the drug.
        let patients = cohort(constraint(&[0])).unwrap();
        assert_eq!(patients.iter().filter(|p| p.level(Variable::Line) == 1).count(), 15);
        assert!(patients.iter().all(|p| p.level(Variable::Regimen) == 0 || p.level(Variable::Line) == 0));
    }

    #[test]
    fn a_constraint_that_the_margins_do_not_allow_ends_with_an_error() {
        // Line 1 has 15 patients: too few for the 20 with the drug.
        assert!(cohort(constraint(&[1])).is_err());
    }

    #[test]
    fn ages_have_the_median_and_the_range_put_in() {
        let groups = [(18, 39), (40, 50), (51, 70), (71, 95)];
        let exact = ExactAge { median: 57, range: (34, 86) };
        let mut patients = vec![Traits::of_stratum(0); 59];
        let sizes = [5, 15, 28, 11];
        let levels = sizes.iter().enumerate().flat_map(|(g, n)| std::iter::repeat_n(g as u16, *n));
        patients.iter_mut().zip(levels).for_each(|(p, level)| p.set(Variable::Age, level));
        give_ages(&mut patients, &groups, Some(exact), &mut Stream::new(1, 0, 0));
        let mut ages: Vec<i32> = patients.iter().map(|p| p.age).collect();
        ages.sort_unstable();
        assert_eq!((ages[0], ages[29], ages[58]), (34, 57, 86));
        for ((low, high), n) in groups.into_iter().zip(sizes) {
            assert_eq!(ages.iter().filter(|a| (low..=high).contains(*a)).count(), n);
        }
    }
}
