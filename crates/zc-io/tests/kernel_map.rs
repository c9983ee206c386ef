//! A map that only the kernel reads sends what is there, and says where it ends.

#![cfg(unix)]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::sync::LazyLock;
use std::thread;

use zc_io::{KernelMap, Truncated};

const LEN: usize = 1_000_003;

fn page() -> usize {
    rustix::param::page_size()
}

fn content() -> &'static [u8] {
    static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| (0..=250).cycle().take(LEN).collect());
    &CONTENT
}

fn file() -> File {
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(content(), 0).unwrap();
    file
}

/// Both ends of each kind of descriptor that takes bytes in its own way.
fn channels() -> Vec<(&'static str, OwnedFd, Box<dyn Read + Send>)> {
    let (reader, writer) = io::pipe().unwrap();
    let (near, far) = UnixStream::pair().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    vec![
        ("pipe", writer.into(), Box::new(reader)),
        ("unix", near.into(), Box::new(far)),
        ("tcp", client.into(), Box::new(server)),
    ]
}

/// Runs `send` and returns its outcome with what arrived at the other end.
fn transfer(
    (sink, mut source): (OwnedFd, Box<dyn Read + Send>),
    send: impl FnOnce(&OwnedFd) -> io::Result<()>,
) -> (io::Result<()>, Vec<u8>) {
    thread::scope(|scope| {
        let receiver = scope.spawn(move || {
            let mut received = Vec::new();
            source.read_to_end(&mut received).map(|_| received)
        });
        let outcome = send(&sink);
        drop(sink);
        (outcome, receiver.join().unwrap().unwrap())
    })
}

fn truncated(outcome: io::Result<()>) -> Truncated {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    *error.get_ref().unwrap().downcast_ref().unwrap()
}

#[test]
fn any_range_arrives_whole() {
    let map = KernelMap::map(&file()).unwrap();
    assert_eq!((map.len(), map.is_empty()), (LEN, false));
    for range in [0..LEN, 0..1, 4095..4097, 5000..900_001, LEN..LEN] {
        for (name, sink, source) in channels() {
            let send = |sink: &OwnedFd| map.write_all_to(sink, range.clone());
            let (outcome, received) = transfer((sink, source), send);
            outcome.unwrap();
            assert!(received == content()[range.clone()], "{name} {range:?}");
        }
    }
}

#[test]
fn a_file_is_copied_to_a_file() {
    let map = KernelMap::map(&file()).unwrap();
    let mut copy = tempfile::tempfile().unwrap();
    map.write_all_to(&copy, 0..LEN).unwrap();
    copy.rewind().unwrap();
    let mut copied = Vec::new();
    copy.read_to_end(&mut copied).unwrap();
    assert!(copied == content());
}

/// Truncates a mapped file, and expects every byte of the pages that are left to arrive.
#[track_caller]
fn check_truncation(len: usize) {
    let left = len.next_multiple_of(page());
    let mut expected = content()[..len].to_vec();
    expected.resize(left, 0);
    for (name, sink, source) in channels() {
        let file = file();
        let map = KernelMap::map(&file).unwrap();
        file.set_len(len as u64).unwrap();
        let send = |sink: &OwnedFd| map.write_all_to(sink, 0..LEN);
        let (outcome, received) = transfer((sink, source), send);
        let truncated = truncated(outcome);
        assert_eq!(truncated.gone_from, Some(left as u64), "{name}");
        assert_eq!((truncated.mapped_len, truncated.len_now), (LEN as u64, Some(len as u64)));
        assert!(received == expected, "{name}: {} of {left} bytes", received.len());
    }
}

#[test]
fn a_truncation_is_an_error_after_all_pages_that_are_left() {
    for pages in [0, 1, 7, 16, 17, 100] {
        check_truncation(pages * page());
        check_truncation(pages * page() + 100);
    }
}

#[test]
fn a_truncation_is_an_error_in_a_file_too() {
    let (file, sink) = (file(), tempfile::tempfile().unwrap());
    let map = KernelMap::map(&file).unwrap();
    file.set_len(50 * page() as u64).unwrap();
    let truncated = truncated(map.write_all_to(&sink, 10..LEN));
    assert_eq!(truncated.gone_from, Some(50 * page() as u64));
    assert_eq!(sink.metadata().unwrap().len(), 50 * page() as u64 - 10);
}

#[test]
fn zeros_in_place_of_the_last_bytes_are_an_error_after_the_fact() {
    let (file, sink) = (file(), tempfile::tempfile().unwrap());
    let map = KernelMap::map(&file).unwrap();
    file.set_len(LEN as u64 - 1).unwrap();
    let error = truncated(map.write_all_to(&sink, 0..LEN));
    assert_eq!((error.gone_from, error.len_now), (None, Some(LEN as u64 - 1)));
    map.write_all_to(&sink, 0..LEN - 1).unwrap();
}

#[test]
fn pages_that_came_back_are_sent() {
    let (file, sink) = (file(), tempfile::tempfile().unwrap());
    let map = KernelMap::map(&file).unwrap();
    file.set_len(0).unwrap();
    assert!(map.write_all_to(&sink, 0..LEN).is_err());
    file.write_all_at(content(), 0).unwrap();
    map.write_all_to(&sink, 0..LEN).unwrap();
}

#[test]
fn a_reader_that_is_gone_is_an_error() {
    let map = KernelMap::map(&file()).unwrap();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let error = map.write_to(&writer, 0..LEN).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_descriptor_that_does_not_block_takes_what_it_has_room_for() {
    let map = KernelMap::map(&file()).unwrap();
    let (mut near, far) = UnixStream::pair().unwrap();
    far.set_nonblocking(true).unwrap();
    let mut written = 0;
    let error = loop {
        match map.write_to(&far, written..LEN) {
            Ok(count) => written += count,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    drop(far);
    let mut received = Vec::new();
    near.read_to_end(&mut received).unwrap();
    assert!(received == content()[..written]);
}

#[test]
fn an_empty_file_is_an_empty_map() {
    let map = KernelMap::map(&tempfile::tempfile().unwrap()).unwrap();
    assert!(map.is_empty());
    assert_eq!(map.write_to(io::stdout(), 0..0).unwrap(), 0);
    map.write_all_to(io::stdout(), 0..0).unwrap();
}

#[test]
#[should_panic(expected = "cannot write bytes 0..1000004 of 1000003")]
fn more_than_the_map_cannot_be_written() {
    let map = KernelMap::map(&file()).unwrap();
    let _ = map.write_to(io::stdout(), 0..LEN + 1);
}

#[test]
fn what_cannot_be_mapped_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let error = KernelMap::map(&File::open(directory.path()).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IsADirectory);
    let error = KernelMap::map(&File::open("/dev/null").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
