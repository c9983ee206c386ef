//! [`FramerCodec`]: a framer as a codec of tokio-util, for those who have a `Framed` already.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};
use zc_core::{FrameError, Framer};

use super::{Bare, Ending, Envelope, FrameReadError, FrameReadErrorKind, ReadOptions};

/// How many bytes a codec asks for at once, whatever a frame says about its length.
const MOST_RESERVED: usize = 64 << 10;

/// A framer as a codec of tokio-util.
///
/// [`FrameReader`](super::FrameReader) and [`FrameWriter`](super::FrameWriter) cost less, hold no
/// buffer while they idle, and know deadlines; of the [options](ReadOptions) this knows `max_frame`
/// and `ending`, and `max_buffered` as a bound of frames.
///
/// ```
/// use bytes::BytesMut;
/// use tokio_util::codec::{Decoder, Encoder};
/// use zc_net::frames::{FramerCodec, LineEnding};
/// # use zc_core::{Frame, FrameError, Framer, Incomplete, SliceExt};
/// # struct Line;
/// # impl Framer for Line {
/// #     fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
/// #         let end = buffer.find_byte(b'\n').ok_or(Incomplete { needed: 1 })?;
/// #         Ok(Frame { len: end + 1, payload: 0..end })
/// #     }
/// #     fn discard(&mut self, _count: usize) {}
/// # }
///
/// let mut codec = FramerCodec::new(Line).with_envelope(LineEnding);
/// let mut buffer = BytesMut::new();
/// codec.encode("hello".into(), &mut buffer)?;
/// assert_eq!(codec.decode(&mut buffer)?.unwrap(), "hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FramerCodec<F, E = Bare> {
    framer: F,
    envelope: E,
    options: ReadOptions,
    offset: u64,
    has_failed: bool,
}

impl<F> FramerCodec<F> {
    /// Decodes what `framer` finds, and encodes payloads that are whole frames.
    #[must_use]
    pub fn new(framer: F) -> Self {
        let options = ReadOptions::default();
        Self { framer, envelope: Bare, options, offset: 0, has_failed: false }
    }
}

impl<F, E> FramerCodec<F, E> {
    /// The same with `envelope` around each payload that is encoded.
    #[must_use]
    pub fn with_envelope<N: Envelope>(self, envelope: N) -> FramerCodec<F, N> {
        let Self { framer, options, offset, has_failed, .. } = self;
        FramerCodec { framer, envelope, options, offset, has_failed }
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_options(self, options: ReadOptions) -> Self {
        Self { options, ..self }
    }

    fn fail(&mut self, kind: FrameReadErrorKind, buffered: usize) -> io::Error {
        self.has_failed = true;
        FrameReadError::new(kind, self.offset, buffered).into()
    }
}

impl<F: Framer, E> FramerCodec<F, E> {
    /// The first frame of `src`, or how many bytes it lacks at the least.
    fn cut(&mut self, src: &mut BytesMut) -> io::Result<Result<Bytes, usize>> {
        let buffered = src.len();
        let limit = self.options.max_frame.min(self.options.max_buffered);
        let too_long = |at_least| FrameReadErrorKind::TooLong { at_least, limit };
        let frame = match self.framer.frame(src) {
            Ok(frame) if frame.len == 0 => {
                let error = io::Error::other("the framer found a frame without any bytes");
                return Err(self.fail(FrameReadErrorKind::Io(error), buffered));
            }
            Ok(frame) if frame.len > limit => return Err(self.fail(too_long(frame.len), buffered)),
            Ok(frame) => frame,
            Err(FrameError::Incomplete(incomplete)) => {
                let needed = incomplete.needed.max(1);
                let at_least = buffered.saturating_add(needed);
                if at_least > limit {
                    return Err(self.fail(too_long(at_least), buffered));
                }
                return Ok(Err(needed));
            }
            Err(FrameError::Malformed(mismatch)) => {
                return Err(self.fail(FrameReadErrorKind::Malformed(mismatch), buffered));
            }
            Err(error) => {
                let error = io::Error::new(io::ErrorKind::InvalidData, error);
                return Err(self.fail(FrameReadErrorKind::Io(error), buffered));
            }
        };
        let mut payload = src.split_to(frame.len);
        payload.truncate(frame.payload.end);
        payload.advance(frame.payload.start);
        self.offset += frame.len as u64;
        Ok(Ok(payload.freeze()))
    }
}

impl<F: Framer, E> Decoder for FramerCodec<F, E> {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, src: &mut BytesMut) -> io::Result<Option<Bytes>> {
        if self.has_failed {
            // What follows the failure is no use to anybody, and must not pile up.
            src.clear();
        }
        if src.is_empty() {
            return Ok(None);
        }
        Ok(match self.cut(src)? {
            Ok(payload) => Some(payload),
            Err(needed) => {
                src.reserve(needed.min(MOST_RESERVED));
                None
            }
        })
    }

    fn decode_eof(&mut self, src: &mut BytesMut) -> io::Result<Option<Bytes>> {
        if self.has_failed {
            src.clear();
        }
        if src.is_empty() {
            return Ok(None);
        }
        let missing = match self.cut(src)? {
            Ok(payload) => return Ok(Some(payload)),
            Err(missing) => missing,
        };
        let len = src.len();
        if let Ending::MayLack(bytes) = self.options.ending {
            src.extend_from_slice(bytes);
            let frame = self.framer.frame(src);
            src.truncate(len);
            if let Ok(frame) = frame {
                let payload = frame.payload.start.min(len)..frame.payload.end.min(len);
                self.offset += len as u64;
                return Ok(Some(src.split().freeze().slice(payload)));
            }
        }
        Err(self.fail(FrameReadErrorKind::Truncated { missing }, len))
    }
}

impl<F, E: Envelope> Encoder<Bytes> for FramerCodec<F, E> {
    type Error = io::Error;

    fn encode(&mut self, payload: Bytes, dst: &mut BytesMut) -> io::Result<()> {
        let affixes = self.envelope.affixes(payload.len())?;
        dst.reserve(payload.len() + affixes.len());
        dst.extend_from_slice(affixes.before());
        dst.extend_from_slice(&payload);
        dst.extend_from_slice(affixes.behind());
        Ok(())
    }
}
