//! Whether an input is mapped or read is the caller's choice, or the size's, and it says why.

#![allow(unsafe_code, reason = "a test vouches for the files that it alone knows")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};

use zc_io::{Input, InputKind, MAP_FROM, MAP_UP_TO, Stable, Via};

fn vouch() -> Stable {
    // SAFETY: each test writes its file before it opens it, and not again.
    unsafe { Stable::assume() }
}

/// A file of zeros, for which there is room, so that it has no holes.
fn file_of(len: u64) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(len).unwrap();
    #[cfg(target_os = "linux")]
    rustix::fs::fallocate(file.as_file(), rustix::fs::FallocateFlags::empty(), 0, len).unwrap();
    file
}

#[track_caller]
fn check(via: Via, len: u64, kind: InputKind, reason: &str) {
    let file = file_of(len);
    let mut input = Input::options().via(via).open(file.path()).unwrap();
    assert_eq!((input.kind(), input.reason()), (kind, reason), "{len}");
    assert!(!input.window().unwrap().bytes.is_empty());
}

#[test]
fn the_faster_way_is_told_by_the_size() {
    assert_eq!((MAP_FROM, MAP_UP_TO), (1 << 20, 1 << 30), "as the reasons say");
    let faster = || Via::Faster(vouch());
    check(faster(), 1, InputKind::Read, "a map is not faster below 1 MiB");
    check(faster(), MAP_FROM - 1, InputKind::Read, "a map is not faster below 1 MiB");
    check(faster(), MAP_FROM, InputKind::Map, "a map is faster from 1 MiB to 1 GiB");
    check(faster(), MAP_UP_TO, InputKind::Map, "a map is faster from 1 MiB to 1 GiB");
    let above = "a map was not measured to be faster above 1 GiB";
    check(faster(), MAP_UP_TO + 1, InputKind::Read, above);
}

#[test]
#[cfg(unix)]
fn a_file_with_holes_is_not_mapped_unless_a_map_was_asked_for() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(2 * MAP_FROM).unwrap();
    let opened = |via| Input::options().via(via).map_up_to(u64::MAX).open(file.path()).unwrap();
    let reason = "a file with holes is read, since a map may fill those that are looked at";
    for via in [Via::Faster(vouch()), Via::Guarded(vouch())] {
        let input = opened(via);
        assert_eq!((input.kind(), input.reason()), (InputKind::Read, reason));
    }
    assert_eq!(opened(Via::Map(vouch())).kind(), InputKind::Map);
}

#[test]
fn the_choice_can_be_forced() {
    check(Via::Map(vouch()), 1, InputKind::Map, "the caller asked for a map");
    check(Via::Read, MAP_FROM, InputKind::Read, "the caller asked for reads");
    let safe = "a regular file is read, since a map is unsound while others may change it";
    check(Via::Safe, MAP_FROM, InputKind::Read, safe);
}

#[test]
#[cfg(unix)]
fn what_cannot_be_mapped_is_an_error_only_if_a_map_was_asked_for() {
    let error = Input::options().via(Via::Map(vouch())).open("/dev/null").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let input = Input::options().via(Via::Faster(vouch())).open("/dev/null").unwrap();
    assert_eq!((input.kind(), input.reason()), (InputKind::Stream, "a device is read as it comes"));
}

#[test]
fn a_map_and_reads_begin_where_the_file_stands() {
    for via in [Via::Map(vouch()), Via::Read] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"show this").unwrap();
        file.seek(SeekFrom::Start(5)).unwrap();
        let mut input = Input::options().via(via).window_len(1).from_file(file).unwrap();
        assert_eq!(input.size_hint(), Some(4));
        let window = input.window().unwrap();
        assert_eq!((window.bytes, window.offset, window.is_last), (&b"this"[..], 0, true));
        input.advance(4);
        assert_eq!(input.offset(), 4);
    }
}

#[test]
fn a_file_that_stands_behind_its_end_shows_nothing() {
    for via in [Via::Map(vouch()), Via::Read] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"short").unwrap();
        file.seek(SeekFrom::Start(50)).unwrap();
        let mut input = Input::options().via(via).from_file(file).unwrap();
        let window = input.window().unwrap();
        assert!(window.bytes.is_empty() && window.is_last);
    }
}

#[cfg(target_os = "linux")]
mod sealed {
    use std::fs::File;

    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};

    use super::*;

    #[track_caller]
    fn check(len: u64, seals: SealFlags, via: Via, kind: InputKind) {
        let mut file = File::from(memfd_create("sealed", MemfdFlags::ALLOW_SEALING).unwrap());
        let content: Vec<u8> = (0..=250).cycle().take(usize::try_from(len).unwrap()).collect();
        file.write_all(&content).unwrap();
        file.seek(SeekFrom::Start(3)).unwrap();
        fcntl_add_seals(&file, seals).unwrap();
        let mut input = Input::options().via(via).from_file(file).unwrap();
        assert_eq!(input.kind(), kind);
        let mut shown = Vec::new();
        loop {
            let window = input.window().unwrap();
            shown.extend_from_slice(window.bytes);
            let (len, is_last) = (window.bytes.len(), window.is_last);
            input.advance(len);
            if is_last {
                break;
            }
        }
        assert!(shown == content[3..]);
        let read = if kind == InputKind::Map { 0 } else { len - 3 };
        assert_eq!(input.copies().total(), read);
    }

    #[test]
    fn a_sealed_memfd_is_mapped_unless_it_is_small_or_reads_were_asked_for() {
        let both = SealFlags::WRITE | SealFlags::SHRINK;
        check(MAP_FROM, both, Via::Safe, InputKind::Map);
        check(MAP_FROM, both | SealFlags::SEAL | SealFlags::GROW, Via::Safe, InputKind::Map);
        check(MAP_FROM - 1, both, Via::Safe, InputKind::Read);
        check(MAP_FROM, both, Via::Read, InputKind::Read);
        check(MAP_FROM, SealFlags::WRITE, Via::Safe, InputKind::Read);
        check(MAP_FROM, SealFlags::SHRINK, Via::Safe, InputKind::Read);
        check(MAP_FROM, SealFlags::FUTURE_WRITE | SealFlags::SHRINK, Via::Safe, InputKind::Read);
    }
}

/// The most memory that this process ever held, in bytes: `VmHWM` of proc(5).
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Reads `len` bytes of the file at `path` in a child, whose memory is its own: this binary again,
/// with the test of this name.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_memory(name: &str, path: &std::path::Path, len: u64) {
    const CHILD: &str = "ZC_IO_TEST_SPARSE_FILE";

    if let Some(path) = std::env::var_os(CHILD) {
        let mut input = Input::open(path).unwrap();
        let before = peak_memory();
        loop {
            let window = input.window().unwrap();
            let (len, is_last) = (window.bytes.len(), window.is_last);
            input.advance(len);
            if is_last {
                break;
            }
        }
        assert_eq!(input.copies().read, len);
        let more = peak_memory() - before;
        assert!(more < 4 << 20, "{more} bytes of memory");
        return;
    }
    let outcome = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&outcome.stdout);
    assert!(outcome.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn half_a_gibibyte_is_read_within_a_few_mebibytes() {
    let file = file_of(512 << 20);
    check_memory("half_a_gibibyte_is_read_within_a_few_mebibytes", file.path(), 512 << 20);
}

/// Of memory rather than a disk: a hole that is read there stays one, and fills no page cache.
#[test]
#[cfg(target_os = "linux")]
fn ten_gibibytes_of_a_sparse_file_are_read_within_a_few_mebibytes() {
    use std::os::fd::AsRawFd;

    let memory = rustix::fs::memfd_create("sparse", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    rustix::fs::ftruncate(&memory, 10 << 30).unwrap();
    let path = format!("/proc/{}/fd/{}", std::process::id(), memory.as_raw_fd());
    let name = "ten_gibibytes_of_a_sparse_file_are_read_within_a_few_mebibytes";
    check_memory(name, path.as_ref(), 10 << 30);
}

#[test]
fn a_window_of_absurd_length_is_not_allocated_for_a_short_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "short").unwrap();
    let mut input = Input::options().window_len(1 << 40).open(file.path()).unwrap();
    assert_eq!(input.window().unwrap().bytes, b"short");
    let mut read = String::new();
    fs::File::open(file.path()).unwrap().read_to_string(&mut read).unwrap();
    assert_eq!(read, "short");
}

/// All bytes of a guarded input, and how many windows showed them.
#[cfg(target_os = "linux")]
fn read_guarded(input: &mut Input, mut between: impl FnMut()) -> std::io::Result<(Vec<u8>, usize)> {
    let (mut bytes, mut windows) = (Vec::new(), 0);
    loop {
        let window = input.window()?;
        bytes.extend_from_slice(window.bytes);
        windows += 1;
        let (len, is_last) = (window.bytes.len(), window.is_last);
        between();
        input.advance(len);
        if is_last {
            return input.verify().map(|()| (bytes, windows));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_guarded_map_is_shown_in_windows_and_what_is_appended_is_not() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..=250).cycle().take(20 << 20).collect();
    fs::write(file.path(), &content).unwrap();
    let mut input = Input::options().via(Via::Guarded(vouch())).open(file.path()).unwrap();
    assert_eq!(input.kind(), InputKind::Map);
    let mut appended = fs::File::options().append(true).open(file.path()).unwrap();
    let (bytes, windows) =
        read_guarded(&mut input, || appended.write_all(b"more").unwrap()).unwrap();
    assert!(bytes == content);
    assert_eq!((windows, input.copies().total()), (3, 0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_guarded_window_of_which_nothing_is_consumed_grows() {
    let file = file_of(40 << 20);
    let mut input = Input::options().via(Via::Guarded(vouch())).open(file.path()).unwrap();
    let lens = [8, 16, 32, 40, 40].map(|_| input.window().unwrap().bytes.len() >> 20);
    assert_eq!(lens, [8, 16, 32, 40, 40]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_shrinks_below_a_guarded_map_is_an_error() {
    for len in [0, 5 << 20, (20 << 20) - 1] {
        let file = file_of(20 << 20);
        let mut input = Input::options().via(Via::Guarded(vouch())).open(file.path()).unwrap();
        let cut = || file.as_file().set_len(len).unwrap();
        let error = read_guarded(&mut input, cut).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert!(error.to_string().contains(&format!("had 20971520 bytes and has {len}")));
        assert!(input.window().is_err());
    }
}
