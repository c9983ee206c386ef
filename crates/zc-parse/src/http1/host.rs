//! [`Request::host`]: whether a request has the one `Host` that it must have.

use core::fmt;

use super::Request;
use crate::uri::parse_authority;

/// Why a request has no host that can be used; the answer to all of them is the status 400.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{HostError, RequestHead};
///
/// let head = b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n";
/// let (request, _) = RequestHead::new().parse_one(head)?;
/// assert_eq!(request.host(), Err(HostError::Repeated));
/// assert_eq!(HostError::Missing.to_string(), "the request has no Host");
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostError {
    /// A request of HTTP/1.1 has no `Host`.
    Missing,
    /// There are several, be they the same or not.
    Repeated,
    /// It is no host with or without a port.
    Invalid,
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the request has no Host",
            Self::Repeated => "the request has more than one Host",
            Self::Invalid => "the Host of the request is not valid",
        })
    }
}

impl core::error::Error for HostError {}

impl<S: AsRef<[u8]>> Request<S> {
    /// The host that the request is for, as `Host` has it, with its port; it may be empty, and
    /// where the target is a whole URI, that one's host counts in its place. `None` where a
    /// request of HTTP/1.0 names none.
    ///
    /// ```
    /// use zc_parse::Grammar;
    /// use zc_parse::http1::{HostError, RequestHead};
    ///
    /// let head = RequestHead::new();
    /// let (request, _) = head.parse_one(b"GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n")?;
    /// assert_eq!(request.host(), Ok(Some(&&b"[::1]:80"[..])));
    /// let (request, _) = head.parse_one(b"GET / HTTP/1.1\r\n\r\n")?;
    /// assert_eq!(request.host(), Err(HostError::Missing));
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// By RFC 9112, section 3.2: there must be exactly one in HTTP/1.1 and at most one before it,
    /// and it must be a host of RFC 3986 with or without a port.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn host(&self) -> Result<Option<&S>, HostError> {
        let mut hosts = self.headers.get_all(b"host");
        let Some(host) = hosts.next() else {
            let must_be_there = (self.version.major, self.version.minor) >= (1, 1);
            return if must_be_there { Err(HostError::Missing) } else { Ok(None) };
        };
        if hosts.next().is_some() {
            return Err(HostError::Repeated);
        }
        match parse_authority(host.as_ref()) {
            Ok(authority) if authority.userinfo.is_none() => Ok(Some(host)),
            _ => Err(HostError::Invalid),
        }
    }
}
