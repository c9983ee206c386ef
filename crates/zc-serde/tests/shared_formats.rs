//! What is shared under formats other than JSON.

use std::fmt::Debug;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zc_core::Source;
use zc_serde::shared::{SharedBytes, SharedStr, with_shared};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Record {
    id: u32,
    name: SharedStr,
    tags: Vec<SharedStr>,
    payload: SharedBytes,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flattened {
    kind: SharedStr,
    #[serde(flatten)]
    record: Record,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Record(Record),
}

/// Bytes of texts and of the payload in a record.
const LEN: u64 = 12 + 5 + 3;

fn record() -> Record {
    Record {
        id: 1,
        name: "Ada Lovelace".into(),
        tags: vec!["first".into(), "".into()],
        payload: SharedBytes::from(&b"\0\xff\x80"[..]),
    }
}

fn flattened() -> Flattened {
    Flattened { kind: "kind".into(), record: record() }
}

/// Checks that `read` makes `value` of `bytes`, and how many bytes are shared and copied.
#[track_caller]
fn check<T: DeserializeOwned + PartialEq + Debug, E: Debug>(
    value: &T,
    bytes: Vec<u8>,
    read: impl FnOnce(&[u8]) -> Result<T, E>,
    (shared, copied): (u64, u64),
) {
    let input = Bytes::from(bytes);
    let read = with_shared(input, read).transpose().expect("good input");
    assert_eq!(read.value, *value);
    assert_eq!((read.shared, read.copied), (shared, copied));
}

#[test]
fn messagepack_shares_also_through_flatten_and_untagged() {
    fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, rmp_serde::decode::Error> {
        rmp_serde::from_slice(bytes)
    }
    check(&record(), rmp_serde::to_vec(&record()).unwrap(), read, (LEN, 0));
    check(&record(), rmp_serde::to_vec_named(&record()).unwrap(), read, (LEN, 0));
    check(&flattened(), rmp_serde::to_vec_named(&flattened()).unwrap(), read, (LEN + 4, 0));
    let untagged = Untagged::Record(record());
    check(&untagged, rmp_serde::to_vec_named(&untagged).unwrap(), read, (LEN, 0));
}

#[test]
fn cbor4ii_shares_also_through_flatten_and_untagged() {
    fn read<T: DeserializeOwned>(
        bytes: &[u8],
    ) -> Result<T, cbor4ii::serde::DecodeError<std::convert::Infallible>> {
        cbor4ii::serde::from_slice(bytes)
    }
    fn write<T: Serialize>(value: &T) -> Vec<u8> {
        cbor4ii::serde::to_vec(Vec::new(), value).unwrap()
    }
    check(&record(), write(&record()), read, (LEN, 0));
    check(&flattened(), write(&flattened()), read, (LEN + 4, 0));
    let untagged = Untagged::Record(record());
    check(&untagged, write(&untagged), read, (LEN, 0));
}

#[test]
fn postcard_shares_and_refuses_flatten_and_untagged() {
    let bytes = postcard::to_allocvec(&record()).unwrap();
    check(&record(), bytes.clone(), |bytes| postcard::from_bytes(bytes), (LEN, 0));
    assert!(postcard::from_bytes::<Flattened>(&bytes).is_err());
    assert!(postcard::from_bytes::<Untagged>(&bytes).is_err());
}

#[test]
fn bincode_shares_and_refuses_flatten_and_untagged() {
    let bytes = bincode::serialize(&record()).unwrap();
    check(&record(), bytes.clone(), |bytes| bincode::deserialize(bytes), (LEN, 0));
    assert!(bincode::deserialize::<Flattened>(&bytes).is_err());
    assert!(bincode::deserialize::<Untagged>(&bytes).is_err());
}

#[test]
fn ciborium_copies_everything_though_it_reads_a_slice() {
    let mut bytes = Vec::new();
    ciborium::into_writer(&record(), &mut bytes).unwrap();
    check(&record(), bytes, |bytes| ciborium::from_reader(bytes), (0, LEN));
}

#[test]
fn readers_of_binary_formats_copy_everything() {
    let bytes = rmp_serde::to_vec(&record()).unwrap();
    check(&record(), bytes, |bytes| rmp_serde::from_read(bytes), (0, LEN));
    let bytes = bincode::serialize(&record()).unwrap();
    check(&record(), bytes, |bytes| bincode::deserialize_from(bytes), (0, LEN));
}

#[test]
fn truncated_and_damaged_input_is_an_error_or_a_value_that_lies_in_the_input() {
    let whole = rmp_serde::to_vec(&record()).unwrap();
    for at in 0..whole.len() {
        let cut = Bytes::copy_from_slice(&whole[..at]);
        assert!(with_shared(cut, |bytes| rmp_serde::from_slice::<Record>(bytes)).value.is_err());
        for flip in [1, 0x10, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            let input = Bytes::from(damaged);
            let read = with_shared(input.clone(), |bytes| rmp_serde::from_slice::<Record>(bytes));
            if let Ok(record) = read.value {
                assert!(Source::new(&input).borrows(record.name.as_bytes()));
            }
        }
    }
}
