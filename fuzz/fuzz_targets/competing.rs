#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, competing};

fuzz_target!(|data: Data| {
    let _ = competing::check(&data);
});
