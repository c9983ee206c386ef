//! [`Root`]: the directory that is served, and the only way to a file in it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::{Errno, retry_on_intr};

use crate::Symlinks;

/// How a file is opened: never to wait, be it for the other end of a FIFO, and never to become
/// the terminal of this process.
const OPEN: OFlags =
    OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

/// The directory that is served.
///
/// The kernel itself keeps each lookup beneath it: `openat2(2)` with `RESOLVE_BENEATH`, since
/// Linux 5.6, follows neither `..` nor a symbolic link out of it, whatever is renamed or replaced
/// meanwhile. Where there is no such call, each component is opened from the one before it, and
/// no symbolic link is followed at all.
#[derive(Debug)]
pub(crate) struct Root {
    directory: OwnedFd,
    symlinks: Symlinks,
    has_openat2: AtomicBool,
}

/// Whether a lookup may wait for a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Only what the kernel has in memory is found.
    NoWait,
    /// It may take as long as it takes.
    Wait,
}

impl Root {
    pub(crate) fn open(path: &Path, symlinks: Symlinks) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = openat(CWD, path, flags, Mode::empty())?;
        Ok(Self { directory, symlinks, has_openat2: AtomicBool::new(true) })
    }

    /// Opens what lies at `path`, which has no empty component and none that is `.` or `..`;
    /// `None` if that has to wait and must not.
    pub(crate) fn find(&self, path: &[u8], patience: Patience) -> Result<Option<File>, Errno> {
        if self.has_openat2.load(Ordering::Relaxed) {
            match self.find_beneath(path, patience) {
                // Some filters of system calls answer so to those that they do not know.
                Err(Errno::NOSYS | Errno::PERM) => {
                    self.has_openat2.store(false, Ordering::Relaxed);
                }
                other => return other,
            }
        }
        match patience {
            Patience::NoWait => Ok(None),
            Patience::Wait => self.walk(path).map(Some),
        }
    }

    fn find_beneath(&self, path: &[u8], patience: Patience) -> Result<Option<File>, Errno> {
        let mut resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        if self.symlinks == Symlinks::Refused {
            resolve |= ResolveFlags::NO_SYMLINKS;
        }
        if patience == Patience::NoWait {
            resolve |= ResolveFlags::CACHED;
        }
        let open = || openat2(&self.directory, path, OPEN, Mode::empty(), resolve);
        for _ in 0..MOST_RACES {
            match retry_on_intr(open) {
                Ok(file) => return Ok(Some(file.into())),
                // `RESOLVE_CACHED` is younger than the call.
                Err(Errno::AGAIN | Errno::INVAL) if patience == Patience::NoWait => {
                    return Ok(None);
                }
                // Something on the way was renamed meanwhile, and the kernel cannot say that the
                // path is still beneath the root.
                Err(Errno::AGAIN) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Errno::AGAIN)
    }

    fn walk(&self, path: &[u8]) -> Result<File, Errno> {
        let open = |directory: &OwnedFd, name: &[u8], flags| {
            retry_on_intr(|| openat(directory, name, flags | OFlags::NOFOLLOW, Mode::empty()))
        };
        let mut parent: Option<OwnedFd> = None;
        let mut names = path.split(|byte| *byte == b'/').peekable();
        while let Some(name) = names.next() {
            let directory = parent.as_ref().unwrap_or(&self.directory);
            if names.peek().is_none() {
                return open(directory, name, OPEN).map(File::from);
            }
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            parent = Some(open(directory, name, flags)?);
        }
        Err(Errno::NOENT)
    }
}

/// How often a lookup is tried again that met a rename.
const MOST_RACES: usize = 16;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::Ordering;

    use rustix::io::Errno;

    use super::{Patience, Root};
    use crate::Symlinks;

    struct Tree {
        root: Root,
        _directory: tempfile::TempDir,
    }

    /// ```text
    /// secret         root/a/file      root/inside -> a/file
    ///                root/outside -> ../secret    root/absolute -> /etc/passwd
    ///                root/up -> ..                root/a/fifo
    /// ```
    fn tree(symlinks: Symlinks) -> Tree {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(directory.path().join("secret"), "secret").unwrap();
        fs::write(root.join("a/file"), "file").unwrap();
        symlink("a/file", root.join("inside")).unwrap();
        symlink("../secret", root.join("outside")).unwrap();
        symlink("/etc/passwd", root.join("absolute")).unwrap();
        symlink("..", root.join("up")).unwrap();
        Tree { root: Root::open(&root, symlinks).unwrap(), _directory: directory }
    }

    #[track_caller]
    fn check(root: &Root, path: &str, expected: Result<&str, &[Errno]>) {
        let found = root.find(path.as_bytes(), Patience::Wait);
        let text = found.map(|file| {
            let mut text = String::new();
            file.unwrap().read_to_string(&mut text).unwrap();
            text
        });
        match (text, expected) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected),
            (Err(error), Err(expected)) => assert!(expected.contains(&error), "{path}: {error}"),
            (found, _) => panic!("{path}: {found:?}"),
        }
    }

    #[test]
    fn links_are_followed_within_the_root_and_not_out_of_it() {
        let tree = tree(Symlinks::WithinRoot);
        check(&tree.root, "a/file", Ok("file"));
        check(&tree.root, "inside", Ok("file"));
        for path in ["outside", "absolute", "up/secret", "../secret", "a/../../secret"] {
            check(&tree.root, path, Err(&[Errno::XDEV]));
        }
        check(&tree.root, "none", Err(&[Errno::NOENT]));
        check(&tree.root, "a/file/b", Err(&[Errno::NOTDIR]));
    }

    #[test]
    fn no_link_is_followed_where_they_are_refused_or_the_kernel_does_not_help() {
        for has_openat2 in [true, false] {
            let tree = tree(Symlinks::Refused);
            tree.root.has_openat2.store(has_openat2, Ordering::Relaxed);
            check(&tree.root, "a/file", Ok("file"));
            for path in ["inside", "outside", "absolute", "up/secret"] {
                check(&tree.root, path, Err(&[Errno::LOOP, Errno::NOTDIR]));
            }
        }
    }

    #[test]
    fn what_is_in_memory_is_found_without_waiting() {
        let tree = tree(Symlinks::WithinRoot);
        check(&tree.root, "a/file", Ok("file"));
        // An older kernel finds nothing so, and says so.
        let found = tree.root.find(b"a/file", Patience::NoWait).unwrap();
        assert!(found.is_none_or(|file| file.metadata().unwrap().len() == 4));
    }
}
