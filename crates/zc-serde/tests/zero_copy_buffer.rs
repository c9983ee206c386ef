//! `ZeroCopyBuffer` is written number by number, and read only where it can borrow.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::collections::{BTreeSet, HashMap};
use std::mem::size_of;

use proptest::prelude::*;
use serde::de::value::{BorrowedBytesDeserializer, Error as ValueError};
use serde::{Deserialize, Serialize};
use zc_core::assert_borrows;
use zc_serde::{Error, ErrorKind, ZeroCopyBuffer, from_slice};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Packet<'a> {
    id: u32,
    #[serde(borrow)]
    payload: ZeroCopyBuffer<'a>,
}

#[track_caller]
fn check_json(bytes: &[u8], expected: &str) {
    assert_eq!(serde_json::to_string(&ZeroCopyBuffer(bytes)).unwrap(), expected);
}

#[test]
fn json_holds_a_sequence_of_numbers() {
    check_json(&[1, 2, 3, 4, 5], "[1,2,3,4,5]");
    check_json(&[], "[]");
    check_json(&[0, 10, 255], "[0,10,255]");
    let packet = Packet { id: 7, payload: ZeroCopyBuffer(&[1, 2]) };
    assert_eq!(serde_json::to_string(&packet).unwrap(), r#"{"id":7,"payload":[1,2]}"#);
}

#[test]
fn a_json_string_without_escapes_is_borrowed_as_its_bytes() {
    let json = r#"{"id":7,"payload":"café"}"#.as_bytes();
    let packet: Packet = from_slice(json).unwrap();
    assert_eq!(packet.payload, *"café".as_bytes());
    assert_borrows!(json, packet.payload);
}

#[test]
fn bytes_of_messagepack_are_borrowed() {
    let packed = b"\x92\x07\xc4\x03\x00\xfe\xff";
    let packet: Packet = rmp_serde::from_slice(packed).unwrap();
    assert_eq!(packet, Packet { id: 7, payload: ZeroCopyBuffer(&[0, 254, 255]) });
    assert_borrows!(&packed[..], packet.payload);
}

#[test]
fn text_of_messagepack_is_borrowed_as_its_bytes() {
    let packed = b"\x92\x07\xa3abc";
    let packet: Packet = rmp_serde::from_slice(packed).unwrap();
    assert_borrows!(&packed[..], packet.payload);
    assert_eq!(packet.payload, b"abc");
}

#[test]
fn any_format_that_lends_bytes_is_understood() {
    let bytes = [1, 2, 3];
    let lender = BorrowedBytesDeserializer::<ValueError>::new(&bytes);
    assert_borrows!(&bytes[..], ZeroCopyBuffer::deserialize(lender).unwrap().0);
}

#[track_caller]
fn check_refused(json: &[u8], offset: u64, message: &str) {
    let error: Error = from_slice::<Vec<ZeroCopyBuffer>>(json).unwrap_err();
    assert_eq!(error.message(), message);
    assert_eq!((error.kind(), error.position().offset), (ErrorKind::Data, offset));
}

#[test]
fn what_would_have_to_be_copied_is_refused_with_what_to_use() {
    let numbers = "invalid type: sequence, expected bytes that lie in the input as they are; for \
                   a sequence of numbers use `Vec<u8>`";
    check_refused(b"[\"a\", [1,2,3,4,5]]", 6, numbers);
    let escaped = "invalid type: byte array, expected bytes that lie in the input as they are; \
                   for those of a reader, and for strings with escapes, use `Cow<[u8]>` under \
                   `#[serde(borrow)]`";
    check_refused(br#"["a", "b\n"]"#, 6, escaped);
    let number = "invalid type: integer `1`, expected bytes that lie in the input as they are";
    check_refused(b"[1]", 1, number);
}

#[test]
fn what_a_reader_hands_out_is_refused() {
    let lends_nothing = ZeroCopyBuffer::deserialize(&mut serde_json::Deserializer::from_reader(
        &br#""in a reader""#[..],
    ));
    let message = lends_nothing.unwrap_err().to_string();
    assert!(message.contains("for those of a reader"), "{message}");
    let packed = b"\x92\x07\xc4\x01\x00";
    let mut lends_nothing = rmp_serde::Deserializer::new(&packed[..]);
    let message = Packet::deserialize(&mut lends_nothing).unwrap_err().to_string();
    assert!(message.contains("for those of a reader"), "{message}");
    let mut lends_nothing = rmp_serde::Deserializer::new(&b"\xa1a"[..]);
    let message = ZeroCopyBuffer::deserialize(&mut lends_nothing).unwrap_err().to_string();
    assert!(message.contains("invalid type: string, expected bytes"), "{message}");
}

#[test]
fn what_the_errors_say_to_use_works() {
    use std::borrow::Cow;

    #[derive(Deserialize)]
    struct Bytes<'a>(#[serde(borrow)] Cow<'a, [u8]>);

    assert_eq!(from_slice::<Vec<u8>>(b"[1,2,3,4,5]").unwrap(), [1, 2, 3, 4, 5]);
    assert!(
        matches!(from_slice(br#""b\n""#).unwrap(), Bytes(Cow::Owned(bytes)) if bytes == b"b\n")
    );
    assert!(matches!(from_slice(br#""b""#).unwrap(), Bytes(Cow::Borrowed(b"b"))));
    let mut reader = serde_json::Deserializer::from_reader(&br#""b""#[..]);
    assert_eq!(&*Bytes::deserialize(&mut reader).unwrap().0, b"b");
}

#[test]
fn postcard_reads_back_what_it_wrote() {
    let packet = Packet { id: 7, payload: ZeroCopyBuffer(&[1, 2, 255]) };
    let written = postcard::to_allocvec(&packet).unwrap();
    let read: Packet = postcard::from_bytes(&written).unwrap();
    assert_eq!(read, packet);
    assert_borrows!(written, read.payload);
}

#[test]
fn messagepack_tells_what_was_written_from_what_can_be_read() {
    let packed = rmp_serde::to_vec(&ZeroCopyBuffer(&[1, 2])).unwrap();
    assert_eq!(packed, b"\x92\x01\x02");
    assert!(rmp_serde::from_slice::<ZeroCopyBuffer>(&packed).is_err());
}

#[test]
fn a_buffer_is_a_slice_wherever_one_is_wanted() {
    fn len(bytes: impl AsRef<[u8]>) -> usize {
        bytes.as_ref().len()
    }

    let bytes = vec![1, 2, 3];
    let buffer = ZeroCopyBuffer::from(&bytes);
    assert_borrows!(bytes, buffer, <&[u8]>::from(buffer));
    assert_eq!((len(buffer), buffer.first(), size_of::<ZeroCopyBuffer>()), (3, Some(&1), 16));
    assert_eq!([buffer, ZeroCopyBuffer::from(&[1, 2, 3])], [ZeroCopyBuffer::from(&bytes[..]); 2]);
    assert_eq!(ZeroCopyBuffer::from("abc"), *b"abc");
    assert_eq!(buffer, bytes[..]);
    assert_eq!(buffer, &bytes[..]);
    assert_eq!(buffer, [1, 2, 3]);
    assert_eq!(format!("{buffer:?}"), "ZeroCopyBuffer([1, 2, 3])");
    assert_eq!(HashMap::from([(buffer, 1)]).get(&bytes[..]), Some(&1));
    assert!(BTreeSet::from([buffer]).contains(&bytes[..]));
    assert!(ZeroCopyBuffer::default() < buffer);
}

proptest! {
    #[test]
    fn json_is_that_of_a_vector(bytes: Vec<u8>) {
        let json = serde_json::to_vec(&ZeroCopyBuffer(&bytes)).unwrap();
        prop_assert_eq!(&json, &serde_json::to_vec(&bytes).unwrap());
        prop_assert_eq!(from_slice::<Vec<u8>>(&json).unwrap(), bytes);
    }
}
