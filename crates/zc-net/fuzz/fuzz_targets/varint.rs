//! Any stream of varints, read in any way: the frames of the whole input, and where it ends.

#![no_main]

#[path = "../../tests/readers/mod.rs"]
mod readers;

libfuzzer_sys::fuzz_target!(|seed: &[u8]| readers::varint(seed));
