#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, cutpoint};

fuzz_target!(|data: Data| {
    let _ = cutpoint::check(&data);
});
