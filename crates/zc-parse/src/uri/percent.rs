//! [`percent_decode`]: bytes as they were before they were put into a URI: RFC 3986, section 2.1.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use zc_core::{Expected, Mismatch, Position};

use crate::Error;

/// Decodes `%` and two hexadecimal digits to the byte they stand for, once: what comes out is not
/// decoded again, and need not be UTF-8.
///
/// ```
/// use zc_parse::uri::percent_decode;
///
/// assert_eq!(&*percent_decode(b"/a%20b%C3%A9+")?, "/a bé+".as_bytes());
/// assert_eq!(percent_decode(b"50%").unwrap_err().position().offset, 3);
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Errors
///
/// An [`Error`] where a hexadecimal digit is missing behind `%`.
///
/// # Copies
///
/// Never without a `%` in `text`, else the whole of it, once.
pub fn percent_decode(text: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    decode(text, b'%')
}

/// The same for names and values of forms, where `+` stands for a space: the URL Standard, section
/// "application/x-www-form-urlencoded". Unlike there, a `%` without digits is an error.
///
/// ```
/// assert_eq!(&*zc_parse::uri::form_decode(b"a+b%2Bc")?, b"a b+c");
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Errors
///
/// As [`percent_decode`].
///
/// # Copies
///
/// Never without a `%` or a `+` in `text`, else the whole of it, once.
pub fn form_decode(text: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    decode(text, b'+')
}

/// Decodes percent-encodings, and `space`, unless it is `%`, to a space.
fn decode(text: &[u8], space: u8) -> Result<Cow<'_, [u8]>, Error> {
    let next = |from: usize| memchr::memchr2(b'%', space, &text[from..]).map(|at| from + at);
    let Some(mut at) = next(0) else { return Ok(Cow::Borrowed(text)) };
    // Nothing becomes longer.
    let mut decoded = Vec::with_capacity(text.len());
    let mut start = 0;
    loop {
        decoded.extend_from_slice(&text[start..at]);
        if text[at] == b'%' {
            let byte = digit(text, at + 1)? << 4 | digit(text, at + 2)?;
            decoded.push(byte);
            start = at + 3;
        } else {
            decoded.push(b' ');
            start = at + 1;
        }
        let Some(found) = next(start) else { break };
        at = found;
    }
    decoded.extend_from_slice(&text[start..]);
    Ok(Cow::Owned(decoded))
}

fn digit(text: &[u8], at: usize) -> Result<u8, Error> {
    match text.get(at) {
        Some(byte @ b'0'..=b'9') => Ok(byte - b'0'),
        Some(byte @ b'a'..=b'f') => Ok(byte - b'a' + 10),
        Some(byte @ b'A'..=b'F') => Ok(byte - b'A' + 10),
        _ => {
            let expected = Expected::Named("a hexadecimal digit");
            Err(Error::mismatch(Position::START, text, Mismatch { offset: at, expected }))
        }
    }
}
