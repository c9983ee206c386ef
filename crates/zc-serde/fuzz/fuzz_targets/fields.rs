//! Any input, as one JSON text and as lines: fields are those of serde_json, and so are refusals.

#![no_main]

#[path = "../../tests/twins/mod.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|input: &[u8]| twins::fields(input));
