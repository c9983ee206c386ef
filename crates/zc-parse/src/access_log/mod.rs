//! Access logs of Apache and nginx, in the Common and the Combined format.
//!
//! ```text
//! %h %l %u %t "%r" %>s %b                                      Common
//! %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"       Combined
//!
//! ::1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl/8"
//! ```
//!
//! ```text
//! common   = host " " ident " " user " [" time "] " request " " status " " bytes
//! combined = common " " referer " " user_agent [ " " rest ]
//! host     = ident = any byte but the space and the newline, once or more
//! user     = any byte but the newline, up to the first " ["
//! time     = any byte but "]" and the newline
//! request  = referer = user_agent = '"' { any byte but '"', '\' and the newline | '\' any } '"'
//! status   = 3DIGIT | "-"
//! bytes    = 1*DIGIT | "-"
//! rest     = any byte but the newline
//! ```
//!
//! Source: Apache HTTP Server, module `mod_log_config`, "Custom Log Formats"; nginx, module
//! `ngx_http_log_module`. A `-` means that there is no value. Inside quotes, a backslash keeps
//! the byte behind it from ending the field. Fields stay as they are written;
//! [`Combined::unescaped`] undoes their escapes, and [`Common::timestamp`] reads their time.
//!
//! What servers write beside the usual:
//!
//! - A user may hold spaces, since neither server escapes them. Apache writes an empty one as
//!   `""`, which stays.
//! - What is no request line comes whole: what scanners send to a wrong port, a request of
//!   HTTP/0.9, which has no protocol, and `""`, where nothing had arrived.
//! - nginx writes a status of `000` or `009` where there was none, which is a number here.
//! - Behind the user agent there may be more: the `main` format of the configuration that comes
//!   with nginx has `"$http_x_forwarded_for"` there. It is kept as [`Combined::rest`].
//!
//! What is refused, although some tools take it:
//!
//! - More behind a Common line: mostly it is a Combined one, of which half would get lost.
//! - A quote inside quotes without a backslash, as servers wrote before 2004: where the field
//!   ends is then a guess. Only one before a space cannot be told from the end of the user agent.
//! - A negative number of bytes, by which old servers on 32 bits counted beyond 2 GiB.
//!
//! A line with a field before the host, such as the virtual host, is one of another format, but
//! cannot be told from one with spaces in the user: cut that field off first.

mod combined;
mod common;
mod escape;
mod request;
mod timestamp;

pub use combined::{Combined, CombinedLog};
pub use common::{Common, CommonLog};
pub use escape::unescape;
pub use request::Request;
pub use timestamp::Timestamp;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

const SPACE: usize = 0;
const QUOTE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::of(b" \n"), StopSet::of(b"\"\\\n")];

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
