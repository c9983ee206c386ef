//! [`Chunked`]: bodies in chunks, which arrive in parts: RFC 9112, section 7.1.

use core::ops::Range;

use zc_core::{Expected, FrameError, Incomplete, Mismatch};

use super::is_token;

/// Finds the data in a chunked body that arrives in parts.
///
/// ```text
/// chunked-body = *chunk last-chunk trailer-section CRLF
/// chunk        = 1*16HEXDIG [ chunk-ext ] CRLF chunk-data CRLF
/// last-chunk   = 1*16"0" [ chunk-ext ] CRLF
/// chunk-ext    = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
/// ```
///
/// What lies around the data is held to this grammar to the byte: no sign, `0x` or blank before a
/// size, no blank behind it that is not before `;`, and no line that ends with LF or CR alone.
/// Proxies that read these in different ways are what requests are smuggled through. Extensions
/// are passed over.
///
/// ```
/// use zc_core::FrameError;
/// use zc_parse::http1::{Chunked, Part};
///
/// let mut chunked = Chunked::new();
/// let mut body = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n".to_vec();
/// let mut text = Vec::new();
/// loop {
///     match chunked.decode(&body)? {
///         Part::Data { len, data } => {
///             text.extend_from_slice(&body[data]);
///             body.drain(..len);
///         }
///         Part::End { len, .. } => break body.truncate(body.len() - len),
///     }
/// }
/// assert_eq!((&text[..], body.len()), (&b"hello world"[..], 0));
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Chunked {
    step: Step,
    /// Bytes at the beginning of the buffer that were looked at.
    looked: usize,
    /// Digits of the size so far.
    digits: usize,
    /// The size so far, then bytes of the chunk that were not handed out.
    left: u64,
    /// Bytes that extensions may still have.
    extension_bytes: usize,
    /// Bytes that trailers may still have.
    trailer_bytes: usize,
    /// Where in the buffer the trailers begin.
    trailers: usize,
}

/// A part of a chunked body at the beginning of a buffer.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Chunked, Part, Trailers};
///
/// let mut chunked = Chunked::new();
/// let body = b"2\r\nhi\r\n0\r\nDigest: none\r\n\r\nGET /";
/// let Part::Data { len, data } = chunked.decode(body)? else { unreachable!("it has data") };
/// assert_eq!(&body[data], b"hi");
///
/// let rest = &body[len..];
/// let Part::End { len, trailers } = chunked.decode(rest)? else { unreachable!("it ends") };
/// let (trailers, _) = Trailers::new().parse_one(&rest[trailers]).unwrap();
/// assert_eq!(trailers.get(b"digest"), Some(&&b"none"[..]));
/// assert_eq!((&rest[len..], chunked.is_done()), (&b"GET /"[..], true));
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Bytes of a chunk, perhaps not all of it.
    Data {
        /// Bytes of the part with what lies before the data; the next part begins behind them.
        len: usize,
        /// Where in the buffer the data lies; never empty.
        data: Range<usize>,
    },
    /// The end of the body.
    End {
        /// Bytes of the part; what lies behind them is no part of the body.
        len: usize,
        /// Where in the buffer the trailers lie, with the empty line behind them, to be read by
        /// [`Trailers`](super::Trailers).
        trailers: Range<usize>,
    },
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Size,
    BeforeSemicolon,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted,
    Escaped,
    AfterQuoted,
    SizeEnd,
    Data,
    DataReturn,
    DataEnd,
    Trailer,
    TrailerLine,
    TrailerEnd,
    LastEnd,
    Done,
}

impl Chunked {
    /// The most bytes that the extensions of a body have together, if nothing else is said.
    pub const DEFAULT_EXTENSION_BYTES: usize = 4096;

    /// The most bytes that the trailers have, if nothing else is said.
    pub const DEFAULT_TRAILER_BYTES: usize = 16 << 10;

    /// A decoder at the beginning of a body.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            step: Step::Size,
            looked: 0,
            digits: 0,
            left: 0,
            extension_bytes: Self::DEFAULT_EXTENSION_BYTES,
            trailer_bytes: Self::DEFAULT_TRAILER_BYTES,
            trailers: 0,
        }
    }

    /// The same with at most `bytes` bytes of extensions in the whole body.
    ///
    /// ```
    /// use zc_parse::http1::Chunked;
    ///
    /// assert!(Chunked::new().decode(b"2;a=b\r\nhi").is_ok());
    /// let mut strict = Chunked::new().with_extension_bytes(0);
    /// assert!(!strict.decode(b"2;a=b\r\nhi").unwrap_err().is_incomplete());
    /// assert_eq!(Chunked::DEFAULT_EXTENSION_BYTES, 4096);
    /// ```
    #[must_use]
    pub const fn with_extension_bytes(self, bytes: usize) -> Self {
        Self { extension_bytes: bytes, ..self }
    }

    /// The same with at most `bytes` bytes of trailers, the empty line not counted.
    ///
    /// ```
    /// use zc_parse::http1::Chunked;
    ///
    /// let body = b"0\r\nDigest: none\r\n\r\n";
    /// assert!(Chunked::new().decode(body).is_ok());
    /// assert!(Chunked::new().with_trailer_bytes(8).decode(body).is_err());
    /// assert_eq!(Chunked::DEFAULT_TRAILER_BYTES, 16 << 10);
    /// ```
    #[must_use]
    pub const fn with_trailer_bytes(self, bytes: usize) -> Self {
        Self { trailer_bytes: bytes, ..self }
    }

    /// The first part in `buffer`, which begins where that part begins.
    ///
    /// After [`Incomplete`], call again with the same bytes and more behind them: what was looked
    /// at is not looked at again. After a part, call with what follows it. A buffer is never asked
    /// for more than the limits and a few bytes; data is handed out as soon as there is any.
    ///
    /// # Errors
    ///
    /// [`FrameError::Incomplete`] while `buffer` holds no part; [`FrameError::Malformed`] where no
    /// chunked body can be, after which the decoder is of no further use.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn decode(&mut self, buffer: &[u8]) -> Result<Part, FrameError> {
        while !matches!(self.step, Step::Data | Step::Done) {
            let Some(&byte) = buffer.get(self.looked) else {
                return Err(Incomplete { needed: 1 }.into());
            };
            self.take(byte).map_err(|expected| Mismatch { offset: self.looked, expected })?;
            self.looked += 1;
        }
        let start = self.looked;
        if self.step == Step::Done {
            self.looked = 0;
            return Ok(Part::End {
                len: start,
                trailers: core::mem::take(&mut self.trailers)..start,
            });
        }
        let there = buffer.len().saturating_sub(start);
        let len = usize::try_from(self.left).map_or(there, |left| left.min(there));
        if len == 0 {
            return Err(Incomplete { needed: 1 }.into());
        }
        self.looked = 0;
        self.left -= len as u64;
        if self.left == 0 {
            self.step = Step::DataReturn;
        }
        Ok(Part::Data { len: start + len, data: start..start + len })
    }

    /// Whether the end of the body was handed out or is next.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Takes a byte outside of the data, or says what should have stood there.
    fn take(&mut self, byte: u8) -> Result<(), Expected> {
        self.step = match self.step {
            Step::Size => self.size(byte)?,
            Step::SizeEnd => {
                newline(byte)?;
                self.trailers = self.looked + 1;
                if self.left == 0 { Step::Trailer } else { Step::Data }
            }
            Step::DataReturn if byte == b'\r' => Step::DataEnd,
            Step::DataReturn => return Err(Expected::Named("CRLF behind the chunk")),
            Step::DataEnd => {
                newline(byte)?;
                self.digits = 0;
                Step::Size
            }
            Step::Trailer | Step::TrailerLine | Step::TrailerEnd => self.trailer(byte)?,
            Step::LastEnd => {
                newline(byte)?;
                Step::Done
            }
            step => self.extension(step, byte)?,
        };
        Ok(())
    }

    fn size(&mut self, byte: u8) -> Result<Step, Expected> {
        if let Some(digit) = char::from(byte).to_digit(16) {
            if self.digits == 16 {
                return Err(Expected::Named("a size of at most 16 hexadecimal digits"));
            }
            self.digits += 1;
            self.left = self.left << 4 | u64::from(digit);
            return Ok(Step::Size);
        }
        match byte {
            _ if self.digits == 0 => Err(Expected::Named("a size in hexadecimal digits")),
            b'\r' => Ok(Step::SizeEnd),
            b';' | b' ' | b'\t' => self.extension(Step::BeforeSemicolon, byte),
            _ => Err(Expected::Named("a hexadecimal digit, `;` or CRLF")),
        }
    }

    /// A byte between a size and the end of its line.
    fn extension(&mut self, step: Step, byte: u8) -> Result<Step, Expected> {
        if byte == b'\r' && matches!(step, Step::Name | Step::Value | Step::AfterQuoted) {
            return Ok(Step::SizeEnd);
        }
        let Some(left) = self.extension_bytes.checked_sub(1) else {
            return Err(Expected::Named("fewer bytes of chunk extensions"));
        };
        self.extension_bytes = left;
        let expected = match (step, byte) {
            (Step::Quoted, b'"') => return Ok(Step::AfterQuoted),
            (Step::Quoted, b'\\') => return Ok(Step::Escaped),
            (Step::Quoted | Step::Escaped, b'\t' | b' '..=b'~' | 0x80..) => {
                return Ok(Step::Quoted);
            }
            (Step::Quoted | Step::Escaped, _) => "a quoted string",
            (Step::BeforeName, b' ' | b'\t') => return Ok(Step::BeforeName),
            (Step::BeforeName | Step::Name, _) if is_token(byte) => return Ok(Step::Name),
            (Step::BeforeName, _) => "the name of a chunk extension",
            (Step::Name | Step::AfterName, b'=') => return Ok(Step::BeforeValue),
            (Step::Name | Step::AfterName, b' ' | b'\t') => return Ok(Step::AfterName),
            (Step::BeforeValue, b' ' | b'\t') => return Ok(Step::BeforeValue),
            (Step::BeforeValue, b'"') => return Ok(Step::Quoted),
            (Step::BeforeValue | Step::Value, _) if is_token(byte) => return Ok(Step::Value),
            (Step::BeforeValue, _) => "the value of a chunk extension",
            (_, b' ' | b'\t') => return Ok(Step::BeforeSemicolon),
            (_, b';') => return Ok(Step::BeforeName),
            (Step::BeforeSemicolon | Step::AfterName, _) => "`;`",
            _ => "`;` or CRLF",
        };
        Err(Expected::Named(expected))
    }

    fn trailer(&mut self, byte: u8) -> Result<Step, Expected> {
        match (self.step, byte) {
            (Step::Trailer, b'\r') => return Ok(Step::LastEnd),
            (Step::TrailerEnd, _) => newline(byte)?,
            (_, b'\n') => return Err(Expected::Named("CRLF")),
            _ => {}
        }
        let Some(left) = self.trailer_bytes.checked_sub(1) else {
            return Err(Expected::Named("fewer bytes of trailers"));
        };
        self.trailer_bytes = left;
        Ok(match (self.step, byte) {
            (Step::TrailerEnd, _) => Step::Trailer,
            (_, b'\r') => Step::TrailerEnd,
            _ => Step::TrailerLine,
        })
    }
}

impl Default for Chunked {
    fn default() -> Self {
        Self::new()
    }
}

/// The second half of CRLF.
fn newline(byte: u8) -> Result<(), Expected> {
    if byte == b'\n' { Ok(()) } else { Err(Expected::Byte(b'\n')) }
}
