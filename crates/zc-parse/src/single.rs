//! [`Single`]: single records, each by the back end that is faster for it.

use zc_core::Position;
use zc_core::mask::{Find, Level, MaskBuffer, Scanner, Slice, StopSet};

use crate::{Error, Grammar};

/// Reads single records, one after the other, each from a buffer of its own: the lines, heads and
/// messages that a [`Framer`](zc_core::Framer) cut off.
///
/// Masks are made for a record where that is faster than to search its bytes. It depends on the
/// stop sets more than on the length: a set of up to three bytes is sought with vector
/// instructions anyway, a larger one byte by byte.
///
/// ```
/// use zc_parse::http1::{Request, RequestHead};
/// use zc_parse::Single;
///
/// let mut heads = Single::new(RequestHead::new());
/// let mut request = Request::default();
/// let rest = heads.parse(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", &mut request)?;
/// assert_eq!((request.target, rest), (&b"/"[..], &b""[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug)]
pub struct Single<G> {
    grammar: G,
    masks: MaskBuffer,
    /// The shortest record, in bytes, for which masks are made.
    crossing: usize,
}

/// The shortest record for which masks are made, in bytes, where a set has many stops; `crossing`
/// of the benchmark shows it.
const CROSSING: usize = 64;

impl<G: Grammar> Single<G> {
    /// Reads records of `grammar`.
    #[must_use]
    pub fn new(grammar: G) -> Self {
        let is_searched_fast = grammar.stops().iter().all(StopSet::is_small);
        let crossing = if is_searched_fast { usize::MAX } else { CROSSING };
        Self { grammar, masks: MaskBuffer::new(), crossing }
    }

    /// The same with masks made at a given level.
    ///
    /// ```
    /// use zc_core::mask::Level;
    /// use zc_parse::{CommandLine, Command, Single};
    ///
    /// let mut single = Single::new(CommandLine).with_level(Level::Portable);
    /// let mut command = Command::default();
    /// single.parse(b"GET /", &mut command)?;
    /// assert_eq!(command.path, b"/");
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.masks = MaskBuffer::with_level(level);
        self
    }

    /// Reads the record at the beginning of `input` into `record`, whose storage is used again;
    /// returns what lies behind it, as [`Grammar::parse_one`] does. All of `input` may be looked
    /// at, so it should be one record.
    ///
    /// # Errors
    ///
    /// As [`Grammar::parse_one`].
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    #[inline]
    pub fn parse<'i>(
        &mut self,
        input: &'i [u8],
        record: &mut G::Record<'i>,
    ) -> Result<&'i [u8], Error> {
        if input.len() < self.crossing {
            return parse(&self.grammar, input, Slice::new(self.grammar.stops()), record);
        }
        let masks = self.masks.scan(self.grammar.stops(), input, input.len());
        parse(&self.grammar, input, masks, record)
    }
}

/// Reads the record at the beginning of `input`; returns what lies behind it.
#[inline]
pub(crate) fn parse<'i, G: Grammar + ?Sized>(
    grammar: &G,
    input: &'i [u8],
    finder: impl Find,
    record: &mut G::Record<'i>,
) -> Result<&'i [u8], Error> {
    let mut scanner = Scanner::new(input, finder);
    match grammar.parse(&mut scanner, record) {
        Ok(()) => Ok(scanner.rest()),
        Err(mismatch) => Err(Error::mismatch(Position::START, input, mismatch)),
    }
}
