//! The format read in the plainest way, line by line: the answer that all others are held against.

use super::{Read, header_weight, request_weight};

pub(in super::super) fn read(bytes: &[u8]) -> Read {
    let len = 4 + bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = str::from_utf8(&bytes[..len - 4]).ok()?;
    let mut lines = head.split("\r\n");
    let [method, target, version] = lines.next()?.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let minor = version.strip_prefix("HTTP/1.")?.parse().ok()?;
    let mut weight = request_weight(method.len(), target.len(), minor);
    for (index, line) in lines.enumerate() {
        let (name, value) = line.split_once(':')?;
        weight += header_weight(index, name.len(), value.trim().len());
    }
    Some((weight, len))
}
