//! [`Answer`]: what came of asking.

use std::io;

use rustix::io::Errno;

/// What came of asking the system for something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer<T = ()> {
    /// It is there.
    Yes(T),
    /// It is not, for this reason.
    No(String),
    /// It could not be found out, for this reason.
    CannotTell(String),
}

impl<T> Answer<T> {
    /// What was asked for, if it is there.
    ///
    /// ```
    /// use zc_io::probe::Answer;
    ///
    /// assert_eq!(Answer::Yes(4096).yes(), Some(4096));
    /// assert_eq!(Answer::<u32>::No("it has none".to_owned()).yes(), None);
    /// ```
    #[must_use]
    pub fn yes(self) -> Option<T> {
        match self {
            Self::Yes(it) => Some(it),
            Self::No(_) | Self::CannotTell(_) => None,
        }
    }

    /// What a call returned: an error that stands for "not here" is a no, any other tells nothing.
    pub(super) fn of(outcome: Result<T, Errno>) -> Self {
        match outcome {
            Ok(it) => Self::Yes(it),
            Err(
                errno @ (Errno::INVAL
                | Errno::NOSYS
                | Errno::NOTTY
                | Errno::OPNOTSUPP
                | Errno::PERM
                | Errno::XDEV),
            ) => Self::No(text(errno.into())),
            Err(errno) => Self::CannotTell(text(errno.into())),
        }
    }

    /// That an error kept it from being found out.
    pub(super) fn unknown(error: io::Error) -> Self {
        Self::CannotTell(text(error))
    }
}

/// An error in the words of the operating system, without its number.
#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn text(error: io::Error) -> String {
    let text = error.to_string();
    text.find(" (os error ").map_or(&*text, |end| &text[..end]).to_owned()
}
