//! Transfers move the same bytes by every way, from everything to everything, and report it.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod content;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};

use content::{file_of, pattern};
use rustix::fs::{MemfdFlags, memfd_create};
use zc_io::transfer::{Fallback, Finish, Mechanism, Policy, Refusal, Report, transfer};

#[derive(Debug, Clone, Copy, PartialEq)]
enum From {
    Regular,
    Offset,
    Empty,
    Sparse,
    Proc,
    Memfd,
    Pipe,
    Socket,
    Tcp,
}

impl From {
    const ALL: [Self; 9] = [
        Self::Regular,
        Self::Offset,
        Self::Empty,
        Self::Sparse,
        Self::Proc,
        Self::Memfd,
        Self::Pipe,
        Self::Socket,
        Self::Tcp,
    ];

    fn is_file(self) -> bool {
        !matches!(self, Self::Pipe | Self::Socket | Self::Tcp)
    }

    /// A descriptor to read from, and what comes out of it.
    fn open(self) -> (OwnedFd, Vec<u8>) {
        let content = pattern(100_001);
        match self {
            Self::Regular => (file_of(&content).into(), content),
            Self::Offset => {
                let mut file = file_of(&content);
                file.seek(SeekFrom::Start(1001)).unwrap();
                (file.into(), content[1001..].to_vec())
            }
            Self::Empty => (file_of(b"").into(), Vec::new()),
            Self::Sparse => sparse(),
            Self::Proc => {
                let path = "/proc/version";
                (File::open(path).unwrap().into(), fs::read(path).unwrap())
            }
            Self::Memfd => {
                let mut file = File::from(memfd_create("source", MemfdFlags::CLOEXEC).unwrap());
                file.write_all(&content).unwrap();
                file.rewind().unwrap();
                (file.into(), content)
            }
            Self::Pipe => {
                let (reader, mut writer) = std::io::pipe().unwrap();
                feed(move |bytes| writer.write_all(bytes), &content);
                (reader.into(), content)
            }
            Self::Socket => {
                let (reader, mut writer) = UnixStream::pair().unwrap();
                feed(move |bytes| writer.write_all(bytes), &content);
                (reader.into(), content)
            }
            Self::Tcp => {
                let (reader, mut writer) = tcp_pair();
                feed(move |bytes| writer.write_all(bytes), &content);
                (reader.into(), content)
            }
        }
    }
}

fn sparse() -> (OwnedFd, Vec<u8>) {
    let mut file = tempfile::tempfile().unwrap();
    let mut content = vec![0; 1 << 20];
    for (place, len) in [(256 << 10, 5000), (512 << 10, 100_000)] {
        content[place..place + len].copy_from_slice(&pattern(len));
        file.seek(SeekFrom::Start(place as u64)).unwrap();
        file.write_all(&content[place..place + len]).unwrap();
    }
    file.set_len(content.len() as u64).unwrap();
    file.rewind().unwrap();
    (file.into(), content)
}

fn feed(mut write: impl FnMut(&[u8]) -> std::io::Result<()> + Send + 'static, content: &[u8]) {
    let content = content.to_vec();
    thread::spawn(move || {
        for part in content.chunks(7777) {
            write(part).unwrap();
        }
    });
}

fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let far = listener.accept().unwrap().0;
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    (near, far)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum To {
    Regular,
    Longer,
    Append,
    Memfd,
    Pipe,
    Socket,
    Tcp,
    Null,
}

/// Where the bytes went to, to be looked at once the transfer is done.
enum Arrived {
    File(File, u64),
    Stream(JoinHandle<Vec<u8>>),
    Nowhere,
}

const BEFORE: &[u8] = b"what was there before";

impl To {
    const ALL: [Self; 8] = [
        Self::Regular,
        Self::Longer,
        Self::Append,
        Self::Memfd,
        Self::Pipe,
        Self::Socket,
        Self::Tcp,
        Self::Null,
    ];

    fn open(self) -> (OwnedFd, Arrived) {
        let file = match self {
            Self::Regular => file_of(b""),
            Self::Longer => {
                let mut file = file_of(&vec![b'#'; 1100 << 10]);
                file.seek(SeekFrom::Start(100)).unwrap();
                file
            }
            Self::Append => {
                let named = tempfile::NamedTempFile::new().unwrap();
                fs::write(named.path(), BEFORE).unwrap();
                File::options().append(true).read(true).open(named.path()).unwrap()
            }
            Self::Memfd => memfd_create("destination", MemfdFlags::CLOEXEC).unwrap().into(),
            Self::Null => {
                let null = File::options().write(true).open("/dev/null").unwrap();
                return (null.into(), Arrived::Nowhere);
            }
            Self::Pipe => {
                let (reader, writer) = std::io::pipe().unwrap();
                return (writer.into(), Arrived::Stream(collect(reader)));
            }
            Self::Socket => {
                let (reader, writer) = UnixStream::pair().unwrap();
                return (writer.into(), Arrived::Stream(collect(reader)));
            }
            Self::Tcp => {
                let (reader, writer) = tcp_pair();
                return (writer.into(), Arrived::Stream(collect(reader)));
            }
        };
        let start = match self {
            Self::Append => BEFORE.len() as u64,
            Self::Longer => 100,
            _ => 0,
        };
        (file.try_clone().unwrap().into(), Arrived::File(file, start))
    }
}

fn collect(mut reader: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

impl Arrived {
    #[track_caller]
    fn check(self, expected: &[u8], case: &str) {
        match self {
            Self::Nowhere => {}
            Self::Stream(received) => assert!(received.join().unwrap() == expected, "{case}"),
            Self::File(mut file, start) => {
                let end = start + expected.len() as u64;
                let is_untouched_append = expected.is_empty() && start == BEFORE.len() as u64;
                if !is_untouched_append {
                    assert_eq!(file.stream_position().unwrap(), end, "{case}");
                }
                file.rewind().unwrap();
                let mut all = Vec::new();
                file.read_to_end(&mut all).unwrap();
                let (before, rest) = all.split_at(usize::try_from(start).unwrap());
                assert!(before.is_empty() || before == BEFORE || before == [b'#'; 100], "{case}");
                assert!(rest[..expected.len()] == *expected, "{case}");
                let rest = &rest[expected.len()..];
                assert!(rest == vec![b'#'; rest.len()], "{case}");
            }
        }
    }
}

#[track_caller]
fn check_report(report: &Report, expected: u64, case: &str) {
    let moved: u64 = Mechanism::ALL.iter().copied().map(|way| report.moved_by(way)).sum();
    assert_eq!(report.bytes, expected, "{case}");
    assert_eq!(moved + report.holes, expected, "{case}");
    let copied = report.moved_by(Mechanism::ReadWrite);
    assert_eq!(report.copies.write, copied, "{case}");
    // A byte is looked at to see that a file has ended, or had not.
    assert!((copied..=copied + 3).contains(&report.copies.read), "{case}: {:?}", report.copies);
    let place = |it: &Fallback| Mechanism::ALL.iter().position(|way| *way == it.mechanism);
    assert!(report.fallbacks.is_sorted_by(|a, b| place(a) < place(b)), "{case}: {report}");
}

#[track_caller]
fn check(from: From, to: To, policy: Policy<'_>) {
    let case = format!("{from:?} to {to:?} by {policy:?}");
    let (src, expected) = from.open();
    let (dst, arrived) = to.open();
    let outcome = transfer(&src, &dst, &policy);
    let length = File::from(dst.try_clone().unwrap()).metadata().unwrap().len();
    drop(dst);
    match outcome {
        Ok(report) => {
            check_report(&report, expected.len() as u64, &case);
            assert_eq!(report.finish, Finish::Source, "{case}");
            if let Ok(position) = rustix::fs::tell(&src) {
                assert_eq!(
                    position,
                    rustix::fs::fstat(&src)
                        .map(|it| it.st_size as u64)
                        .unwrap()
                        .max(expected.len() as u64),
                    "{case}"
                );
            }
            assert!(length == 0 || to != To::Regular || length == expected.len() as u64, "{case}");
            arrived.check(&expected, &case);
        }
        Err(failed) => {
            assert_eq!(failed.kind(), ErrorKind::Unsupported, "{case}: {failed}");
            assert!(format!("{policy:?}").contains("Some"), "{case}: {failed}");
            assert_eq!(failed.report.fallbacks.len(), 1, "{case}");
            // What arrived and what is left are the source, wherever it was refused.
            let done = usize::try_from(failed.report.bytes).unwrap();
            let mut rest = failed.undelivered;
            File::from(src).read_to_end(&mut rest).unwrap();
            assert!(rest == expected[done..], "{case}: {}", rest.len());
            arrived.check(&expected[..done], &case);
        }
    }
}

fn check_matrix(policy: Policy<'_>) {
    for from in From::ALL {
        for to in To::ALL {
            check(from, to, policy);
        }
    }
}

#[test]
fn everything_goes_everywhere_by_whatever_works() {
    check_matrix(Policy::auto());
    check_matrix(Policy::auto().allow_aliasing());
}

#[test]
fn everything_goes_everywhere_by_reading_and_writing() {
    check_matrix(Policy::auto().via(Mechanism::ReadWrite));
}

#[test]
fn a_way_that_is_demanded_moves_all_or_says_why_not() {
    for way in [Mechanism::Reflink, Mechanism::CopyFileRange] {
        check_matrix(Policy::auto().via(way));
    }
    for way in [Mechanism::Sendfile, Mechanism::Splice] {
        check_matrix(Policy::auto().via(way));
        check_matrix(Policy::auto().via(way).allow_aliasing());
    }
}

#[track_caller]
fn check_way(from: From, to: To, policy: Policy<'_>, expected: Option<Mechanism>) -> Report {
    let (src, _) = from.open();
    let (dst, arrived) = to.open();
    let report = transfer(&src, &dst, &policy).unwrap();
    assert_eq!(report.mechanism(), expected, "{from:?} to {to:?}: {report}");
    drop((dst, arrived));
    report
}

#[test]
fn the_way_that_moved_the_bytes_is_reported() {
    let auto = Policy::auto();
    for to in [To::Pipe, To::Socket, To::Tcp] {
        let report = check_way(From::Regular, to, auto, Some(Mechanism::ReadWrite));
        let aliases = |it: &Fallback| it.refusal == Refusal::Aliasing;
        let ways = report.fallbacks.iter().filter(|it| aliases(it)).map(|it| it.mechanism);
        assert!(ways.eq([Mechanism::Sendfile, Mechanism::Splice]), "{report}");
        check_way(From::Regular, to, auto.allow_aliasing(), Some(Mechanism::Sendfile));
    }
    for from in [From::Pipe, From::Socket, From::Tcp] {
        for to in [To::Regular, To::Pipe, To::Socket, To::Tcp, To::Null] {
            check_way(from, to, auto, Some(Mechanism::Splice));
        }
        check_way(from, To::Append, auto, Some(Mechanism::ReadWrite));
    }
    check_way(From::Regular, To::Append, auto, Some(Mechanism::ReadWrite));
    check_way(From::Regular, To::Null, auto, Some(Mechanism::Sendfile));
    check_way(From::Empty, To::Regular, auto, None);
}

#[test]
fn a_file_that_is_made_up_while_read_is_not_taken_for_empty() {
    let report = check_way(From::Proc, To::Regular, Policy::auto(), Some(Mechanism::ReadWrite));
    assert!(report.bytes > 0);
    let (src, _) = From::Proc.open();
    let failed = transfer(
        &src,
        tempfile::tempfile().unwrap(),
        &Policy::auto().via(Mechanism::CopyFileRange),
    )
    .unwrap_err();
    let refusal = failed.report.fallbacks[0].refusal;
    assert!(matches!(refusal, Refusal::Stalled | Refusal::Errno(_)), "{refusal:?}");
    assert!(failed.to_string().contains("copy_file_range was refused"), "{failed}");
}

#[test]
fn a_short_file_is_not_worth_a_kernel_way() {
    let (src, dst) = (file_of(b"short"), tempfile::tempfile().unwrap());
    let report = transfer(&src, &dst, &Policy::auto()).unwrap();
    assert_eq!(report.mechanism(), Some(Mechanism::ReadWrite));
    assert_eq!(report.fallbacks.last().unwrap().refusal, Refusal::Short);
    assert_eq!((report.copies.read, report.copies.write), (5, 5));
}

#[test]
fn a_way_that_is_passed_over_twice_is_named_once_with_the_last_reason() {
    let Ok(mut src) = tempfile::tempfile_in("/dev/shm") else {
        return println!("skipped: there is no tmpfs at /dev/shm");
    };
    let dst = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    // A short run, which is not worth a way of the kernel, and a long one.
    for (place, len) in [(1 << 20, 5000), (2 << 20, 200_000)] {
        src.seek(SeekFrom::Start(place)).unwrap();
        src.write_all(&pattern(len)).unwrap();
    }
    src.rewind().unwrap();
    let report = transfer(&src, &dst, &Policy::auto()).unwrap();
    check_report(&report, (2 << 20) + 200_000, "from file system to file system");
    let refusals = report.fallbacks.iter().filter(|it| it.mechanism == Mechanism::CopyFileRange);
    let refusals: Vec<Refusal> = refusals.map(|it| it.refusal).collect();
    if report.moved_by(Mechanism::CopyFileRange) > 0 {
        return println!("skipped: both are on one file system");
    }
    assert!(matches!(refusals[..], [Refusal::Errno(_)]), "{report}");
}

#[test]
fn what_is_appended_while_holes_are_made_arrives() {
    let src = tempfile::tempfile().unwrap();
    src.set_len(1 << 20).unwrap();
    let appended = Cell::new(0);
    let append = |_| {
        if appended.get() < 3 {
            appended.set(appended.get() + 1);
            let end = src.metadata().unwrap().len();
            src.write_all_at(&pattern(5000), end + (64 << 10)).unwrap();
        }
        ControlFlow::Continue(())
    };
    let mut dst = tempfile::tempfile().unwrap();
    let report = transfer(&src, &dst, &Policy::auto().progress(&append)).unwrap();
    assert_eq!((report.bytes, report.finish), (src.metadata().unwrap().len(), Finish::Source));
    let [mut sent, mut arrived] = [Vec::new(), Vec::new()];
    (&src).rewind().unwrap();
    (&src).read_to_end(&mut sent).unwrap();
    dst.rewind().unwrap();
    dst.read_to_end(&mut arrived).unwrap();
    assert!(sent == arrived && appended.get() == 3);
}

#[test]
fn a_limit_is_kept_by_every_way() {
    let limits = [0_u64, 1, 4095, 70_000, 100_000, 100_001, 1 << 20];
    for way in Mechanism::ALL.iter().copied().skip(1) {
        for (from, to) in [(From::Regular, To::Regular), (From::Pipe, To::Regular)] {
            for limit in limits {
                let (src, expected) = from.open();
                let (dst, arrived) = to.open();
                let policy = Policy::auto().via(way).limit(limit);
                let case = format!("{from:?} {way} {limit}");
                let report = match transfer(&src, &dst, &policy) {
                    Err(failed) if !from.is_file() && limit > 0 => {
                        assert_eq!(failed.kind(), ErrorKind::Unsupported, "{case}");
                        continue;
                    }
                    outcome => outcome.unwrap(),
                };
                let len = limit.min(expected.len() as u64);
                check_report(&report, len, &case);
                let reached = if len == limit { Finish::Limit } else { Finish::Source };
                assert_eq!(report.finish, reached, "{case}");
                let (moved, rest) = expected.split_at(usize::try_from(len).unwrap());
                arrived.check(moved, &case);
                let mut left = Vec::new();
                File::from(src).read_to_end(&mut left).unwrap();
                assert!(left == rest, "{case}");
            }
        }
    }
}

#[test]
fn the_rest_of_a_longer_file_is_cut_off_only_if_asked() {
    let (src, mut dst) = (file_of(b"new"), file_of(b"older and longer"));
    transfer(&src, &dst, &Policy::auto()).unwrap();
    dst.rewind().unwrap();
    assert_eq!(std::io::read_to_string(&dst).unwrap(), "newer and longer");
    let src = file_of(b"new");
    dst.rewind().unwrap();
    transfer(&src, &dst, &Policy::auto().truncate()).unwrap();
    dst.rewind().unwrap();
    assert_eq!(std::io::read_to_string(&dst).unwrap(), "new");
    let named = tempfile::NamedTempFile::new().unwrap();
    fs::write(named.path(), BEFORE).unwrap();
    let append = File::options().append(true).open(named.path()).unwrap();
    transfer(file_of(b""), &append, &Policy::auto().truncate()).unwrap();
    assert_eq!(fs::read(named.path()).unwrap(), BEFORE);
}

#[test]
fn a_file_onto_itself_is_refused_where_the_ranges_overlap() {
    let named = tempfile::NamedTempFile::new().unwrap();
    fs::write(named.path(), b"0123456789").unwrap();
    let open = |position| {
        let mut file = File::options().read(true).write(true).open(named.path()).unwrap();
        file.seek(SeekFrom::Start(position)).unwrap();
        file
    };
    for (from, to) in [(0, 0), (0, 5), (5, 0), (3, 4)] {
        let policy = Policy::auto().limit(6);
        let overlaps = u64::abs_diff(from, to) < 6.min(10 - from);
        let outcome = transfer(open(from), open(to), &policy);
        assert_eq!(outcome.is_err(), overlaps, "{from} to {to}");
        if let Err(failed) = outcome {
            assert_eq!(failed.kind(), ErrorKind::InvalidInput);
        } else {
            fs::write(named.path(), b"0123456789").unwrap();
        }
    }
    let append = File::options().append(true).open(named.path()).unwrap();
    assert!(transfer(open(0), append, &Policy::auto()).is_err());
    let report = transfer(open(0), open(10), &Policy::auto()).unwrap();
    assert_eq!((report.bytes, report.finish), (10, Finish::Source));
    assert_eq!(fs::read(named.path()).unwrap(), b"01234567890123456789");

    let (reader, writer) = std::io::pipe().unwrap();
    let failed = transfer(&reader, &writer, &Policy::auto()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_cancelled_transfer_reports_what_it_moved_and_can_go_on() {
    let content = pattern(17 << 20);
    for way in Mechanism::ALL.iter().copied().skip(1) {
        let (src, mut dst) = (file_of(&content), tempfile::tempfile().unwrap());
        let calls = Cell::new(0);
        let once = |_| {
            calls.set(calls.get() + 1);
            if calls.get() == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let policy = Policy::auto().via(way);
        let first = transfer(&src, &dst, &policy.progress(&once)).unwrap();
        assert_eq!((first.finish, calls.get()), (Finish::Cancelled, 1), "{way}");
        assert!((1..=16 << 20).contains(&first.bytes), "{way}: {}", first.bytes);
        assert_eq!(dst.stream_position().unwrap(), first.bytes);
        let second = transfer(&src, &dst, &policy).unwrap();
        assert_eq!(first.bytes + second.bytes, content.len() as u64);
        dst.rewind().unwrap();
        let mut all = Vec::new();
        dst.read_to_end(&mut all).unwrap();
        assert!(all == content, "{way}");
    }
}

#[test]
fn non_blocking_ends_are_waited_for() {
    let content = pattern(3 << 20);
    for way in [Mechanism::Splice, Mechanism::ReadWrite] {
        let (near, mut feeding) = UnixStream::pair().unwrap();
        let (far, mut eating) = UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        far.set_nonblocking(true).unwrap();
        let bytes = content.clone();
        thread::spawn(move || bytes.chunks(100_000).for_each(|it| feeding.write_all(it).unwrap()));
        let received = thread::spawn(move || {
            let mut received = Vec::new();
            // It begins to eat late, and in small bites.
            thread::yield_now();
            let mut bite = [0; 1009];
            loop {
                match eating.read(&mut bite).unwrap() {
                    0 => return received,
                    count => received.extend_from_slice(&bite[..count]),
                }
            }
        });
        let report = transfer(&near, &far, &Policy::auto().via(way)).unwrap();
        drop(far);
        assert_eq!(report.bytes, content.len() as u64, "{way}");
        assert!(received.join().unwrap() == content, "{way}");
    }
}

#[test]
fn a_non_blocking_pipe_between_a_slow_feeder_and_a_reader_of_single_bytes() {
    let content = pattern(5000);
    let (reader, mut feeding) = std::io::pipe().unwrap();
    let (mut eating, writer) = std::io::pipe().unwrap();
    for end in [reader.as_fd(), writer.as_fd()] {
        rustix::io::ioctl_fionbio(end, true).unwrap();
    }
    rustix::pipe::fcntl_setpipe_size(&writer, 4096).unwrap();
    let bytes = content.clone();
    thread::spawn(move || bytes.chunks(7).for_each(|part| feeding.write_all(part).unwrap()));
    let received = thread::spawn(move || {
        let (mut received, mut byte) = (Vec::new(), [0]);
        while eating.read(&mut byte).unwrap() == 1 {
            received.push(byte[0]);
        }
        received
    });
    let report = transfer(&reader, &writer, &Policy::auto()).unwrap();
    drop(writer);
    assert_eq!(report.mechanism(), Some(Mechanism::Splice));
    assert_eq!(report.copies.total(), 0);
    assert!(received.join().unwrap() == content);
}

#[test]
fn holes_stay_holes() {
    const LEN: u64 = 10 << 30;
    let place = LEN / 2 + 12_345;
    let content = pattern(200_000);
    let mut src = tempfile::tempfile().unwrap();
    src.seek(SeekFrom::Start(place)).unwrap();
    src.write_all(&content).unwrap();
    src.set_len(LEN).unwrap();
    src.rewind().unwrap();
    if rustix::fs::seek(&src, rustix::fs::SeekFrom::Data(0)).unwrap() == 0 {
        return println!("skipped: this file system has no holes");
    }
    let check = |src: &File, mut dst: &File, policy: Policy<'_>, moved: u64| {
        dst.rewind().unwrap();
        (&*src).rewind().unwrap();
        let report = transfer(src, dst, &policy).unwrap();
        assert_eq!(report.bytes, moved);
        assert!(report.bytes - report.holes <= 512 << 10, "{report}");
        assert_eq!(dst.stream_position().unwrap(), moved);
        let blocks = rustix::fs::fstat(dst).unwrap().st_blocks;
        assert!(blocks * 512 <= 2 << 20, "{blocks} blocks are stored");
        dst.seek(SeekFrom::Start(place)).unwrap();
        let mut arrived = vec![0; content.len() + 10];
        dst.read_exact(&mut arrived).unwrap();
        assert!(arrived[..content.len()] == content && arrived.ends_with(&[0; 10]));
    };
    let dst = tempfile::tempfile().unwrap();
    check(&src, &dst, Policy::auto(), LEN);
    assert_eq!(dst.metadata().unwrap().len(), LEN);
    for way in [Mechanism::CopyFileRange, Mechanism::Sendfile, Mechanism::ReadWrite] {
        check(&src, &tempfile::tempfile().unwrap(), Policy::auto().via(way), LEN);
    }
    check(&src, &tempfile::tempfile().unwrap(), Policy::auto().limit(LEN - 77), LEN - 77);
    // Where something was, a hole is made: it reads as zeros and takes no room.
    let mut full = tempfile::tempfile().unwrap();
    full.seek(SeekFrom::Start(place - (1 << 20))).unwrap();
    full.write_all(&pattern(3 << 20)).unwrap();
    check(&src, &full, Policy::auto(), LEN);
}
