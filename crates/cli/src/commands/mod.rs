//! One file per command.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod new;
pub(crate) mod open;
pub(crate) mod run;
pub(crate) mod verify;
