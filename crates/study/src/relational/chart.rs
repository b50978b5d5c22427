//! The records of one patient, put in order once for all rows made of them.

use oligomet_base::PartialDate;
use oligomet_disease::Truth;
use oligomet_disease::dates::{not_after, surely_after};

use super::source::{Source, target};
use super::therapy::Therapy;

/// Courses of radiotherapy given for one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// Rows of `rt_course`, by their start.
    pub(super) courses: Vec<usize>,
    /// Row of `metastatic_episode`, as the courses name it.
    pub(super) event: Option<usize>,
}

/// An assessment and its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) row: usize,
    pub(super) date: PartialDate,
}

/// One patient.
pub(super) struct Chart<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) patient: usize,
    /// Rows of `rt_course` by their start.
    pub(super) courses: Vec<usize>,
    /// Episodes of radiotherapy by their start.
    pub(super) groups: Vec<Group>,
    /// Assessments by their date; those without one left out.
    pub(super) assessments: Vec<Seen>,
    /// Tumour diagnosed first.
    pub(super) tumour: Option<usize>,
    pub(super) primary_diagnosis: Option<PartialDate>,
    pub(super) metastasis: Option<PartialDate>,
    pub(super) death: Option<PartialDate>,
    pub(super) last_contact: Option<PartialDate>,
    pub(super) linkage: Option<PartialDate>,
    /// Systemic therapy.
    pub(super) therapy: Therapy,
}

/// What a search in dated records found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// Nothing.
    Nothing,
    /// This.
    One(T),
    /// Dates known to the month or year leave several possible.
    Unknown,
}

impl<T> Found<T> {
    /// What was found, if it is known.
    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::One(value) => Some(value),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

/// The earliest date a date can be and the latest, for sorting: missing ones last.
pub(super) fn order(date: Option<PartialDate>) -> (i32, i32) {
    let bound = |d: Option<oligomet_base::Day>| d.map_or(i32::MAX, |d| d.0);
    (bound(date.and_then(PartialDate::earliest)), bound(date.and_then(PartialDate::latest)))
}

/// The earliest of some dates: a period that surely holds it.
pub(super) fn earliest(dates: impl Iterator<Item = Option<PartialDate>>) -> Option<PartialDate> {
    dates.flatten().min_by_key(|d| order(Some(*d)))
}

/// The latest of some dates: a period that surely holds it.
pub(super) fn latest(dates: impl Iterator<Item = Option<PartialDate>>) -> Option<PartialDate> {
    dates.flatten().max_by_key(|d| {
        let (first, last) = order(Some(*d));
        (last, std::cmp::Reverse(first))
    })
}

/// The last of dated things on or before a date, among those wanted. `things` are sorted by date.
pub(super) fn last_until<T: Copy>(
    things: impl DoubleEndedIterator<Item = (T, PartialDate)>,
    date: Option<PartialDate>,
) -> Found<T> {
    let mut found: Option<(T, PartialDate)> = None;
    for (thing, when) in things.rev() {
        match (not_after(Some(when), date, 0), found) {
            (Truth::False, _) => {}
            (Truth::Unknown, _) => return Found::Unknown,
            (Truth::True, None) => found = Some((thing, when)),
            (Truth::True, Some((thing, last))) => {
                // The one before may be the later of two that overlap.
                let is_before = not_after(Some(when), Some(last), 0).is_true();
                return if is_before { Found::One(thing) } else { Found::Unknown };
            }
        }
    }
    found.map_or(Found::Nothing, |(thing, _)| Found::One(thing))
}

/// The first of dated things after a date. `things` are sorted by date.
pub(super) fn first_after<T: Copy>(
    things: impl Iterator<Item = (T, PartialDate)>,
    date: Option<PartialDate>,
) -> Found<T> {
    let mut found: Option<(T, PartialDate)> = None;
    for (thing, when) in things {
        match (not_after(Some(when), date, 0), found) {
            (Truth::True, _) => {}
            (Truth::Unknown, _) => return Found::Unknown,
            (Truth::False, None) => found = Some((thing, when)),
            (Truth::False, Some((thing, first))) => {
                let is_after = not_after(Some(first), Some(when), 0).is_true();
                return if is_after { Found::One(thing) } else { Found::Unknown };
            }
        }
    }
    found.map_or(Found::Nothing, |(thing, _)| Found::One(thing))
}

fn rows(list: &[u32]) -> impl Iterator<Item = usize> + '_ {
    list.iter().map(|r| *r as usize)
}

impl<'a> Chart<'a> {
    /// Puts the records of a patient in order. `gap`: days between courses of one episode.
    pub(super) fn new(
        source: &'a Source<'a>,
        patient: usize,
        gap: i32,
        texts: &super::therapy::DrugTexts,
    ) -> Self {
        let s = source;
        let mut courses: Vec<usize> = rows(s.course.of_patient.of(patient)).collect();
        courses.sort_by_key(|c| (order(s.course.start.get(*c)), *c));
        let mut assessments: Vec<Seen> = rows(s.assessment.of_patient.of(patient))
            .filter_map(|row| Some(Seen { row, date: s.assessment.date.get(row)? }))
            .collect();
        assessments.sort_by_key(|a| (order(Some(a.date)), a.row));
        let tumours = || rows(s.tumour.of_patient.of(patient));
        let tumour = tumours().min_by_key(|t| (order(s.tumour.diagnosis.get(*t)), *t));
        let metastasis =
            earliest(rows(s.metastatic.of_patient.of(patient)).map(|e| s.metastatic.diagnosis.get(e)));
        let follow_up = || rows(s.follow_up.of_patient.of(patient));
        let dead = follow_up().filter(|f| s.follow_up.status.is(*f, "dead"));
        let seen = follow_up().filter(|f| !s.follow_up.origin.is(*f, "registry"));
        let death = earliest(dead.map(|f| s.follow_up.date.get(f)));
        let last_contact = latest(seen.map(|f| s.follow_up.date.get(f)));
        let groups = groups(s, &courses, gap);
        let therapy = Therapy::new(s, patient, &assessments, metastasis, death, texts);
        Self {
            source,
            patient,
            groups,
            assessments,
            tumour,
            primary_diagnosis: earliest(tumours().map(|t| s.tumour.diagnosis.get(t))),
            metastasis,
            death,
            last_contact,
            linkage: latest(follow_up().map(|f| s.follow_up.linkage.get(f))),
            courses,
            therapy,
        }
    }

    /// Metastatic episodes of the patient by their date.
    pub(super) fn events(&self) -> Vec<(usize, PartialDate)> {
        let s = self.source;
        let mut events: Vec<(usize, PartialDate)> = rows(s.metastatic.of_patient.of(self.patient))
            .filter_map(|e| Some((e, s.metastatic.diagnosis.get(e)?)))
            .collect();
        events.sort_by_key(|(row, date)| (order(Some(*date)), *row));
        events
    }

    /// The lesions of the patient.
    pub(super) fn lesions(&self) -> impl Iterator<Item = usize> + '_ {
        rows(self.source.lesion.of_patient.of(self.patient))
    }

    /// The volumes of a course.
    pub(super) fn volumes(&self, course: usize) -> impl Iterator<Item = usize> + 'a {
        let source = self.source;
        source.volume.of_course.of(course).iter().map(|v| *v as usize)
    }

    /// The lesions in a volume.
    pub(super) fn lesions_in(&self, volume: usize) -> impl Iterator<Item = usize> + 'a {
        let source = self.source;
        let links = source.target.of_volume.of(volume).iter().map(|t| *t as usize);
        links.filter_map(move |t| target(source.target.lesion, t))
    }

    /// The volumes in which a lesion lies.
    pub(super) fn volumes_of(&self, lesion: usize) -> impl Iterator<Item = usize> + 'a {
        let source = self.source;
        let links = source.target.of_lesion.of(lesion).iter().map(|t| *t as usize);
        links.filter_map(move |t| target(source.target.volume, t))
    }

    /// The course of a volume.
    pub(super) fn course_of(&self, volume: usize) -> Option<usize> {
        target(self.source.volume.course, volume)
    }
}

/// Courses in episodes: those that name the same metastatic episode, and those of which one begins at most `gap` days after
/// the end of the one before (its start where it has no end), unless both name different ones.
fn groups(s: &Source<'_>, courses: &[usize], gap: i32) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let gap = gap.max(0) as u32;
    for &course in courses {
        let named = target(s.course.episode, course);
        let same = named.and_then(|n| groups.iter().position(|g| g.event == Some(n)));
        let near = groups.len().checked_sub(1).filter(|last| {
            let group = &groups[*last];
            let compatible = named.is_none() || group.event.is_none();
            let ends = group.courses.iter().map(|c| s.course.end.get(*c).or_else(|| s.course.start.get(*c)));
            let start = s.course.start.get(course);
            compatible && start.is_some() && not_after(start, latest(ends), gap).is_true()
        });
        match same.or(near) {
            Some(at) => {
                groups[at].courses.push(course);
                groups[at].event = groups[at].event.or(named);
            }
            None => groups.push(Group { courses: vec![course], event: named }),
        }
    }
    groups
}

/// Whether a date is surely before another.
pub(super) fn surely_before(a: Option<PartialDate>, b: Option<PartialDate>) -> bool {
    surely_after(b, a)
}
