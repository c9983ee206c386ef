//! The message in formats with code of their own for each type.

use anyhow::{Context, Result};
use prost::Message as _;
use rkyv::rancor;
use rkyv::util::AlignedVec;

use super::Message;
use super::copying::Format;

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Protobuf {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(bool, tag = "3")]
    is_last: bool,
    #[prost(bytes = "bytes", tag = "4")]
    payload: bytes::Bytes,
}

impl Format for Protobuf {
    type Encoded = Vec<u8>;

    fn of(message: &Message) -> Self {
        let Message { id, name, is_last, payload } = message.clone();
        Self { id, name, is_last, payload: payload.into() }
    }

    fn encode(&self) -> Result<Vec<u8>> {
        Ok(self.encode_to_vec())
    }

    fn decode(encoded: &[u8]) -> Result<Message> {
        let Self { id, name, is_last, payload } = <Self as prost::Message>::decode(encoded)?;
        Ok(Message { id, name, is_last, payload: payload.into() })
    }
}

#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
pub(super) struct Archive {
    id: u64,
    name: String,
    is_last: bool,
    payload: Vec<u8>,
}

impl Format for Archive {
    type Encoded = AlignedVec;

    fn of(message: &Message) -> Self {
        let Message { id, name, is_last, payload } = message.clone();
        Self { id, name, is_last, payload: payload.into() }
    }

    fn encode(&self) -> Result<AlignedVec> {
        rkyv::to_bytes::<rancor::Error>(self).context("an archive has no errors")
    }

    fn decode(encoded: &[u8]) -> Result<Message> {
        let mut aligned = AlignedVec::<16>::new();
        aligned.extend_from_slice(encoded);
        let Self { id, name, is_last, payload } =
            rkyv::from_bytes::<Self, rancor::Error>(&aligned).context("not an archive")?;
        Ok(Message { id, name, is_last, payload: payload.into() })
    }
}
