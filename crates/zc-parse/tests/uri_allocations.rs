//! References are taken apart without an allocation, and decoded with at most one.

use zc_parse::uri::{parse, percent_decode};

#[track_caller]
fn check(run: impl FnOnce(), expected: u64) {
    assert_eq!(allocation_counter::measure(run).count_total, expected);
}

#[test]
fn a_reference_allocates_nothing() {
    let reference = b"http://us@[2001:db8::7]:80/a%2Fb/c;d?e=f&g=%C3%A9#h";
    check(|| assert_eq!(parse(reference).map(|uri| uri.query_pairs().count()), Ok(2)), 0);
    check(|| assert!(parse(b"http://[x]/").is_err()), 0);
}

#[test]
fn only_encoded_text_allocates_and_only_once() {
    check(|| assert!(percent_decode(b"plain").is_ok()), 0);
    check(|| assert!(percent_decode(b"%41%42%43 and much more text behind it").is_ok()), 1);
}
