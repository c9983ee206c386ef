//! [`ReadOptions`] and [`WriteOptions`]: the bounds of readers and writers.

use std::time::Duration;

/// The bounds of a [`FrameReader`](super::FrameReader).
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use std::time::Duration;
/// use zc_net::frames::{FrameReadErrorKind, FrameReader, ReadOptions};
/// use zc_parse::framing::Integer;
///
/// let frame_deadline = Some(Duration::from_secs(10));
/// let options = ReadOptions { max_frame: 8, frame_deadline, ..ReadOptions::default() };
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let stream = &b"\x00\x05hello\xff\xff and what not"[..];
/// let mut frames = FrameReader::length_prefixed(stream, Integer::U16Be).with_options(options);
/// assert_eq!(frames.next_frame().await.unwrap()?, "hello");
///
/// let error = frames.next_frame().await.unwrap().unwrap_err();
/// let expected = FrameReadErrorKind::TooLong { at_least: 65537, limit: 8 };
/// assert_eq!(format!("{:?}", error.kind()), format!("{expected:?}"));
/// assert_eq!(error.offset(), 7);
/// assert!(frames.next_frame().await.is_none()); // an error ends the stream
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// The most bytes that a frame may have, with its header and its end.
    pub max_frame: usize,
    /// The most bytes that are read ahead; a frame has to fit into them as well.
    pub max_buffered: usize,
    /// How long a frame may take from its first byte to its last, however often bytes arrive in
    /// between.
    pub frame_deadline: Option<Duration>,
    /// How long the peer may send nothing between two frames.
    pub idle_deadline: Option<Duration>,
    /// How the last frame may end.
    pub ending: Ending,
}

impl Default for ReadOptions {
    /// One mebibyte for a frame, and no deadlines.
    fn default() -> Self {
        Self {
            max_frame: 1 << 20,
            max_buffered: 1 << 20,
            frame_deadline: None,
            idle_deadline: None,
            ending: Ending::Whole,
        }
    }
}

/// How the last frame of a stream may end.
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use zc_net::frames::{Ending, FrameReader, ReadOptions};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let whole = ReadOptions { ending: Ending::Whole, ..ReadOptions::default() };
/// let mut lines = FrameReader::lines(&b"one\ntwo"[..]).with_options(whole);
/// assert_eq!(lines.next_frame().await.unwrap()?, "one");
/// assert!(lines.next_frame().await.unwrap().unwrap_err().is_truncated());
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// As all others do: a stream that ends inside a frame is an error.
    Whole,
    /// The last frame may lack these bytes: `b"\n"` for lines, of which the last one needs no
    /// ending.
    MayLack(&'static [u8]),
}

/// The bounds of a [`FrameWriter`](super::FrameWriter).
///
/// ```
/// use zc_net::frames::{FrameWriter, WriteOptions};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let options = WriteOptions { reference_from: 1 << 10, ..WriteOptions::default() };
/// let mut writer = FrameWriter::new(Vec::new()).with_options(options);
/// writer.feed(&b"short"[..]).await?;
/// writer.feed(bytes::Bytes::from(vec![7; 1 << 10])).await?;
/// writer.flush().await?;
/// let copies = writer.copies();
/// assert_eq!((copies.encode, copies.write), (5, 5 + 1024)); // the long one was referenced
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// Bytes that may be queued before `feed` waits until some are written. A frame that is longer
    /// waits until nothing else is queued.
    pub high_water: usize,
    /// Parts of frames with at least so many bytes are referenced, shorter ones copied into a
    /// buffer with their neighbours.
    pub reference_from: usize,
}

impl Default for WriteOptions {
    /// A queue of 128 KiB, and references from 16 KiB: those that the cases `send-frames` of the
    /// bench are measured with.
    fn default() -> Self {
        Self { high_water: 128 << 10, reference_from: 16 << 10 }
    }
}
