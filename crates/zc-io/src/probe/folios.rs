//! [`largest_folio`]: whether pages of the page cache belong together.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::Answer;
use crate::KernelMap;

/// How much of a file is looked at, in bytes.
const LOOKED_AT: usize = 4 << 20;

/// An entry of `/proc/self/pagemap`: a page that is present, and the bits of its frame.
const PRESENT: u64 = 1 << 63;
const FRAME: u64 = (1 << 55) - 1;

/// An entry of `/proc/kpageflags`: the first page of a folio of several, and its further ones.
const COMPOUND_HEAD: u64 = 1 << 15;
const COMPOUND_TAIL: u64 = 1 << 16;

/// Bytes of the largest folio that holds pages of the beginning of a file.
///
/// A folio is what the page cache handles at a time: a single page, or 2, 4, 8, … of them, which
/// make faults and reads of large files cheaper. The first 4 MiB are looked at. The kernel tells only
/// privileged processes where in memory pages lie (`/proc/self/pagemap` and `/proc/kpageflags`);
/// others get [`CannotTell`](Answer::CannotTell), and so does a kernel that was built without those files.
/// [`No`](Answer::No) if every page stands alone.
///
/// ```
/// use zc_io::probe::{Answer, largest_folio};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// match largest_folio(&std::fs::File::open(manifest)?) {
///     Answer::Yes(bytes) => assert!(bytes.is_power_of_two() && bytes >= 8192),
///     other => println!("{other:?}"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Copies
///
/// None of the file: its pages are mapped, and nobody looks at them.
#[must_use]
pub fn largest_folio(file: &File) -> Answer<u64> {
    let page_len = rustix::param::page_size();
    match pages(file, page_len) {
        Err(error) => Answer::unknown(error),
        Ok(pages) if pages.is_empty() => {
            Answer::CannotTell("only privileged processes are told".to_owned())
        }
        Ok(pages) => match longest_run(&pages) {
            ..=1 => Answer::No("every page stands alone".to_owned()),
            count => Answer::Yes((count * page_len) as u64),
        },
    }
}

/// The frame and flags of each page of the beginning of a file; none if the kernel hides them.
fn pages(file: &File, page_len: usize) -> io::Result<Vec<(u64, u64)>> {
    let map = KernelMap::map(file)?;
    let len = map.len().min(LOOKED_AT);
    let first = map.populate(len)? / page_len;
    let (pagemap, flags) = (File::open("/proc/self/pagemap")?, File::open("/proc/kpageflags"));
    let mut pages = Vec::new();
    for page in first..first + len.div_ceil(page_len) {
        let entry = entry(&pagemap, page as u64)?;
        let frame = entry & FRAME;
        if entry & PRESENT != 0 && frame != 0 {
            let Ok(flags) = &flags else { return Ok(Vec::new()) };
            pages.push((frame, self::entry(flags, frame)?));
        }
    }
    Ok(pages)
}

/// An entry of a file of 64-bit numbers.
fn entry(file: &File, index: u64) -> io::Result<u64> {
    let mut entry = [0; 8];
    file.read_exact_at(&mut entry, index * 8)?;
    Ok(u64::from_ne_bytes(entry))
}

/// Pages of the longest folio: its first one, and those behind it in memory that belong to it.
fn longest_run(pages: &[(u64, u64)]) -> usize {
    let (mut longest, mut run) = (0, 0);
    let mut before = 0;
    for &(frame, flags) in pages {
        let goes_on = run > 0 && flags & COMPOUND_TAIL != 0 && frame == before + 1;
        run = match flags & COMPOUND_HEAD != 0 {
            true => 1,
            false if goes_on => run + 1,
            false => 0,
        };
        (longest, before) = (longest.max(run), frame);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::{COMPOUND_HEAD as HEAD, COMPOUND_TAIL as TAIL, longest_run};

    #[track_caller]
    fn check(pages: &[(u64, u64)], expected: usize) {
        assert_eq!(longest_run(pages), expected);
    }

    #[test]
    fn a_folio_is_a_head_and_the_tails_behind_it() {
        check(&[], 0);
        check(&[(7, 0), (8, 0), (9, 0)], 0);
        check(&[(8, HEAD), (9, TAIL), (20, HEAD), (21, TAIL), (22, TAIL), (23, TAIL)], 4);
        check(&[(8, HEAD), (9, HEAD), (10, HEAD)], 1);
    }

    #[test]
    fn tails_without_their_head_or_elsewhere_in_memory_do_not_count() {
        check(&[(9, TAIL), (10, TAIL)], 0);
        check(&[(8, HEAD), (11, TAIL), (12, TAIL)], 1);
        check(&[(8, HEAD), (9, 0), (10, TAIL)], 1);
    }
}
