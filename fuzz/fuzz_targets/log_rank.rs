#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, log_rank};

fuzz_target!(|data: Data| {
    let _ = log_rank::check(&data);
});
