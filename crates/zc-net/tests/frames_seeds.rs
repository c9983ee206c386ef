//! The seeds of the fuzz targets, and what is made of them by changing single bytes.

#![forbid(unsafe_code)]
#![cfg(feature = "parse")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod readers;

/// Checks each seed of a target, cut off anywhere, and with each byte changed.
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
            for byte in [0, 1, 255, seed[at].wrapping_add(1), seed[at] ^ 0x80] {
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
fn length_fields_are_read_as_they_are_found() {
    check("length_field", readers::length_field);
}

#[test]
fn varints_are_read_as_they_are_found() {
    check("varint", readers::varint);
}

#[test]
fn netstrings_are_read_as_they_are_found() {
    check("netstring", readers::netstring);
}

#[test]
fn lines_are_read_as_they_are_found() {
    check("newline", readers::newline);
}

#[test]
fn values_of_resp_are_read_as_they_are_found() {
    check("resp", readers::resp);
}
