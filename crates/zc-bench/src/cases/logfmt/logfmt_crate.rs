//! The crate `logfmt`, which takes a line and returns a vector of strings of its own.

use super::weight;
use crate::answer::Answer;

pub(super) fn read(line: &[u8], answer: &mut Answer) -> Option<()> {
    for pair in ::logfmt::parse(str::from_utf8(line).ok()?) {
        answer.add(weight(pair.key.as_bytes(), pair.val.as_ref().map(String::as_bytes)));
    }
    Some(())
}
