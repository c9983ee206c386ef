//! [`Output`]: one reused buffer in front of a sink, with the bytes on both sides counted.

use std::fmt;
use std::io::{self, ErrorKind, Write};

use zc_core::{Copies, SliceExt};

use crate::Verifier;

/// From how many bytes on [`Output::spill`] writes them out.
const HIGH_WATER: usize = 64 << 10;

/// The room the buffer starts with, so that the record that passes the mark fits in as well.
const USUAL_CAPACITY: usize = HIGH_WATER + (16 << 10);

/// The room above which an emptied buffer is given back.
const MAX_IDLE_CAPACITY: usize = 1 << 20;

/// A sink with a buffer that records are formatted straight into.
///
/// Nothing is written when it is dropped: an error could not be reported then. Call
/// [`flush`](Self::flush) or [`finish`](Self::finish).
///
/// ```
/// use std::io::Write;
/// use zc_io::Output;
///
/// # fn main() -> std::io::Result<()> {
/// let mut output = Output::new(Vec::new());
/// for status in [200, 404] {
///     writeln!(output.buffer(), "{status}")?;
///     output.spill()?;
/// }
/// output.write_through(b"a long run of bytes that need no formatting\n")?;
/// assert_eq!((output.copies().encode, output.copies().write), (8, 52));
/// assert!(output.finish()?.starts_with(b"200\n404\na long run"));
/// # Ok(())
/// # }
/// ```
pub struct Output<W> {
    sink: W,
    /// Bytes that the sink has not accepted yet.
    buffer: Vec<u8>,
    /// Bytes that left the buffer for the sink.
    encoded: u64,
    /// Bytes that the sink accepted.
    written: u64,
    verifier: Verifier,
}

impl<W: Write> Output<W> {
    /// An output in front of `sink`, which should not have a buffer of its own.
    pub fn new(sink: W) -> Self {
        Self {
            sink,
            buffer: Vec::with_capacity(USUAL_CAPACITY),
            encoded: 0,
            written: 0,
            verifier: Verifier::default(),
        }
    }

    /// Asks `verifier` before each write, so that nothing is written that was made of bytes which
    /// the input never had.
    ///
    /// What is [written through](Self::write_through) out of a map is verified every 64 KiB, when
    /// the write begins: of a file that is cut while the sink takes such a part, zeros up to the
    /// end of a page may be written.
    #[must_use]
    pub fn verified_by(self, verifier: Verifier) -> Self {
        Self { verifier, ..self }
    }

    /// The buffer, to append records to.
    ///
    /// What it holds was not written yet; to take off its end what was just appended is fine.
    ///
    /// # Copies
    ///
    /// Never here. What is appended is copied by whoever appends it, and is `encode` in
    /// [`copies`](Self::copies).
    #[inline]
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes the buffer out if it holds 64 KiB or more; to be called after each record.
    ///
    /// # Errors
    ///
    /// What the sink returned, or [`WriteZero`](ErrorKind::WriteZero) if it accepts nothing. What
    /// it had accepted left the buffer and is not written again; the rest is still there. Before
    /// that, what a [verifier](Self::verified_by) returned.
    ///
    /// # Copies
    ///
    /// Once, to the sink, and only when the buffer is that full.
    #[inline]
    pub fn spill(&mut self) -> io::Result<()> {
        if self.buffer.len() < HIGH_WATER { Ok(()) } else { self.write_out() }
    }

    /// Writes the buffer out and then `bytes`, which do not pass through the buffer.
    ///
    /// It costs a system call or two, which a short run is not worth: append that to the buffer.
    /// Where a [verifier](Self::verified_by) is asked, it is before each part of up to 64 KiB, which
    /// ends with a line if there is an end of one in it.
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill). [`copies`](Self::copies) tells how many bytes were accepted.
    ///
    /// # Copies
    ///
    /// Once, to the sink.
    pub fn write_through(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_out()?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let part = if self.verifier.is_needed() { first_part(rest) } else { rest };
            rest = &rest[part.len()..];
            self.verifier.verify()?;
            let (accepted, outcome) = write_all(&mut self.sink, part);
            self.written += accepted as u64;
            // Bytes of a map that are gone make a write fail, which is no fault of the sink.
            outcome.or_else(|error| self.verifier.verify().and(Err(error)))?;
        }
        Ok(())
    }

    /// Writes the buffer out and flushes the sink.
    ///
    /// ```
    /// use zc_io::Output;
    ///
    /// let mut sink = Vec::new();
    /// let mut output = Output::new(&mut sink);
    /// output.buffer().extend_from_slice(b"kept back");
    /// output.flush()?;
    /// assert_eq!(output.copies().write, 9);
    /// assert_eq!(sink, b"kept back");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill).
    ///
    /// # Copies
    ///
    /// Once, to the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_out()?;
        loop {
            match self.sink.flush() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    /// Flushes, and returns the sink.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush); then the sink and what it did not accept are gone.
    ///
    /// # Copies
    ///
    /// Once, to the sink.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.sink)
    }

    /// Returns the sink and what was not written to it.
    ///
    /// ```
    /// use zc_io::Output;
    ///
    /// let mut output = Output::new(Vec::new());
    /// output.buffer().extend_from_slice(b"not yet written");
    /// let (sink, unwritten) = output.into_parts();
    /// assert_eq!((&sink[..], &unwritten[..]), (&b""[..], &b"not yet written"[..]));
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    pub fn into_parts(self) -> (W, Vec<u8>) {
        (self.sink, self.buffer)
    }

    /// Bytes that went into the buffer (`encode`), and bytes that the sink accepted (`write`).
    pub fn copies(&self) -> Copies {
        let encode = self.encoded + self.buffer.len() as u64;
        Copies { encode, write: self.written, ..Copies::default() }
    }

    fn write_out(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.verifier.verify()?;
        }
        let (accepted, outcome) = write_all(&mut self.sink, &self.buffer);
        self.encoded += accepted as u64;
        self.written += accepted as u64;
        self.buffer.drain(..accepted);
        if self.buffer.is_empty() && self.buffer.capacity() > MAX_IDLE_CAPACITY {
            self.buffer = Vec::with_capacity(USUAL_CAPACITY);
        }
        outcome
    }
}

/// The first 64 KiB of `bytes` at most, up to the last end of a line.
fn first_part(bytes: &[u8]) -> &[u8] {
    if bytes.len() <= HIGH_WATER {
        return bytes;
    }
    let part = &bytes[..HIGH_WATER];
    &part[..part.rfind_byte(b'\n').map_or(HIGH_WATER, |end| end + 1)]
}

/// [`Write::write_all`] that also says how many bytes were accepted.
fn write_all(sink: &mut impl Write, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut accepted = 0;
    while accepted < bytes.len() {
        let rest = &bytes[accepted..];
        match sink.write(rest) {
            Ok(0) => return (accepted, Err(io::Error::from(ErrorKind::WriteZero))),
            Ok(count) if count > rest.len() => {
                let error = io::Error::other("a sink claims more bytes than it was given");
                return (accepted, Err(error));
            }
            Ok(count) => accepted += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (accepted, Err(error)),
        }
    }
    (accepted, Ok(()))
}

#[cfg(unix)]
impl Output<std::fs::File> {
    /// An output in front of standard output, without the line buffer of [`std::io::stdout`].
    ///
    /// ```
    /// use std::io::Write;
    ///
    /// let mut output = zc_io::Output::stdout()?;
    /// writeln!(output.buffer(), "{} lines", 42)?;
    /// output.finish()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the file descriptor cannot be duplicated.
    pub fn stdout() -> io::Result<Self> {
        use std::os::fd::AsFd;

        Ok(Self::new(io::stdout().as_fd().try_clone_to_owned()?.into()))
    }
}

#[cfg(not(unix))]
impl Output<io::Stdout> {
    /// An output in front of standard output.
    ///
    /// # Errors
    ///
    /// None here; there are on other systems.
    pub fn stdout() -> io::Result<Self> {
        Ok(Self::new(io::stdout()))
    }
}

impl<W> fmt::Debug for Output<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("buffered", &self.buffer.len())
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
