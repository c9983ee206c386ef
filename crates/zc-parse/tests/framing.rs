//! Framers: what they find, what they refuse, and that it is the same however the input arrives.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod framers;

use framers::{check, check_all, length_fields};
use proptest::prelude::*;
use zc_core::{FrameError, Framer, Incomplete, assert_borrows};
use zc_parse::framing::{Frames, Integer, LengthField, Netstring, Newline, Tlv, Varint};

/// Asserts the payloads of `input`, that nothing is left, and that all of it may arrive in two
/// parts or byte by byte.
#[track_caller]
fn check_payloads<F: Framer + Clone + std::fmt::Debug>(
    framer: &F,
    input: &[u8],
    expected: &[&[u8]],
) {
    let mut frames = Frames::new(framer.clone(), input);
    let payloads: Result<Vec<_>, _> = frames.by_ref().collect();
    assert_eq!(payloads.as_deref(), Ok(expected), "{framer:?}");
    assert_eq!((frames.rest(), frames.offset()), (&b""[..], input.len()));
    check_cuts(framer, input);
}

/// Asserts that what is found is the same in two parts, in three, and byte by byte.
#[track_caller]
fn check_cuts<F: Framer + Clone + std::fmt::Debug>(framer: &F, input: &[u8]) {
    for first in 0..=input.len() {
        check(framer, input, &[first]);
        check(framer, input, &[first, (first + 2).min(input.len())]);
    }
    check(framer, input, &(0..=input.len()).collect::<Vec<_>>());
}

/// Asserts how many bytes are missing of the frame that begins `input`.
#[track_caller]
fn check_needed(mut framer: impl Framer, input: &[u8], needed: usize) {
    assert_eq!(framer.frame(input), Err(Incomplete { needed }.into()));
}

/// Asserts the error of `input`, however it arrives.
#[track_caller]
fn check_bad<F: Framer + Clone + std::fmt::Debug>(framer: &F, input: &[u8], error: &str) {
    let found = framer.clone().frame(input).unwrap_err();
    assert!(!found.is_incomplete(), "{found}");
    assert_eq!(found.to_string(), error);
    check_cuts(framer, input);
}

#[test]
fn a_length_of_each_width_and_order_is_read() {
    let cases: [(Integer, &[u8]); 9] = [
        (Integer::U8, b"\x03"),
        (Integer::U16Be, b"\0\x03"),
        (Integer::U16Le, b"\x03\0"),
        (Integer::U24Be, b"\0\0\x03"),
        (Integer::U24Le, b"\x03\0\0"),
        (Integer::U32Be, b"\0\0\0\x03"),
        (Integer::U32Le, b"\x03\0\0\0"),
        (Integer::U64Be, b"\0\0\0\0\0\0\0\x03"),
        (Integer::U64Le, b"\x03\0\0\0\0\0\0\0"),
    ];
    for (integer, length) in cases {
        assert_eq!(integer.width(), length.len());
        let empty = vec![0; length.len()];
        let input = [length, b"abc", &empty, length, b"def"].concat();
        check_payloads(&LengthField::new(integer), &input, &[b"abc", b"", b"def"]);
    }
}

#[test]
fn integers_have_their_bytes_in_the_order_of_their_name() {
    let bytes = b"\x01\x02\x03\x04\x05\x06\x07\x08";
    for (integer, expected) in [
        (Integer::U8, 0x01),
        (Integer::U16Be, 0x0102),
        (Integer::U16Le, 0x0201),
        (Integer::U24Be, 0x01_0203),
        (Integer::U24Le, 0x03_0201),
        (Integer::U32Be, 0x0102_0304),
        (Integer::U32Le, 0x0403_0201),
        (Integer::U64Be, 0x0102_0304_0506_0708),
        (Integer::U64Le, 0x0807_0605_0403_0201),
    ] {
        assert_eq!(integer.read(bytes), Some(expected), "{integer:?}");
        assert_eq!(integer.read(&bytes[..integer.width() - 1]), None, "{integer:?}");
    }
}

#[test]
fn a_header_may_have_more_than_the_length() {
    let framer = LengthField::new(Integer::U16Be).with_bytes_before(2).with_bytes_behind(1);
    check_payloads(&framer, b"AB\0\x02Chi..\0\0.", &[b"hi", b""]);
    check_needed(framer.clone(), b"", 5);
    check_needed(framer.clone(), b"AB\0", 2);
    check_needed(framer.clone(), b"AB\0\x02", 3);
    check_needed(framer, b"AB\0\x02Ch", 1);
}

#[test]
fn a_length_may_count_the_header_or_a_part_of_it() {
    let whole = LengthField::new(Integer::U16Le).with_bytes_before(1).counting_header();
    check_payloads(&whole, b"A\x05\0hiB\x03\0", &[b"hi", b""]);
    let itself = LengthField::new(Integer::U32Be).with_bytes_before(1).with_adjustment(-4);
    check_payloads(&itself, b"Z\0\0\0\x06hiZ\0\0\0\x04", &[b"hi", b""]);
    let without_a_checksum = LengthField::new(Integer::U8).with_adjustment(2);
    check_payloads(&without_a_checksum, b"\x02hi##\x00##", &[b"hi##", b"##"]);
}

#[test]
fn a_length_that_does_not_cover_the_header_is_malformed() {
    let whole = LengthField::new(Integer::U16Le).with_bytes_before(1).counting_header();
    check_bad(&whole, b"A\x02\0hi", "expected a length that covers the header at byte 1");
    check_bad(&whole, b"A\x00\0", "expected a length that covers the header at byte 1");
    let itself = LengthField::new(Integer::U32Be).with_adjustment(-4);
    check_bad(&itself, b"\0\0\0\x03...", "expected a length that covers the header at byte 0");
    let far_less = LengthField::new(Integer::U64Be).with_adjustment(i64::MIN);
    check_bad(&far_less, &[0; 9], "expected a length that covers the header at byte 0");
}

#[test]
fn a_length_that_no_memory_can_hold_is_malformed() {
    let reason = "expected a length that fits into memory at byte 0";
    for length in
        [u64::MAX, u64::MAX - 7, i64::MAX as u64 + 1, i64::MAX as u64, i64::MAX as u64 - 7]
    {
        check_bad(&LengthField::new(Integer::U64Be), &length.to_be_bytes(), reason);
    }
    check_needed(
        LengthField::new(Integer::U64Be),
        &(i64::MAX as u64 - 8).to_be_bytes(),
        isize::MAX.unsigned_abs() - 8,
    );
    let more = LengthField::new(Integer::U64Le).with_adjustment(i64::MAX);
    check_bad(&more, &[0xff; 8], reason);
    check_bad(&more, &[1, 0, 0, 0, 0, 0, 0, 0], reason);
    let aligned = LengthField::new(Integer::U64Be).with_alignment(1 << 62);
    check_bad(&aligned, &(1_u64 << 62).to_be_bytes(), reason);
}

#[test]
fn headers_of_any_size_are_no_reason_to_panic() {
    for count in [0, 1, usize::MAX / 2, usize::MAX - 8, usize::MAX] {
        for framer in [
            LengthField::new(Integer::U8).with_bytes_before(count),
            LengthField::new(Integer::U8).with_bytes_behind(count),
            LengthField::new(Integer::U8).with_bytes_before(count).with_bytes_behind(count),
            LengthField::new(Integer::U8).with_alignment(count),
        ] {
            for framer in [framer.clone(), framer.counting_header().with_adjustment(i64::MAX)] {
                check_cuts(&framer, &[0; 20]);
                check_cuts(&framer, &[0xff; 20]);
            }
        }
    }
}

#[test]
fn padding_belongs_to_the_frame_but_not_to_the_payload() {
    let framer = LengthField::new(Integer::U16Be).with_alignment(4);
    check_payloads(&framer, b"\0\x02hi\0\x03abc###\0\0##", &[b"hi", b"abc", b""]);
    check_needed(framer, b"\0\x03abc", 3);
}

#[test]
fn types_lengths_and_values() {
    let framer = Tlv::new(Integer::U8, Integer::U16Be);
    let input = b"\x01\0\x02hi\xff\0\0";
    check_payloads(&framer, input, &[b"hi", b""]);
    assert_eq!((framer.type_of(input), framer.type_of(&input[5..])), (Some(1), Some(255)));
    assert_eq!(framer.type_of(b""), None);
    check_needed(framer.clone(), b"", 3);
    check_needed(framer, b"\x01\0\x02", 2);

    let radius = Tlv::new(Integer::U8, Integer::U8).counting_header();
    check_payloads(&radius, b"\x01\x04hi\x02\x02", &[b"hi", b""]);
    check_bad(&radius, b"\x01\x01", "expected a length that covers the header at byte 1");

    let sctp = Tlv::new(Integer::U8, Integer::U16Be).with_bytes_between(1).counting_header();
    check_payloads(&sctp.with_alignment(4), b"\x00F\0\x05a...\x01F\0\x04", &[b"a", b""]);
}

#[test]
fn base_128_lengths_are_read() {
    check_payloads(&Varint::new(), b"\x02hi\x00\x01!", &[b"hi", b"", b"!"]);
    let long = [&b"\xac\x02"[..], &[b'x'; 300]].concat();
    check(&Varint::new(), &long, &[1, 2, 3, 301]);
    assert_eq!(Varint::new().frame(&long).unwrap().payload, 2..302);
    check_needed(Varint::new(), b"", 1);
    check_needed(Varint::new(), b"\xac", 1);
    check_needed(Varint::new(), b"\xac\x02", 300);
    check_needed(Varint::new(), &long[..301], 1);
}

#[test]
fn a_base_128_length_in_a_longer_form_is_accepted_only_where_asked_for() {
    let reason = |at| format!("expected the shortest form of the length at byte {at}");
    check_bad(&Varint::new(), b"\x82\x00hi", &reason(1));
    check_bad(&Varint::new(), b"\x80\x80\x00", &reason(2));
    check_payloads(
        &Varint::padded(),
        b"\x82\x00hi\x80\x80\x00\x81\x80\x80\x80\x00!",
        &[b"hi", b"", b"!"],
    );
    let most = b"\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00!";
    check_payloads(&Varint::padded(), most, &[b"!"]);
}

#[test]
fn a_base_128_length_of_too_many_bits_or_bytes_is_malformed() {
    for framer in [Varint::new(), Varint::padded()] {
        let fits = |at| format!("expected a length that fits into memory at byte {at}");
        check_bad(&framer, b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02", &fits(9));
        check_bad(&framer, b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", &fits(9));
        check_bad(&framer, &[0xff; 11], &fits(8));
        let ten = "expected the last byte of a length of at most ten at byte 9";
        check_bad(&framer, b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", ten);
    }
}

#[test]
fn netstrings_are_read() {
    check_payloads(
        &Netstring::new(),
        b"12:hello world!,0:,1:,,2:\n:,",
        &[b"hello world!", b"", b",", b"\n:"],
    );
    check_needed(Netstring::new(), b"12:hello", 8);
    check_needed(Netstring::new(), b"12:hello world!", 1);
}

#[test]
fn what_is_no_netstring_is_malformed() {
    let digits = "expected the digits of a length at byte 0";
    for input in [&b":,"[..], b" 1:a,", b"-1:a,", b"+1:a,", b"a", b","] {
        check_bad(&Netstring::new(), input, digits);
    }
    for input in [&b"00:,"[..], b"01:a,", b"0 :,", b"0a"] {
        check_bad(&Netstring::new(), input, "expected `:` at byte 1");
    }
    check_bad(&Netstring::new(), b"1 :a,", "expected a digit or `:` at byte 1");
    check_bad(&Netstring::new(), b"1a,", "expected a digit or `:` at byte 1");
    check_bad(&Netstring::new(), b"1:ab,", "expected `,` at byte 3");
    check_bad(&Netstring::new(), b"0:\n", "expected `,` at byte 2");
}

#[test]
fn a_netstring_that_no_memory_can_hold_is_malformed() {
    let reason = |at| format!("expected a length that fits into memory at byte {at}");
    check_bad(&Netstring::new(), b"9223372036854775807:", &reason(18));
    check_bad(&Netstring::new(), b"99999999999999999999:", &reason(18));
    let most = isize::MAX.unsigned_abs() - 64;
    check_needed(Netstring::new(), format!("{most}:").as_bytes(), most + 1);
}

#[test]
fn frames_end_with_what_is_incomplete() {
    let input = &b"one\ntwo\r\nthr"[..];
    let mut frames = Frames::new(Newline::new(), input);
    let lines: Vec<_> = frames.by_ref().map_while(Result::ok).collect();
    assert_eq!(lines, [&b"one"[..], b"two"]);
    assert_borrows!(input, lines[0], lines[1], frames.rest());
    assert_eq!((frames.rest(), frames.offset()), (&b"thr"[..], 9));
    assert_eq!((frames.next(), frames.next()), (None, None));
    assert_eq!(Frames::new(Newline::new(), b"").next(), None);
}

#[test]
fn frames_end_with_an_error() {
    let mut frames = Frames::new(Netstring::new(), b"1:a,1:b;1:c,");
    assert_eq!(frames.next(), Some(Ok(&b"a"[..])));
    let error = frames.next().unwrap().unwrap_err();
    assert!(matches!(error, FrameError::Malformed(bad) if bad.offset == 3));
    assert_eq!((frames.next(), frames.rest()), (None, &b"1:b;1:c,"[..]));
}

#[test]
fn a_framer_that_takes_nothing_is_asked_once() {
    #[derive(Debug)]
    struct Nothing;

    impl Framer for Nothing {
        fn frame(&mut self, _buffer: &[u8]) -> Result<zc_core::Frame, FrameError> {
            Ok(zc_core::Frame { len: 0, payload: 0..0 })
        }

        fn discard(&mut self, _count: usize) {}
    }

    assert_eq!(Frames::new(Nothing, b"abc").count(), 1);
}

#[test]
fn the_seeds_of_the_fuzz_target_are_read_alike_however_they_arrive() {
    for entry in
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/framers")).unwrap()
    {
        let seed = std::fs::read(entry.unwrap().path()).unwrap();
        let (_, start) = framers::cuts(&seed);
        let input = &seed[start..];
        for cut in 0..=input.len() {
            check_all(input, &[cut]);
        }
        check_all(input, &(0..=input.len()).collect::<Vec<_>>());
    }
}

/// A frame, read in the plainest way, and how long it is.
fn naive_varint(input: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut length = 0_u128;
    for (index, byte) in input.iter().enumerate() {
        length += u128::from(byte % 128) * 128_u128.pow(index.try_into().ok()?);
        if byte / 128 == 0 {
            let end = index + 1 + usize::try_from(length).ok()?;
            return Some((input.get(index + 1..end)?.to_vec(), end));
        }
    }
    None
}

fn naive_netstring(input: &[u8]) -> Option<(Vec<u8>, usize)> {
    let colon = input.iter().position(|&byte| byte == b':')?;
    let digits = std::str::from_utf8(&input[..colon]).ok()?;
    let length: usize = digits.parse().ok()?;
    let end = colon + 1 + length;
    let is_good = length.to_string() == digits && input.get(end) == Some(&b',');
    is_good.then(|| (input[colon + 1..end].to_vec(), end + 1))
}

fn naive_length_field(input: &[u8]) -> Option<(Vec<u8>, usize)> {
    let length = usize::from(*input.first()?) * 256 + usize::from(*input.get(1)?);
    Some((input.get(2..2 + length)?.to_vec(), 2 + length))
}

/// Asserts that the first frame of `input` is the one that a naive reader finds.
#[track_caller]
fn check_naive(mut framer: impl Framer, input: &[u8], naive: Option<&(Vec<u8>, usize)>) {
    let found = framer.frame(input).ok().map(|frame| (input[frame.payload].to_vec(), frame.len));
    assert_eq!(found.as_ref(), naive);
}

fn varint(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while length > 127 {
        bytes.push((length % 128 + 128).try_into().unwrap());
        length /= 128;
    }
    bytes.push(length.try_into().unwrap());
    bytes
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8)
}

proptest! {
    #[test]
    fn frames_that_were_written_are_read(payloads in payloads(), cuts in cuts()) {
        let expected: Vec<_> = payloads.iter().map(Vec::as_slice).collect();
        let write = |frame: &dyn Fn(&[u8]) -> Vec<u8>| -> Vec<u8> {
            payloads.iter().flat_map(|payload| frame(payload)).collect()
        };
        let netstrings = write(&|p| [p.len().to_string().as_bytes(), b":", p, b","].concat());
        let varints = write(&|p| [&varint(p.len()), p].concat());
        let fields = write(&|p| [&u16::try_from(p.len()).unwrap().to_be_bytes(), p].concat());
        let read = |frames: &mut dyn Iterator<Item = Result<&[u8], FrameError>>| {
            frames.map(|payload| payload.unwrap().to_vec()).collect::<Vec<_>>()
        };
        prop_assert_eq!(&read(&mut Frames::new(Netstring::new(), &netstrings)), &expected);
        prop_assert_eq!(&read(&mut Frames::new(Varint::new(), &varints)), &expected);
        let length_field = LengthField::new(Integer::U16Be);
        prop_assert_eq!(&read(&mut Frames::new(length_field, &fields)), &expected);
        for input in [netstrings, varints, fields] {
            check_all(&input, &cuts);
        }
    }

    #[test]
    fn random_bytes_agree_with_naive_readers(
        input in prop::collection::vec(prop_oneof![any::<u8>(), 0..4_u8], 0..40),
        text in "[0-3:,a]{0,10}",
    ) {
        check_naive(Varint::padded(), &input, naive_varint(&input).as_ref());
        check_naive(LengthField::new(Integer::U16Be), &input, naive_length_field(&input).as_ref());
        check_naive(Netstring::new(), text.as_bytes(), naive_netstring(text.as_bytes()).as_ref());
    }

    #[test]
    fn random_bytes_are_read_alike_however_they_arrive(
        input in prop::collection::vec(
            prop_oneof![any::<u8>(), 0..6_u8, prop::sample::select(&b"0123:,\r\n$*+-;.?%"[..])],
            0..60,
        ),
        cuts in cuts(),
    ) {
        check_all(&input, &cuts);
    }
}

/// Places at which an input is cut, in order.
fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..80_usize, 0..8).prop_map(|mut cuts| {
        cuts.sort_unstable();
        cuts
    })
}

#[test]
fn every_length_field_is_tried() {
    assert_eq!(length_fields().len(), 54);
}
