//! Access logs of Apache and nginx, in the Common and the Combined format.
//!
//! ```text
//! %h %l %u %t "%r" %>s %b                                      Common
//! %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"       Combined
//!
//! ::1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl/8"
//! ```
//!
//! Source: Apache HTTP Server, module `mod_log_config`, "Custom Log Formats"; nginx, module
//! `ngx_http_log_module`. A `-` means that there is no value. Inside quotes, a backslash keeps
//! the byte behind it from ending the field; escapes stay as they are. A user may hold spaces,
//! since neither server escapes them there.

mod combined;
mod common;
mod request;

pub use combined::{Combined, CombinedLog};
pub use common::{Common, CommonLog};
pub use request::Request;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

const SPACE: usize = 0;
const BRACKET: usize = 1;
const QUOTE: usize = 2;
const STOPS: &[StopSet] = &[StopSet::of(b" \n"), StopSet::of(b"]\n"), StopSet::of(b"\"\\\n")];

/// What lies between quotes; a backslash takes the next byte with it.
#[inline(always)]
fn quoted<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<&'i [u8], Mismatch> {
    line.literal(b"\"")?;
    let start = line.offset();
    loop {
        line.run(QUOTE);
        let end = line.offset();
        if line.eat(b'"') {
            return Ok(&line.input()[start..end]);
        }
        let is_escape = line.eat(b'\\') && !matches!(line.peek(), None | Some(b'\n'));
        if !is_escape {
            return Err(line.mismatch(Expected::Byte(b'"')));
        }
        line.set_offset(end + 2);
    }
}

/// `None` for the `-` that stands for no value.
#[inline(always)]
fn dash_is_none(field: &[u8]) -> Option<&[u8]> {
    (field != b"-").then_some(field)
}
