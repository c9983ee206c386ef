//! The format as a regular expression on bytes, written so that its captures are found in one
//! pass, with places for them that are used again; the request is taken apart by hand.

use std::sync::LazyLock;

use regex::bytes::{CaptureLocations, Regex};

use super::{Line, by_hand, each_line};
use crate::answer::Done;

/// Every repetition ends at a byte that it cannot hold. With the request as an alternative inside
/// of it the same expression took ten times as long.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x-u)
        ^(\S+)\x20(\S+)\x20(\S+)\x20\[([^\]]*)\]\x20
        "((?:[^"\\]|\\.)*)"\x20([0-9]{3}|-)\x20([0-9]+|-)\x20
        "((?:[^"\\]|\\.)*)"\x20"((?:[^"\\]|\\.)*)"$"#,
    )
    .expect("the expression is well-formed")
});

pub(super) fn read_all(bytes: &[u8]) -> Done {
    let mut locations = LINE.capture_locations();
    each_line(bytes, |line| read(line, &mut locations))
}

fn read<'i>(line: &'i [u8], locations: &mut CaptureLocations) -> Option<Line<&'i [u8]>> {
    LINE.captures_read(locations, line)?;
    let field = |index| locations.get(index).map(|(start, end)| &line[start..end]);
    Some(Line {
        host: field(1)?,
        ident: field(2)?,
        user: field(3)?,
        time: field(4)?,
        request: by_hand::request(field(5)?),
        status: by_hand::number(field(6)?)?.try_into().ok()?,
        bytes: by_hand::number(field(7)?)?,
        referer: field(8)?,
        user_agent: field(9)?,
    })
}
