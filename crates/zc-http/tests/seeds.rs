//! The seeds of the fuzz target hold what it holds.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod any_request;

use std::fs;

#[test]
fn every_seed_is_answered_alike_wherever_it_is_cut() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/request");
    let mut count = 0;
    for seed in fs::read_dir(seeds).unwrap() {
        let mut seed = fs::read(seed.unwrap().path()).unwrap();
        for cut in (0..=seed.len().min(255)).step_by(7) {
            seed[0] = u8::try_from(cut).unwrap();
            any_request::check(&seed);
        }
        count += 1;
    }
    assert!(count > 5);
}
