//! How often ropes and their writer ask for memory.

#![cfg(feature = "rope")]

use std::io::Write;

use bytes::{Buf, Bytes};
use zc_core::rope::{Rope, RopeWriter};

#[track_caller]
fn check(run: impl FnOnce(), expected: u64) {
    assert_eq!(allocation_counter::measure(run).count_total, expected);
}

/// A copied head and a referenced payload.
fn write_message(writer: &mut RopeWriter, payload: &[u8]) -> Rope {
    writer.write_all(b"a head of some bytes").expect("a vector takes everything");
    writer.write_all(payload).expect("a vector takes everything");
    writer.finish()
}

#[test]
fn a_message_needs_only_its_list_of_segments_if_it_has_several() {
    for (size, lists) in [(4 << 10, 0), (1 << 20, 1)] {
        let payload = Bytes::from(vec![b'x'; size]);
        let mut writer = RopeWriter::new([payload.clone()]);
        drop(write_message(&mut writer, &payload));
        for _ in 0..10_000 {
            check(|| drop(write_message(&mut writer, &payload)), lists);
        }
    }
}

#[test]
fn other_sources_need_no_memory() {
    let mut writer = RopeWriter::new([Bytes::from_static(b"one")]);
    check(|| writer.set_sources([Bytes::from_static(b"other")]), 0);
}

#[test]
fn a_writer_that_finishes_nothing_needs_none() {
    check(|| drop(RopeWriter::new([]).finish()), 0);
}

#[test]
fn to_deliver_and_to_take_apart_needs_none() {
    let segment = Bytes::from(vec![b'x'; 100]);
    let rope: Rope = (0..2000).map(|_| segment.clone()).collect();
    let mut sink = Vec::with_capacity(rope.len());
    check(|| assert_eq!(rope.write_to(&mut sink).unwrap(), 200_000), 0);
    let mut rest = rope.clone();
    check(|| rest.advance(150_050), 0);
    check(|| assert!(rest.copy_to_bytes(50).len() == 50 && rope != rest), 0);
    check(|| assert_eq!(rest.into_bytes().len(), 49_900), 1);
    check(|| assert_eq!(Rope::from(segment).into_bytes().len(), 100), 0);
}
