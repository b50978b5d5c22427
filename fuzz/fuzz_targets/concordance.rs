#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, concordance};

fuzz_target!(|data: Data| {
    let _ = concordance::check(&data);
});
