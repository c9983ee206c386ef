//! How the frames of a [`FrameReader`] come to an end: by an error, or by that of the stream.

use std::io::{self, ErrorKind};

use bytes::Bytes;
use zc_core::{Frame, FrameError, Framer};

use super::FrameReader;
use crate::frames::{Ending, FrameReadError, FrameReadErrorKind, ReadOptions};

impl<R, F: Framer> FrameReader<R, F> {
    /// Notes what a frame lacks that is not whole, and ends the stream if it cannot become one.
    pub(super) fn judge(&mut self, found: Result<Frame, FrameError>) {
        let ReadOptions { max_frame, max_buffered, .. } = self.options;
        let kind = match found {
            Ok(frame) if frame.len == 0 => {
                let message = "the framer found a frame without any bytes";
                FrameReadErrorKind::Io(io::Error::other(message))
            }
            Ok(frame) => FrameReadErrorKind::TooLong { at_least: frame.len, limit: max_frame },
            Err(FrameError::Incomplete(incomplete)) => {
                self.missing = incomplete.needed.max(1);
                let at_least = self.buffered().saturating_add(self.missing);
                if at_least > max_frame {
                    FrameReadErrorKind::TooLong { at_least, limit: max_frame }
                } else if at_least > max_buffered {
                    FrameReadErrorKind::BufferFull { limit: max_buffered }
                } else {
                    return;
                }
            }
            Err(FrameError::Malformed(mismatch)) => FrameReadErrorKind::Malformed(mismatch),
            Err(error) => FrameReadErrorKind::Io(io::Error::new(ErrorKind::InvalidData, error)),
        };
        self.fail(kind);
    }

    /// Ends the stream with an error.
    #[cold]
    pub(super) fn fail(&mut self, kind: FrameReadErrorKind) {
        self.last = Some(Err(FrameReadError::new(kind, self.offset(), self.buffered())));
        self.end();
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.filled = Bytes::new();
        self.give_back();
        self.deadlines.stop();
    }

    /// Takes the beginning of a frame for a whole one, if the end of the stream completes it.
    #[cold]
    pub(super) fn close(&mut self) {
        let len = self.arriving.len();
        if len == 0 {
            return self.end();
        }
        if let Ending::MayLack(bytes) = self.options.ending {
            self.arriving.extend_from_slice(bytes);
            self.pinned = self.pinned.max(self.arriving.capacity());
            let frame = self.framer.frame(&self.arriving);
            self.arriving.truncate(len);
            if let Ok(frame) = frame {
                let whole = self.arriving.split().freeze();
                let payload = frame.payload.start.min(len)..frame.payload.end.min(len);
                self.end();
                self.last = Some(Ok(whole.slice(payload)));
                return;
            }
        }
        self.fail(FrameReadErrorKind::Truncated { missing: self.missing });
    }
}
