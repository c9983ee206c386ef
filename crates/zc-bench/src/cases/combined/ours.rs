//! The grammar of `zc_parse`, in the three ways to run it.

use zc_core::mask::Level;
use zc_parse::access_log::{Combined, Request};
use zc_parse::{CombinedLog, Grammar};

use super::super::ways;
use super::weight;
use crate::answer::{Answer, Done};

pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    ways::bulk(CombinedLog, bytes, level, add)
}

pub(super) fn records(bytes: &[u8]) -> Done {
    ways::records(CombinedLog, bytes, add)
}

/// On slices, line by line.
pub(super) fn parse_one(mut bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    while let Ok((record, rest)) = CombinedLog.parse_one(bytes) {
        add(&mut answer, &record);
        bytes = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    answer.into()
}

#[inline(always)]
fn add(answer: &mut Answer, record: &Combined<&[u8]>) {
    answer.add(weigh(record));
}

#[inline(always)]
pub(in super::super) fn weigh(record: &Combined<&[u8]>) -> u64 {
    // What is no value stands in the log as a `-`.
    let len = |field: Option<&[u8]>| field.map_or(1, <[u8]>::len) as u64;
    let common = &record.common;
    let request = match common.request {
        Request::Line { method, target, protocol } => {
            weight::METHOD * method.len() as u64
                + weight::TARGET * target.len() as u64
                + weight::PROTOCOL * protocol.len() as u64
        }
        Request::Other(whole) => weight::OTHER * whole.len() as u64,
        Request::None => weight::OTHER,
    };
    weight::HOST * len(common.host)
        + weight::IDENT * len(common.ident)
        + weight::USER * len(common.user)
        + weight::TIME * len(common.time)
        + request
        + weight::STATUS * common.status.map_or(0, u64::from)
        + weight::BYTES * common.bytes.unwrap_or(0)
        + weight::REFERER * len(record.referer)
        + weight::USER_AGENT * len(record.user_agent)
}
