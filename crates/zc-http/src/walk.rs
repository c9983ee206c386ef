//! [`walk`]: a path taken a name at a time, where the kernel cannot keep a lookup beneath a directory.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags, openat, readlinkat};
use rustix::io::{Errno, retry_on_intr};

use crate::Symlinks;

/// How many symbolic links are followed on one way, as many as the kernel follows.
const MOST_LINKS: usize = 40;

/// How a directory on the way is opened.
const STEP: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Opens what lies at `path` beneath `root` with `flags`.
///
/// Each name is opened in the directory that was opened before it, and none of them follows a link.
/// A link is read, and its names are taken in its place; `..` in them is the directory that this
/// walk came from, whatever was renamed meanwhile. So no step ever goes up, and none leaves `root`:
/// a link that would is [`Errno::XDEV`], as it is for `openat2(2)` with `RESOLVE_BENEATH`.
pub(crate) fn walk(
    root: &OwnedFd,
    path: &[u8],
    symlinks: Symlinks,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let mut links_left = if symlinks == Symlinks::WithinRoot { MOST_LINKS } else { 0 };
    // The next name is the last one.
    let mut names = Vec::new();
    push_names(&mut names, path);
    let mut way: Vec<OwnedFd> = Vec::new();
    while let Some(name) = names.pop() {
        match &*name {
            // The path has none of these, but a link may.
            b"" | b"." => continue,
            b".." => {
                way.pop().ok_or(Errno::XDEV)?;
                continue;
            }
            _ => {}
        }
        let (here, is_last) = (way.last().unwrap_or(root), names.is_empty());
        match open(here, &name, if is_last { flags } else { STEP }) {
            Ok(file) if is_last => return Ok(file),
            Ok(directory) => way.push(directory),
            Err(error @ (Errno::LOOP | Errno::NOTDIR)) => {
                links_left = usize::checked_sub(links_left, 1).ok_or(error)?;
                push_target(&mut names, here, name, error)?;
            }
            Err(error) => return Err(error),
        }
    }
    // The last link ended at a directory on the way.
    open(way.last().unwrap_or(root), b".", flags)
}

fn open(directory: &OwnedFd, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    retry_on_intr(|| openat(directory, name, flags | OFlags::NOFOLLOW, Mode::empty()))
}

/// Pushes the names that the link called `name` stands for. `error` is what opening it said, and is
/// returned if it is no link.
fn push_target(
    names: &mut Vec<Box<[u8]>>,
    directory: &OwnedFd,
    name: Box<[u8]>,
    error: Errno,
) -> Result<(), Errno> {
    match readlinkat(directory, &*name, Vec::new()) {
        Ok(target) if target.as_bytes().starts_with(b"/") => return Err(Errno::XDEV),
        Ok(target) => push_names(names, target.as_bytes()),
        // It was a link a moment ago, and is opened once more as what it is now.
        Err(Errno::INVAL) if error == Errno::LOOP => names.push(name),
        Err(_) => return Err(error),
    }
    Ok(())
}

fn push_names(names: &mut Vec<Box<[u8]>>, path: &[u8]) {
    names.extend(path.split(|byte| *byte == b'/').rev().map(Box::from));
}
