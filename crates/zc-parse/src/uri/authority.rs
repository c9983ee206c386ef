//! [`Authority`]: the host of a URI, with its port and user: RFC 3986, section 3.2.

use core::net::Ipv6Addr;

use zc_core::mask::{Find, Scanner};
use zc_core::{Expected, Mismatch};

use super::{NAME, PATH, STOPS, USERINFO, part};
use crate::Record;

/// Who answers for what a URI names.
///
/// ```
/// use zc_parse::uri::{Authority, parse};
///
/// let uri = parse(b"ftp://ada@[2001:db8::1]:2121/")?;
/// let authority = uri.authority.unwrap();
/// assert_eq!(
///     authority,
///     Authority { userinfo: Some(&b"ada"[..]), host: b"[2001:db8::1]", port: Some(b"2121") }
/// );
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Authority<S> {
    /// What lies before `@`.
    pub userinfo: Option<S>,
    /// A name, or an address; one of version 6 with its brackets. It may be empty.
    pub host: S,
    /// The digits behind `:`, perhaps none.
    pub port: Option<S>,
}

impl<'i> Authority<&'i [u8]> {
    /// Reads an authority, up to `/`, `?`, `#` or what stands in no URI.
    #[inline(always)]
    pub(super) fn read<F: Find>(line: &mut Scanner<'i, F>) -> Result<Self, Mismatch> {
        let userinfo = userinfo(line)?;
        let host = if line.peek() == Some(b'[') { literal(line)? } else { part(line, NAME)? };
        let port = if line.eat(b':') { Some(digits(line)) } else { None };
        match line.peek() {
            Some(byte) if byte != b'/' && (byte == b'%' || !STOPS[PATH].contains(byte)) => {
                let expected = if port.is_some() { "a digit of a port" } else { "`:` or `/`" };
                Err(line.mismatch(Expected::Named(expected)))
            }
            _ => Ok(Self { userinfo, host, port }),
        }
    }
}

/// The user, if there is one; moves past the `@` behind it.
#[inline(always)]
fn userinfo<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<Option<&'i [u8]>, Mismatch> {
    let start = line.offset();
    let userinfo = part(line, USERINFO)?;
    if line.eat(b'@') {
        return Ok(Some(userinfo));
    }
    line.set_offset(start);
    Ok(None)
}

/// An address between brackets, with them.
#[inline(always)]
fn literal<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<&'i [u8], Mismatch> {
    let start = line.offset();
    line.set_offset(start + 1);
    let address = line.run(USERINFO);
    if !line.eat(b']') {
        return Err(line.mismatch(Expected::Byte(b']')));
    }
    if !is_ipv6(address) && !is_future(address) {
        line.set_offset(start + 1);
        return Err(line.mismatch(Expected::Named("an IP address of version 6 or later")));
    }
    Ok(&line.input()[start..line.offset()])
}

fn is_ipv6(address: &[u8]) -> bool {
    str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// `v`, a version, `.` and an address that only that version knows.
fn is_future(address: &[u8]) -> bool {
    let Some((b'v' | b'V', rest)) = address.split_first() else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    digits > 0 && rest.get(digits) == Some(&b'.') && rest.len() > digits + 1
}

#[inline(always)]
fn digits<'i, F: Find>(line: &mut Scanner<'i, F>) -> &'i [u8] {
    let start = line.offset();
    while let Some(b'0'..=b'9') = line.peek() {
        line.set_offset(line.offset() + 1);
    }
    &line.input()[start..line.offset()]
}

impl<S> Record for Authority<S> {
    type Slice = S;
    type Of<T> = Authority<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Authority<T> {
        Authority {
            userinfo: self.userinfo.as_ref().map(&mut f),
            host: f(&self.host),
            port: self.port.as_ref().map(&mut f),
        }
    }
}
