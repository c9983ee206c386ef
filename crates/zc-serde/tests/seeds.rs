//! The seeds of the fuzz targets, cut off anywhere, and what generated input adds to them.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod inputs;
mod twins;

use inputs::{damaged, json};
use proptest::prelude::*;

/// Checks each seed of a target, whole and cut off anywhere, and with each byte changed.
#[track_caller]
fn check(target: &str, check: fn(&[u8])) {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let seed = std::fs::read(entry.unwrap().path()).unwrap();
        for len in 0..=seed.len() {
            check(&seed[..len]);
        }
        for at in 0..seed.len() {
            for byte in [0, b'"', b'\\', b'9', 255, seed[at] ^ 0x20] {
                let mut changed = seed.clone();
                changed[at] = byte;
                check(&changed);
            }
        }
        count += 1;
    }
    assert!(count > 0, "there are seeds");
}

#[test]
fn fields_of_the_seeds_are_those_of_serde_json() {
    check("fields", twins::fields);
}

#[test]
fn lines_of_the_seeds_are_read_alike_in_every_way() {
    check("ndjson", twins::ndjson::<serde_json::Value>);
}

#[test]
fn values_of_the_seeds_are_alike_borrowed_shared_and_owned() {
    check("shared", twins::tree::shared);
    check("fields", twins::tree::shared);
}

#[test]
fn ropes_of_the_seeds_hold_what_was_written() {
    check("rope", twins::ropes::writes);
}

proptest! {
    #[test]
    fn ropes_of_any_program_hold_what_was_written(
        input in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        twins::ropes::writes(&input);
    }

    #[test]
    fn generated_values_are_alike_borrowed_shared_and_owned(input in json()) {
        twins::tree::shared(input.as_bytes());
    }

    #[test]
    fn damaged_values_are_alike_borrowed_shared_and_owned(input in damaged()) {
        twins::tree::shared(&input);
    }
}
