//! Any input as NDJSON: borrowed, shared, in windows and in parts, the same records and errors.

#![no_main]

#[path = "../../tests/twins/mod.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|input: &[u8]| twins::ndjson::<serde_json::Value>(input));
