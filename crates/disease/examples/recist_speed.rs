//! How long RECIST takes: 100,000 patients with 5 assessments of 3 lesions each, on one thread.
//!
//! `cargo run --release -p oligomet-disease --example recist_speed`
#![allow(clippy::print_stdout)]

use std::time::Instant;

use oligomet_base::{Day, PartialDate};
use oligomet_disease::Truth;
use oligomet_disease::response::{
    Assessment, Course, Lesion, Reading, RecistParameters, Role, Seen, assess, check, outcome,
};

const N_PATIENTS: u64 = 100_000;

/// A small generator of whole numbers below `n` (Lehmer, multiplier 48271): the data need no statistical quality.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % n
    }
}

fn patient(dice: &mut Dice) -> Course {
    let roles = [Role::Target, Role::Target, Role::NonTarget];
    let lesion = |(i, role)| Lesion { id: format!("L{i}"), role, is_node: false, organ: None };
    let mut course =
        Course { lesions: roles.into_iter().enumerate().map(lesion).collect(), ..Course::default() };
    for assessment in 0..5 {
        let date = Some(PartialDate::Day(Day(18_000 + 56 * assessment as i32)));
        course.assessments.push(Assessment { date, is_baseline: assessment == 0, new_lesion: Truth::False });
        for (lesion, role) in roles.into_iter().enumerate() {
            let seen = match (role, dice.below(20)) {
                (_, 0) => Seen::NotEvaluable,
                (Role::Target, _) => Seen::Size(150 + dice.below(300) as i32),
                _ => Seen::Present,
            };
            course.readings.push(Reading { assessment, lesion, seen });
        }
    }
    course
}

fn main() {
    let mut dice = Dice(20_261_123);
    let courses: Vec<Course> = (0..N_PATIENTS).map(|_| patient(&mut dice)).collect();
    let parameters = RecistParameters::default();
    let begun = Instant::now();
    let (mut n_points, mut n_open, mut n_progressed, mut n_problems) = (0, 0, 0, 0);
    for course in &courses {
        let points = assess(course, &parameters);
        n_points += points.len();
        n_open += points.iter().filter(|p| p.finding.possible.len() > 1).count();
        n_progressed += usize::from(outcome(course, &points, &parameters).progression.is_some());
        n_problems += check(course, &parameters).len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{N_PATIENTS} patients x 5 assessments x 3 lesions: {seconds:.2} s, {n_points} time points, {n_open} open, \
         {n_progressed} patients progressed, {n_problems} problems"
    );
}
