//! A memfd is mapped without `unsafe` if, and only if, the kernel keeps it as it is.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
#![allow(unsafe_code, reason = "it writes through a map to show why a seal is not enough")]

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::FileExt;

use memmap2::MmapOptions;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use zc_io::MappedFile;

fn memfd(content: &[u8]) -> File {
    let mut file = File::from(memfd_create("test", MemfdFlags::ALLOW_SEALING).unwrap());
    file.write_all(content).unwrap();
    file
}

fn sealed(content: &[u8]) -> File {
    let file = memfd(content);
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK).unwrap();
    file
}

#[track_caller]
fn check_refused(file: &File, expected: &str) {
    let error = MappedFile::sealed(file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.to_string(), format!("cannot be mapped, but may be readable: {expected}"));
}

#[track_caller]
fn check_seals(seals: SealFlags, expected: &str) {
    let file = memfd(b"content");
    fcntl_add_seals(&file, seals).unwrap();
    check_refused(&file, expected);
    fcntl_add_seals(&file, SealFlags::SEAL).unwrap();
    check_refused(&file, expected);
}

#[test]
fn a_missing_seal_is_named() {
    let both = "the seals F_SEAL_WRITE and F_SEAL_SHRINK are missing";
    check_seals(SealFlags::empty(), both);
    check_seals(SealFlags::GROW, both);
    check_seals(SealFlags::FUTURE_WRITE, both);
    let shrink = "the seal F_SEAL_SHRINK is missing";
    check_seals(SealFlags::WRITE, shrink);
    check_seals(SealFlags::WRITE | SealFlags::GROW, shrink);
    let write = "the seal F_SEAL_WRITE is missing";
    check_seals(SealFlags::SHRINK, write);
    check_seals(SealFlags::SHRINK | SealFlags::GROW, write);
    let future = format!("{write}, and F_SEAL_FUTURE_WRITE does not bind earlier maps");
    check_seals(SealFlags::SHRINK | SealFlags::FUTURE_WRITE, &future);
}

#[test]
fn what_cannot_be_sealed_is_refused() {
    check_refused(&tempfile::tempfile().unwrap(), "it is no memfd, which alone can be sealed");
    let unsealable = File::from(memfd_create("test", MemfdFlags::empty()).unwrap());
    check_refused(&unsealable, "the seals F_SEAL_WRITE and F_SEAL_SHRINK are missing");
}

#[test]
fn a_sealed_memfd_is_a_slice_that_outlives_the_file() {
    for len in [0, 1, 4095, 4096, 4097, 100_000] {
        let content: Vec<u8> = (0..=250).cycle().take(len).collect();
        let map = MappedFile::sealed(&sealed(&content)).unwrap();
        assert_eq!(map.bytes(), content);
    }
}

#[test]
fn more_seals_do_no_harm() {
    let file = memfd(b"content");
    let every = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    fcntl_add_seals(&file, every | SealFlags::FUTURE_WRITE).unwrap();
    assert_eq!(MappedFile::sealed(&file).unwrap().bytes(), b"content");
}

#[test]
fn nothing_changes_the_bytes_of_a_sealed_memfd() {
    let file = sealed(b"content");
    let map = MappedFile::sealed(&file).unwrap();
    let error = file.write_at(b"changed", 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(file.set_len(3).unwrap_err().kind(), ErrorKind::PermissionDenied);
    let hole = rustix::fs::FallocateFlags::PUNCH_HOLE | rustix::fs::FallocateFlags::KEEP_SIZE;
    assert_eq!(rustix::fs::fallocate(&file, hole, 0, 7), Err(Errno::PERM));
    assert_eq!(MmapOptions::new().map_raw(&file).unwrap_err().raw_os_error(), Some(libc::EPERM));
    // It may grow, which the map does not show.
    file.set_len(1 << 20).unwrap();
    assert_eq!(map.bytes(), b"content");
}

#[test]
fn a_hole_in_a_sealed_memfd_is_zeros() {
    let file = File::from(memfd_create("test", MemfdFlags::ALLOW_SEALING).unwrap());
    file.set_len(1 << 20).unwrap();
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK).unwrap();
    assert!(MappedFile::sealed(&file).unwrap().iter().all(|byte| *byte == 0));
}

#[test]
fn the_seal_against_writing_is_not_set_while_a_writable_map_exists() {
    let file = memfd(b"content");
    let writable = MmapOptions::new().map_raw(&file).unwrap();
    assert_eq!(fcntl_add_seals(&file, SealFlags::WRITE), Err(Errno::BUSY));
    drop(writable);
    assert_eq!(fcntl_add_seals(&file, SealFlags::WRITE), Ok(()));
}

#[test]
fn the_seal_against_future_writing_lets_an_earlier_map_write() {
    let file = memfd(b"content");
    let writable = MmapOptions::new().map_raw(&file).unwrap();
    fcntl_add_seals(&file, SealFlags::FUTURE_WRITE | SealFlags::SHRINK).unwrap();
    // SAFETY: the map is writable, seven bytes long, and nobody holds a reference into it.
    unsafe { writable.as_mut_ptr().write(b'C') };
    let mut content = [0; 7];
    file.read_exact_at(&mut content, 0).unwrap();
    assert_eq!(&content, b"Content");
}

#[test]
fn huge_pages_are_refused() {
    let flags = MemfdFlags::ALLOW_SEALING | MemfdFlags::HUGETLB;
    let Ok(file) = memfd_create("test", flags).map(File::from) else {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "the kernel has no huge pages");
        println!("skipped: the kernel has no huge pages");
        return;
    };
    file.set_len(1 << 30).unwrap();
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK).unwrap();
    check_refused(&file, "it is made of huge pages");
}
