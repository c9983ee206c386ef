//! What a rope writer references, what it copies, and that both are the bytes that were written.

#![cfg(feature = "rope")]

use std::io::{IoSlice, Write};
use std::thread;

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use zc_core::rope::{Rope, RopeWriter};
use zc_core::{Copies, Source, assert_borrows};

fn bytes(len: usize) -> Bytes {
    (0..251).cycle().step_by(7).take(len).collect()
}

/// Writes `parts` and checks the message, its segments' lengths and the ledger.
#[track_caller]
fn check<const N: usize>(
    sources: [&Bytes; N],
    parts: &[&[u8]],
    segments: &[usize],
    copied: u64,
) -> Rope {
    let mut writer = RopeWriter::new(sources.into_iter().cloned()).with_threshold(100);
    parts.iter().for_each(|part| writer.write_all(part).expect("no write fails"));
    let rope = writer.finish();
    let written = parts.concat();
    assert_eq!(rope, written[..]);
    assert_eq!(rope.segments().map(Bytes::len).collect::<Vec<_>>(), segments);
    assert_eq!(writer.copies(), Copies { encode: copied, ..Copies::default() });
    assert_eq!(writer.referenced(), written.len() as u64 - copied);
    rope
}

#[test]
fn a_part_of_a_source_is_referenced_and_the_rest_is_copied_side_by_side() {
    let source = bytes(1000);
    let parts = [b"head", &b"er"[..], &source[10..500], b"tail", b"", b"er"];
    let rope = check([&source], &parts, &[6, 490, 6], 12);
    let segments: Vec<&Bytes> = rope.segments().collect();
    assert_borrows!(source, segments[1]);
    assert!(!Source::new(&source).borrows(segments[0]));
}

#[test]
fn the_threshold_divides_small_from_large() {
    let source = bytes(1000);
    check([&source], &[&source[..99]], &[99], 99);
    check([&source], &[&source[..100]], &[100], 0);
    let mut writer = RopeWriter::new([source.clone()]);
    writer.write_all(&source).unwrap();
    assert_eq!(writer.copies().encode, 1000, "below the default");
    let source = bytes(RopeWriter::DEFAULT_THRESHOLD);
    let mut writer = RopeWriter::new([source.clone()]);
    writer.write_all(&source).unwrap();
    assert_eq!(writer.copies().encode, 0, "at the default");
}

#[test]
fn references_that_touch_become_one() {
    let source = bytes(1000);
    let sources = [&source];
    check(sources, &[&source[..200], &source[200..400], &source[400..]], &[1000], 0);
    check(sources, &[&source[..200], &source[200..201], &source[201..203]], &[203], 0);
    check(sources, &[&source[..200], &source[201..401]], &[200, 200], 0);
    check(sources, &[&source[..200], &source[..200]], &[200, 200], 0);
    check(sources, &[&source[..200], b"x", &source[200..400]], &[200, 1, 200], 1);
    check(sources, &[&source[..200], &source[201..202]], &[200, 1], 1);
}

#[test]
fn sources_may_be_parts_of_each_other() {
    let whole = bytes(1000);
    let sources =
        [whole.slice(400..600), whole.slice(..300), whole.slice(100..500), whole.slice(150..200)];
    let rope = check(
        sources.each_ref(),
        &[&whole[..300], &whole[250..450], &whole[450..600], &whole[150..250]],
        &[300, 200, 150, 100],
        0,
    );
    rope.segments().for_each(|segment| assert_borrows!(whole, segment));
    check(sources.each_ref(), &[&whole[50..550]], &[500], 500);
    check(sources.each_ref(), &[&whole[600..800]], &[200], 200);
}

#[test]
fn a_source_given_twice_counts_once() {
    let source = bytes(300);
    check([&source, &source, &Bytes::new()], &[&source], &[300], 0);
}

#[test]
fn what_straddles_two_sources_is_copied() {
    let whole = bytes(1000);
    let sources = [whole.slice(..500), whole.slice(500..)];
    for start in [0, 399, 499] {
        let rope =
            check(sources.each_ref(), &[&whole[start..600]], &[600 - start], 600 - start as u64);
        let segment = rope.segments().next().unwrap();
        assert!(!Source::new(&whole).borrows(segment));
    }
    check(sources.each_ref(), &[&whole[300..500], &whole[500..700]], &[200, 200], 0);
}

#[test]
fn an_equal_slice_elsewhere_is_copied() {
    let source = bytes(300);
    let equal = source.to_vec();
    check([&source], &[&equal], &[300], 300);
}

#[test]
fn nothing_written_is_nothing_finished() {
    let source = bytes(300);
    check([], &[], &[], 0);
    check([], &[b"", b""], &[], 0);
    check([&source, &Bytes::new()], &[&source[..0], b"", &source[300..]], &[], 0);
}

#[test]
fn thousands_of_sources() {
    let blocks: Vec<Bytes> = (0..4000).map(|_| bytes(200)).collect();
    let mut shuffled = blocks.clone();
    shuffled.sort_by_key(|block| block.as_ptr().addr().wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut writer = RopeWriter::new(shuffled).with_threshold(1);
    for block in &blocks {
        writer.write_all(&block[1..]).unwrap();
        writer.write_all(b"copied").unwrap();
    }
    let rope = writer.finish();
    assert_eq!((writer.referenced(), writer.copies().encode), (4000 * 199, 4000 * 6));
    for (segment, block) in rope.segments().step_by(2).zip(&blocks) {
        assert_eq!(segment, &block[1..]);
        assert_borrows!(block, segment);
    }
}

#[test]
fn the_rope_outlives_the_writer_and_the_sources() {
    let rope = {
        let source = bytes(20_000);
        let mut writer = RopeWriter::new([source.clone()]);
        writer.write_all(b"head").unwrap();
        writer.write_all(&source).unwrap();
        writer.finish()
    };
    let expected = [b"head", &bytes(20_000)[..]].concat();
    thread::spawn(move || assert_eq!(rope, expected[..])).join().unwrap();
}

#[test]
fn a_writer_goes_on_with_other_sources_in_the_middle_of_a_message() {
    let (one, other) = (bytes(300), bytes(200));
    let mut writer = RopeWriter::new([one.clone()]).with_threshold(1);
    writer.write_all(&one).unwrap();
    writer.set_sources([other.clone()]);
    writer.write_all(&other).unwrap();
    writer.write_all(&one).unwrap();
    let rope = writer.finish();
    assert_eq!((rope.segments().len(), writer.referenced()), (3, 500));
    assert_eq!(rope, *[&one[..], &other, &one].concat());
}

#[test]
fn the_writer_lets_go_of_sources_that_are_replaced() {
    let source = bytes(300);
    let mut writer = RopeWriter::new([source.clone()]);
    assert!(!source.is_unique());
    writer.set_sources([]);
    assert!(source.is_unique());
}

#[test]
fn a_message_that_is_finished_does_not_change() {
    let mut writer = RopeWriter::new([]);
    let ropes: Vec<(Rope, Vec<u8>)> = (0..3000u32)
        .map(|number| {
            let part = number.to_le_bytes().repeat(1 + number as usize % 40);
            writer.write_all(&part).unwrap();
            (writer.finish(), part)
        })
        .collect();
    ropes.iter().for_each(|(rope, part)| assert_eq!(rope, &part[..]));
}

#[test]
fn the_scratch_is_used_again_once_no_rope_needs_it() {
    let mut writer = RopeWriter::new([]);
    let mut addresses: Vec<usize> = (0..10_000)
        .map(|_| {
            writer.write_all(b"a short message").unwrap();
            writer.finish().segments().next().unwrap().as_ptr().addr()
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert!(addresses.len() <= 65, "{} places", addresses.len());
}

#[test]
fn copied_segments_begin_at_a_multiple_of_64() {
    let source = bytes(20_000);
    let mut writer = RopeWriter::new([source.clone()]);
    for len in [1, 63, 64, 65, 4000, 4096, 70_000, 3, 1 << 20, 5] {
        writer.write_all(&vec![b'x'; len]).unwrap();
        writer.write_all(&source).unwrap();
    }
    let rope = writer.finish();
    let copied = rope.segments().filter(|segment| !Source::new(&source).borrows(segment));
    assert_eq!(copied.map(|segment| segment.as_ptr().addr() % 64).max(), Some(0));
}

#[test]
fn much_that_is_copied_needs_few_segments() {
    let mut writer = RopeWriter::new([]);
    for _ in 0..1 << 17 {
        writer.write_all(b"8 bytes.").unwrap();
    }
    let rope = writer.finish();
    assert_eq!(rope, *b"8 bytes.".repeat(1 << 17));
    assert!(rope.segments().len() <= 22, "{} segments", rope.segments().len());
}

#[test]
fn a_vectored_write_takes_all_slices() {
    let source = bytes(300);
    let mut writer = RopeWriter::new([source.clone()]).with_threshold(1);
    let slices =
        [IoSlice::new(b"ab"), IoSlice::new(&source), IoSlice::new(b""), IoSlice::new(b"c")];
    assert_eq!(writer.write_vectored(&slices).unwrap(), 303);
    assert_eq!((writer.finish().segments().len(), writer.referenced()), (3, 300));
}

/// A write of a part of the region that the sources are cut from, or of bytes from elsewhere.
fn part() -> impl Strategy<Value = (bool, prop::sample::Index, prop::sample::Index)> {
    (any::<bool>(), any::<prop::sample::Index>(), any::<prop::sample::Index>())
}

proptest! {
    #[test]
    fn a_message_is_what_was_written(
        cuts in prop::collection::vec((0usize..600, 0usize..600), 0..12),
        parts in prop::collection::vec(part(), 0..60),
        (threshold, messages) in (0usize..200, 1usize..4),
    ) {
        let region = bytes(600);
        let elsewhere = BytesMut::from(&region[..]);
        let cut = |(one, other): (usize, usize)| region.slice(one.min(other)..one.max(other));
        let sources: Vec<Bytes> = cuts.into_iter().map(cut).collect();
        let mut writer = RopeWriter::new(sources.clone()).with_threshold(threshold);
        let (mut written, mut referenced) = (0, 0);
        for parts in parts.chunks(parts.len().div_ceil(messages).max(1)) {
            let mut twin = Vec::new();
            for (is_of_the_region, start, len) in parts {
                let from = if *is_of_the_region { &region[..] } else { &elsewhere[..] };
                let from = &from[start.index(600)..];
                let part = &from[..len.index(from.len() + 1)];
                twin.extend_from_slice(part);
                let is_in_a_source = sources.iter().any(|source| Source::new(source).borrows(part));
                let before = writer.referenced();
                writer.write_all(part).unwrap();
                let count = writer.referenced() - before;
                prop_assert!(count == 0 || (count == part.len() as u64 && is_in_a_source));
                if is_in_a_source && part.len() >= threshold.max(1) {
                    prop_assert_eq!(count, part.len() as u64);
                }
            }
            let rope = writer.finish();
            written += rope.len() as u64;
            let borrowed = rope.segments().filter(|segment| Source::new(&region).borrows(segment));
            referenced += borrowed.map(|segment| segment.len() as u64).sum::<u64>();
            prop_assert_eq!(rope, &twin[..]);
        }
        prop_assert_eq!(writer.referenced(), referenced);
        prop_assert_eq!(writer.copies().encode + referenced, written);
    }
}
