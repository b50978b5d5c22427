//! Foreign readers on damaged files: a reader that gives up in the middle becomes a problem like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` returns, or `None` where a foreign reader panicked. Nothing that `work` touched is used afterwards.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
