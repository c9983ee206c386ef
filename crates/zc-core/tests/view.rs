//! Views against `from_le_bytes` and `from_be_bytes`, at every address and every length.

#![cfg(feature = "view")]

use proptest::prelude::*;
use zc_core::view::zerocopy::little_endian::{U16, U32, U64};
use zc_core::view::zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, big_endian};
use zc_core::view::{
    Header, ViewError, ViewErrorKind, records, records_with_rest, view, view_with_rest,
    with_payload,
};
use zc_core::{Expected, FrameError, Incomplete, Mismatch, assert_borrows};

#[derive(Debug, PartialEq, FromBytes, Immutable, KnownLayout, Unaligned)]
#[zerocopy(crate = "zc_core::view::zerocopy")]
#[repr(C)]
struct Sample {
    time: U64,
    id: big_endian::U32,
    flags: u8,
    level: U16,
}

const SIZE: usize = 15;

/// The copying twin of [`Sample`].
fn parse(bytes: &[u8]) -> (u64, u32, u8, u16) {
    let (time, bytes) = bytes.split_first_chunk().expect("8 bytes of the time");
    let (id, bytes) = bytes.split_first_chunk().expect("4 bytes of the id");
    (
        u64::from_le_bytes(*time),
        u32::from_be_bytes(*id),
        bytes[0],
        u16::from_le_bytes([bytes[1], bytes[2]]),
    )
}

impl Sample {
    fn fields(&self) -> (u64, u32, u8, u16) {
        (self.time.get(), self.id.get(), self.flags, self.level.get())
    }
}

/// A header whose length counts the header too, as that of a UDP datagram does.
#[derive(Debug, FromBytes, Immutable, KnownLayout, Unaligned)]
#[zerocopy(crate = "zc_core::view::zerocopy")]
#[repr(C)]
struct Whole {
    len: U32,
}

impl Header for Whole {
    fn payload_len(&self) -> Option<u64> {
        u64::from(self.len.get()).checked_sub(4)
    }
}

/// A header that may announce more than there are addresses.
#[derive(Debug, FromBytes, Immutable, KnownLayout, Unaligned)]
#[zerocopy(crate = "zc_core::view::zerocopy")]
#[repr(C)]
struct Huge {
    len: U64,
}

impl Header for Huge {
    fn payload_len(&self) -> Option<u64> {
        Some(self.len.get())
    }
}

/// `len` bytes that are not all alike.
fn bytes(len: usize) -> Vec<u8> {
    (0..=255).cycle().skip(11).step_by(37).take(len).collect()
}

/// Runs `run` on `input` at each of 8 addresses in a row, so that every alignment has its turn.
fn at_every_alignment(input: &[u8], run: impl Fn(&[u8])) {
    for skip in 0..8 {
        let buffer = [&vec![0; skip], input].concat();
        run(&buffer[skip..]);
    }
}

#[test]
fn a_record_is_seen_at_every_address_and_offset() {
    at_every_alignment(&bytes(100), |input| {
        for offset in 0..=100 - SIZE {
            let sample: &Sample = view(input, offset).unwrap();
            assert_eq!(sample.fields(), parse(&input[offset..]));
            assert_eq!(std::ptr::from_ref(sample).addr(), input[offset..].as_ptr().addr());
        }
    });
}

#[track_caller]
fn check_short(len: usize, offset: usize, found: usize, message: &str) {
    let kind = ViewErrorKind::Short { needed: SIZE, found };
    let input = bytes(len);
    let error = view::<Sample>(&input, offset).expect_err(message);
    assert_eq!(error, ViewError { kind, offset });
    assert_eq!(error.to_string(), message);
    assert_eq!(error.incomplete(), Some(Incomplete { needed: SIZE - found }));
    assert_eq!(view_with_rest::<Sample>(&input, offset), Err(error));
}

#[test]
fn a_record_past_the_end_says_what_is_there() {
    check_short(0, 0, 0, "expected 15 bytes, found 0 at byte 0");
    check_short(14, 0, 14, "expected 15 bytes, found 14 at byte 0");
    check_short(20, 6, 14, "expected 15 bytes, found 14 at byte 6");
    check_short(20, 20, 0, "expected 15 bytes, found 0 at byte 20");
    check_short(20, 21, 0, "expected 15 bytes, found 0 at byte 21");
    check_short(20, usize::MAX, 0, &format!("expected 15 bytes, found 0 at byte {}", usize::MAX));
}

#[test]
fn the_rest_begins_behind_the_record() {
    let input = bytes(20);
    let (sample, rest) = view_with_rest::<Sample>(&input, 2).unwrap();
    assert_eq!((sample.fields(), rest), (parse(&input[2..]), &input[17..]));
    assert_borrows!(input, rest);
}

#[test]
fn records_are_seen_at_every_address() {
    at_every_alignment(&bytes(SIZE * 7), |input| {
        let samples = records::<Sample>(input).unwrap();
        assert!(samples.iter().map(Sample::fields).eq(input.chunks(SIZE).map(parse)));
        assert_eq!(samples.as_ptr().addr(), input.as_ptr().addr());
    });
}

#[test]
fn a_piece_of_a_record_is_an_error_or_the_rest() {
    for len in 0..SIZE * 3 {
        let input = bytes(len);
        let (samples, rest) = records_with_rest::<Sample>(&input);
        assert_eq!((samples.len(), rest.len()), (len / SIZE, len % SIZE));
        assert_borrows!(input, rest);
        let expected = match rest.len() {
            0 => Ok(samples),
            found => Err(ViewError {
                kind: ViewErrorKind::Torn { needed: SIZE, found },
                offset: len - found,
            }),
        };
        assert_eq!(records::<Sample>(&input), expected);
    }
}

#[track_caller]
fn check_payload<H: Header>(input: &[u8], expected: Result<(&[u8], &[u8]), ViewErrorKind>) {
    at_every_alignment(input, |input| {
        let seen = with_payload::<H>(input);
        if let Ok((header, payload, rest)) = seen {
            assert_eq!(std::ptr::from_ref(header).cast::<u8>(), input.as_ptr());
            assert_borrows!(input, payload, rest);
        }
        let seen = seen.map(|(_, payload, rest)| (payload, rest));
        assert_eq!(seen, expected.map_err(|kind| ViewError { kind, offset: 0 }));
    });
}

#[test]
fn a_header_sizes_its_payload() {
    check_payload::<Whole>(b"\x06\0\0\0abcde", Ok((b"ab", b"cde")));
    check_payload::<Whole>(b"\x04\0\0\0", Ok((b"", b"")));
    check_payload::<Huge>(b"\x01\0\0\0\0\0\0\0abc", Ok((b"a", b"bc")));
}

#[test]
fn a_payload_that_has_not_arrived_is_incomplete() {
    let input = b"\x09\0\0\0abcde";
    for found in 0..9 {
        let needed = if found < 4 { 4 } else { 9 };
        check_payload::<Whole>(&input[..found], Err(ViewErrorKind::Short { needed, found }));
    }
    check_payload::<Whole>(input, Ok((b"abcde", b"")));
}

#[test]
fn a_length_field_that_is_impossible_is_refused() {
    check_payload::<Whole>(b"\x03\0\0\0abcde", Err(ViewErrorKind::Length));
    for len in [u64::MAX, u64::MAX - 7, u64::MAX - 8, isize::MAX as u64, isize::MAX as u64 - 7] {
        check_payload::<Huge>(&len.to_le_bytes(), Err(ViewErrorKind::Length));
    }
    let most = isize::MAX as usize;
    let input = (most as u64 - 8).to_le_bytes();
    check_payload::<Huge>(&input, Err(ViewErrorKind::Short { needed: most, found: 8 }));
}

#[test]
fn errors_become_those_of_framing() {
    let short = with_payload::<Whole>(b"\x09\0\0\0").unwrap_err();
    assert_eq!(FrameError::from(short), Incomplete { needed: 5 }.into());
    let wrong = with_payload::<Whole>(b"\0\0\0\0").unwrap_err();
    let message = "expected a header whose length field is possible at byte 0";
    assert_eq!(wrong.to_string(), message);
    let expected = Expected::Named("a header whose length field is possible");
    assert_eq!(FrameError::from(wrong), Mismatch { offset: 0, expected }.into());
    assert!(!wrong.is_incomplete() && short.is_incomplete());
}

proptest! {
    #[test]
    fn views_say_what_from_bytes_says(
        input in prop::collection::vec(any::<u8>(), 0..200),
        offset in 0usize..220,
    ) {
        let twin = input.get(offset..offset + SIZE).map(parse);
        prop_assert_eq!(view::<Sample>(&input, offset).ok().map(Sample::fields), twin);
        let (samples, rest) = records_with_rest::<Sample>(&input);
        let chunks = input.chunks_exact(SIZE);
        prop_assert_eq!(rest, chunks.remainder());
        prop_assert!(samples.iter().map(Sample::fields).eq(chunks.map(parse)));
    }

    #[test]
    fn payloads_are_what_the_length_says(
        mut input in prop::collection::vec(any::<u8>(), 0..40),
        len in 0u8..50,
    ) {
        if let Some(field) = input.get_mut(..4) {
            field.copy_from_slice(&[len, 0, 0, 0]);
        }
        let twin = (input.len() >= 4 && len >= 4).then(|| input.get(4..len.into())).flatten();
        let seen = with_payload::<Whole>(&input);
        prop_assert_eq!(seen.as_ref().ok().map(|(_, payload, _)| *payload), twin);
        if let Ok((_, payload, rest)) = seen {
            prop_assert_eq!([payload, rest].concat(), &input[4..]);
        }
    }
}
