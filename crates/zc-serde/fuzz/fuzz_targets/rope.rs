//! Any input as writes into a rope, which holds the bytes of a vector, however it is delivered.

#![no_main]

#[path = "../../tests/twins/mod.rs"]
mod twins;

libfuzzer_sys::fuzz_target!(|input: &[u8]| twins::ropes::writes(input));
