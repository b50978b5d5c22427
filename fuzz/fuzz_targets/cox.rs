#![no_main]
use libfuzzer_sys::fuzz_target;
use oligomet_fuzz::{Data, cox};

fuzz_target!(|data: Data| {
    let _ = cox::check(&data);
});
