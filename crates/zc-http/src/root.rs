//! [`Root`]: the directory that is served, and the only way to a file in it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::{Errno, retry_on_intr};

use crate::Symlinks;
use crate::walk::walk;

/// How a file is opened: never to wait, be it for the other end of a FIFO, and never to become
/// the terminal of this process.
const OPEN: OFlags =
    OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

/// How a directory is opened from which nothing is read.
const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// The directory that is served.
///
/// The kernel itself keeps each lookup beneath it: `openat2(2)` with `RESOLVE_BENEATH`, since
/// Linux 5.6, follows neither `..` nor a symbolic link out of it, whatever is renamed or replaced
/// meanwhile. Where there is no such call, [`walk`] does the same with more calls.
#[derive(Debug)]
pub(crate) struct Root {
    directory: OwnedFd,
    symlinks: Symlinks,
    has_openat2: bool,
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
        let directory = openat(CWD, path, DIRECTORY, Mode::empty())?;
        let has_openat2 =
            match openat2(&directory, ".", DIRECTORY, Mode::empty(), ResolveFlags::BENEATH) {
                Ok(_) => true,
                // Some filters of system calls answer so to those that they do not know.
                Err(Errno::NOSYS | Errno::PERM) => false,
                Err(error) => return Err(error.into()),
            };
        Ok(Self { directory, symlinks, has_openat2 })
    }

    /// Opens what lies at `path`, which has no empty name and none that is `.` or `..`; `None` if
    /// that has to wait and must not.
    pub(crate) fn find(&self, path: &[u8], patience: Patience) -> Result<Option<File>, Errno> {
        Ok(self.look_up(path, OPEN, patience)?.map(File::from))
    }

    /// Whether there is a directory at `path`, be it one that must not be read.
    pub(crate) fn has_directory(&self, path: &[u8]) -> bool {
        self.look_up(path, DIRECTORY, Patience::Wait).is_ok()
    }

    fn look_up(
        &self,
        path: &[u8],
        flags: OFlags,
        patience: Patience,
    ) -> Result<Option<OwnedFd>, Errno> {
        match patience {
            _ if self.has_openat2 => self.look_up_beneath(path, flags, patience),
            Patience::NoWait => Ok(None),
            Patience::Wait => walk(&self.directory, path, self.symlinks, flags).map(Some),
        }
    }

    fn look_up_beneath(
        &self,
        path: &[u8],
        flags: OFlags,
        patience: Patience,
    ) -> Result<Option<OwnedFd>, Errno> {
        let mut resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        if self.symlinks == Symlinks::Refused {
            resolve |= ResolveFlags::NO_SYMLINKS;
        }
        if patience == Patience::NoWait {
            resolve |= ResolveFlags::CACHED;
        }
        let open = || openat2(&self.directory, path, flags, Mode::empty(), resolve);
        for _ in 0..MOST_RACES {
            match retry_on_intr(open) {
                Ok(file) => return Ok(Some(file)),
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
}

/// How often a lookup is tried again that met a rename.
const MOST_RACES: usize = 16;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::io::Errno;

    use super::{Patience, Root};
    use crate::Symlinks;

    /// A directory that is looked at as `openat2` does and by [`super::walk`].
    struct Tree {
        roots: [Root; 2],
        path: PathBuf,
        _directory: tempfile::TempDir,
    }

    /// ```text
    /// secret         root/a/file      root/inside -> a/file
    ///                root/outside -> ../secret    root/absolute -> /etc/passwd
    ///                root/up -> ..                root/folder -> a/
    ///                root/a/back -> ../a/../inside
    ///                root/round -> round          root/here -> .
    /// ```
    fn tree(symlinks: Symlinks) -> Tree {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root");
        fs::create_dir_all(path.join("a")).unwrap();
        fs::write(directory.path().join("secret"), "secret").unwrap();
        fs::write(path.join("a/file"), "file").unwrap();
        for (target, name) in [
            ("a/file", "inside"),
            ("../secret", "outside"),
            ("/etc/passwd", "absolute"),
            ("..", "up"),
            ("a/", "folder"),
            ("../a/../inside", "a/back"),
            ("round", "round"),
            (".", "here"),
        ] {
            symlink(target, path.join(name)).unwrap();
        }
        let kernel = Root::open(&path, symlinks).unwrap();
        let walking = Root { has_openat2: false, ..Root::open(&path, symlinks).unwrap() };
        Tree { roots: [kernel, walking], path, _directory: directory }
    }

    fn read(root: &Root, path: &str) -> Result<String, Errno> {
        let mut file = root.find(path.as_bytes(), Patience::Wait)?.expect("it may wait");
        let mut text = String::new();
        match file.read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(_) => Ok("a directory".to_owned()),
        }
    }

    #[track_caller]
    fn check(tree: &Tree, path: &str, expected: Result<&str, &[Errno]>) {
        for root in &tree.roots {
            match (read(root, path), expected) {
                (Ok(text), Ok(expected)) => assert_eq!(text, expected, "{path}, {root:?}"),
                (Err(error), Err(expected)) => {
                    assert!(expected.contains(&error), "{path}, {root:?}: {error}");
                }
                (found, _) => panic!("{path}, {root:?}: {found:?}"),
            }
        }
    }

    #[test]
    fn links_are_followed_within_the_root_and_not_out_of_it() {
        let tree = tree(Symlinks::WithinRoot);
        for path in
            ["a/file", "inside", "folder/file", "a/back", "here/folder/back", "here/here/a/file"]
        {
            check(&tree, path, Ok("file"));
        }
        for path in ["a", "folder", "here", "here/here"] {
            check(&tree, path, Ok("a directory"));
        }
        for path in ["outside", "absolute", "up", "up/secret", "up/root/a/file", "here/up/secret"] {
            check(&tree, path, Err(&[Errno::XDEV]));
        }
        check(&tree, "round", Err(&[Errno::LOOP]));
        check(&tree, "none", Err(&[Errno::NOENT]));
        for path in ["a/file/b", "inside/b", "inside/../a"] {
            check(&tree, path, Err(&[Errno::NOTDIR]));
        }
    }

    #[test]
    fn no_link_is_followed_where_they_are_refused() {
        let tree = tree(Symlinks::Refused);
        check(&tree, "a/file", Ok("file"));
        check(&tree, "a", Ok("a directory"));
        for path in ["inside", "outside", "absolute", "up/secret", "folder/file", "a/back", "here"]
        {
            check(&tree, path, Err(&[Errno::LOOP, Errno::NOTDIR]));
        }
        check(&tree, "none", Err(&[Errno::NOENT]));
    }

    #[test]
    fn a_chain_of_links_ends_as_it_does_in_the_kernel() {
        let tree = tree(Symlinks::WithinRoot);
        for link in 0..50 {
            let target = if link == 0 { "a/file".to_owned() } else { format!("chain{}", link - 1) };
            symlink(target, tree.path.join(format!("chain{link}"))).unwrap();
        }
        check(&tree, "chain39", Ok("file"));
        check(&tree, "chain40", Err(&[Errno::LOOP]));
    }

    #[test]
    fn links_and_folders_that_change_meanwhile_never_lead_out() {
        let tree = tree(Symlinks::WithinRoot);
        let outside = tree.path.parent().unwrap();
        fs::write(tree.path.join("a/secret"), "ours").unwrap();
        let (turn, new) = (tree.path.join("turn"), tree.path.join("new"));
        symlink("a", &turn).unwrap();
        let is_over = AtomicBool::new(false);
        let change = || {
            for round in 0_usize.. {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let target = [outside, "a".as_ref(), "..".as_ref(), "a/../a".as_ref()][round % 4];
                symlink(target, &new).unwrap();
                fs::rename(&new, &turn).unwrap();
                // A file in the place of a link, and a folder that moves beneath another.
                fs::write(&new, "ours").unwrap();
                fs::rename(&new, tree.path.join("inside")).unwrap();
                symlink("a/file", &new).unwrap();
                fs::rename(&new, tree.path.join("inside")).unwrap();
                fs::rename(tree.path.join("a"), tree.path.join("b")).unwrap();
                fs::rename(tree.path.join("b"), tree.path.join("a")).unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(change);
            for root in &tree.roots {
                let mut found = 0;
                for _ in 0..3000 {
                    for path in ["turn/secret", "inside", "a/back"] {
                        let text = read(root, path);
                        assert_ne!(text.as_deref(), Ok("secret"), "{path}, {root:?}");
                        found += u32::from(text.is_ok());
                    }
                }
                assert!(found > 0, "{root:?}");
            }
            is_over.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn what_is_in_memory_is_found_without_waiting() {
        let tree = tree(Symlinks::WithinRoot);
        check(&tree, "a/file", Ok("file"));
        let [kernel, walking] = &tree.roots;
        // An older kernel finds nothing so, and says so.
        let found = kernel.find(b"a/file", Patience::NoWait).unwrap();
        assert!(found.is_none_or(|file| file.metadata().unwrap().len() == 4));
        assert!(walking.find(b"a/file", Patience::NoWait).unwrap().is_none());
    }
}
