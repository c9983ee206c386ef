//! [`RopeWriter`]: an `io::Write` that references what it can and copies the rest.

use std::io::{self, IoSlice, Write};

use bytes::Bytes;

use super::Rope;
use super::scratch::Scratch;
use super::sources::{Reference, Sources};
use crate::Copies;

/// An [`io::Write`] into a [`Rope`] that does not copy what it is told the owner of.
///
/// A written slice that lies in one of the sources, by address, and has at least
/// [`DEFAULT_THRESHOLD`](Self::DEFAULT_THRESHOLD) bytes becomes a reference to that source. One
/// that begins where such a reference ends makes it longer, whatever its length. Everything else
/// is copied, side by side, into a scratch. No write fails.
///
/// The writer holds its sources; what it finishes lives without it. It serves message after
/// message, with other sources if need be, and uses its scratch again once no rope needs it:
///
/// ```
/// use bytes::Bytes;
/// use std::io::Write;
/// use zc_core::rope::RopeWriter;
///
/// let mut writer = RopeWriter::new([]).with_threshold(1024);
/// for size in [4096, 8192] {
///     let payload = Bytes::from(vec![b'x'; size]);
///     writer.set_sources([payload.clone()]);
///     writer.write_all(b"head ")?;
///     writer.write_all(&payload)?;
///     let rope = writer.finish();
///     zc_core::assert_borrows!(payload, rope.segments().nth(1).unwrap());
/// }
/// assert_eq!((writer.copies().encode, writer.referenced()), (10, 12_288));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RopeWriter {
    sources: Sources,
    threshold: usize,
    /// The end of the message so far, if that is a reference; the scratch is then empty.
    pending: Option<Reference>,
    scratch: Scratch,
    /// The message before `pending` and the scratch.
    rope: Rope,
    copied: u64,
    referenced: u64,
}

impl RopeWriter {
    /// Bytes from which a written slice is referenced rather than copied: 16 KiB.
    ///
    /// There encoding and delivering together cost the same either way: a copy of less is made
    /// faster than the vectored write grows dearer by one more part, and a longer one is not (case
    /// `threshold` of `cargo xtask bench`). A reference alone is made as fast as 5 KiB are copied:
    /// where ropes are kept or joined to others, take 4096.
    ///
    /// ```
    /// use std::io::Write;
    /// use zc_core::rope::RopeWriter;
    ///
    /// let payload = bytes::Bytes::from(vec![7; RopeWriter::DEFAULT_THRESHOLD]);
    /// let mut writer = RopeWriter::new([payload.clone()]);
    /// writer.write_all(&payload)?;
    /// writer.write_all(&payload[1..])?;
    /// let threshold = RopeWriter::DEFAULT_THRESHOLD as u64;
    /// assert_eq!((writer.referenced(), writer.copies().encode), (threshold, threshold - 1));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub const DEFAULT_THRESHOLD: usize = 16 << 10;

    /// A writer that references slices of `sources`.
    ///
    /// It holds them until they are replaced. They may overlap, and may be thousands: the source of
    /// the last hit is tried first, the others by binary search.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = Bytes>) -> Self {
        let mut writer = Self {
            sources: Sources::default(),
            threshold: Self::DEFAULT_THRESHOLD,
            pending: None,
            scratch: Scratch::new(),
            rope: Rope::new(),
            copied: 0,
            referenced: 0,
        };
        // The threshold may still be lowered.
        writer.sources.set(sources, 1);
        writer
    }

    /// The same writer, which references slices of at least `bytes` bytes.
    ///
    /// With 1 it references all that it can; with `usize::MAX` it copies everything. It is for a
    /// new writer: [`set_sources`](Self::set_sources) goes by the threshold of its time.
    #[must_use]
    pub fn with_threshold(mut self, bytes: usize) -> Self {
        self.threshold = bytes;
        self
    }

    /// References slices of `sources` from here on, and lets go of the sources before.
    ///
    /// What was written stays as it is. Sources that are shorter than the threshold hold nothing to
    /// reference, and are let go at once.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn set_sources(&mut self, sources: impl IntoIterator<Item = Bytes>) {
        self.end_reference();
        self.sources.set(sources, self.threshold);
    }

    /// What was written since the last call; the writer is then ready for the next message.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn finish(&mut self) -> Rope {
        if self.rope.is_empty() && self.pending.is_none() {
            return self.scratch.finish().into();
        }
        let mut rope = core::mem::take(&mut self.rope);
        if let Some(last) = self.pending.take() {
            rope.push(self.sources.slice(last));
        }
        rope.push(self.scratch.finish());
        rope
    }

    /// Bytes that were copied into the scratch, as `encode`, over all messages.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { encode: self.copied, ..Copies::default() }
    }

    /// Bytes that were referenced and not copied, over all messages.
    #[must_use]
    pub const fn referenced(&self) -> u64 {
        self.referenced
    }

    #[inline]
    fn put(&mut self, part: &[u8]) {
        let is_copied = self.pending.is_none() && part.len() < self.threshold;
        if is_copied && self.scratch.put_within(part) {
            self.copied += part.len() as u64;
        } else if !part.is_empty() {
            self.put_as_needed(part);
        }
    }

    /// Puts `part`, which is not empty, at the end: as a reference, or behind what may have to make
    /// room for it.
    #[inline(never)]
    fn put_as_needed(&mut self, part: &[u8]) {
        let is_copied = self.pending.is_none() && part.len() < self.threshold;
        if !is_copied && self.reference(part) {
            self.referenced += part.len() as u64;
            return;
        }
        self.scratch.put(part, &mut self.rope);
        self.copied += part.len() as u64;
    }

    /// Puts a reference to `part`, which is not empty, at the end; says whether it could.
    fn reference(&mut self, part: &[u8]) -> bool {
        if self.lengthen(part) {
            return true;
        }
        self.end_reference();
        if part.len() < self.threshold {
            return false;
        }
        self.pending = self.sources.find(part);
        let is_found = self.pending.is_some();
        if is_found {
            self.rope.push(self.scratch.finish());
        }
        is_found
    }

    /// Takes `part`, which is not empty, into the last reference if it begins where that ends.
    fn lengthen(&mut self, part: &[u8]) -> bool {
        let Some(reference) = &mut self.pending else { return false };
        let touches = self.sources.offset_in(reference.source, part) == Some(reference.end);
        if touches {
            reference.end += part.len();
        }
        touches
    }

    fn end_reference(&mut self) {
        if let Some(last) = self.pending.take() {
            self.rope.push(self.sources.slice(last));
        }
    }
}

impl Write for RopeWriter {
    #[inline]
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.put(part);
        Ok(part.len())
    }

    #[inline]
    fn write_all(&mut self, part: &[u8]) -> io::Result<()> {
        self.put(part);
        Ok(())
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        parts.iter().for_each(|part| self.put(part));
        Ok(parts.iter().map(|part| part.len()).sum())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
