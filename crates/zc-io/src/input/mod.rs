//! [`Input`]: a lending reader, which shows its bytes in windows that borrow from it.

mod kind;
mod map_view;
mod options;
mod records;
mod verifier;
mod whole;
mod window;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zc_core::Copies;

pub use self::kind::InputKind;
use self::map_view::MapView;
pub use self::options::{InputOptions, MAP_FROM, MAP_UP_TO, Via};
pub use self::records::{Records, RecordsError};
pub use self::verifier::Verifier;
pub use self::whole::Whole;
pub use self::window::{WINDOW_LEN, Window};
use crate::MappedFile;
use crate::refill::{Flow, Refill};

/// Bytes that are looked at in place, window by window, and consumed from the front.
///
/// The loop of a caller is always the same: take a window, use the complete records in it,
/// [`advance`](Self::advance) past them, and stop after the window that is the last. The start of
/// a record at the end of a window is left unconsumed, and leads the next one.
///
/// ```
/// use zc_core::SliceExt;
/// use zc_io::Input;
///
/// # fn main() -> std::io::Result<()> {
/// let mut input = Input::from_reader(Box::new(&b"one\ntwo\nthree"[..]));
/// let mut longest = 0;
/// loop {
///     let window = input.window()?;
///     let is_last = window.is_last;
///     let end = match window.bytes.rfind_byte(b'\n') {
///         Some(newline) if !is_last => newline + 1,
///         None if !is_last => 0,
///         _ => window.bytes.len(),
///     };
///     longest = window.bytes[..end].lines().map(<[u8]>::len).max().unwrap_or(0).max(longest);
///     input.advance(end);
///     if is_last {
///         break;
///     }
/// }
/// assert_eq!(longest, 5);
/// # Ok(())
/// # }
/// ```
pub struct Input {
    source: Source,
    kind: InputKind,
    reason: &'static str,
    size_hint: Option<u64>,
}

enum Source {
    Map(MapView),
    Reader { reader: Box<dyn Read + Send>, refill: Refill },
}

impl Input {
    /// Opens the file at `path` to be read: a regular file, a FIFO, a device, a file in `/proc`.
    ///
    /// A memfd that is sealed against writing and shrinking is mapped, since nobody can change it
    /// any more; see [`Via::Safe`]. Everything else is read: nothing is, and no window is
    /// allocated, before the first call of [`window`](Self::window). Opening a FIFO waits until
    /// somebody opens it for writing.
    ///
    /// ```
    /// use zc_io::{Input, InputKind};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// let mut input = Input::open(manifest)?;
    /// let size = input.size_hint().unwrap();
    /// assert_eq!((input.kind(), input.copies().read), (InputKind::Read, 0));
    ///
    /// let window = input.window()?;
    /// assert!(window.is_last && window.bytes.starts_with(b"[package]"));
    /// assert_eq!(input.copies().read, size);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`IsADirectory`](io::ErrorKind::IsADirectory) if it is one, else what opening it returned.
    /// The message does not name the path.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::options().open(path)
    }

    /// Reads an open file, from where it stands; offsets are counted from there.
    ///
    /// ```
    /// use std::io::{Seek, SeekFrom, Write};
    /// use zc_io::Input;
    ///
    /// let mut file = tempfile::tempfile()?;
    /// file.write_all(b"head\nbody")?;
    /// file.seek(SeekFrom::Start(5))?;
    /// let mut input = Input::from_file(file)?;
    /// assert_eq!(input.window()?.bytes, b"body");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`IsADirectory`](io::ErrorKind::IsADirectory) if it is one, or what asking for its type
    /// returned.
    pub fn from_file(file: File) -> io::Result<Self> {
        Self::options().from_file(file)
    }

    /// Reads standard input: as a file where it is redirected from one, else as a stream.
    ///
    /// The bytes come from the file descriptor itself: those that [`std::io::stdin`] has already
    /// taken into its own buffer are missed.
    ///
    /// ```
    /// use zc_io::{Input, InputKind};
    ///
    /// let input = Input::stdin()?;
    /// println!("standard input: {}, since {}", input.kind(), input.reason());
    /// assert_eq!(input.copies().read, 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_file`](Self::from_file), or if the descriptor cannot be duplicated.
    pub fn stdin() -> io::Result<Self> {
        Self::options().stdin()
    }

    /// Opens with another choice than that of [`open`](Self::open) between a map and reads.
    pub fn options() -> InputOptions {
        InputOptions::default()
    }

    /// Reads from `reader`, whose reads are taken to be system calls in [`copies`](Self::copies).
    #[must_use]
    pub fn from_reader(reader: Box<dyn Read + Send>) -> Self {
        let reason = "a reader hands out copies, so there is nothing to map";
        Self::reading(reader, InputKind::Stream, Flow::Once, reason)
    }

    fn reading(
        reader: Box<dyn Read + Send>,
        kind: InputKind,
        flow: Flow,
        reason: &'static str,
    ) -> Self {
        let refill = Refill::new(flow, WINDOW_LEN);
        Self { source: Source::Reader { reader, refill }, kind, reason, size_hint: None }
    }

    /// Reads the first `len` bytes of a file that has at least so many, as a file of that length
    /// would be read.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_beginning(file: File, len: u64, window_len: usize) -> Self {
        let reason = "the beginning of a file is read";
        let mut input =
            Self::reading(Box::new(file.take(len)), InputKind::Read, Flow::Full, reason);
        input.size_hint = Some(len);
        input.with_window_len(window_len)
    }

    /// Shows slices of a map, of which nothing is read: each window is all that remains.
    ///
    /// ```
    /// use zc_io::{Input, MappedFile, Stable};
    ///
    /// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// // SAFETY: nobody writes to the manifest while its examples run.
    /// let map = MappedFile::open(manifest, unsafe { Stable::assume() })?;
    /// let mut input = Input::from_map(map);
    /// let window = input.window()?;
    /// assert!(window.is_last && window.bytes.starts_with(b"[package]"));
    /// assert_eq!(input.copies().read, 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn from_map(map: MappedFile) -> Self {
        Self::mapping(MapView::plain(map, 0), "the caller hands over a map")
    }

    fn mapping(view: MapView, reason: &'static str) -> Self {
        Self {
            size_hint: Some(view.remaining() as u64),
            source: Source::Map(view),
            kind: InputKind::Map,
            reason,
        }
    }

    /// Shows the input as windows of whole records, each of which ends with `delimiter`.
    ///
    /// No record, its delimiter not counted, may be longer than `limit` bytes; one that is gives
    /// an error and is skipped. The memory in use is bounded by about twice the longer of `limit`
    /// and [`window_len`](Self::window_len).
    #[must_use]
    pub fn records(self, delimiter: u8, limit: usize) -> Records {
        Records::new(self, delimiter, limit)
    }

    /// Sets the usual length of a window in place of [`WINDOW_LEN`], rounded up to whole pages.
    ///
    /// Shorter windows suit many inputs at a time; a map has no use for it.
    ///
    /// ```
    /// use zc_io::Input;
    ///
    /// let mut input = Input::from_reader(Box::new(std::io::repeat(0))).with_window_len(4096);
    /// while input.window()?.bytes.len() < 4096 {}
    /// assert_eq!(input.window_len(), 4096);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If something was already read.
    #[must_use]
    pub fn with_window_len(mut self, len: usize) -> Self {
        if let Source::Reader { refill, .. } = &mut self.source {
            assert!(refill.read() == 0, "the length of windows is set before the first of them");
            *refill = Refill::new(refill.flow(), len).expecting(self.size_hint.unwrap_or(u64::MAX));
        }
        self
    }

    /// All bytes that were not yet consumed and, unless the input ends, at least one more than
    /// were there before.
    ///
    /// Waits for one read. A regular file is read until the window has no room; a file that is
    /// longer than a window has room for 64 KiB at first. Of a stream, whatever the one read
    /// returned is shown at once. Only a read that returned nothing is taken for the end, whatever
    /// size the file claims; after it no more reads are made. A read that was interrupted is tried
    /// again.
    ///
    /// Where nothing of a full window was consumed the window doubles, so a caller that must not
    /// hold more than a bound consumes, or gives up, when the bytes exceed it. It returns to its
    /// usual length when they were consumed. A caller that consumes single records and then asks
    /// again gets the right bytes, at the price of a read for each record.
    ///
    /// # Errors
    ///
    /// What the read returned, or that memory ran out; of a guarded map, as
    /// [`verify`](Self::verify). Bytes read before the error are in the
    /// window of the call before; nothing is lost, and another call tries again.
    ///
    /// # Copies
    ///
    /// A read copies each byte once, from the kernel; a map never copies. What is not consumed
    /// is moved to the front of the window at times, which [`carried`](Self::carried) counts.
    pub fn window(&mut self) -> io::Result<Window<'_>> {
        match &mut self.source {
            Source::Map(view) => view.refill()?,
            Source::Reader { reader, refill } => refill.refill(reader)?,
        }
        Ok(self.shown())
    }

    /// All that was not consumed, for several threads at a time; `None` if the input is no map.
    ///
    /// ```
    /// use zc_io::Input;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let input = Input::from_reader(Box::new(&b"is read"[..]));
    /// assert!(input.whole().is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn whole(&self) -> Option<Whole<'_>> {
        match &self.source {
            Source::Map(view) => Some(Whole(view)),
            Source::Reader { .. } => None,
        }
    }

    /// Finds out whether the windows so far held what the file held.
    ///
    /// To be called after the last window; each call of [`window`](Self::window) does so for
    /// the windows before it.
    ///
    /// ```
    /// use zc_io::Input;
    ///
    /// let mut input = Input::from_reader(Box::new(&b"what reads returned was there"[..]));
    /// while !input.window()?.is_last {}
    /// input.verify()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn verify(&self) -> io::Result<()> {
        self.verifier().verify()
    }

    /// The same for whoever has to ask while a window is in use.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        match &self.source {
            Source::Map(view) => view.verifier(),
            Source::Reader { .. } => Verifier::default(),
        }
    }

    /// What is there without another read: what the window before held and was not consumed.
    fn shown(&self) -> Window<'_> {
        match &self.source {
            Source::Map(view) => view.window(),
            Source::Reader { refill, .. } => Window {
                bytes: refill.window(),
                offset: refill.offset(),
                is_last: refill.is_at_end(),
            },
        }
    }

    /// Consumes the first `count` bytes of the window, or of the [whole](Self::whole) of a map.
    ///
    /// # Panics
    ///
    /// If there are not so many bytes left.
    ///
    /// # Copies
    ///
    /// Never.
    #[track_caller]
    pub fn advance(&mut self, count: usize) {
        let remaining = match &self.source {
            Source::Map(view) => view.remaining(),
            Source::Reader { refill, .. } => refill.window().len(),
        };
        assert!(count <= remaining, "cannot consume {count} of {remaining} bytes");
        match &mut self.source {
            Source::Map(view) => view.advance(count),
            Source::Reader { refill, .. } => refill.advance(count),
        }
    }

    /// How the bytes get here.
    #[must_use]
    pub fn kind(&self) -> InputKind {
        self.kind
    }

    /// Why they get here that way, in words that follow a colon.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// Bytes that were consumed: the offset of the next window.
    #[must_use]
    pub fn offset(&self) -> u64 {
        match &self.source {
            Source::Map(view) => view.offset(),
            Source::Reader { refill, .. } => refill.offset(),
        }
    }

    /// The size of the input in bytes as it was when opened, where it states one.
    ///
    /// For showing progress; files grow and shrink, so nothing here relies on it.
    #[must_use]
    pub fn size_hint(&self) -> Option<u64> {
        self.size_hint
    }

    /// Bytes that reads copied into windows: exactly the sum of what they returned.
    #[must_use]
    pub fn copies(&self) -> Copies {
        let read = match &self.source {
            Source::Map(_) => 0,
            Source::Reader { refill, .. } => refill.read(),
        };
        Copies { read, ..Copies::default() }
    }

    /// Bytes that were moved within our memory because they were not consumed.
    ///
    /// At most a small multiple of what was read, whatever is consumed when.
    ///
    /// ```
    /// use zc_io::Input;
    ///
    /// let mut input = Input::from_reader(Box::new(std::io::repeat(b'.'))).with_window_len(4096);
    /// while input.window()?.bytes.len() < 4096 {}
    /// input.advance(4000);
    /// while input.window()?.bytes.len() < 4096 {}
    /// assert!(input.carried() <= 96, "at most what was not consumed is moved");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn carried(&self) -> u64 {
        match &self.source {
            Source::Map(_) => 0,
            Source::Reader { refill, .. } => refill.carried(),
        }
    }

    /// The most bytes that a window holds now.
    ///
    /// At most about twice that much memory is in use, and none before the first window. All of
    /// a map is one window, unless it is guarded.
    #[must_use]
    pub fn window_len(&self) -> usize {
        match &self.source {
            Source::Map(view) => view.window_len(),
            Source::Reader { refill, .. } => refill.window_len(),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Input");
        debug.field("kind", &self.kind).field("reason", &self.reason);
        match &self.source {
            Source::Map(view) => debug.field("map", view),
            Source::Reader { refill, .. } => debug.field("refill", refill),
        };
        debug.finish_non_exhaustive()
    }
}
