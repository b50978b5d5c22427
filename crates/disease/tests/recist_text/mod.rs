//! Courses written in a line, as the docs page has them.
//!
//! `T: 50 40 NE; T node: 20 9 9; N: present gone; new: - maybe` - one lesion per part, one word per assessment, four
//! weeks apart from 2020-01-01. `-` is no reading, a number millimetres.

use oligomet_base::{Day, PartialDate};
use oligomet_disease::response::{Assessment, Course, Lesion, Reading, Role, Seen, tenths_of_mm};
use oligomet_disease::{Organ, Truth};

fn seen(word: &str) -> Option<Seen> {
    Some(match word {
        "-" => return None,
        "gone" => Seen::Absent,
        "present" => Seen::Present,
        "small" => Seen::TooSmall,
        "worse" => Seen::UnequivocalProgression,
        "maybe" => Seen::Equivocal,
        "NE" => Seen::NotEvaluable,
        "merged" => Seen::MergedInto(0),
        size => Seen::Size(tenths_of_mm(size.parse().unwrap_or_else(|_| panic!("word {word}"))).unwrap()),
    })
}

/// The course of that line; assessments `every` days apart.
pub fn course_every(text: &str, every: i32) -> Course {
    let mut course = Course::default();
    let mut n = 0;
    for (number, part) in text.split(';').filter(|p| !p.trim().is_empty()).enumerate() {
        let (name, words) = part.split_once(':').unwrap();
        let mut names = name.split_whitespace();
        let role = match names.next().unwrap() {
            "T" => Role::Target,
            "N" => Role::NonTarget,
            _ => Role::New,
        };
        let kinds: Vec<&str> = names.collect();
        let organ = kinds.iter().find_map(|k| Organ::from_name(k));
        let is_node = kinds.contains(&"node");
        course.lesions.push(Lesion { id: format!("L{number}"), role, is_node, organ });
        let words: Vec<&str> = words.split_whitespace().collect();
        n = n.max(words.len());
        for (assessment, word) in words.into_iter().enumerate() {
            course.readings.extend(seen(word).map(|seen| Reading { assessment, lesion: number, seen }));
        }
    }
    let start = Day::from_ymd(2020, 1, 1).unwrap();
    course.assessments = (0..n)
        .map(|i| Assessment {
            date: Some(PartialDate::Day(Day(start.0 + every * i as i32))),
            is_baseline: i == 0,
            new_lesion: Truth::False,
        })
        .collect();
    course
}

/// The course of that line, four weeks apart.
pub fn course(text: &str) -> Course {
    course_every(text, 28)
}
