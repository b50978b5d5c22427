#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, kaplan_meier};

fuzz_target!(|data: Data| {
    let _ = kaplan_meier::check(&data);
});
