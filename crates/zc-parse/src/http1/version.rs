//! [`Version`]: what a message says of the protocol, as `HTTP/1.1`.

use crate::Record;

/// The version of a message: RFC 9112, section 2.3.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::RequestHead;
///
/// let (request, _) = RequestHead::new().parse_one(b"GET / HTTP/1.0\r\n\r\n")?;
/// let version = request.version;
/// assert_eq!((version.name, version.major, version.minor), (&b"HTTP/1.0"[..], 1, 0));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Version<S> {
    /// All of it, such as `HTTP/1.1`.
    pub name: S,
    /// The digit before the dot.
    pub major: u8,
    /// The digit behind it.
    pub minor: u8,
}

/// Bytes of a version.
pub(super) const LEN: usize = 8;

impl<'i> Version<&'i [u8]> {
    /// The version that `name` is.
    #[inline(always)]
    pub(super) fn of(name: &'i [u8]) -> Option<Self> {
        if name == b"HTTP/1.1" {
            return Some(Self { name, major: 1, minor: 1 });
        }
        let &[major, b'.', minor] = name.strip_prefix(b"HTTP/")? else { return None };
        if !major.is_ascii_digit() || !minor.is_ascii_digit() {
            return None;
        }
        Some(Self { name, major: major - b'0', minor: minor - b'0' })
    }
}

impl<S> Record for Version<S> {
    type Slice = S;
    type Of<T> = Version<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Version<T> {
        Version { name: f(&self.name), major: self.major, minor: self.minor }
    }
}
