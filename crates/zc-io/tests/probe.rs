//! Probes say what the calls of this kernel come to, and measured ways show what the file holds.

#![cfg(target_os = "linux")]
#![allow(unsafe_code, reason = "maps are shown of files that the tests alone know")]

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use zc_io::probe::{Answer, FileSystem, Kernel, Way, largest_folio, measure};
use zc_io::transfer::{Mechanism, Policy, transfer};
use zc_io::{Stable, residency};

const WAYS: [Way; 5] = [Way::Map, Way::Guarded, Way::Windows(16 << 10), Way::Whole, Way::Direct];

fn content(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

/// What every test says of its file.
fn vouched() -> Stable {
    // SAFETY: each test writes a file of its own before it is shown, and not again; or none.
    unsafe { Stable::assume() }
}

/// What `way` shows of the first `len` bytes of a file that only its test knows.
fn shown(way: Way, path: &Path, len: usize) -> std::io::Result<(Vec<u8>, u64)> {
    let mut bytes = Vec::new();
    let copies = way.show(path, len, vouched(), &mut |window| bytes.extend_from_slice(window))?;
    Ok((bytes, copies.read))
}

#[test]
fn each_way_shows_the_beginning_of_a_file_and_counts_what_it_copied() {
    let file = tempfile::NamedTempFile::new_in(".").unwrap();
    let content = content(3 << 20);
    fs::write(file.path(), &content).unwrap();
    for len in [1, 4096, 100_000, 3 << 20] {
        for way in WAYS {
            let (bytes, read) = match shown(way, file.path(), len) {
                Err(error) if way == Way::Direct && error.kind() == ErrorKind::Unsupported => {
                    println!("skipped: {error}");
                    continue;
                }
                outcome => outcome.unwrap(),
            };
            assert!(bytes == content[..len], "{len} bytes by {way}");
            match way {
                Way::Map | Way::Guarded => assert_eq!(read, 0, "{way}"),
                // Less than a block goes through a buffer.
                Way::Direct => assert!(read <= 4096, "{read}"),
                _ => assert_eq!(read, len as u64, "{way}"),
            }
        }
    }
}

#[test]
fn a_file_that_is_shorter_than_was_said_is_an_error() {
    let file = tempfile::NamedTempFile::new_in(".").unwrap();
    fs::write(file.path(), content(5000)).unwrap();
    for way in WAYS {
        let error = shown(way, file.path(), 5001).unwrap_err();
        let expected = match way {
            Way::Map => &[ErrorKind::InvalidInput][..],
            Way::Direct => &[ErrorKind::UnexpectedEof, ErrorKind::Unsupported],
            _ => &[ErrorKind::UnexpectedEof],
        };
        assert!(expected.contains(&error.kind()), "{way}: {error}");
    }
}

#[test]
fn every_way_that_works_is_measured_and_the_others_say_why_not() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content(100_000)).unwrap();
    let mut seen = 0;
    let mut look = |bytes: &[u8]| seen += bytes.len();
    let costs = measure(file.path(), 100_000, &WAYS, vouched(), Duration::ZERO, &mut look);
    assert_eq!(costs.costs.len() + costs.failed.len(), WAYS.len());
    assert!(costs.failed.iter().all(|(way, _)| *way == Way::Direct), "{costs:?}");
    assert!(costs.costs.iter().all(|cost| !cost.time.is_zero()), "{costs:?}");
    // Where there is no time for more, each has two passes.
    assert_eq!(seen, 2 * 100_000 * costs.costs.len());
    assert_eq!(costs.of(Way::Map).unwrap().copies.read, 0);
    let least = costs.costs.iter().map(|cost| cost.time).min();
    assert_eq!(costs.best().map(|cost| cost.time), least);
}

#[test]
fn a_file_that_cannot_be_opened_is_no_cost() {
    let costs =
        measure(Path::new("/no/such/file"), 1, &WAYS, vouched(), Duration::ZERO, &mut |_| {
            panic!("there is nothing to look at")
        });
    assert!(costs.costs.is_empty() && costs.best().is_none());
    assert!(costs.failed.iter().all(|(_, error)| error.kind() == ErrorKind::NotFound));
}

#[test]
fn the_kernel_is_asked_and_not_guessed() {
    let kernel = Kernel::look();
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    assert_eq!(kernel.release, Answer::Yes(release.trim().to_owned()));
    // What `UIO_MAXIOV` of the kernel has been since Linux 2.0.
    assert_eq!(kernel.io_vectors, Answer::Yes(1024));
    let pipe = kernel.pipe.yes().expect("pipes can be made");
    assert!(pipe.default >= 4096 && pipe.granted >= pipe.default, "{pipe:?}");
    let file = tempfile::tempfile().unwrap();
    let tells = residency::residency(&file, 0..0).is_ok() && kernel.cachestat == Answer::Yes(());
    assert!(tells || !matches!(kernel.cachestat, Answer::Yes(())), "{:?}", kernel.cachestat);
}

#[test]
fn a_file_system_can_do_what_transfers_then_do() {
    for directory in [Path::new("."), Path::new("/dev/shm")] {
        let file = || tempfile::tempfile_in(directory);
        let (Ok(first), Ok(second)) = (file(), file()) else {
            println!("skipped: there is no {}", directory.display());
            continue;
        };
        let found = FileSystem::look(&first, &second).unwrap();
        assert_eq!((first.metadata().unwrap().len(), second.metadata().unwrap().len()), (0, 0));
        for (answer, mechanism) in [
            (&found.reflink, Mechanism::Reflink),
            (&found.copy_file_range, Mechanism::CopyFileRange),
            (&found.sendfile, Mechanism::Sendfile),
            (&found.splice, Mechanism::Splice),
        ] {
            let (mut source, target) = (file().unwrap(), file().unwrap());
            std::io::Write::write_all(&mut source, &content(8192)).unwrap();
            std::io::Seek::rewind(&mut source).unwrap();
            let policy = Policy::auto().via(mechanism).allow_aliasing();
            let works = transfer(&source, &target, &policy).is_ok();
            assert_eq!(
                works,
                *answer == Answer::Yes(()),
                "{mechanism} in {directory:?}: {found:?}"
            );
        }
    }
}

#[test]
fn folios_are_told_of_or_it_is_said_why_not() {
    let file = tempfile::NamedTempFile::new_in(".").unwrap();
    fs::write(file.path(), content(4 << 20)).unwrap();
    match largest_folio(file.as_file()) {
        Answer::Yes(len) => assert!(len.is_power_of_two() && len > 4096, "{len}"),
        Answer::No(why) | Answer::CannotTell(why) => assert!(!why.is_empty()),
        other => panic!("{other:?}"),
    }
    let empty = tempfile::tempfile().unwrap();
    assert!(matches!(largest_folio(&empty), Answer::CannotTell(_)));
}
