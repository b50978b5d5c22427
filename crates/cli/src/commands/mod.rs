//! One file per command.

pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod diff;
pub(crate) mod dose;
pub(crate) mod explain;
pub(crate) mod lock;
pub(crate) mod new;
pub(crate) mod open;
pub(crate) mod quick;
pub(crate) mod run;
pub(crate) mod simulate;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod verify;
