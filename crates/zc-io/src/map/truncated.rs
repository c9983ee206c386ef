//! [`Truncated`]: what is known of a file that changed, or was not there, while it was mapped.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

/// A file did not stay as it was when it was mapped, or a page of it could not be read.
///
/// A page behind the end of a file and one that its disk does not yield raise the same signal. So
/// where a page was gone and the file is as long as before, its message says no more than that the
/// page could not be read: by a fault of the disk, or since the file shrank and grew again.
///
/// ```
/// use std::io::ErrorKind;
/// use zc_io::Truncated;
///
/// fn of(error: &std::io::Error) -> Option<&Truncated> {
///     error.get_ref()?.downcast_ref()
/// }
/// assert!(of(&ErrorKind::UnexpectedEof.into()).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Truncated {
    /// How many bytes were mapped: those that the file had then.
    pub mapped_len: u64,
    /// How many bytes it has now, if that could be found out. As many as before if it grew again
    /// or was written to.
    pub len_now: Option<u64>,
    /// The offset of a byte that was not there when it was looked at, if that happened. The file
    /// ended within the page before it, or within its own, or the disk could not be read there.
    pub gone_from: Option<u64>,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(len), Some(offset)) = (self.len_now, self.gone_from)
            && len == self.mapped_len
        {
            return write!(
                f,
                "the page at byte {offset} of the file could not be read while it was mapped, \
                 though it has {len} bytes, as it had then"
            );
        }
        write!(f, "the file changed while it was mapped: it had {} bytes", self.mapped_len)?;
        match self.len_now {
            Some(len) if len != self.mapped_len => write!(f, " and has {len}")?,
            Some(_) => f.write_str(" and has as many, but was written to")?,
            None => f.write_str(" and cannot be asked for more")?,
        }
        match self.gone_from {
            Some(offset) => write!(f, "; byte {offset} was gone when it was read"),
            None => Ok(()),
        }
    }
}

impl Error for Truncated {}

/// The kind is [`UnexpectedEof`](ErrorKind::UnexpectedEof).
impl From<Truncated> for io::Error {
    fn from(truncated: Truncated) -> Self {
        Self::new(ErrorKind::UnexpectedEof, truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::Truncated;

    #[track_caller]
    fn check(len_now: Option<u64>, gone_from: Option<u64>, expected: &str) {
        let truncated = Truncated { mapped_len: 9000, len_now, gone_from };
        assert_eq!(std::io::Error::from(truncated).to_string(), expected);
    }

    #[test]
    fn a_message_says_what_is_known() {
        let changed =
            |what| format!("the file changed while it was mapped: it had 9000 bytes{what}");
        check(Some(10), None, &changed(" and has 10"));
        let gone = " and has 0; byte 4096 was gone when it was read";
        check(Some(0), Some(4096), &changed(gone));
        check(Some(9000), None, &changed(" and has as many, but was written to"));
        check(None, None, &changed(" and cannot be asked for more"));
    }

    #[test]
    fn a_page_that_is_gone_from_a_file_as_long_as_before_is_not_called_a_change() {
        let expected = "the page at byte 4096 of the file could not be read while it was mapped, \
                        though it has 9000 bytes, as it had then";
        check(Some(9000), Some(4096), expected);
    }
}
