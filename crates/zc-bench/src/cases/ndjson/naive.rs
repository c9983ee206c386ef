//! The plain ways with `serde_json`: line by line, borrowed, copied, or as a tree.

use serde_json::Value;
use zc_serde::Text;

use super::{Entry, Pair, Request, weight};

pub(super) fn all(line: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Entry<Text<'_>, Text<'_>>>(line).ok().map(|entry| entry.weight())
}

pub(super) fn all_copied(line: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Entry<String, String>>(line).ok().map(|entry| entry.weight())
}

pub(super) fn all_of_tree(line: &[u8]) -> Option<u64> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let text = |key: &str| value[key].as_str();
    let request = &value["request"];
    let entry = Entry {
        time: text("time")?,
        level: text("level")?,
        service: text("service")?,
        host: text("host")?,
        user: text("user")?,
        request: Request {
            method: request["method"].as_str()?,
            path: request["path"].as_str()?,
            status: request["status"].as_u64()?,
        },
        bytes: value["bytes"].as_u64()?,
        duration_ms: value["duration_ms"].as_f64()?,
        cached: value["cached"].as_bool(),
        message: text("message")?,
    };
    Some(entry.weight())
}

pub(super) fn two(line: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Pair<'_>>(line).ok().map(|pair| pair.weight())
}

pub(super) fn two_of_tree(line: &[u8]) -> Option<u64> {
    let value: Value = serde_json::from_slice(line).ok()?;
    Some(weight(value["level"].as_str()?.as_bytes(), value["request"]["status"].as_u64()?))
}
