//! Any input as lines, pairs and commands: slices and masks give the same records and the same errors.

#![no_main]

#[path = "../../tests/twins/mod.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|input: &[u8]| twins::lines(input));
