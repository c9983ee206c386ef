//! [`Files`]: a directory, and what of it is in memory.

use std::fmt::Write;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;
use tokio::task::spawn_blocking;

use crate::representation::{Content, Representation};
use crate::root::{Patience, Root};
use crate::status::Status;
use crate::validators::Seen;
use crate::whole::read_whole;
use crate::{Options, clock};

/// Files kept open at the most: each takes this share of the cache.
const MOST_OPEN: u64 = 128;

/// A directory whose files are served.
///
/// It is shared by all connections, and says what a request gets; [`Connection`](crate::Connection)
/// says how. Nothing outside of the directory is reached through it, whoever renames or links what
/// in there.
///
/// ```
/// use std::io::ErrorKind;
/// use zc_http::{Files, Options};
///
/// let here = env!("CARGO_MANIFEST_DIR");
/// Files::open(here, Options::default())?;
/// let no_directory = Files::open(format!("{here}/Cargo.toml"), Options::default());
/// assert_eq!(no_directory.unwrap_err().kind(), ErrorKind::NotADirectory);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Files {
    root: Root,
    pub(crate) options: Options,
    /// The lines of the headers that the options add.
    pub(crate) added: String,
    cache: Cache<Box<[u8]>, Arc<Representation>, Weight>,
}

/// What lies at a path.
#[derive(Debug)]
pub(crate) enum Found {
    File(Arc<Representation>),
    /// A directory whose path lacks the slash behind it.
    Directory,
}

/// What a name stands for.
enum Opened {
    File(File, Seen),
    Directory,
}

impl Files {
    /// Opens `directory`, which from then on is known by its descriptor and not by its name.
    ///
    /// # Errors
    ///
    /// What opening it returned, such as [`NotFound`](io::ErrorKind::NotFound) or
    /// [`NotADirectory`](io::ErrorKind::NotADirectory);
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if a header or the index of the options
    /// cannot be one.
    pub fn open(directory: impl AsRef<Path>, options: Options) -> io::Result<Self> {
        options.check()?;
        let root = Root::open(directory.as_ref(), options.symlinks)?;
        let mut added = String::new();
        for (name, value) in &options.headers {
            write!(added, "{name}: {value}\r\n").expect("a string takes everything");
        }
        let weight = Weight { open_file: (options.cache_bytes / MOST_OPEN).max(1) };
        let cache = Cache::with_weighter(1024, options.cache_bytes, weight);
        Ok(Self { root, options, added, cache })
    }

    /// What lies at `path`, as [`Target`](crate::target::Target) has it.
    ///
    /// What the kernel has in memory is looked up at once, everything else by another thread.
    pub(crate) async fn find(self: &Arc<Self>, path: &[u8]) -> Result<Found, Status> {
        let now = clock::milliseconds();
        let is_fresh = |it: &Arc<Representation>| {
            u128::from(it.age(now)) < self.options.fresh_for.as_millis() && it.is_unchanged()
        };
        let known = match self.cache.get(path) {
            Some(known) if is_fresh(&known) => return Ok(Found::File(known)),
            known => known,
        };
        if let Some(found) = self.look(path, known.as_ref(), Patience::NoWait)? {
            return Ok(found);
        }
        let (files, path) = (Arc::clone(self), path.to_vec());
        let look = move || files.look(&path, known.as_ref(), Patience::Wait);
        match spawn_blocking(look).await {
            Ok(found) => found?.ok_or(Status::INTERNAL_SERVER_ERROR),
            Err(_) => Err(Status::INTERNAL_SERVER_ERROR),
        }
    }

    /// Asks the file system, and lets go of a `known` file that is there no more; `None` if it has
    /// to wait and must not.
    fn look(
        &self,
        path: &[u8],
        known: Option<&Arc<Representation>>,
        patience: Patience,
    ) -> Result<Option<Found>, Status> {
        let found = self.look_up(path, known, patience);
        let is_gone = matches!(found, Ok(Some(Found::Directory)) | Err(Status::NOT_FOUND));
        if is_gone && known.is_some() {
            self.cache.remove(path);
        }
        found
    }

    fn look_up(
        &self,
        path: &[u8],
        known: Option<&Arc<Representation>>,
        patience: Patience,
    ) -> Result<Option<Found>, Status> {
        let now = clock::milliseconds();
        let is_directory = path.is_empty() || path.ends_with(b"/");
        let name =
            if is_directory { &[path, self.options.index.as_bytes()].concat() } else { path };
        let (file, seen) = match self.open_name(name, patience)? {
            None => return Ok(None),
            Some(Opened::File(file, seen)) => (file, seen),
            Some(Opened::Directory) if is_directory => return Err(Status::NOT_FOUND),
            Some(Opened::Directory) => return Ok(Some(Found::Directory)),
        };
        if let Some(known) = known.filter(|known| known.stamp == seen.stamp) {
            known.see(now);
            return Ok(Some(Found::File(Arc::clone(known))));
        }
        let Some((seen, content)) = self.content(file, seen, patience)? else { return Ok(None) };
        let found = Representation::new(seen, content, &content_type(name), &self.added, now);
        let found = Arc::new(found);
        if seen.is_settled {
            self.cache.insert(path.into(), Arc::clone(&found));
        }
        Ok(Some(Found::File(found)))
    }

    fn open_name(&self, name: &[u8], patience: Patience) -> Result<Option<Opened>, Status> {
        let file = match self.root.find(name, patience) {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(None),
            // One that must not be read is a directory all the same.
            Err(Errno::ACCESS) if self.root.has_directory(name) => {
                return Ok(Some(Opened::Directory));
            }
            Err(error) => return Err(status(error)),
        };
        let stat = fstat(&file).map_err(status)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok(Some(Opened::File(file, Seen::now(&stat)))),
            FileType::Directory => Ok(Some(Opened::Directory)),
            _ => Err(Status::NOT_FOUND),
        }
    }

    /// The bytes of a short file, or a long one itself, and the state that it was seen in.
    fn content(
        &self,
        file: File,
        seen: Seen,
        patience: Patience,
    ) -> Result<Option<(Seen, Content)>, Status> {
        let most = self.options.memory_up_to;
        if seen.stamp.len > most {
            return Ok(Some((seen, Content::File(Arc::new(file)))));
        }
        let read = read_whole(&file, seen, most, patience).map_err(status)?;
        Ok(read.map(|(seen, body)| (seen, Content::Memory(body))))
    }
}

/// The type that the ending of a name stands for.
fn content_type(name: &[u8]) -> String {
    let dot = name.iter().rposition(|byte| matches!(byte, b'.' | b'/'));
    let ending = dot.filter(|at| name[*at] == b'.').map(|at| &name[at + 1..]);
    let ending = ending.and_then(|ending| str::from_utf8(ending).ok()).unwrap_or("");
    mime_guess::from_ext(ending).first_or_octet_stream().essence_str().to_owned()
}

/// What a failed lookup is to a client.
fn status(error: Errno) -> Status {
    match error {
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::XDEV | Errno::NAMETOOLONG => {
            Status::NOT_FOUND
        }
        // Sockets and devices without a driver, which have no bytes to send.
        Errno::NXIO | Errno::NODEV => Status::NOT_FOUND,
        Errno::ACCESS | Errno::PERM => Status::FORBIDDEN,
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN | Errno::BUSY => {
            Status::SERVICE_UNAVAILABLE
        }
        _ => Status::INTERNAL_SERVER_ERROR,
    }
}

/// What a file in the cache takes of it.
#[derive(Debug, Clone)]
struct Weight {
    open_file: u64,
}

impl Weighter<Box<[u8]>, Arc<Representation>> for Weight {
    fn weight(&self, path: &Box<[u8]>, found: &Arc<Representation>) -> u64 {
        let bytes = path.len() as u64 + found.weight();
        match found.content {
            Content::Memory(_) => bytes,
            Content::File(_) => bytes.max(self.open_file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn the_ending_of_a_name_says_the_type() {
        assert_eq!(content_type(b"a/b.html"), "text/html");
        assert_eq!(content_type(b"a.JPG"), "image/jpeg");
        assert_eq!(content_type(b"a.b/c"), "application/octet-stream");
        assert_eq!(content_type(b"\xff.\xff"), "application/octet-stream");
        assert_eq!(content_type(b"Makefile"), "application/octet-stream");
    }
}
