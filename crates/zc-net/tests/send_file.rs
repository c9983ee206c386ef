//! Files reach a socket whole, behind their header, and one that has shrunk is an error.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::sync::LazyLock;
use std::thread::spawn;

use tokio::runtime::Runtime;
use zc_net::Meter;
use zc_net::send_file::{SendFileError, send_file, send_mapped};

const LEN: usize = 9_000_001;

/// What the file holds, which does not repeat soon.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..LEN).map(|index| (index.wrapping_mul(0x9e37_79b9) >> 13).to_le_bytes()[0]).collect()
});

/// A file of [`BYTES`] that has no name.
fn file() -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&BYTES).unwrap();
    file
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Sendfile,
    Mapped,
}

/// Sends by `way`; returns what was received, what became of it, and what was counted.
fn send(
    way: Way,
    file: &File,
    range: Range<u64>,
    header: &[u8],
) -> (Vec<u8>, Result<(), SendFileError>, Meter) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let reader = spawn(move || {
        let mut received = Vec::new();
        client.read_to_end(&mut received).unwrap();
        received
    });
    let meter = Meter::default();
    let outcome = Runtime::new().unwrap().block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        match way {
            Way::Sendfile => send_file(&stream, file, range, header, &meter).await,
            Way::Mapped => send_mapped(&stream, file, range, header, &meter).await,
        }
    });
    (reader.join().unwrap(), outcome, meter)
}

#[track_caller]
fn check(file: &mut File, range: Range<u64>, header: &[u8]) {
    file.seek(SeekFrom::Start(77)).unwrap();
    let part = &BYTES[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
    for way in [Way::Sendfile, Way::Mapped] {
        let (received, outcome, meter) = send(way, file, range.clone(), header);
        outcome.unwrap();
        assert!(received == [header, part].concat(), "{way:?} {range:?}");
        let (header, part) = (header.len() as u64, part.len() as u64);
        let counts = (meter.copies().write, meter.spliced(), meter.copies().read);
        match way {
            Way::Sendfile => assert_eq!(counts, (header, part, 0)),
            Way::Mapped => assert_eq!(counts, (header + part, 0, 0)),
        }
    }
    assert_eq!(file.stream_position().unwrap(), 77);
}

#[test]
fn any_range_is_sent_behind_its_header() {
    let mut file = file();
    let len = LEN as u64;
    for range in [0..len, 0..1, 5..5, len - 1..len, len..len, 4095..4097, 12_345..8_765_432] {
        check(&mut file, range.clone(), b"HTTP/1.1 200 OK\r\n\r\n");
        check(&mut file, range, b"");
    }
}

#[test]
fn a_cold_file_is_sent_as_well() {
    let mut file = file();
    file.sync_all().unwrap();
    // It may stay in the page cache all the same, where the file system has no other place.
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
    check(&mut file, 0..LEN as u64, b"header");
}

#[test]
fn a_file_that_is_shorter_than_its_range_is_an_error_that_says_where() {
    let file = file();
    file.set_len(5_000_000).unwrap();
    let (received, outcome, meter) = send(Way::Sendfile, &file, 0..LEN as u64, b"header");
    let error = outcome.unwrap_err();
    let SendFileError::Shrunk { offset, end, len_now } = &error else { panic!("{error}") };
    assert_eq!((*offset, *end, *len_now), (5_000_000, LEN as u64, Some(5_000_000)));
    assert_eq!((received.len(), meter.bytes_out()), (5_000_006, 5_000_006));
    assert_eq!(std::io::Error::from(error).kind(), ErrorKind::UnexpectedEof);
    // A map shows how long the file is before anything is sent.
    let (received, outcome, _) = send(Way::Mapped, &file, 0..LEN as u64, b"header");
    assert!(matches!(outcome, Err(SendFileError::Shrunk { offset: 0, .. })));
    assert_eq!(received, b"");
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_an_error() {
    for way in [Way::Sendfile, Way::Mapped] {
        let file = file();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        // Little fits on the way, so that most of the file is gone before it is sent.
        socket2::SockRef::from(&stream).set_send_buffer_size(64 << 10).unwrap();
        let shared = file.try_clone().unwrap();
        let reader = spawn(move || {
            client.read_exact(&mut [0; 1000]).unwrap();
            shared.set_len(1000).unwrap();
            std::io::copy(&mut client, &mut std::io::sink()).unwrap()
        });
        let meter = Meter::default();
        let outcome = Runtime::new().unwrap().block_on(async {
            let stream = tokio::net::TcpStream::from_std(stream).unwrap();
            match way {
                Way::Sendfile => send_file(&stream, &file, 0..LEN as u64, b"", &meter).await,
                Way::Mapped => send_mapped(&stream, &file, 0..LEN as u64, b"", &meter).await,
            }
        });
        assert!(matches!(outcome, Err(SendFileError::Shrunk { .. })), "{way:?}: {outcome:?}");
        assert_eq!(reader.join().unwrap() + 1000, meter.bytes_out(), "{way:?}");
        assert!(meter.bytes_out() < LEN as u64);
    }
}

#[test]
fn a_client_that_is_gone_is_an_error_and_not_the_end_of_the_process() {
    for way in [Way::Sendfile, Way::Mapped] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        drop(client);
        let (file, meter) = (file(), Meter::default());
        let outcome = Runtime::new().unwrap().block_on(async {
            let stream = tokio::net::TcpStream::from_std(stream).unwrap();
            match way {
                Way::Sendfile => send_file(&stream, &file, 0..LEN as u64, b"h", &meter).await,
                Way::Mapped => send_mapped(&stream, &file, 0..LEN as u64, b"h", &meter).await,
            }
        });
        assert!(matches!(outcome, Err(SendFileError::Io(_))), "{way:?}: {outcome:?}");
    }
}

#[test]
fn who_never_reads_makes_the_call_wait_and_it_can_be_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let (file, meter) = (file(), Meter::default());
    file.set_len(1 << 30).unwrap();
    Runtime::new().unwrap().block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let sent = send_file(&stream, &file, 0..1 << 30, b"h", &meter);
        let patience = std::time::Duration::from_millis(300);
        assert!(tokio::time::timeout(patience, sent).await.is_err());
    });
    assert!((1..1 << 30).contains(&meter.bytes_out()));
    drop(client);
}
