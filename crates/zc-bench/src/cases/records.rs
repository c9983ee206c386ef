//! Records of 64 bytes, of which two fields are used: seen as a type, taken out of the bytes when
//! they are asked for, or all read into a vector first.

use std::sync::LazyLock;

use anyhow::{Context, Result};
#[cfg(feature = "rivals")]
use rkyv::rancor;
use zc_core::view::records;
use zc_core::view::zerocopy::little_endian::{U32, U64};
use zc_core::view::zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};
use crate::target::Target;

pub(super) const CASES: &[Case] = &[Case {
    row: Some(12),
    name: "records",
    what: "two fields of records of 64 bytes",
    corpus: Corpus::Stream { len: ALL_LEN as u64 },
    item: "record",
    figure: Figure::Rate,
    engines: &[
        engine("zc view", |input| on_bytes(input, view)),
        engine("from_le_bytes", |input| on_bytes(input, lazy)),
        engine("a vector", |input| on_bytes(input, owned)),
        #[cfg(feature = "rivals")]
        engine("rkyv", archive),
    ],
    expected: |input| {
        let mut answer = Answer::default();
        ids(input).for_each(|id| answer.add(price(id) + u64::from(quantity(id))));
        answer
    },
    targets: &[
        Target::at_least(0.95, "from_le_bytes").why_missed(
            "both take the same number of instructions (`--instructions`) and wait for memory",
        ),
        Target::at_least(10.0, "a vector"),
    ],
}];

const LEN: usize = size_of::<Record>();

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
#[zerocopy(crate = "zc_core::view::zerocopy")]
struct Record {
    id: U64,
    price: U64,
    note: [u8; 44],
    quantity: U32,
}

const fn engine(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Bytes of all records.
const ALL_LEN: usize = 64 << 20;

/// A record in a line of the cache: otherwise it mattered which of its fields a compiler loads first.
#[derive(IntoBytes, Immutable)]
#[repr(C, align(64))]
#[zerocopy(crate = "zc_core::view::zerocopy")]
struct Aligned([u8; LEN]);

/// One memory for all that read it: some pages are read faster than others.
static ALL: LazyLock<Vec<Aligned>> =
    LazyLock::new(|| (0..(ALL_LEN / LEN) as u64).map(|id| Aligned(bytes_of(id))).collect());

fn on_bytes(input: &Input, read: fn(&[u8]) -> Done) -> Result<Work<'_>> {
    let bytes = usize::try_from(input.len).ok().and_then(|len| ALL.as_bytes().get(..len));
    let bytes = bytes.context("there are no more records")?;
    Ok(Box::new(move || Ok(read(bytes))))
}

fn ids(input: &Input) -> std::ops::Range<u64> {
    0..input.len / LEN as u64
}

fn price(id: u64) -> u64 {
    id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn quantity(id: u64) -> u32 {
    u32::from(id.to_le_bytes()[0])
}

fn bytes_of(id: u64) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    bytes[..8].copy_from_slice(&id.to_le_bytes());
    bytes[8..16].copy_from_slice(&price(id).to_le_bytes());
    bytes[60..].copy_from_slice(&quantity(id).to_le_bytes());
    bytes
}

fn view(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    for record in records::<Record>(bytes).expect("a whole number of records") {
        answer.add(u64::from(record.quantity.get()) + record.price.get());
    }
    answer.into()
}

fn lazy(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let (records, _) = bytes.as_chunks::<LEN>();
    for record in records {
        let (price, quantity) = (field(record, 8), field(record, 60));
        answer.add(u64::from(u32::from_le_bytes(quantity)) + u64::from_le_bytes(price));
    }
    answer.into()
}

/// The `N` bytes at `offset`.
#[inline(always)]
fn field<const N: usize>(record: &[u8; LEN], offset: usize) -> [u8; N] {
    record[offset..offset + N].try_into().expect("it is as long as asked for")
}

/// Two of its fields are read into it for nothing, as whoever parses whole records does.
#[cfg_attr(feature = "rivals", derive(rkyv::Archive, rkyv::Serialize))]
#[cfg_attr(not(feature = "rivals"), expect(dead_code))]
struct Owned {
    id: u64,
    price: u64,
    note: [u8; 44],
    quantity: u32,
}

impl Owned {
    #[inline(always)]
    fn read(record: &[u8; LEN]) -> Self {
        Self {
            id: u64::from_le_bytes(field(record, 0)),
            price: u64::from_le_bytes(field(record, 8)),
            note: field(record, 16),
            quantity: u32::from_le_bytes(field(record, 60)),
        }
    }
}

fn owned(bytes: &[u8]) -> Done {
    let (records, _) = bytes.as_chunks::<LEN>();
    let owned: Vec<Owned> = records.iter().map(Owned::read).collect();
    let mut answer = Answer::default();
    // Without this the fields that are not used might not be read.
    for record in std::hint::black_box(&owned) {
        answer.add(record.price + u64::from(record.quantity));
    }
    answer.into()
}

/// An archive is checked, and then seen as the type.
#[cfg(feature = "rivals")]
fn archive(input: &Input) -> Result<Work<'_>> {
    let owned: Vec<Owned> = ids(input).map(|id| Owned::read(&bytes_of(id))).collect();
    let bytes = rkyv::to_bytes::<rancor::Error>(&owned)?;
    Ok(Box::new(move || {
        let mut answer = Answer::default();
        let records = rkyv::access::<rkyv::vec::ArchivedVec<ArchivedOwned>, rancor::Error>(&bytes)?;
        for record in records.iter() {
            answer.add(record.price.to_native() + u64::from(record.quantity.to_native()));
        }
        Ok(answer.into())
    }))
}
