//! [`Subject`]: the file that is read by each way, made for it or named.

use std::env;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use zc_core::mask::count_byte;
use zc_io::probe::{Costs, Way, measure};
use zc_io::{WINDOW_LEN, residency};

use super::args::DoctorArgs;
use crate::input::{label, named, plain, vouched};
use crate::progress::Progress;

/// The smallest size that is measured, in bytes; each further one is four times the one before.
const LEAST: usize = 4 << 10;

/// What each way may spend on each size; those that need longer have six passes.
const BUDGET: Duration = Duration::from_millis(20);

/// The ways that are compared, in the order of the columns.
pub(super) const WAYS: [Way; 7] = [
    Way::Map,
    Way::Guarded,
    Way::Windows(64 << 10),
    Way::Windows(256 << 10),
    Way::Windows(WINDOW_LEN),
    Way::Whole,
    Way::Direct,
];

/// How zc itself gets at long files, and at short ones.
pub(super) const MAPPED: Way = Way::Guarded;
pub(super) const READ: Way = Way::Windows(WINDOW_LEN);

/// What is read.
#[derive(Debug)]
pub(super) enum Subject {
    /// A file without a name in a directory.
    Made { directory: PathBuf, file: File },
    /// The file of a user.
    Named { path: PathBuf, file: File },
}

impl Subject {
    pub(super) fn new(args: &DoctorArgs) -> anyhow::Result<Self> {
        let Some(path) = named(args.file.as_deref()) else {
            ensure!(args.file.is_none(), "standard input cannot be read again and again");
            let directory = args.dir.clone().unwrap_or_else(env::temp_dir);
            let file = unnamed(&directory)?;
            return Ok(Self::Made { directory, file });
        };
        let file = File::open(path).map_err(plain).with_context(|| label(Some(path)))?;
        let metadata = file.metadata().map_err(plain).with_context(|| label(Some(path)))?;
        ensure!(!metadata.is_dir(), "{}: is a directory; `--dir` names one", label(Some(path)));
        ensure!(metadata.is_file(), "{}: is no regular file", label(Some(path)));
        ensure!(metadata.len() > 0, "{}: is empty", label(Some(path)));
        Ok(Self::Named { path: path.to_owned(), file })
    }

    pub(super) const fn file(&self) -> &File {
        match self {
            Self::Made { file, .. } | Self::Named { file, .. } => file,
        }
    }

    /// What others open to read it.
    fn path(&self) -> PathBuf {
        match self {
            Self::Made { file, .. } => format!("/proc/self/fd/{}", file.as_raw_fd()).into(),
            Self::Named { path, .. } => path.clone(),
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Made { directory: path, .. } | Self::Named { path, .. } => label(Some(path)),
        }
    }

    /// The ways that may be tried on it: a map of a file that others may cut is always guarded.
    fn ways(&self) -> &'static [Way] {
        match self {
            Self::Made { .. } => &WAYS,
            Self::Named { .. } => &WAYS[1..],
        }
    }

    /// Measures each way at each size up to `up_to` bytes, from the page cache where it does not pass
    /// it by.
    pub(super) fn measure(&self, up_to: usize) -> anyhow::Result<Vec<Costs>> {
        let sizes = self.sizes(up_to)?;
        let mut progress = Progress::of_steps(sizes.len() as u64 + 1);
        let longest = *sizes.last().expect("there is one size at least");
        self.fill(longest).map_err(plain).with_context(|| self.label())?;
        let (path, mut newlines) = (self.path(), 0);
        let mut look = |bytes: &[u8]| newlines += count_byte(bytes, b'\n');
        let mut costs = Vec::new();
        for &len in &sizes {
            progress.at(costs.len() as u64 + 1);
            costs.push(measure(&path, len, self.ways(), vouched(), BUDGET, &mut look));
        }
        Ok(costs)
    }

    fn sizes(&self, up_to: usize) -> anyhow::Result<Vec<usize>> {
        let up_to = match self {
            Self::Made { .. } => up_to,
            Self::Named { file, .. } => {
                let len = file.metadata().map_err(plain).with_context(|| self.label())?.len();
                up_to.min(usize::try_from(len).unwrap_or(usize::MAX))
            }
        };
        Ok(sizes(up_to))
    }

    /// Sees to it that so many bytes are there, stored and in the page cache.
    fn fill(&self, len: usize) -> std::io::Result<()> {
        if let Self::Made { file, .. } = self {
            write_lines(&mut &*file, len)?;
            // Direct reads would wait for what is not stored yet.
            file.sync_data()?;
        }
        residency::populate(self.file(), 0..len as u64).map(drop)
    }
}

/// Four times as many from size to size, and the longest one at the end.
fn sizes(up_to: usize) -> Vec<usize> {
    let step = |len: &usize| len.checked_mul(4);
    let mut sizes: Vec<_> =
        std::iter::successors(Some(LEAST), step).take_while(|&len| len <= up_to).collect();
    if sizes.last().is_none_or(|&last| last < up_to) {
        sizes.push(up_to);
    }
    sizes
}

/// Writes `len` bytes of lines, as long as those of logs.
fn write_lines(file: &mut impl Write, len: usize) -> std::io::Result<()> {
    let lines = [&[b'x'; 127][..], b"\n"].concat().repeat(8 << 10);
    let mut rest = len;
    while rest > 0 {
        let count = rest.min(lines.len());
        file.write_all(&lines[..count])?;
        rest -= count;
    }
    Ok(())
}

/// A file without a name, of which nothing stays behind however the run ends.
pub(super) fn unnamed(directory: &Path) -> anyhow::Result<File> {
    tempfile::tempfile_in(directory).map_err(plain).with_context(|| label(Some(directory)))
}

#[cfg(test)]
mod tests {
    use super::{sizes, write_lines};

    #[test]
    fn sizes_grow_by_four_and_end_with_the_one_that_was_asked_for() {
        assert_eq!(sizes(100), [100]);
        assert_eq!(sizes(4096), [4096]);
        assert_eq!(sizes(20_000), [4096, 16384, 20_000]);
        assert_eq!(sizes(1 << 20), [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]);
    }

    #[test]
    fn as_many_bytes_are_written_as_were_asked_for() {
        for len in [0, 1, 127, 128, (1 << 20) + 5] {
            let mut bytes = Vec::new();
            write_lines(&mut bytes, len).unwrap();
            assert_eq!(bytes.len(), len);
        }
    }
}
