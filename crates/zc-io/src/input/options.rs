//! [`InputOptions`]: the choice between a map and reads, made by the caller or by the size.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Seek};
use std::path::Path;

use super::kind::how_to_read;
use super::map_view::MapView;
use super::{Input, WINDOW_LEN};
use crate::refill::Flow;
use crate::{Guarded, MappedFile, Stable};

/// From how many bytes on a file is mapped by [`Via::Faster`].
///
/// From here on a map is the faster one whatever the page cache holds. A file that was written a
/// little at a time, as a log is, lies there in single pages, each of which a map has to enter, and the
/// two ways meet just below this size; in the large folios of a file that was written in long strides
/// they meet at about a quarter of it. Which of them a file has is told to privileged processes alone. So
/// files of large folios that are a little shorter are read in up to twice the time of a map; a lower
/// constant would lose as much on logs. The cases `pages` and `input` of `cargo xtask bench` measure
/// both, and docs/files.md has the figures.
///
/// ```
/// use std::io::Write;
/// use zc_io::{Input, InputKind, MAP_FROM, Stable, Via};
///
/// let kind_of = |len: u64| {
///     let mut file = tempfile::NamedTempFile::new()?;
///     file.write_all(&vec![7; len as usize])?;
///     // SAFETY: nobody else has the file, and it is not written to again.
///     let faster = Via::Faster(unsafe { Stable::assume() });
///     Input::options().via(faster).open(file.path()).map(|input| input.kind())
/// };
/// assert_eq!(kind_of(MAP_FROM)?, InputKind::Map);
/// assert_eq!(kind_of(MAP_FROM - 1)?, InputKind::Read);
/// # Ok::<(), std::io::Error>(())
/// ```
pub const MAP_FROM: u64 = 1 << 20;

/// Up to how many bytes a file is mapped by [`Via::Faster`].
///
/// Longer ones are bound by memory either way (`cargo xtask bench input`), and more is not promised.
///
/// ```
/// use zc_io::{MAP_FROM, MAP_UP_TO};
///
/// assert!((MAP_FROM..=MAP_UP_TO).contains(&(16 << 20)), "a file of 16 MiB is mapped");
/// ```
pub const MAP_UP_TO: u64 = 1 << 30;

const SEALED: &str = "a memfd that is sealed cannot change, so a map of it is safe";

/// How an input should get at the bytes of a file; where there is none it is always read.
///
/// ```
/// use std::io::Write;
/// use zc_io::{Input, InputKind, Stable, Via};
///
/// let mut file = tempfile::NamedTempFile::new()?;
/// file.write_all(b"a small file")?;
/// // SAFETY: nobody else has the file, and it is not written to again.
/// let stable = unsafe { Stable::assume() };
/// let kind = |via| Input::options().via(via).open(file.path()).map(|input| input.kind());
/// assert_eq!(kind(Via::Map(stable))?, InputKind::Map);
/// assert_eq!(kind(Via::Faster(stable))?, InputKind::Read, "it is too small to be worth it");
/// assert_eq!(kind(Via::Safe)?, InputKind::Read);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub enum Via {
    /// As is safe whoever else has the file: a map of a memfd that is sealed against writing and
    /// shrinking and holds at least [`MAP_FROM`] bytes, and reads of everything else.
    #[default]
    Safe,
    /// By reads, also where a map would be safe.
    Read,
    /// By a map; to open what cannot be mapped is an error, as of [`MappedFile::map`].
    Map(Stable),
    /// By a map if the file is as long as those of which maps were measured to be faster, from
    /// [`MAP_FROM`] to [`MAP_UP_TO`] bytes, else as [`Safe`](Self::Safe). What cannot be mapped is
    /// read, and so is a file with holes.
    Faster(Stable),
    /// As [`Faster`](Self::Faster), and the map is guarded: where the file becomes shorter while
    /// it is looked at, [`Input::window`] and [`Input::verify`] return an error, and no signal
    /// ends the process. What is appended meanwhile is not shown. It needs the handler of
    /// [`guard`](crate::guard), which is installed at the first such map.
    Guarded(Stable),
}

/// What to open an [`Input`] with.
///
/// ```
/// use zc_io::{Input, InputKind, Via};
///
/// # fn main() -> std::io::Result<()> {
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// let input = Input::options().via(Via::Read).window_len(64 << 10).open(manifest)?;
/// assert_eq!(input.kind(), InputKind::Read);
/// assert_eq!(input.reason(), "the caller asked for reads");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct InputOptions {
    via: Via,
    window_len: Option<usize>,
    map_up_to: Option<u64>,
}

impl InputOptions {
    /// How the bytes get here; [`Via::Safe`] unless it is called.
    pub fn via(mut self, via: Via) -> Self {
        self.via = via;
        self
    }

    /// Up to how many bytes a file is mapped by [`Via::Faster`] and [`Via::Guarded`], in place of
    /// [`MAP_UP_TO`]: more where several threads share the [whole](Input::whole) of it.
    ///
    /// ```
    /// use std::io::Write;
    /// use zc_io::{Input, InputKind, MAP_FROM, MAP_UP_TO, Stable, Via};
    ///
    /// let mut file = tempfile::NamedTempFile::new()?;
    /// file.write_all(&vec![7; 2 * MAP_FROM as usize])?;
    /// // SAFETY: nobody else has the file, and it is not written to again.
    /// let faster = Input::options().via(Via::Faster(unsafe { Stable::assume() }));
    /// assert_eq!(faster.open(file.path())?.kind(), InputKind::Map);
    /// assert_eq!(faster.map_up_to(MAP_FROM).open(file.path())?.kind(), InputKind::Read);
    /// assert_eq!(MAP_UP_TO, 1 << 30);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn map_up_to(mut self, len: u64) -> Self {
        self.map_up_to = Some(len);
        self
    }

    /// As [`Input::with_window_len`].
    pub fn window_len(mut self, len: usize) -> Self {
        self.window_len = Some(len);
        self
    }

    /// Opens the file at `path`, as [`Input::open`] does.
    ///
    /// # Errors
    ///
    /// As [`Input::open`]; with [`Via::Map`] also as [`MappedFile::map`].
    pub fn open(&self, path: impl AsRef<Path>) -> io::Result<Input> {
        self.from_file(File::open(path)?)
    }

    /// Shows what lies behind the place where an open file stands, as [`Input::from_file`] does.
    ///
    /// Reads move that place, which everyone shares who has the open file; a map leaves it alone.
    ///
    /// ```
    /// use zc_io::Input;
    ///
    /// let windows = Input::options().window_len(64 << 10);
    /// for _ in 0..2 {
    ///     let mut input = windows.from_file(tempfile::tempfile()?)?;
    ///     assert!(input.window()?.is_last);
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Input::from_file`]; with [`Via::Map`] also as [`MappedFile::map`].
    pub fn from_file(&self, file: File) -> io::Result<Input> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
        }
        match self.via {
            Via::Safe => Ok(self.read_unless_sealed(file, &metadata, None)),
            Via::Read => Ok(self.read(file, &metadata, Some("the caller asked for reads"))),
            Via::Map(stable) => map_vouched(&file, stable, "the caller asked for a map"),
            Via::Faster(stable) => Ok(self.whichever_is_faster(file, &metadata, |file, reason| {
                map_vouched(file, stable, reason)
            })),
            Via::Guarded(stable) => {
                Ok(self.whichever_is_faster(file, &metadata, |file, reason| {
                    let map = Guarded::map(file, stable)?;
                    let start = start(file, map.bytes())?;
                    Ok(Input::mapping(MapView::guarded(map, start), reason))
                }))
            }
        }
    }

    /// Reads standard input, as [`Input::stdin`] does.
    ///
    /// # Errors
    ///
    /// As [`from_file`](Self::from_file), or if the descriptor cannot be duplicated.
    #[cfg(unix)]
    pub fn stdin(&self) -> io::Result<Input> {
        use std::os::fd::AsFd;

        self.from_file(File::from(io::stdin().as_fd().try_clone_to_owned()?))
    }

    /// Reads standard input, as a stream.
    ///
    /// # Errors
    ///
    /// None here; there are on other systems.
    #[cfg(not(unix))]
    pub fn stdin(&self) -> io::Result<Input> {
        let input = Input::from_reader(Box::new(io::stdin()));
        Ok(match self.window_len {
            Some(len) => input.with_window_len(len),
            None => input,
        })
    }

    fn whichever_is_faster(
        &self,
        file: File,
        metadata: &Metadata,
        map: impl FnOnce(&File, &'static str) -> io::Result<Input>,
    ) -> Input {
        let up_to = self.map_up_to.unwrap_or(MAP_UP_TO);
        let reason = match metadata.len() {
            _ if !metadata.is_file() => None,
            0 => None,
            1..MAP_FROM => Some("a map is not faster below 1 MiB"),
            _ if has_holes(metadata) => {
                Some("a file with holes is read, since a map may fill those that are looked at")
            }
            len if len <= up_to => {
                let reason = match self.map_up_to {
                    None => "a map is faster from 1 MiB to 1 GiB",
                    Some(_) => "a map is faster from 1 MiB on, and threads can share it",
                };
                match map(&file, reason) {
                    Ok(input) => return input,
                    Err(error) => Some(why_not_mapped(&error)),
                }
            }
            _ => Some("a map was not measured to be faster above 1 GiB"),
        };
        self.read_unless_sealed(file, metadata, reason)
    }

    fn read_unless_sealed(
        &self,
        file: File,
        metadata: &Metadata,
        why_read: Option<&'static str>,
    ) -> Input {
        // Asking for the seals costs a call, which files too short to be mapped are spared.
        if metadata.is_file()
            && metadata.len() >= MAP_FROM
            && let Ok(map) = map_sealed(&file)
            && let Ok(start) = start(&file, map.bytes())
        {
            return Input::mapping(MapView::plain(map, start), SEALED);
        }
        self.read(file, metadata, why_read)
    }

    fn read(&self, mut file: File, metadata: &Metadata, why: Option<&'static str>) -> Input {
        let position = file.stream_position().unwrap_or(0);
        let (kind, flow, reason) = how_to_read(metadata.file_type(), metadata.len());
        let mut input = Input::reading(Box::new(file), kind, flow, reason);
        if flow == Flow::Full {
            input.size_hint = Some(metadata.len().saturating_sub(position));
            input.reason = why.unwrap_or(reason);
        }
        input.with_window_len(self.window_len.unwrap_or(WINDOW_LEN))
    }
}

/// Whether fewer bytes are stored than the size says. Pages of a hole that is mapped are made where
/// the file is memory itself, as on a tmpfs, and stay; a read makes none.
#[cfg(unix)]
fn has_holes(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    metadata.blocks().saturating_mul(512) < metadata.len()
}

#[cfg(not(unix))]
fn has_holes(_: &Metadata) -> bool {
    false
}

/// What is said of a file that is read since it could not be mapped.
fn why_not_mapped(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::QuotaExceeded => "as many maps are guarded already as can be",
        ErrorKind::OutOfMemory => "there is no memory for a map, or there are too many maps",
        _ if is_short_of_files(error) => "too many files are open to guard a map",
        _ => "it cannot be mapped",
    }
}

/// Whether it is `EMFILE` or `ENFILE`.
#[cfg(unix)]
fn is_short_of_files(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(not(unix))]
fn is_short_of_files(_: &io::Error) -> bool {
    false
}

fn map_vouched(file: &File, stable: Stable, reason: &'static str) -> io::Result<Input> {
    let map = MappedFile::map(file, stable)?;
    let start = start(file, map.bytes())?;
    Ok(Input::mapping(MapView::plain(map, start), reason))
}

#[cfg(target_os = "linux")]
fn map_sealed(file: &File) -> io::Result<MappedFile> {
    MappedFile::sealed(file)
}

#[cfg(not(target_os = "linux"))]
fn map_sealed(_: &File) -> io::Result<MappedFile> {
    Err(ErrorKind::Unsupported.into())
}

/// Where in its `bytes` an open file stands; at their end if it stands behind that.
fn start(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    let position = file.stream_position()?;
    Ok(usize::try_from(position).unwrap_or(usize::MAX).min(bytes.len()))
}
