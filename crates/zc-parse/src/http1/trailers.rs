//! [`Trailers`]: the headers behind a chunked body: RFC 9112, section 7.1.2.

use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};

use super::body::Framing;
use super::section::{Ending, section};
use super::{Headers, STOPS};
use crate::Grammar;
use crate::framing::BlankLine;

/// The grammar of trailers: header lines, none or more, and an empty line.
///
/// They are held to the same rules as headers, and each line ends with CRLF. `Content-Length` and
/// `Transfer-Encoding` are refused. What else a trailer may say is for the reader to know: none is
/// to be taken for a header without a reason (RFC 9110, section 6.5.1).
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::Trailers;
///
/// let (trailers, rest) = Trailers::new().parse_one(b"Digest: abc\r\n\r\nGET /")?;
/// assert_eq!((trailers.get(b"digest"), rest), (Some(&&b"abc"[..]), &b"GET /"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trailers {
    pub(super) most_headers: usize,
}

impl Grammar for Trailers {
    type Record<'i> = Headers<&'i [u8]>;
    type Framer = BlankLine;

    const SPANS_LINES: bool = true;
    const HOLDS_ITS_END: bool = true;

    fn framer(&self) -> BlankLine {
        BlankLine::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        headers: &mut Headers<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        section(input, headers, self.most_headers, Ending::Crlf, &mut Framing::of_trailers())
    }
}
