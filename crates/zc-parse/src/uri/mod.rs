//! URI references and their parts: RFC 3986, section 3, for which appendix A has the grammar.
//!
//! ```text
//! reference = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
//! authority = [ userinfo "@" ] host [ ":" port ]
//!
//!   foo://example.com:8042/over/there?name=ferret#nose
//!   \_/   \______________/\_________/ \_________/ \__/
//! scheme     authority       path        query   fragment
//! ```
//!
//! Each part has only the characters that the RFC allows in it, and percent-encodings are well
//! formed; nothing is decoded, normalized or resolved. A port is digits, however large, and an
//! address in brackets has the form of one. Zones of addresses (RFC 6874) are refused.
//!
//! | what you have | what you call |
//! | --- | --- |
//! | a reference | [`parse`] |
//! | the target of a request: RFC 9112, section 3.2 | [`parse_origin_form`], or [`parse`] where it is absolute, or [`parse_authority`] for `CONNECT` |
//! | lines, or a reference with something behind it | [`UriReference`], a grammar |
//! | a query of `name=value` pairs | [`Uri::query_pairs`] |
//! | text with percent-encodings | [`percent_decode`], or [`form_decode`] for forms |

mod authority;
mod percent;
mod query;

pub use authority::Authority;
pub use percent::{form_decode, percent_decode};
pub use query::QueryPairs;

use zc_core::mask::{Find, Scanner, Slice, StopSet};
use zc_core::{Expected, Mismatch, Position};

use crate::framing::Newline;
use crate::{Error, Fields, Grammar, Record, Value};

const SCHEME: usize = 0;
const USERINFO: usize = 1;
const NAME: usize = 2;
const PATH: usize = 3;
const QUERY: usize = 4;
/// What ends each part: all that may not stand in it, and `%`, behind which digits are needed.
const STOPS: &[StopSet] = &[
    all_but(b"+-."),
    all_but(b"-._~!$&'()*+,;=:"),
    all_but(b"-._~!$&'()*+,;="),
    all_but(b"-._~!$&'()*+,;=:@/"),
    all_but(b"-._~!$&'()*+,;=:@/?"),
];

/// Every byte but letters, digits and `others`.
const fn all_but(others: &[u8]) -> StopSet {
    let mut table = [true; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = !byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = false;
        at += 1;
    }
    StopSet::from_table(table)
}

/// The grammar of lines that hold a URI reference each; an empty line is the empty reference.
///
/// ```
/// use zc_parse::{Records, UriReference};
///
/// let lines = b"https://example.org/a?q=1\n../b#top\n/c d\n";
/// let uris: Vec<_> = Records::new(UriReference, lines).collect();
/// assert_eq!(uris[0].as_ref().unwrap().query, Some(&b"q=1"[..]));
/// assert_eq!(uris[1].as_ref().unwrap().path, b"../b");
/// assert_eq!(uris[2].as_ref().unwrap_err().position().column, 3);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct UriReference;

/// The parts of a URI reference, as they stand in it. A part that is absent is `None`, and one
/// that is there may be empty.
///
/// ```
/// use zc_parse::uri::parse;
///
/// let input = b"mailto:ada@example.org?subject=zc&cc=";
/// let uri = parse(input)?;
/// assert_eq!((uri.scheme, uri.path), (Some(&b"mailto"[..]), &b"ada@example.org"[..]));
/// assert_eq!((uri.authority, uri.query_pairs().count()), (None, 2));
/// zc_core::assert_borrows!(input, uri.path);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Uri<S> {
    /// What lies before the first `:`; section 3.1.
    pub scheme: Option<S>,
    /// What lies behind `//`; section 3.2.
    pub authority: Option<Authority<S>>,
    /// The path, often empty; section 3.3.
    pub path: S,
    /// What lies behind `?`; section 3.4.
    pub query: Option<S>,
    /// What lies behind `#`; section 3.5.
    pub fragment: Option<S>,
}

/// Takes a URI reference apart.
///
/// ```
/// let uri = zc_parse::uri::parse(b"http://[::1]:80/a%20b?q")?;
/// let authority = uri.authority.unwrap();
/// assert_eq!((authority.host, authority.port), (&b"[::1]"[..], Some(&b"80"[..])));
/// assert_eq!((uri.path, uri.query), (&b"/a%20b"[..], Some(&b"q"[..])));
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Errors
///
/// An [`Error`] at the first byte that cannot stand where it stands.
///
/// # Copies
///
/// Never.
pub fn parse(reference: &[u8]) -> Result<Uri<&[u8]>, Error> {
    whole(reference, |input| {
        let mut uri = Uri::default();
        UriReference.parse(input, &mut uri)?;
        Ok(uri)
    })
}

/// Takes the target of a request apart that is a path with or without a query, or `*`. A path that
/// begins with `//` is a path here.
///
/// ```
/// use zc_parse::uri::parse_origin_form;
///
/// let target = parse_origin_form(b"//cdn/a.js?v=2")?;
/// assert_eq!((target.path, target.query), (&b"//cdn/a.js"[..], Some(&b"v=2"[..])));
/// assert!(parse_origin_form(b"http://example.org/").is_err());
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Errors
///
/// As [`parse`].
///
/// # Copies
///
/// Never.
pub fn parse_origin_form(target: &[u8]) -> Result<Uri<&[u8]>, Error> {
    whole(target, |input| {
        let mut uri = Uri::default();
        if input.peek() == Some(b'*') {
            uri.path = &target[..1];
            input.set_offset(1);
            return Ok(uri);
        }
        if input.peek() != Some(b'/') {
            return Err(input.mismatch(Expected::Byte(b'/')));
        }
        uri.path = part(input, PATH)?;
        uri.query = optional_part(input, b'?')?;
        Ok(uri)
    })
}

/// Takes a host apart that has a port or a user with it, as the target of `CONNECT`, which would
/// be a scheme and a path for [`parse`].
///
/// ```
/// use zc_parse::uri::parse_authority;
///
/// let target = parse_authority(b"example.org:443")?;
/// assert_eq!((target.host, target.port), (&b"example.org"[..], Some(&b"443"[..])));
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Errors
///
/// As [`parse`].
///
/// # Copies
///
/// Never.
pub fn parse_authority(authority: &[u8]) -> Result<Authority<&[u8]>, Error> {
    whole(authority, Authority::read)
}

/// What `read` makes of `input`, behind which nothing may follow.
fn whole<'i, T>(
    input: &'i [u8],
    read: impl FnOnce(&mut Scanner<'i, Slice<'static>>) -> Result<T, Mismatch>,
) -> Result<T, Error> {
    let mut scanner = Scanner::new(input, Slice::new(STOPS));
    let outcome = read(&mut scanner).and_then(|parts| {
        if scanner.is_at_end() {
            return Ok(parts);
        }
        Err(scanner.mismatch(Expected::Named("the end of the input")))
    });
    outcome.map_err(|mismatch| Error::mismatch(Position::START, input, mismatch))
}

impl Grammar for UriReference {
    type Record<'i> = Uri<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        line: &mut Scanner<'i, F>,
        uri: &mut Uri<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        uri.scheme = scheme(line);
        uri.authority =
            if line.literal(b"//").is_ok() { Some(Authority::read(line)?) } else { None };
        let start = line.offset();
        uri.path = part(line, PATH)?;
        if uri.scheme.is_none() && uri.authority.is_none() {
            check_first_segment(uri.path, start)?;
        }
        uri.query = optional_part(line, b'?')?;
        uri.fragment = optional_part(line, b'#')?;
        Ok(())
    }
}

/// The scheme, if there is one; moves past the `:` behind it.
#[inline(always)]
fn scheme<'i, F: Find>(line: &mut Scanner<'i, F>) -> Option<&'i [u8]> {
    let start = line.offset();
    let scheme = line.run(SCHEME);
    if scheme.first().is_some_and(u8::is_ascii_alphabetic) && line.eat(b':') {
        return Some(scheme);
    }
    line.set_offset(start);
    None
}

/// A `:` in the first segment of a path at `start` would have ended a scheme: section 4.2.
#[inline(always)]
fn check_first_segment(path: &[u8], start: usize) -> Result<(), Mismatch> {
    match path.iter().position(|byte| matches!(byte, b':' | b'/')) {
        Some(at) if path[at] == b':' => {
            Err(Mismatch { offset: start + at, expected: Expected::Named("a scheme before `:`") })
        }
        _ => Ok(()),
    }
}

/// What lies behind `mark`, if that comes next.
#[inline(always)]
fn optional_part<'i, F: Find>(
    line: &mut Scanner<'i, F>,
    mark: u8,
) -> Result<Option<&'i [u8]>, Mismatch> {
    if line.eat(mark) { part(line, QUERY).map(Some) } else { Ok(None) }
}

/// What lies before the next byte that may not stand in the part of set number `set`.
#[inline(always)]
fn part<'i, F: Find>(line: &mut Scanner<'i, F>, set: usize) -> Result<&'i [u8], Mismatch> {
    let start = line.offset();
    loop {
        line.run(set);
        if !line.eat(b'%') {
            return Ok(&line.input()[start..line.offset()]);
        }
        for _ in 0..2 {
            if !line.peek().is_some_and(|digit| digit.is_ascii_hexdigit()) {
                return Err(line.mismatch(Expected::Named("a hexadecimal digit")));
            }
            line.set_offset(line.offset() + 1);
        }
    }
}

impl<'i> Uri<&'i [u8]> {
    /// The pairs of the query; none where there is no query.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn query_pairs(&self) -> QueryPairs<'i> {
        QueryPairs::new(self.query.unwrap_or_default())
    }
}

impl<'i> Fields<'i> for Uri<&'i [u8]> {
    const NAMES: &'static [&'static str] =
        &["scheme", "userinfo", "host", "port", "path", "query", "fragment"];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        let part = match index {
            0 => self.scheme,
            1 => self.authority.and_then(|authority| authority.userinfo),
            2 => self.authority.map(|authority| authority.host),
            3 => self.authority.and_then(|authority| authority.port),
            4 => Some(self.path),
            5 => self.query,
            6 => self.fragment,
            _ => None,
        };
        part.map_or(Value::Absent, Value::Text)
    }
}

impl<S> Record for Uri<S> {
    type Slice = S;
    type Of<T> = Uri<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Uri<T> {
        Uri {
            scheme: self.scheme.as_ref().map(&mut f),
            authority: self.authority.as_ref().map(|authority| authority.map(&mut f)),
            path: f(&self.path),
            query: self.query.as_ref().map(&mut f),
            fragment: self.fragment.as_ref().map(&mut f),
        }
    }
}
