//! Dates known to the month or year inside a rule: the smallest and the largest value that an expression can have.
//!
//! A comparison is answered where every day that is possible gives the same answer, and unknown elsewhere. Each side is
//! taken by itself: `date - date` of one date known to the month is not zero, since nothing says that both are the same day.

use sqlparser::ast::BinaryOperator;

use super::kind::Kind;
use super::lower::{Part, truth};

impl Part {
    /// A value that is known wherever it is not missing.
    pub(super) fn known(sql: String, kind: Kind) -> Self {
        Self { sql, kind, literal: None, latest: None }
    }

    /// The value where it is known, missing where several are possible.
    pub(super) fn exact(self) -> Self {
        match &self.latest {
            Some(latest) => {
                let sql = format!("CASE WHEN {0} = {latest} THEN {0} END", self.sql);
                Self { sql: format!("({sql})"), latest: None, ..self }
            }
            None => self,
        }
    }

    /// The smallest and the largest value.
    fn bounds(&self) -> (&str, &str) {
        (&self.sql, self.latest.as_deref().unwrap_or(&self.sql))
    }
}

/// A comparison of two values of one kind, of which each may lie between bounds.
pub(super) fn compared(l: &Part, op: &str, r: &Part) -> Part {
    if l.latest.is_none() && r.latest.is_none() {
        return truth(format!("({} {op} {})", l.sql, r.sql));
    }
    let ((l_least, l_most), (r_least, r_most)) = (l.bounds(), r.bounds());
    let decided = |yes: String, no: String| format!("(CASE WHEN {yes} THEN 1 WHEN {no} THEN 0 END)");
    let equal = || {
        decided(
            format!("{l_least} = {l_most} AND {r_least} = {r_most} AND {l_least} = {r_least}"),
            format!("{l_most} < {r_least} OR {l_least} > {r_most}"),
        )
    };
    truth(match op {
        "<" => decided(format!("{l_most} < {r_least}"), format!("{l_least} >= {r_most}")),
        "<=" => decided(format!("{l_most} <= {r_least}"), format!("{l_least} > {r_most}")),
        ">" => decided(format!("{l_least} > {r_most}"), format!("{l_most} <= {r_least}")),
        ">=" => decided(format!("{l_least} >= {r_most}"), format!("{l_most} < {r_least}")),
        "=" => equal(),
        _ => format!("(NOT {})", equal()),
    })
}

/// Arithmetic of dates and durations: bounds are carried on, save where one duration is divided by another.
pub(super) fn calculated(l: Part, op: &BinaryOperator, r: Part, kind: Kind) -> Part {
    use BinaryOperator as Op;
    let of = |l: &str, r: &str| format!("(1.0 * {l} {op} {r})");
    if l.latest.is_none() && r.latest.is_none() {
        return Part::known(of(&l.sql, &r.sql), kind);
    }
    let ((l_least, l_most), (r_least, r_most)) = (l.bounds(), r.bounds());
    let (least, most) = match (op, &r.kind) {
        (Op::Plus, _) => (of(l_least, r_least), of(l_most, r_most)),
        (Op::Minus, _) => (of(l_least, r_most), of(l_most, r_least)),
        // A duration times or by a number, which may be negative.
        (_, Kind::Number) => {
            let (a, b) = (of(l_least, r_least), of(l_most, r_least));
            (format!("MIN({a}, {b})"), format!("MAX({a}, {b})"))
        }
        _ => return Part::known(of(&l.exact().sql, &r.exact().sql), kind),
    };
    Part { latest: Some(most), ..Part::known(least, kind) }
}
