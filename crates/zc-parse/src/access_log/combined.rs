//! The Combined Log Format: Common, then `"referer" "user_agent"`, and perhaps more.

use alloc::borrow::Cow;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Mismatch, SliceExt};

use super::common::common;
use super::{Common, STOPS, dash_is_none, quoted, unescape};
use crate::framing::Newline;
use crate::{Fields, Grammar, Record, Value};

/// The grammar of the Combined Log Format.
///
/// ```
/// use zc_parse::{CombinedLog, Grammar};
///
/// let line = b"::1 - - [10/Oct/2000:13:55:36 -0700] \"-\" 408 - \"-\" \"curl/8\"";
/// let (line, _) = CombinedLog.parse_one(line)?;
/// assert_eq!((line.common.status, line.referer), (Some(408), None));
/// assert_eq!(line.user_agent, Some(&b"curl/8"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CombinedLog;

/// A line of the Combined Log Format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Combined<S> {
    /// What it shares with the Common Log Format.
    pub common: Common<S>,
    /// Where the client says that it came from (`%{Referer}i`).
    pub referer: Option<S>,
    /// What the client says that it is (`%{User-agent}i`).
    pub user_agent: Option<S>,
    /// What the server was told to write behind the format, as it stands; it has no name among
    /// the [`Fields`].
    pub rest: Option<S>,
}

impl Grammar for CombinedLog {
    type Record<'i> = Combined<&'i [u8]>;
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
        record: &mut Combined<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        let common = common(line)?;
        line.literal(b" ")?;
        let referer = dash_is_none(quoted(line)?);
        line.literal(b" ")?;
        let user_agent = dash_is_none(quoted(line)?);
        let rest = line.eat(b' ').then(|| {
            let rest = first_line(line.rest());
            line.set_offset(line.offset() + rest.len());
            rest.trim_carriage_return()
        });
        *record = Combined { common, referer, user_agent, rest };
        Ok(())
    }
}

/// What lies before the end of the line that `input` begins with.
///
/// By its own search: a set of stops for the newline alone would cost every window a pass, and a
/// scanner that is handed to a function that is not inlined is kept in memory.
#[cold]
fn first_line(input: &[u8]) -> &[u8] {
    &input[..input.find_byte(b'\n').unwrap_or(input.len())]
}

impl<'i> Combined<&'i [u8]> {
    /// The line with the escapes of every field undone.
    ///
    /// ```
    /// use zc_parse::{CombinedLog, Grammar};
    ///
    /// let line = br#"::1 - - [t] "GET / HTTP/1.1" 200 5 "-" "\"curl\"""#;
    /// let (record, _) = CombinedLog.parse_one(line)?;
    /// assert_eq!(record.unescaped().user_agent.as_deref(), Some(&br#""curl""#[..]));
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Each field with a backslash in it, once; the others are borrowed.
    #[must_use]
    pub fn unescaped(&self) -> Combined<Cow<'i, [u8]>> {
        self.map(|field| unescape(field))
    }
}

impl<S> Record for Combined<S> {
    type Slice = S;
    type Of<T> = Combined<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Combined<T> {
        Combined {
            common: self.common.map(&mut f),
            referer: self.referer.as_ref().map(&mut f),
            user_agent: self.user_agent.as_ref().map(&mut f),
            rest: self.rest.as_ref().map(&mut f),
        }
    }
}

impl<'i> Fields<'i> for Combined<&'i [u8]> {
    const NAMES: &'static [&'static str] = &[
        "host",
        "ident",
        "user",
        "time",
        "method",
        "target",
        "protocol",
        "status",
        "bytes",
        "referer",
        "user_agent",
        "request",
    ];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match index {
            9 => Value::text_or_null(self.referer),
            10 => Value::text_or_null(self.user_agent),
            11 => self.common.request.whole(),
            _ => self.common.field(index),
        }
    }
}
