//! Vectored output is whole and in order, wherever the writer stops.

#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::io::{self, ErrorKind, IoSlice, Write};

use proptest::prelude::{any, prop, proptest};
use zc_core::vectored::write_all_vectored;

/// A writer that follows a script: how many bytes each call accepts, or which error; then all.
#[derive(Default)]
struct Script {
    accepted: Vec<u8>,
    steps: Vec<Result<usize, ErrorKind>>,
    calls: usize,
    most_slices: usize,
}

impl Script {
    fn new(steps: impl IntoIterator<Item = Result<usize, ErrorKind>>) -> Self {
        Self { steps: steps.into_iter().collect(), ..Self::default() }
    }
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        assert!(slices.iter().all(|slice| !slice.is_empty()), "no call is wasted on nothing");
        self.most_slices = self.most_slices.max(slices.len());
        let len = slices.iter().map(|slice| slice.len()).sum();
        let step = self.steps.get(self.calls).copied().unwrap_or(Ok(len));
        self.calls += 1;
        let count = step?.min(len);
        self.accepted.extend(slices.iter().flat_map(|slice| slice.iter()).take(count));
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn check(slices: &[Vec<u8>], mut writer: Script) {
    let expected = slices.concat();
    let written = write_all_vectored(&mut writer, slices.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(written, expected.len() as u64);
    assert_eq!(writer.accepted, expected);
}

#[test]
fn every_split_point_of_a_partial_write_is_gone_on_from() {
    let slices = [b"one".to_vec(), Vec::new(), b"three".to_vec(), b"x".to_vec()];
    for first in 1..=9 {
        for second in 1..=9 {
            check(&slices, Script::new([Ok(first), Err(ErrorKind::Interrupted), Ok(second)]));
        }
    }
}

proptest! {
    #[test]
    fn any_slices_arrive_through_any_writer(
        slices in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..300),
        counts in prop::collection::vec(1..40_usize, 0..100),
    ) {
        check(&slices, Script::new(counts.into_iter().map(Ok)));
    }
}

#[test]
fn more_slices_than_one_call_takes_are_written_all_the_same() {
    let slices: Vec<Vec<u8>> = (0..5000_u32).map(|i| i.to_le_bytes().to_vec()).collect();
    let mut writer = Script::default();
    write_all_vectored(&mut writer, slices.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(writer.accepted, slices.concat());
    assert!(writer.most_slices <= 1024, "{} slices in one call", writer.most_slices);

    let mut file = tempfile::tempfile().unwrap();
    write_all_vectored(&mut file, slices.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 20_000);
}

#[test]
fn nothing_takes_no_call() {
    let mut writer = Script::default();
    assert_eq!(write_all_vectored(&mut writer, []).unwrap(), 0);
    assert_eq!(write_all_vectored(&mut writer, [&b""[..]; 2000]).unwrap(), 0);
    assert_eq!(writer.calls, 0);
}

#[test]
fn a_writer_that_looks_at_the_first_slice_alone_gets_all() {
    struct First(Vec<u8>);

    impl Write for First {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut writer = First(Vec::new());
    let written = write_all_vectored(&mut writer, [&b"a"[..], b"bc", b"", b"def"]).unwrap();
    assert_eq!((written, writer.0.as_slice()), (6, &b"abcdef"[..]));
}

#[track_caller]
fn check_failure(steps: &[Result<usize, ErrorKind>], written: u64, kind: ErrorKind) {
    let mut writer = Script::new(steps.iter().copied());
    let failed = write_all_vectored(&mut writer, [&b"abc"[..], b"defg"]).unwrap_err();
    assert_eq!((failed.written, failed.kind()), (written, kind));
    assert_eq!(writer.accepted, b"abcdefg"[..writer.accepted.len()]);
    assert_eq!(writer.accepted.len() as u64, written);
    assert_eq!(io::Error::from(failed).kind(), kind);
}

#[test]
fn an_error_says_how_many_bytes_had_been_written() {
    for split in 1..7_usize {
        let steps = [Ok(split), Err(ErrorKind::StorageFull)];
        check_failure(&steps, split as u64, ErrorKind::StorageFull);
    }
    check_failure(&[Ok(4), Ok(0)], 4, ErrorKind::WriteZero);
    check_failure(&[Ok(2), Err(ErrorKind::WouldBlock)], 2, ErrorKind::WouldBlock);
}

#[test]
fn a_writer_that_claims_too_much_is_an_error() {
    struct Liar;

    impl Write for Liar {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len() + 1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let failed = write_all_vectored(&mut Liar, [&b"a"[..]]).unwrap_err();
    assert_eq!(failed.to_string(), WRONG_COUNT);
}

const WRONG_COUNT: &str = "write failed after 0 bytes: a sink claims more bytes than it was given";

#[cfg(target_os = "linux")]
#[test]
fn a_socket_that_takes_little_at_a_time_gets_all() {
    use std::io::Read;
    use std::os::unix::net::UnixStream;

    let parts: Vec<Vec<u8>> = (1..=200_u8).map(|i| vec![i; usize::from(i) * 97]).collect();
    let (mut near, mut far) = UnixStream::pair().unwrap();
    let reader = std::thread::spawn(move || {
        let mut received = Vec::new();
        far.read_to_end(&mut received).unwrap();
        received
    });
    write_all_vectored(&mut near, parts.iter().map(Vec::as_slice)).unwrap();
    drop(near);
    assert_eq!(reader.join().unwrap(), parts.concat());
}

#[test]
fn nothing_is_allocated() {
    let parts = vec![&b"0123456789"[..]; 3000];
    let mut sink = io::sink();
    let allocated = allocation_counter::measure(|| {
        write_all_vectored(&mut sink, parts.iter().copied()).unwrap();
    });
    assert_eq!(allocated.count_total, 0);
}
