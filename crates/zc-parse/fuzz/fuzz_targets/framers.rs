//! Any input, every framer, cut anywhere: the same frames as when it arrives whole.

#![no_main]

#[path = "../../tests/framers/mod.rs"]
mod framers;

libfuzzer_sys::fuzz_target!(|seed: &[u8]| {
    let (cuts, start) = framers::cuts(seed);
    framers::check_all(&seed[start..], &cuts);
});
