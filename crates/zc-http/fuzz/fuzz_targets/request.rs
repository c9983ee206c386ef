//! Any bytes as the requests of a connection: targets, conditions, ranges and bodies.

#![no_main]

#[path = "../../tests/any_request/mod.rs"]
mod any_request;

libfuzzer_sys::fuzz_target!(|seed: &[u8]| any_request::check(seed));
