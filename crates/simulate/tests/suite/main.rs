//! Tests over whole departments.
#![allow(clippy::unwrap_used)]

mod eligibility;
mod margins;
mod order;
mod same;
mod tables;
mod truth;

use std::sync::OnceLock;

use oligomet_schema::Records;
use oligomet_simulate::{Department, Options, Profile, simulate};

/// The profile of the example.
pub fn profile() -> &'static Profile {
    static PROFILE: OnceLock<Profile> = OnceLock::new();
    PROFILE.get_or_init(|| {
        let text = include_str!("../../../../examples/oligoprogression/PROFILE.toml");
        let (profile, problems) = Profile::read("PROFILE.toml", text);
        assert!(problems.is_empty(), "{problems}");
        profile.unwrap()
    })
}

/// The department of the example.
pub fn department() -> &'static Department {
    static DEPARTMENT: OnceLock<Department> = OnceLock::new();
    DEPARTMENT.get_or_init(|| simulate(profile(), Options::default()).unwrap_or_else(|p| panic!("{p}")))
}

/// Its tables.
pub fn records() -> &'static Records {
    &department().records
}
