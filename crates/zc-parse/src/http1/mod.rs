//! Heads of HTTP/1.1 messages, and the chunks of their bodies.
//!
//! ```text
//! head         = start-line line-end *( header line-end ) line-end
//! start-line   = request-line / status-line
//! request-line = method SP target SP version
//! status-line  = version SP 3DIGIT [ SP reason ]
//! header       = name ":" OWS value OWS
//! method, name = token
//! target       = 1*( a byte above the space, but not DEL )
//! version      = "HTTP/" DIGIT "." DIGIT
//! reason, value = *( HTAB / a byte from the space on, but not DEL )
//! line-end     = CRLF / LF
//! OWS          = *( SP / HTAB )
//!
//! GET /index.html HTTP/1.1
//! Host: example.org
//! ```
//!
//! Source: RFC 9112 (message syntax) and RFC 9110 (fields and their lists).
//!
//! Servers of one request disagree, and what one of them takes for a body is the next request for
//! the other. So what RFC 9112 leaves open is refused here:
//!
//! - A CR without its LF, anywhere; a line that begins with a blank (`obs-fold`, section 5.2); a
//!   blank before the colon (section 5.1); control characters and DEL in values.
//! - More than one space, or other blanks, between the parts of the first line (section 3).
//! - `Transfer-Encoding` beside `Content-Length`, or in a message of HTTP/1.0 (section 6.1). In
//!   a request its last coding must be `chunked`, and nowhere may that stand twice.
//! - A `Content-Length` that is not of digits alone, or too large; several that differ. The same
//!   one over again is taken, in several headers or in a list (section 6.3).
//! - Empty elements in the lists of those two, which RFC 9110, section 5.6.1.2 would pass over.
//!
//! What is taken, as RFC 9112 allows it: LF alone at the end of a line (section 2.2), but not
//! around chunks; empty lines before a head (section 2.2); any version of two digits, for a
//! server to answer 505; a status line without a reason, with or without the space (section 4);
//! in targets, bytes from 0x80 on, as nginx and `httparse` do.

mod body;
mod chunked;
mod codings;
mod head;
mod headers;
mod host;
mod pairs;
mod request;
mod response;
mod section;
mod trailers;
mod version;

pub use body::Body;
pub use chunked::{Chunked, Part};
pub use head::{Head, Message};
pub use headers::{Header, Headers};
pub use host::HostError;
pub use pairs::Pairs;
pub use request::{Request, RequestHead};
pub use response::{Response, ResponseHead};
pub use trailers::Trailers;
pub use version::Version;

use zc_core::mask::{Find, Scanner, StopSet};

/// The most headers that a head has, if nothing else is said.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{DEFAULT_MOST_HEADERS, RequestHead};
///
/// let head = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(DEFAULT_MOST_HEADERS + 1));
/// assert!(RequestHead::new().parse_one(head.as_bytes()).is_err());
/// let wider = RequestHead::new().with_most_headers(DEFAULT_MOST_HEADERS + 1);
/// assert!(wider.parse_one(head.as_bytes()).is_ok());
/// ```
pub const DEFAULT_MOST_HEADERS: usize = 100;

macro_rules! with_most_headers {
    ($($grammar:ident),+) => {$(
        impl $grammar {
            /// The grammar with the usual limit, [`DEFAULT_MOST_HEADERS`].
            #[must_use]
            pub const fn new() -> Self {
                Self { most_headers: DEFAULT_MOST_HEADERS }
            }

            /// The same with at most `count` headers: what has more is a bad record.
            #[must_use]
            pub const fn with_most_headers(self, count: usize) -> Self {
                Self { most_headers: count }
            }
        }

        impl Default for $grammar {
            fn default() -> Self {
                Self::new()
            }
        }
    )+};
}

with_most_headers!(RequestHead, ResponseHead, Head, Trailers);

/// What ends a method or the name of a header: what is in no token.
const NAME: usize = 0;
/// What ends a line: control characters, but not HTAB.
const VALUE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::from_table(no_tokens()), StopSet::from_table(controls())];

const fn no_tokens() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "byte < 256")]
        let is_no_token = !is_token(byte as u8);
        table[byte] = is_no_token;
        byte += 1;
    }
    table
}

const fn controls() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < b' ' {
        table[byte as usize] = byte != b'\t';
        byte += 1;
    }
    table[0x7f] = true;
    table
}

/// Whether `byte` may stand in a token: RFC 9110, section 5.6.2.
const fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
    ) || byte.is_ascii_alphanumeric()
}

#[inline(always)]
fn skip_empty_lines<F: Find>(input: &mut Scanner<'_, F>) {
    while let [b'\n', ..] | [b'\r', b'\n', ..] = input.rest() {
        let ending = if input.peek() == Some(b'\n') { 1 } else { 2 };
        input.set_offset(input.offset() + ending);
    }
}
