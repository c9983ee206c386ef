//! [`Body`]: how long what follows a head is, by its headers: RFC 9112, section 6.

use zc_core::{Expected, Mismatch};

use super::Version;
use super::codings::Codings;
use super::pairs::trim;

/// How the length of a body is known.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Body, RequestHead};
///
/// let body = |head| RequestHead::new().parse_one(head).map(|(request, _)| request.body);
/// assert_eq!(body(b"GET / HTTP/1.1\r\n\r\n")?, Body::Empty);
/// assert_eq!(body(b"PUT / HTTP/1.1\r\nContent-Length: 12\r\n\r\n")?, Body::Length(12));
/// assert_eq!(body(b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")?, Body::Chunked);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Body {
    /// There is none: the next message begins behind the head.
    #[default]
    Empty,
    /// So many bytes.
    Length(u64),
    /// Chunks, which say where they end: read them by [`Chunked`](super::Chunked).
    Chunked,
    /// All bytes until the connection is closed.
    UntilClose,
}

/// What the headers so far say of a body.
#[derive(Debug)]
pub(super) struct Framing {
    place: Place,
    length: Option<u64>,
    codings: Codes,
    /// Where the last coding stands.
    last_coding: usize,
}

/// Whose headers they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Message,
    /// A message of a version before 1.1, which knows no codings.
    OldMessage,
    Trailers,
}

/// The transfer codings so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codes {
    None,
    /// None of them is `chunked`.
    Others,
    /// The last one is `chunked`.
    Chunked,
    /// Others stand behind `chunked`.
    OthersOverChunked,
}

/// Whether a header may be one that [`Framing::header`] wants: by its length and first letter.
#[inline(always)]
pub(super) fn may_frame(name: &[u8]) -> bool {
    match name.len() {
        14 => matches!(name[0], b'C' | b'c'),
        17 => matches!(name[0], b'T' | b't'),
        _ => false,
    }
}

impl Framing {
    #[inline(always)]
    pub(super) fn of_message(version: &Version<&[u8]>) -> Self {
        let is_old = (version.major, version.minor) < (1, 1);
        Self::new(if is_old { Place::OldMessage } else { Place::Message })
    }

    pub(super) const fn of_trailers() -> Self {
        Self::new(Place::Trailers)
    }

    #[inline(always)]
    const fn new(place: Place) -> Self {
        Self { place, length: None, codings: Codes::None, last_coding: 0 }
    }

    /// Takes in a header whose name stands at `offset`, and its value behind it at `value_offset`.
    #[cold]
    #[inline(never)]
    pub(super) fn header(
        &mut self,
        (name, offset): (&[u8], usize),
        (value, value_offset): (&[u8], usize),
    ) -> Result<(), Mismatch> {
        let is_length = name.eq_ignore_ascii_case(b"content-length");
        if !is_length && !name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Ok(());
        }
        let refused = |name| Err(Mismatch { offset, expected: Expected::Named(name) });
        if self.place == Place::Trailers {
            return refused("no header of a body's length among trailers");
        }
        if is_length {
            if self.codings != Codes::None {
                return refused("no Content-Length beside Transfer-Encoding");
            }
            return self.content_length(value, value_offset);
        }
        if self.length.is_some() {
            return refused("no Transfer-Encoding beside Content-Length");
        }
        if self.place == Place::OldMessage {
            return refused("no Transfer-Encoding before HTTP/1.1");
        }
        self.transfer_encoding(value, value_offset)
    }

    /// RFC 9110, section 8.6: the same number once or more.
    fn content_length(&mut self, value: &[u8], mut offset: usize) -> Result<(), Mismatch> {
        for element in value.split(|byte| *byte == b',') {
            let blanks = element.len() - element.trim_ascii_start().len();
            let mismatch =
                |name| Mismatch { offset: offset + blanks, expected: Expected::Named(name) };
            let length = number(trim(element)).map_err(mismatch)?;
            if self.length.is_some_and(|before| before != length) {
                return Err(mismatch("the same length as before"));
            }
            self.length = Some(length);
            offset += element.len() + 1;
        }
        Ok(())
    }

    /// RFC 9112, section 6.1.
    fn transfer_encoding(&mut self, value: &[u8], offset: usize) -> Result<(), Mismatch> {
        let mut codings = Codings::new(value);
        loop {
            let coding = codings
                .read()
                .map_err(|mismatch| Mismatch { offset: offset + mismatch.offset, ..mismatch })?;
            let offset = offset + coding.offset;
            let refused = |name| Err(Mismatch { offset, expected: Expected::Named(name) });
            let is_chunked = coding.name.eq_ignore_ascii_case(b"chunked");
            if is_chunked && coding.has_parameters {
                return refused("`chunked` without parameters");
            }
            self.last_coding = offset;
            self.codings = match (self.codings, is_chunked) {
                (Codes::None | Codes::Others, true) => Codes::Chunked,
                (Codes::None | Codes::Others, false) => Codes::Others,
                (_, true) => return refused("`chunked` only once"),
                (_, false) => Codes::OthersOverChunked,
            };
            if codings.is_at_end() {
                return Ok(());
            }
        }
    }

    /// The body of a request with these headers.
    #[inline(always)]
    pub(super) fn of_request(&self) -> Result<Body, Mismatch> {
        match self.codings {
            Codes::None => Ok(self.length.map_or(Body::Empty, Body::Length)),
            Codes::Chunked => Ok(Body::Chunked),
            Codes::Others | Codes::OthersOverChunked => {
                let expected = Expected::Named("`chunked` as the last coding of a request");
                Err(Mismatch { offset: self.last_coding, expected })
            }
        }
    }

    /// The body of a response with these headers, if it may have one.
    #[inline(always)]
    pub(super) fn of_response(&self) -> Body {
        match self.codings {
            Codes::None => self.length.map_or(Body::UntilClose, Body::Length),
            Codes::Chunked => Body::Chunked,
            Codes::Others | Codes::OthersOverChunked => Body::UntilClose,
        }
    }
}

/// One digit or more, and nothing else.
fn number(digits: &[u8]) -> Result<u64, &'static str> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err("a length in decimal digits");
    }
    let text = str::from_utf8(digits).expect("digits are ASCII");
    text.parse().map_err(|_| "a length below 2^64")
}
