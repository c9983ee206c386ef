//! Transfers on file systems that a test mounts for itself: one that runs full, and those that clone.
//!
//! Each mounts in a namespace of its own, which goes with the process; where that is not permitted
//! it is skipped: who is not root may mount a tmpfs in most places, and no image. What is to be seen
//! there runs in a child: this binary again, with one test.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod content;

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use content::pattern;
use zc_io::transfer::{Finish, Mechanism, Policy, Refusal, transfer};

const CHILD: &str = "ZC_IO_MOUNT_CHILD";

/// Where programs of the administrator are, which other users may not have in their path.
const SBIN: &str = "/usr/sbin:/sbin";

/// Runs `body` in a child for which `script` has mounted a file system at `$1`, beside which
/// there is room for an image. The script needs `tool`.
#[track_caller]
fn on_mount(test: &str, tool: &str, script: &str, body: impl FnOnce(&Path)) {
    if let Some(place) = std::env::var_os(CHILD) {
        return body(&PathBuf::from(place));
    }
    if !has(tool) || !has("unshare") {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "{tool} or unshare is missing");
        return println!("skipped: {tool} or unshare is not installed");
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let place = dir.path().join("mounted");
    std::fs::create_dir(&place).unwrap();
    let script = format!("{script} && shift && exec \"$@\"");
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "sh", "-c", &script, "sh"]).arg(&place);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    let output = command.env(CHILD, &place).env("PATH", path_with_sbin()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let could_mount = text.contains("running 1 test");
    if !could_mount {
        return println!("skipped: this process cannot mount that file system: {text}");
    }
    assert!(output.status.success(), "{text}");
}

fn has(tool: &str) -> bool {
    std::env::split_paths(&path_with_sbin()).any(|dir| dir.join(tool).exists())
}

fn path_with_sbin() -> String {
    std::env::var("PATH").unwrap_or_default() + ":" + SBIN
}

fn content_of(mut file: &File) -> Vec<u8> {
    let mut content = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut content).unwrap();
    content
}

#[test]
fn a_file_system_that_is_full_is_an_error_that_every_way_reports() {
    let test = "a_file_system_that_is_full_is_an_error_that_every_way_reports";
    on_mount(test, "mount", "mount -t tmpfs -o size=12m zc \"$1\"", |place| {
        let content = pattern(8 << 20);
        let mut src = tempfile::tempfile_in(place).unwrap();
        src.write_all(&content).unwrap();
        for way in [None].into_iter().chain(Mechanism::ALL.iter().copied().skip(1).map(Some)) {
            src.rewind().unwrap();
            let mut dst = tempfile::tempfile_in(place).unwrap();
            let policy = way.map_or(Policy::auto(), |way| Policy::auto().via(way));
            let failed = transfer(&src, &dst, &policy).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::StorageFull, "{way:?}: {failed}");
            let moved = failed.report.bytes;
            assert!((1 << 20..8 << 20).contains(&moved), "{way:?}: {moved}");
            let positions = [&mut src, &mut dst].map(|file| file.stream_position().unwrap());
            assert_eq!((positions, failed.undelivered.len()), ([moved, moved], 0), "{way:?}");
            assert!(content.starts_with(&content_of(&dst)), "{way:?}");
        }
    });
}

#[test]
fn xfs_clones() {
    let script = "truncate -s 400M \"$1.image\" && mkfs.xfs -q \"$1.image\" \
                  && mount -o loop \"$1.image\" \"$1\"";
    on_mount("xfs_clones", "mkfs.xfs", script, check_clones);
}

#[test]
fn btrfs_clones() {
    let script = "truncate -s 400M \"$1.image\" && mkfs.btrfs -q \"$1.image\" \
                  && mount -o loop \"$1.image\" \"$1\"";
    on_mount("btrfs_clones", "mkfs.btrfs", script, check_clones);
}

fn check_clones(place: &Path) {
    let content = pattern((16 << 20) + 123);
    let mut src = tempfile::tempfile_in(place).unwrap();
    src.write_all(&content).unwrap();
    for policy in [Policy::auto(), Policy::auto().via(Mechanism::Reflink)] {
        src.rewind().unwrap();
        let mut dst = tempfile::tempfile_in(place).unwrap();
        let report = transfer(&src, &dst, &policy).unwrap();
        assert_eq!((report.bytes, report.finish), (content.len() as u64, Finish::Source));
        assert_eq!(report.mechanism(), Some(Mechanism::Reflink), "{report}");
        assert_eq!((report.copies.total(), report.fallbacks.len()), (0, 0), "{report}");
        let positions = [&mut src, &mut dst].map(|file| file.stream_position().unwrap());
        assert_eq!(positions, [report.bytes; 2]);
        assert!(content_of(&dst) == content);
        // Blocks are shared until one is written.
        dst.write_all_at(b"other", 5000).unwrap();
        assert!(content_of(&src) == content);
    }
    check_part(&src, place, &content);
    check_holes(place, &content);
}

/// A part of a file is not cloned as a whole.
fn check_part(mut src: &File, place: &Path, content: &[u8]) {
    src.seek(SeekFrom::Start(4096)).unwrap();
    let dst = tempfile::tempfile_in(place).unwrap();
    let report = transfer(src, &dst, &Policy::auto()).unwrap();
    assert_eq!(report.mechanism(), Some(Mechanism::CopyFileRange), "{report}");
    assert_eq!(report.fallbacks[0].refusal, Refusal::Part);
    assert!(content_of(&dst) == content[4096..]);
}

fn check_holes(place: &Path, content: &[u8]) {
    let mut src = tempfile::tempfile_in(place).unwrap();
    src.seek(SeekFrom::Start(8 << 20)).unwrap();
    src.write_all(content).unwrap();
    src.set_len(64 << 20).unwrap();
    src.rewind().unwrap();
    let dst = tempfile::tempfile_in(place).unwrap();
    let report = transfer(&src, &dst, &Policy::auto()).unwrap();
    assert_eq!((report.bytes, report.holes), (64 << 20, 0));
    assert_eq!(report.moved_by(Mechanism::Reflink), 64 << 20, "{report}");
    assert!(content_of(&dst) == content_of(&src));
}
