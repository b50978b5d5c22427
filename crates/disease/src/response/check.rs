//! What is wrong with a course: contradictions, sizes that cannot be, lesions without a baseline.

use oligomet_base::{Place, Problem};

use super::course::{Course, Role, Seen};
use super::matrix::{ABSURD_TENTHS, Matrix, cell_name};
use super::recist::RecistParameters;
use crate::Organ;
use crate::dates::surely_after;

/// Problems of one patient's course. Nothing is changed; what contradicts itself counts as not evaluable.
#[must_use]
pub fn check(course: &Course, parameters: &RecistParameters) -> Vec<Problem> {
    let matrix = Matrix::new(course);
    let mut problems = Vec::new();
    baseline(course, &mut problems);
    dates(course, &mut problems);
    readings(course, &matrix, &mut problems);
    if course.assessments.is_empty() {
        return problems;
    }
    selection(course, parameters, &mut problems);
    for lesion in 0..course.lesions.len() {
        at_baseline(course, &matrix, lesion, parameters, &mut problems);
        returned(course, &matrix, lesion, &mut problems);
        wrong_unit(course, &matrix, lesion, &mut problems);
    }
    problems
}

fn of_lesion(course: &Course, lesion: usize) -> Place {
    Place::subject(format!("lesion {}", course.lesions[lesion].id))
}

fn millimetres(tenths: i32) -> String {
    format!("{}.{} mm", tenths / 10, (tenths % 10).abs())
}

fn baseline(course: &Course, problems: &mut Vec<Problem>) {
    let n = course.assessments.iter().filter(|a| a.is_baseline).count();
    let first = course.assessments.first().is_some_and(|a| a.is_baseline);
    if n == 1 && first {
        return;
    }
    let what = match n {
        0 => "no assessment is the baseline".to_owned(),
        1 => "the baseline is not the first assessment".to_owned(),
        n => format!("{n} assessments are called baseline"),
    };
    problems.push(
        Problem::error("OM520", what)
            .why("response is a change from the baseline; without it nothing is derived")
            .mend("mark the last assessment before treatment as the baseline and leave out earlier ones"),
    );
}

fn dates(course: &Course, problems: &mut Vec<Problem>) {
    for (i, pair) in course.assessments.windows(2).enumerate() {
        if surely_after(pair[0].date, pair[1].date) {
            let what = format!("assessment {} is dated before assessment {}", i + 2, i + 1);
            problems.push(
                Problem::error("OM521", what)
                    .why("the nadir and the date of progression follow the order of the assessments")
                    .mend("look up both dates; the order of the visits is used as it stands"),
            );
        }
    }
}

fn readings(course: &Course, matrix: &Matrix, problems: &mut Vec<Problem>) {
    for &(at, lesion) in &matrix.conflicts {
        let what = format!("readings that contradict each other: {}", cell_name(course, at, lesion));
        problems.push(
            Problem::error("OM522", what)
                .at(of_lesion(course, lesion))
                .why("a lesion has one size at one assessment; none of them is used")
                .mend("keep the reading that the report confirms; readers are separate courses"),
        );
    }
    for reading in &course.readings {
        if reading.lesion >= course.lesions.len() || reading.assessment >= course.assessments.len() {
            let what = format!(
                "a reading of lesion number {} at assessment number {}, which are not both in the course",
                reading.lesion + 1,
                reading.assessment + 1
            );
            problems.push(
                Problem::error("OM523", what)
                    .why("it cannot be joined with the other readings and is not used")
                    .mend("list the lesion and the assessment"),
            );
            continue;
        }
        if let Seen::Size(size) = reading.seen
            && !(0..ABSURD_TENTHS).contains(&size)
        {
            problems.push(
                Problem::error("OM524", format!("a size of {}", millimetres(size)))
                    .at(of_lesion(course, reading.lesion))
                    .why("a size is not negative and below 50 cm; the lesion counts as not evaluable")
                    .mend("look up the report; sizes are in millimetres"),
            );
        }
    }
}

fn selection(course: &Course, p: &RecistParameters, problems: &mut Vec<Problem>) {
    let targets: Vec<_> = course.lesions.iter().filter(|l| l.role == Role::Target).collect();
    let mut too_many = |what: String| {
        problems.push(
            Problem::warning("OM525", what)
                .why("RECIST's sum holds few lesions, so that each weighs; the response is derived from all given")
                .mend("keep the largest that can be measured again; call the others non-target"),
        );
    };
    if targets.len() > p.max_targets as usize {
        too_many(format!("{} target lesions, more than {}", targets.len(), p.max_targets));
    }
    let mut organs: Vec<Organ> = targets.iter().filter_map(|l| l.organ).collect();
    organs.sort_unstable();
    organs.dedup();
    for organ in organs {
        let n = targets.iter().filter(|l| !l.is_node && l.organ == Some(organ)).count();
        if n > p.max_per_organ as usize {
            too_many(format!("{n} target lesions in {}, more than {}", organ.name(), p.max_per_organ));
        }
    }
    let n_nodes = targets.iter().filter(|l| l.is_node).count();
    if n_nodes > p.max_per_organ as usize {
        too_many(format!("{n_nodes} target lymph nodes, more than {}", p.max_per_organ));
    }
}

fn at_baseline(
    course: &Course,
    matrix: &Matrix,
    lesion: usize,
    p: &RecistParameters,
    problems: &mut Vec<Problem>,
) {
    let facts = &course.lesions[lesion];
    let seen = matrix.seen(0, lesion);
    let there = !matches!(seen, None | Some(Seen::Absent));
    let followed = (1..course.assessments.len()).any(|at| matrix.seen(at, lesion).is_some());
    if facts.role == Role::New && there {
        problems.push(
            Problem::error("OM526", "a new lesion that was there at baseline")
                .at(of_lesion(course, lesion))
                .why("it would be progression at the first follow-up")
                .mend("call it target or non-target, or take its baseline reading away"),
        );
    } else if facts.role != Role::New && followed && !there {
        problems.push(
            Problem::error("OM527", "a lesion that was not there at baseline and is not called new")
                .at(of_lesion(course, lesion))
                .why("a new lesion is progression; a lesion without a baseline size leaves the sum unknown")
                .mend("add its baseline reading, or call it new"),
        );
    }
    let least = if facts.is_node { p.measurable_node } else { p.measurable };
    let small = match seen {
        Some(Seen::Size(size)) => i64::from(size) < i64::from(least),
        Some(Seen::TooSmall | Seen::Present) => true,
        _ => false,
    };
    if facts.role == Role::Target && small {
        let size = if let Some(Seen::Size(size)) = seen { millimetres(size) } else { "no size".into() };
        problems.push(
            Problem::warning(
                "OM528",
                format!("a target lesion with {size} at baseline, which is not measurable"),
            )
            .at(of_lesion(course, lesion))
            .why("target lesions have 10 mm or more, nodes 15 mm or more in the short axis")
            .mend("check the size and its unit; else call it non-target"),
        );
    }
}

fn returned(course: &Course, matrix: &Matrix, lesion: usize, problems: &mut Vec<Problem>) {
    let mut gone_at = None;
    for at in 0..course.assessments.len() {
        match matrix.seen(at, lesion) {
            Some(Seen::Absent) => gone_at = Some(at),
            Some(Seen::Size(_) | Seen::Present | Seen::TooSmall | Seen::UnequivocalProgression)
                if gone_at.is_some_and(|gone| gone > 0) =>
            {
                let what = format!("a lesion that was gone and is back: {}", cell_name(course, at, lesion));
                problems.push(
                    Problem::warning("OM529", what)
                        .at(of_lesion(course, lesion))
                        .why("after a complete response its return is progression; else its size joins the sum")
                        .mend("check whether it was overlooked, or is another lesion"),
                );
                gone_at = None;
            }
            _ => {}
        }
    }
}

/// Sizes eight to twelve times below or above both neighbours look like centimetres among millimetres.
fn wrong_unit(course: &Course, matrix: &Matrix, lesion: usize, problems: &mut Vec<Problem>) {
    let sizes: Vec<(usize, i64)> = (0..course.assessments.len())
        .filter_map(|at| match matrix.seen(at, lesion) {
            Some(Seen::Size(size)) => Some((at, i64::from(size))),
            _ => None,
        })
        .collect();
    let tenfold = |a: i64, b: i64| a >= 8 * b && a <= 12 * b;
    for i in 0..sizes.len() {
        let here = sizes[i].1;
        let near: Vec<i64> = [i.checked_sub(1), Some(i + 1)]
            .into_iter()
            .flatten()
            .filter_map(|k| sizes.get(k))
            .map(|s| s.1)
            .collect();
        let low = near.iter().all(|n| tenfold(*n, here));
        let high = near.iter().all(|n| tenfold(here, *n));
        if near.len() == 2 && (low || high) {
            let what = format!("{} beside ten times that before and after", millimetres(here as i32));
            let what = if low {
                what
            } else {
                format!("{} beside a tenth of that before and after", millimetres(here as i32))
            };
            problems.push(
                Problem::warning("OM530", what)
                    .at(of_lesion(course, lesion))
                    .why("a size in centimetres among millimetres makes a response and then a progression")
                    .mend("look up the unit in the report"),
            );
        }
    }
}
