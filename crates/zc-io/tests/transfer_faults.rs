//! A transfer that fails says what was moved, and loses nothing that it took.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod content;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::thread;

use content::{file_of, pattern};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use zc_io::transfer::{Mechanism, Policy, TransferError, transfer};

/// What was moved, what could not be delivered and what is left make up the source.
#[track_caller]
fn check_nothing_is_lost(
    failed: &TransferError,
    mut src: impl Read,
    content: &[u8],
    way: Mechanism,
) {
    let moved = usize::try_from(failed.report.bytes).unwrap();
    let mut rest = failed.undelivered.clone();
    src.read_to_end(&mut rest).unwrap();
    assert!(rest == content[moved..], "{way}: {moved} moved, {} left", rest.len());
}

#[test]
fn a_full_device_fails_every_way_and_loses_nothing() {
    let content = pattern(2 << 20);
    for way in [Mechanism::Splice, Mechanism::Sendfile, Mechanism::ReadWrite] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let src = file_of(&content);
        let failed = transfer(&src, &full, &Policy::auto().via(way)).unwrap_err();
        let expected = [ErrorKind::StorageFull, ErrorKind::Unsupported];
        assert!(expected.contains(&failed.kind()), "{way}: {failed}");
        assert_eq!(failed.report.bytes, 0);
        check_nothing_is_lost(&failed, &src, &content, way);
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (near, mut far) = UnixStream::pair().unwrap();
    far.write_all(&content[..100_000]).unwrap();
    drop(far);
    let failed = transfer(&near, &full, &Policy::auto()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::StorageFull, "{failed}");
    assert!(!failed.undelivered.is_empty());
    check_nothing_is_lost(&failed, &near, &content[..100_000], Mechanism::Splice);
}

#[test]
fn a_reader_that_goes_away_leaves_what_was_not_delivered() {
    let content = pattern(4 << 20);
    for way in [Mechanism::Sendfile, Mechanism::Splice, Mechanism::ReadWrite] {
        let (mut eating, writer) = io::pipe().unwrap();
        thread::spawn(move || eating.read_exact(&mut vec![0; 300_000]).unwrap());
        let src = file_of(&content);
        let policy = Policy::auto().via(way).allow_aliasing();
        let failed = transfer(&src, &writer, &policy).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::BrokenPipe, "{way}");
        assert!(failed.report.bytes >= 300_000, "{way}: {}", failed.report.bytes);
        check_nothing_is_lost(&failed, &src, &content, way);
    }
}

/// The writer of a full pipe waits with bytes that it has read, while its source is rewound.
#[test]
fn bytes_that_cannot_be_given_back_are_in_the_error_and_the_first_error_is_kept() {
    const READ: usize = 32 << 10;
    let content = pattern(4 << 20);
    let (reader, writer) = io::pipe().unwrap();
    let capacity = rustix::pipe::fcntl_getpipe_size(&writer).unwrap();
    let taken = (capacity / READ + 1) * READ;
    let src = file_of(&content);
    let mut rewinding = src.try_clone().unwrap();
    let failed = thread::scope(|scope| {
        let transferring = scope.spawn(move || {
            let policy = Policy::auto().via(Mechanism::ReadWrite);
            transfer(&src, &writer, &policy).unwrap_err()
        });
        let is_full = || rustix::io::ioctl_fionread(&reader).unwrap() == capacity as u64;
        while !is_full() || rewinding.stream_position().unwrap() != taken as u64 {
            thread::yield_now();
        }
        rewinding.rewind().unwrap();
        drop(reader);
        transferring.join().unwrap()
    });
    assert_eq!(failed.kind(), ErrorKind::BrokenPipe, "{failed}");
    assert_eq!(failed.report.bytes, capacity as u64);
    assert!(failed.undelivered == content[capacity..taken], "{}", failed.undelivered.len());
    assert_eq!(rewinding.stream_position().unwrap(), 0);
}

#[test]
fn a_socket_that_is_closed_leaves_what_came_out_of_another_one() {
    let content = pattern(4 << 20);
    for way in [Mechanism::Splice, Mechanism::ReadWrite] {
        let (near, mut feeding) = UnixStream::pair().unwrap();
        let (mut eating, far) = UnixStream::pair().unwrap();
        let bytes = content.clone();
        thread::spawn(move || feeding.write_all(&bytes).unwrap());
        thread::spawn(move || eating.read_exact(&mut vec![0; 300_000]).unwrap());
        let failed = transfer(&near, &far, &Policy::auto().via(way)).unwrap_err();
        assert!(
            matches!(failed.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset),
            "{way}: {failed}"
        );
        check_nothing_is_lost(&failed, &near, &content, way);
    }
}

const CHILD: &str = "ZC_IO_TRANSFER_CHILD";

/// Runs the test `name` of this program again, as a child that knows that it is one.
fn child(name: &str) -> Option<Command> {
    if std::env::var_os(CHILD).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, "1");
    Some(command)
}

/// `poll(2)` refuses more descriptors than a process may have open.
#[test]
fn a_wait_that_fails_leaves_nothing_in_the_pipe() {
    if let Some(mut command) = child("a_wait_that_fails_leaves_nothing_in_the_pipe") {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let content = pattern(100_000);
    let policy = Policy::auto().via(Mechanism::Splice);
    let fed = || {
        let (near, mut feeding) = UnixStream::pair().unwrap();
        feeding.write_all(&content).unwrap();
        near
    };
    // It makes the pipe that the other one uses again, which could make none.
    transfer(fed(), tempfile::tempfile().unwrap(), &policy).unwrap();
    let near = fed();
    let (mut full, _eating) = UnixStream::pair().unwrap();
    full.set_nonblocking(true).unwrap();
    while full.write(&[0; 4096]).is_ok() {}
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..limit }).unwrap();
    let outcome = transfer(&near, &full, &policy);
    setrlimit(Resource::Nofile, limit).unwrap();
    let failed = outcome.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidInput, "{failed}");
    assert_eq!((failed.report.bytes, failed.undelivered.is_empty()), (0, false));
    check_nothing_is_lost(&failed, &near, &content, Mechanism::Splice);
}

/// The limit of a file's length stands for a full disk: the kernel stops in the middle as well.
#[test]
fn a_disk_that_is_full_midway_is_an_error_that_every_way_reports() {
    if let Some(mut command) =
        child("a_disk_that_is_full_midway_is_an_error_that_every_way_reports")
    {
        // The signal that comes with the error would end a program that does not ignore it.
        let output = ignoring_signal_of_limit(&mut command).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        return;
    }
    const LIMIT: u64 = 3_000_000;
    let content = pattern(8 << 20);
    let src = file_of(&content);
    setrlimit(Resource::Fsize, Rlimit { current: Some(LIMIT), maximum: None }).unwrap();
    for way in Mechanism::ALL.iter().copied().skip(1) {
        (&src).rewind().unwrap();
        let mut dst = tempfile::tempfile().unwrap();
        let failed = transfer(&src, &dst, &Policy::auto().via(way)).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::FileTooLarge, "{way}: {failed}");
        assert_eq!(failed.report.bytes, dst.stream_position().unwrap(), "{way}");
        assert_eq!(failed.report.bytes, dst.metadata().unwrap().len(), "{way}");
        assert_eq!(failed.report.moved_by(way), failed.report.bytes, "{way}");
        check_nothing_is_lost(&failed, &src, &content, way);
    }
}

/// A shell passes on which signals are ignored.
fn ignoring_signal_of_limit(command: &mut Command) -> &mut Command {
    let program = command.get_program().to_owned();
    let args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    *command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(program).args(args).env(CHILD, "1")
}

#[test]
fn a_descriptor_that_cannot_be_read_or_written_is_an_error() {
    let named = tempfile::NamedTempFile::new().unwrap();
    fs::write(named.path(), pattern(100_000)).unwrap();
    let write_only = File::options().write(true).open(named.path()).unwrap();
    let failed = transfer(&write_only, tempfile::tempfile().unwrap(), &Policy::auto()).unwrap_err();
    assert_eq!(failed.report.bytes, 0);
    let read_only = File::open(named.path()).unwrap();
    let failed = transfer(file_of(&pattern(100_000)), &read_only, &Policy::auto()).unwrap_err();
    assert_eq!(failed.report.bytes, 0);
    assert_eq!(io::Error::from(failed).raw_os_error(), Some(9));
    let failed = transfer(File::open("/").unwrap(), tempfile::tempfile().unwrap(), &Policy::auto());
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::IsADirectory);
}

#[test]
fn later_transfers_are_right_after_failed_ones() {
    let content = pattern(500_000);
    for _ in 0..10 {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let (near, mut far) = UnixStream::pair().unwrap();
        far.write_all(&content[..50_000]).unwrap();
        drop(far);
        let policy = Policy::auto().via(Mechanism::Splice);
        transfer(&near, &full, &policy).unwrap_err();

        let (near, mut far) = UnixStream::pair().unwrap();
        let bytes = content.clone();
        thread::spawn(move || far.write_all(&bytes).unwrap());
        let mut dst = tempfile::tempfile().unwrap();
        transfer(&near, &dst, &policy).unwrap();
        let mut all = Vec::new();
        dst.rewind().unwrap();
        dst.read_to_end(&mut all).unwrap();
        assert!(all == content);
    }
}

#[test]
fn what_was_read_and_written_shows_later_writes_of_nobody() {
    let named = tempfile::NamedTempFile::new().unwrap();
    fs::write(named.path(), vec![b'a'; 8192]).unwrap();
    let received = |policy: Policy<'_>| {
        fs::write(named.path(), vec![b'a'; 8192]).unwrap();
        let (reader, writer) = io::pipe().unwrap();
        transfer(File::open(named.path()).unwrap(), &writer, &policy).unwrap();
        let mut file = File::options().write(true).open(named.path()).unwrap();
        file.write_all(&[b'b'; 8192]).unwrap();
        drop(writer);
        let owned: OwnedFd = reader.as_fd().try_clone_to_owned().unwrap();
        io::read_to_string(File::from(owned)).unwrap()
    };
    assert_eq!(received(Policy::auto()), "a".repeat(8192));
    // This is what aliasing means; on some file systems pages are copied after all.
    let aliased = received(Policy::auto().allow_aliasing().via(Mechanism::Splice));
    assert!(aliased == "b".repeat(8192) || aliased == "a".repeat(8192));
}
