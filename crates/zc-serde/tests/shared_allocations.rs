//! Sharing allocates nothing for a field, however many there are.

use std::collections::HashMap;

use allocation_counter::measure;
use bytes::Bytes;
use serde::Deserialize;
use zc_serde::shared::{SharedBytes, SharedStr, from_shared, with_shared};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Record {
    name: SharedStr,
    mail: SharedStr,
    note: Option<SharedStr>,
    payload: SharedBytes,
}

const RECORD: &str = r#"{"name":"Ada","mail":"ada@example.org","note":"é","payload":"bytes"}"#;

/// Allocations of reading the one record that the sequence `json` holds.
#[track_caller]
fn allocations(json: &str) -> u64 {
    let json = Bytes::from(json.to_owned());
    // The first clone of a vector turned into `Bytes` allocates its count of references.
    let kept = json.clone();
    let count = measure(|| {
        from_shared::<[Record; 1]>(json).expect("valid JSON");
    });
    drop(kept);
    count.count_total
}

#[test]
fn a_record_of_shared_fields_allocates_nothing() {
    assert_eq!(allocations(&format!("[{RECORD}]")), 0);
}

#[test]
fn many_shared_fields_allocate_as_one() {
    #[track_caller]
    fn check(input: Vec<u8>, read: fn(&[u8])) {
        // One allocation: the count of references, which a vector of the right size lacks.
        let input = Bytes::from(input.into_boxed_slice());
        assert_eq!(measure(|| with_shared(input, read).value).count_total, 1);
    }
    let json = |count| serde_json::to_vec(&vec!["word"; count]).unwrap();
    check(json(1), |json| drop(serde_json::from_slice::<[SharedStr; 1]>(json).unwrap()));
    check(json(32), |json| drop(serde_json::from_slice::<[SharedStr; 32]>(json).unwrap()));
    let rmp = |count| rmp_serde::to_vec(&vec!["word"; count]).unwrap();
    check(rmp(1), |bytes| drop(rmp_serde::from_slice::<[SharedBytes; 1]>(bytes).unwrap()));
    check(rmp(32), |bytes| drop(rmp_serde::from_slice::<[SharedStr; 32]>(bytes).unwrap()));
}

#[test]
fn a_text_with_escapes_allocates_itself_and_a_scratch_buffer() {
    let escaped = RECORD.replace("Ada", r"A\u0064a");
    assert_eq!(allocations(&format!("[{escaped}]")), 2);
}

#[test]
fn owned_texts_allocate_once_each() {
    let json = br#"["a","b","c","d"]"#;
    let owned = measure(|| drop(serde_json::from_slice::<[String; 4]>(json).unwrap()));
    assert_eq!(owned.count_total, 4);
}

#[test]
fn cloning_and_slicing_allocate_nothing() {
    let json = Bytes::from(br#"{"key":"some words"}"#.to_vec());
    let map: HashMap<SharedStr, SharedStr> = from_shared(json).unwrap();
    let count = measure(|| {
        let text = map["key"].clone();
        let word = text.slice_ref(text.split(' ').next().unwrap()).unwrap();
        assert_eq!(word, "some");
        assert_eq!(text.into_bytes(), "some words");
    });
    assert_eq!(count.count_total, 0);
}
