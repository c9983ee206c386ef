//! [`Scanner`]: the cursor that a grammar is written against.

use core::ops::ControlFlow;

use super::Find;
use crate::{Expected, Mismatch};

/// An input, an offset in it, and a back end that finds stop bytes.
///
/// Everything it hands out borrows from the input. A call that fails leaves the offset where it
/// was; a grammar goes back by setting an earlier one.
///
/// ```
/// use zc_core::Mismatch;
/// use zc_core::mask::{Scanner, Slice, StopSet};
///
/// const EQUALS: usize = 0;
/// const STOPS: &[StopSet] = &[StopSet::of(b"=\n")];
///
/// let mut line = Scanner::new(b"key=value\n", Slice::new(STOPS));
/// assert_eq!(line.until(EQUALS, b'=')?, b"key");
/// assert_eq!(line.run(EQUALS), b"value");
/// assert_eq!(line.until(EQUALS, b'=').unwrap_err().offset, 9);
/// assert_eq!(line.peek(), Some(b'\n'));
/// # Ok::<(), Mismatch>(())
/// ```
///
/// A grammar goes back where it has to, and fails where it must:
///
/// ```
/// use zc_core::mask::{Find, Scanner, Slice, StopSet};
/// use zc_core::{Expected, Mismatch};
///
/// const END: usize = 0;
/// const STOPS: &[StopSet] = &[StopSet::of(b"\n")];
///
/// /// `v=` and a number, or anything else as a comment.
/// fn line<'i>(input: &mut Scanner<'i, impl Find>) -> Result<&'i [u8], Mismatch> {
///     let start = input.offset();
///     if input.eat(b'v') && input.literal(b"=").is_ok() {
///         let value = input.run(END);
///         let is_number = value.iter().all(u8::is_ascii_digit);
///         return is_number.then_some(value).ok_or(input.mismatch(Expected::Named("a number")));
///     }
///     input.set_offset(start);
///     Ok(input.run(END))
/// }
///
/// let scanner = |text: &'static [u8]| Scanner::new(text, Slice::new(STOPS));
/// let mut good = scanner(b"v=12");
/// assert_eq!(line(&mut good)?, b"12");
/// assert!(good.is_at_end());
/// assert_eq!(line(&mut scanner(b"version"))?, b"version");
/// assert_eq!(line(&mut scanner(b"v=x")).unwrap_err().offset, 3);
///
/// let text = scanner(b"a\nb");
/// assert_eq!(text.find(0, END), text.finder().find(text.input(), 0, END));
/// # Ok::<(), Mismatch>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scanner<'i, F> {
    input: &'i [u8],
    offset: usize,
    finder: F,
}

impl<'i, F: Find> Scanner<'i, F> {
    /// A scanner at the beginning of `input`, whose stops `finder` knows.
    #[must_use]
    #[inline(always)]
    pub const fn new(input: &'i [u8], finder: F) -> Self {
        Self { input, offset: 0, finder }
    }

    /// The whole input.
    #[must_use]
    #[inline(always)]
    pub const fn input(&self) -> &'i [u8] {
        self.input
    }

    /// The back end, for who searches from several places at once: what is found behind the end
    /// of the input is nothing.
    #[must_use]
    #[inline(always)]
    pub const fn finder(&self) -> F {
        self.finder
    }

    /// Bytes before the scanner.
    #[must_use]
    #[inline(always)]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Moves to `offset`, or to the end of the input if that is nearer.
    #[inline(always)]
    pub fn set_offset(&mut self, offset: usize) {
        self.offset = offset.min(self.input.len());
    }

    /// Whether nothing is left.
    #[must_use]
    #[inline(always)]
    pub const fn is_at_end(&self) -> bool {
        self.offset >= self.input.len()
    }

    /// What lies after the scanner.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    #[inline(always)]
    pub fn rest(&self) -> &'i [u8] {
        self.input.get(self.offset..).unwrap_or_default()
    }

    /// The next byte.
    #[must_use]
    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.input.get(self.offset).copied()
    }

    /// Moves past the next byte if it is `byte`; says whether it was.
    #[inline(always)]
    pub fn eat(&mut self, byte: u8) -> bool {
        // A branch, not an addition of the comparison: it predicts well, and takes the byte out
        // of the chain of offsets.
        if self.peek() == Some(byte) {
            self.offset += 1;
            return true;
        }
        false
    }

    /// Moves past `literal`, which must come next.
    ///
    /// # Errors
    ///
    /// A [`Mismatch`] at the first byte that differs.
    #[inline(always)]
    pub fn literal<const N: usize>(&mut self, literal: &[u8; N]) -> Result<(), Mismatch> {
        if self.rest().first_chunk() == Some(literal) {
            self.offset += N;
            return Ok(());
        }
        let same = self.rest().iter().zip(literal).take_while(|(a, b)| a == b).count();
        Err(Mismatch { offset: self.offset + same, expected: Expected::Byte(literal[same]) })
    }

    /// The offset of the first stop of set number `set` at or after `offset`, or the length of the
    /// input; does not move.
    #[must_use]
    #[inline(always)]
    pub fn find(&self, set: usize, offset: usize) -> usize {
        self.finder.find(self.input, offset, set).min(self.input.len())
    }

    /// Calls `visit` with the offset of each stop of set number `set` from here on, in order, until
    /// it breaks; does not move.
    ///
    /// ```
    /// use std::ops::ControlFlow::{Break, Continue};
    /// use zc_core::mask::{Scanner, Slice, StopSet};
    ///
    /// const STOPS: &[StopSet] = &[StopSet::of(b",\n")];
    /// let mut stops = Vec::new();
    /// let flow = Scanner::new(b"a,b,c\nd,e", Slice::new(STOPS)).each(0, |stop| {
    ///     stops.push(stop);
    ///     if stop == 5 { Break("the end of the line") } else { Continue(()) }
    /// });
    /// assert_eq!(stops, [1, 3, 5]);
    /// assert_eq!(flow, Break("the end of the line"));
    /// ```
    #[inline(always)]
    pub fn each<B>(
        &self,
        set: usize,
        visit: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.finder.each(self.input, self.offset, set, visit)
    }

    /// What lies before the next stop of set number `set`, which must be `stop`; moves past it.
    ///
    /// # Errors
    ///
    /// A [`Mismatch`] at the stop if it is another byte, or at the end of the input.
    ///
    /// # Copies
    ///
    /// Never.
    #[inline(always)]
    pub fn until(&mut self, set: usize, stop: u8) -> Result<&'i [u8], Mismatch> {
        let end = self.finder.find(self.input, self.offset, set);
        match self.input.get(self.offset..end) {
            Some(part) if self.input.get(end) == Some(&stop) => {
                self.offset = end + 1;
                Ok(part)
            }
            _ => Err(self.mismatch_at(end, Expected::Byte(stop))),
        }
    }

    /// What lies before the next stop of set number `set`, or before the end of the input; moves
    /// to the stop, not past it.
    ///
    /// # Copies
    ///
    /// Never.
    #[inline(always)]
    pub fn run(&mut self, set: usize) -> &'i [u8] {
        let end = self.find(set, self.offset);
        let part = self.input.get(self.offset..end).unwrap_or_default();
        self.offset = end;
        part
    }

    /// A mismatch at the scanner's place.
    #[must_use]
    #[inline(always)]
    pub fn mismatch(&self, expected: Expected) -> Mismatch {
        self.mismatch_at(self.offset, expected)
    }

    #[inline(always)]
    fn mismatch_at(&self, offset: usize, expected: Expected) -> Mismatch {
        Mismatch { offset: offset.min(self.input.len()), expected }
    }
}
