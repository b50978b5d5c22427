//! Tables, sentences, figures and the page of a report, from result tables alone.
//!
//! | module | does |
//! |---|---|
//! | [`Style`] | how a journal writes numbers; data files in `styles/` |
//! | [`Printer`] | the only place where a number becomes text |
//! | [`text`] | text in which every number knows the rows it was printed from |
//! | [`tables`], [`to_csv`] | every table of a run, and as CSV |
//! | [`compose_figure`] | curves, forest plots and the flow diagram |
//! | [`render_report`] | the page: one HTML file |
//! | [`share`] | a run without subjects and small cells |
//! | [`compare`] | what changed from one run to another, in words |
//!
//! Architecture invariant: this crate knows neither studies nor data, and computes no statistic: every number printed is a row of
//! the result tables, formatted. A report can be drawn again from the results with no patient data present.

mod compare;
mod compose;
mod page;
mod print;
mod sentences;
mod share;
mod style;
mod table;
mod tabulate;
pub mod text;
mod view;

pub use compare::{Change, ChangeKind, compare, describe_changes};
pub use compose::{ComposeError, compose_figure, compose_figure_pages};
pub use page::render_report;
pub use print::{Printed, Printer, Value, values_of};
pub use share::share;
pub use style::{PBand, PRule, PercentStep, Style};
pub use table::{Cell, Footnote, HeaderCell, Row, Table, to_csv};
pub use tabulate::tables;
pub use text::{Format, Number, Source, Span, Text};
