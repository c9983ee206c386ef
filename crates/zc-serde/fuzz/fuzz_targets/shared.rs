//! Any input as one JSON text: borrowed, shared and raw values are those that are owned, and are
//! written as they are, into vectors and into ropes.

#![no_main]

#[path = "../../tests/twins/mod.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|input: &[u8]| twins::tree::shared(input));
