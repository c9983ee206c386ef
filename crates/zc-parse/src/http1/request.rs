//! [`RequestHead`]: the request line and the headers of a request.

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

use super::body::{Body, Framing};
use super::section::{Ending, bad_end, line_end, mismatch, section};
use super::{Headers, NAME, STOPS, VALUE, Version, skip_empty_lines};
use crate::framing::BlankLine;
use crate::{Grammar, Record};

/// The grammar of request heads.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Body, RequestHead};
///
/// let input = b"POST /new HTTP/1.1\r\nHost: example.org\r\nContent-Length: 2\r\n\r\nhi";
/// let (request, body) = RequestHead::new().parse_one(input)?;
/// assert_eq!((request.method, request.target), (&b"POST"[..], &b"/new"[..]));
/// assert_eq!((request.version.major, request.version.minor), (1, 1));
/// assert_eq!(request.headers.get(b"host"), Some(&&b"example.org"[..]));
/// assert_eq!((request.body, body), (Body::Length(2), &b"hi"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestHead {
    pub(super) most_headers: usize,
}

/// A request without its body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Request<S> {
    /// What to do, such as `GET`; a token, whose case counts.
    pub method: S,
    /// To what, such as `/index.html`; of no form in particular, but without blanks.
    pub target: S,
    /// By which version.
    pub version: Version<S>,
    /// The headers.
    pub headers: Headers<S>,
    /// How long the body is.
    pub body: Body,
}

impl Grammar for RequestHead {
    type Record<'i> = Request<&'i [u8]>;
    type Framer = BlankLine;

    const SPANS_LINES: bool = true;
    const HOLDS_ITS_END: bool = true;

    fn framer(&self) -> BlankLine {
        BlankLine::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    /// Moves past empty lines.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        skip_empty_lines(input);
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        request: &mut Request<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        read(input, request, self.most_headers)
    }
}

impl Request<&[u8]> {
    /// An empty request with the storage of this one, to be filled from another buffer.
    ///
    /// ```
    /// use zc_parse::Single;
    /// use zc_parse::http1::{Request, RequestHead};
    ///
    /// let mut heads = Single::new(RequestHead::new());
    /// let mut spare = Request::default();
    /// for _ in 0..3 {
    ///     let head = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".to_vec();
    ///     let mut request = spare.recycle();
    ///     heads.parse(&head, &mut request)?;
    ///     assert_eq!(request.headers.len(), 1);
    ///     spare = request.recycle();
    /// }
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn recycle<'n>(self) -> Request<&'n [u8]> {
        let list = self.headers.list.recycle();
        Request { headers: Headers { list, ..Headers::default() }, ..Request::default() }
    }
}

/// Reads a whole request head.
#[inline(always)]
pub(super) fn read<'i, F: Find>(
    input: &mut Scanner<'i, F>,
    request: &mut Request<&'i [u8]>,
    most_headers: usize,
) -> Result<(), Mismatch> {
    let start = input.offset();
    let method_end = input.find(NAME, start);
    let end = input.find(VALUE, start);
    let Some(line) = line(input.input(), start, method_end, end) else {
        return Err(bad_line(input.input(), start, method_end));
    };
    (request.method, request.target, request.version) = (line.method, line.target, line.version);
    input.set_offset(line.end);
    let mut framing = Framing::of_message(&line.version);
    section(input, &mut request.headers, most_headers, Ending::Lenient, &mut framing)?;
    request.body = framing.of_request()?;
    Ok(())
}

/// A request line.
struct Line<'i> {
    method: &'i [u8],
    target: &'i [u8],
    version: Version<&'i [u8]>,
    /// The offset behind the line ending.
    end: usize,
}

/// The request line from `start` on, if that is what it is; the first control character stands at
/// `end`. The version has a fixed length, so the target is what lies between.
#[inline(always)]
fn line(bytes: &[u8], start: usize, method_end: usize, end: usize) -> Option<Line<'_>> {
    let (before, version) = bytes.get(start..end)?.split_last_chunk::<{ super::version::LEN }>()?;
    let version = Version::of(version)?;
    let (method, rest) = before.split_at_checked(method_end - start)?;
    let [b' ', target @ .., b' '] = rest else { return None };
    if method.is_empty() || target.is_empty() || has_blank(target) {
        return None;
    }
    Some(Line { method, target, version, end: line_end(bytes, end, Ending::Lenient)? })
}

/// Whether there is a space or HTAB in `target`, which holds no other control character: 8 bytes a
/// turn, which is faster than a call for targets of the usual length.
#[inline(always)]
fn has_blank(target: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let (chunks, rest) = target.as_chunks::<8>();
    let Some(last) = target.last_chunk().filter(|_| !rest.is_empty()) else {
        return chunks.iter().any(any_blank) || rest.iter().any(is_blank);
    };
    chunks.iter().any(any_blank) || any_blank(last)
}

/// Whether one of the bytes is below `!`: subtracting it borrows from the highest bit of a byte
/// where that is not set.
#[inline(always)]
fn any_blank(bytes: &[u8; 8]) -> bool {
    let word = u64::from_le_bytes(*bytes);
    word.wrapping_sub(u64::from_le_bytes([b'!'; 8])) & !word & u64::from_le_bytes([0x80; 8]) != 0
}

/// Where the line from `start` on stops to be a request line, and why.
#[cold]
fn bad_line(bytes: &[u8], start: usize, method_end: usize) -> Mismatch {
    if method_end == start {
        return mismatch(start, Expected::Named("a method"));
    }
    if bytes.get(method_end) != Some(&b' ') {
        return mismatch(method_end, Expected::Byte(b' '));
    }
    let target = method_end + 1;
    let is_target = |byte: &&u8| !matches!(byte, 0..=b' ' | 0x7f);
    let target_end = target + bytes[target..].iter().take_while(is_target).count();
    if target_end == target {
        return mismatch(target, Expected::Named("a target"));
    }
    if bytes.get(target_end) != Some(&b' ') {
        return mismatch(target_end, Expected::Byte(b' '));
    }
    let version = target_end + 1;
    let version_end = version + super::version::LEN;
    match bytes.get(version..version_end).and_then(Version::of) {
        None => mismatch(version, Expected::Named("a version such as `HTTP/1.1`")),
        Some(_) => bad_end(bytes, version_end, Ending::Lenient),
    }
}

impl<S> Record for Request<S> {
    type Slice = S;
    type Of<T> = Request<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Request<T> {
        Request {
            method: f(&self.method),
            target: f(&self.target),
            version: self.version.map(&mut f),
            headers: self.headers.map(&mut f),
            body: self.body,
        }
    }
}
