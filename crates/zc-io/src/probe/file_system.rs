//! [`FileSystem`]: what the file system of two files can do with them.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};

use rustix::fs::{OFlags, copy_file_range, fcntl_getfl, fcntl_setfl, major, minor, sendfile};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags, pipe_with, splice};

use super::{Answer, largest_folio};
use crate::buffer::{Buffer, PAGE};
use crate::direct;

/// How many bytes are written, to be copied and looked at.
const LEN: usize = 4 << 20;

/// How much of that is copied.
const COPIED: usize = 2 * PAGE;

/// What a file system offers.
///
/// ```
/// use zc_io::probe::{Answer, FileSystem};
///
/// let (first, second) = (tempfile::tempfile()?, tempfile::tempfile()?);
/// let offers = FileSystem::look(&first, &second)?;
/// println!("{:?} shares blocks: {:?}", offers.kind, offers.reflink);
/// assert_eq!(second.metadata()?.len(), 0, "it is left empty");
///
/// // What needs two files cannot be told by one.
/// assert!(matches!(FileSystem::around(&first).reflink, Answer::CannotTell(_)));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileSystem {
    /// What it is called, such as `ext4`.
    pub kind: Answer<String>,
    /// Sharing the blocks of a whole file, by `ioctl_ficlone(2)`.
    pub reflink: Answer,
    /// `copy_file_range(2)` from one of its files to another.
    pub copy_file_range: Answer,
    /// `sendfile(2)` from one of its files to another.
    pub sendfile: Answer,
    /// `splice(2)` from a file to a pipe and to another file.
    pub splice: Answer,
    /// Reads that pass the page cache by, and how they are aligned.
    pub direct: Answer<Alignment>,
    /// Pages of the page cache that belong together: bytes of the largest such folio of a file that
    /// was written by 4 MiB at a time.
    pub large_folios: Answer<u64>,
}

/// How direct reads are aligned, in bytes.
///
/// ```
/// use std::fs::File;
/// use zc_io::probe::{Answer, FileSystem};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// if let Answer::Yes(aligned) = FileSystem::around(&File::open(manifest)?).direct {
///     assert!(aligned.memory.is_power_of_two() && aligned.offset.is_power_of_two());
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alignment {
    /// What the address of the memory is a multiple of.
    pub memory: usize,
    /// What offset and length in the file are multiples of.
    pub offset: usize,
}

impl FileSystem {
    /// Asks what can be asked of a file that is only read: what needs two files to write to stays
    /// [`CannotTell`](Answer::CannotTell).
    ///
    /// # Copies
    ///
    /// At most 4 MiB from the kernel, where the file system reads around the page cache.
    #[must_use]
    pub fn around(file: &File) -> Self {
        let untried = || Answer::CannotTell("it takes two files that may be written".to_owned());
        Self {
            kind: kind(file),
            reflink: untried(),
            copy_file_range: untried(),
            sendfile: untried(),
            splice: untried(),
            direct: direct_read(file),
            large_folios: largest_folio(file),
        }
    }

    /// Tries everything with two files, which lie next to each other.
    ///
    /// They are opened for reading and writing, and nobody else needs them: what they hold is
    /// written over, and both are left empty. Files without a name are best
    /// (`O_TMPFILE`), since nothing is left behind whatever happens.
    ///
    /// # Errors
    ///
    /// What writing to them, cutting them off or storing them returned.
    ///
    /// # Copies
    ///
    /// 4 MiB to the kernel, and by `copy_file_range`, `sendfile` and `splice` what the kernel copies.
    pub fn look(first: &File, second: &File) -> io::Result<Self> {
        first.set_len(0)?;
        first.write_all_at(&vec![1; LEN], 0)?;
        // What is not stored yet has no blocks to be shared or read directly.
        first.sync_data()?;
        let looked = Self {
            reflink: into_empty(second, reflink(first, second))?,
            copy_file_range: into_empty(second, copied(copy_range(first, second)))?,
            sendfile: into_empty(second, copied(sendfile(second, first, Some(&mut 0), COPIED)))?,
            splice: into_empty(second, copied(splice_through(first, second)))?,
            ..Self::around(first)
        };
        first.set_len(0)?;
        Ok(looked)
    }
}

/// An answer that wrote to `target`, which is emptied again.
fn into_empty(target: &File, answer: Answer) -> io::Result<Answer> {
    target.set_len(0)?;
    Ok(answer)
}

/// What the table of mounts says of the device that the file lies on.
fn kind(file: &File) -> Answer<String> {
    let unknown = || Answer::CannotTell("no mount has the device of the file".to_owned());
    let (Ok(mounts), Ok(metadata)) = (fs::read_to_string("/proc/self/mountinfo"), file.metadata())
    else {
        return unknown();
    };
    let device = format!("{}:{}", major(metadata.dev()), minor(metadata.dev()));
    mounts.lines().find_map(|mount| kind_if_on(mount, &device)).map_or_else(unknown, Answer::Yes)
}

/// The type of a mount, if it has that device: behind ` - ` in a line of `proc_pid_mountinfo(5)`.
fn kind_if_on(mount: &str, device: &str) -> Option<String> {
    let (of_mount, of_super_block) = mount.split_once(" - ")?;
    let is_on = of_mount.split(' ').nth(2)? == device;
    is_on.then(|| of_super_block.split(' ').next().map(str::to_owned))?
}

#[cfg(not(any(target_arch = "sparc", target_arch = "sparc64")))]
fn reflink(source: &File, target: &File) -> Answer {
    Answer::of(rustix::fs::ioctl_ficlone(target, source))
}

#[cfg(any(target_arch = "sparc", target_arch = "sparc64"))]
fn reflink(_: &File, _: &File) -> Answer {
    Answer::CannotTell("the call has another number here".to_owned())
}

fn copy_range(source: &File, target: &File) -> Result<usize, Errno> {
    copy_file_range(source, Some(&mut 0), target, Some(&mut 0), COPIED)
}

fn splice_through(source: &File, target: &File) -> Result<usize, Errno> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    let flags = SpliceFlags::empty();
    let held = splice(source, Some(&mut 0), &writer, None, COPIED, flags)?;
    splice(&reader, None, target, Some(&mut 0), held, flags)
}

/// That a call which was to move bytes moved some.
fn copied(outcome: Result<usize, Errno>) -> Answer {
    match outcome {
        Ok(0) => Answer::No("it moves no bytes".to_owned()),
        outcome => Answer::of(outcome.map(drop)),
    }
}

/// Asks how direct reads are aligned, and makes one.
fn direct_read(file: &File) -> Answer<Alignment> {
    let told = match direct::told_alignment(file) {
        Ok(told) => told,
        Err(why) => return Answer::No(why.to_owned()),
    };
    if let Err(errno) = read_directly(file) {
        return Answer::of(Err(errno));
    }
    match told {
        Some((memory, offset)) => Answer::Yes(Alignment { memory, offset }),
        None => Answer::CannotTell(format!("it reads {PAGE} bytes, and does not tell of fewer")),
    }
}

/// Reads as much as any file system asks for, to where any wants it.
fn read_directly(file: &File) -> Result<(), Errno> {
    let Ok(mut buffer) = Buffer::new(LEN) else { return Err(Errno::NOMEM) };
    let flags = fcntl_getfl(file)?;
    fcntl_setfl(file, flags | OFlags::DIRECT)?;
    let read = rustix::io::pread(file, &mut buffer[..], 0);
    fcntl_setfl(file, flags)?;
    read.map(drop)
}

#[cfg(test)]
mod tests {
    use super::kind_if_on;

    const MOUNT: &str = "36 35 98:0 / /mnt rw,noatime master:1 shared:2 - ext3 /dev/root rw";

    #[test]
    fn the_type_of_a_mount_stands_behind_its_optional_fields() {
        assert_eq!(kind_if_on(MOUNT, "98:0").as_deref(), Some("ext3"));
        assert_eq!(kind_if_on(MOUNT, "98:1"), None);
        assert_eq!(kind_if_on("no mount", "98:0"), None);
    }
}
