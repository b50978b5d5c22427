//! Tables, figures, sentences and the page of one small study.

mod compare;
mod fixture;
mod page;
mod share;
mod tables;
