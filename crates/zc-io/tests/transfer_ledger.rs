//! The report of a transfer agrees with what `strace` sees the kernel do, or makes it fail.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use zc_io::transfer::{Mechanism, Policy, transfer};

const CHILD: &str = "ZC_IO_LEDGER_CHILD";
const WAY: &str = "ZC_IO_LEDGER_WAY";
const LEN: usize = 3_000_001;

/// More than one step.
const LONG: usize = 18 << 20;

/// Moves the source to the destination, and leaves what it reports beside them.
fn be_the_child(dir: &Path, way: &str) {
    let src = File::open(dir.join("zc-src")).unwrap();
    let dst = File::options().write(true).open(dir.join("zc-dst")).unwrap();
    let named = Mechanism::ALL.iter().copied().find(|it| it.as_str() == way);
    // Who watches gets shorter steps, and so more than one.
    let watch = |_| ControlFlow::Continue(());
    let policy = Policy::auto().progress(&watch);
    let policy = named.map_or(policy, |way| policy.via(way));
    let (report, errno) = match transfer(&src, &dst, &policy) {
        Ok(report) => (report, None),
        Err(failed) => (*failed.report.clone(), io::Error::from(failed).raw_os_error()),
    };
    let mut lines = format!("read {}\nwrite {}\n", report.copies.read, report.copies.write);
    for way in Mechanism::ALL.iter().copied() {
        lines += &format!("{way} {}\n", report.moved_by(way));
    }
    lines += &format!("errno {}\n", errno.unwrap_or(0));
    fs::write(dir.join("report"), lines).unwrap();
}

/// The sums of what the calls of `names` returned that have the source or the destination.
fn sum(trace: &str, names: &[&str], end: &str) -> u64 {
    trace
        .lines()
        .filter(|line| line.contains(end))
        .filter(|line| names.iter().any(|name| line.contains(&format!("{name}("))))
        .filter_map(|line| line.rsplit_once(" = ")?.1.split(' ').next()?.parse::<u64>().ok())
        .sum()
}

/// What a child left that ran `test` again, under `strace`.
struct Traced {
    trace: String,
    report: String,
    arrived: Vec<u8>,
}

impl Traced {
    #[track_caller]
    fn check(&self, line: &str) {
        assert!(self.report.lines().any(|it| it == line), "{line}:\n{}{}", self.report, self.trace);
    }
}

#[track_caller]
fn traced(way: &str, test: &str, inject: &[&str]) -> Option<Traced> {
    traced_of(LEN, LEN, way, test, inject)
}

/// `None` in the child, and where there is no `strace`. The source has a hole from `data_len` on.
#[track_caller]
fn traced_of(
    data_len: usize,
    len: usize,
    way: &str,
    test: &str,
    inject: &[&str],
) -> Option<Traced> {
    if let Some(child) = std::env::var_os(CHILD) {
        let way = std::env::var(WAY).unwrap();
        be_the_child(Path::new(&child), &way);
        return None;
    }
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "strace is not installed");
        println!("skipped: strace is not installed");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name| dir.path().join(name);
    fs::write(path("zc-src"), vec![b'z'; data_len]).unwrap();
    File::options().write(true).open(path("zc-src")).unwrap().set_len(len as u64).unwrap();
    fs::write(path("zc-dst"), b"").unwrap();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-qq", "-o"]).arg(path("trace"));
    strace.arg("-P").arg(path("zc-src")).arg("-P").arg(path("zc-dst"));
    strace.args(["-e", "trace=ioctl,lseek,read,pread64,write,copy_file_range,sendfile,splice"]);
    for rule in inject {
        strace.args(["-e", &format!("inject={rule}")]);
    }
    strace.arg(std::env::current_exe().unwrap()).args(["--exact", test]);
    let output = strace.env(CHILD, dir.path()).env(WAY, way).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(Traced {
        trace: fs::read_to_string(path("trace")).unwrap(),
        report: fs::read_to_string(path("report")).unwrap(),
        arrived: fs::read(path("zc-dst")).unwrap(),
    })
}

#[test]
fn the_report_is_what_the_kernel_saw() {
    for way in ["copy_file_range", "sendfile", "splice", "read", "auto"] {
        let Some(traced) = traced(way, "the_report_is_what_the_kernel_saw", &[]) else { return };
        let sum = |names: &[&str], end| sum(&traced.trace, names, end);
        traced.check(&format!("read {}", sum(&["read", "pread64"], "zc-src>")));
        traced.check(&format!("write {}", sum(&["write"], "zc-dst>")));
        for name in ["copy_file_range", "sendfile", "splice"] {
            traced.check(&format!("{name} {}", sum(&[name], "zc-dst>")));
        }
        traced.check("errno 0");
        assert!(traced.arrived == vec![b'z'; LEN], "{way}");
    }
}

const ALL_OF_IT: &str = "3000001";

#[test]
fn an_errno_that_means_the_way_falls_through_to_the_next() {
    let refusals = ["EXDEV", "EINVAL", "ENOSYS", "EOPNOTSUPP", "EPERM", "ETXTBSY", "EBADF"];
    let cases = refusals.map(|errno| (["copy_file_range", "ioctl"], errno, "sendfile"));
    let more = ["EINVAL", "ENOSYS", "EOVERFLOW", "EPERM", "EBADF", "ESPIPE", "EAGAIN"];
    let more = more.map(|errno| (["sendfile", "copy_file_range"], errno, "read"));
    for ([call, other], errno, taken) in cases.into_iter().chain(more) {
        let rules = [format!("{call}:error={errno}"), format!("{other}:error=EOPNOTSUPP")];
        let rules = rules.each_ref().map(String::as_str);
        let test = "an_errno_that_means_the_way_falls_through_to_the_next";
        let Some(traced) = traced("auto", test, &rules) else { return };
        traced.check(&format!("{taken} {ALL_OF_IT}"));
        traced.check("errno 0");
        assert!(traced.arrived == vec![b'z'; LEN], "{call} {errno}");
    }
}

#[test]
fn a_way_that_is_refused_midway_hands_over_what_is_left() {
    let test = "a_way_that_is_refused_midway_hands_over_what_is_left";
    let rules = ["copy_file_range:error=EXDEV:when=2+", "ioctl:error=ENOTTY"];
    let Some(traced) = traced_of(LONG, LONG, "auto", test, &rules) else { return };
    traced.check(&format!("copy_file_range {}", 16 << 20));
    traced.check(&format!("sendfile {}", LONG - (16 << 20)));
    assert!(traced.arrived == vec![b'z'; LONG]);
}

#[test]
fn an_errno_that_means_the_bytes_does_not_fall_through() {
    for (errno, number) in [("ENOSPC", 28), ("EIO", 5), ("EDQUOT", 122), ("EFBIG", 27)] {
        let rules = [format!("copy_file_range:error={errno}:when=1+"), "ioctl:error=ENOTTY".into()];
        let rules = rules.each_ref().map(String::as_str);
        let test = "an_errno_that_means_the_bytes_does_not_fall_through";
        let Some(traced) = traced("auto", test, &rules) else { return };
        traced.check(&format!("errno {number}"));
        traced.check("sendfile 0");
    }
}

#[test]
fn calls_that_are_interrupted_are_made_again() {
    for way in ["copy_file_range", "sendfile", "splice", "read"] {
        let call = if way == "read" { "read,write" } else { way };
        let rule = format!("{call}:error=EINTR:when=1+2");
        let test = "calls_that_are_interrupted_are_made_again";
        let Some(traced) = traced(way, test, &[&rule]) else { return };
        assert!(traced.trace.contains("EINTR"), "{}", traced.trace);
        traced.check(&format!("{way} {ALL_OF_IT}"));
        traced.check("errno 0");
    }
}

#[test]
fn where_holes_are_not_told_all_is_moved() {
    let test = "where_holes_are_not_told_all_is_moved";
    let len = LEN + (1 << 20);
    // The third and the fourth after two that ask where both ends stand, and a third for the source.
    for nth in [4, 5] {
        let rule = format!("lseek:error=EOPNOTSUPP:when={nth}");
        let Some(traced) = traced_of(LEN, len, "auto", test, &[&rule]) else { return };
        let call = if nth == 4 { "SEEK_DATA" } else { "SEEK_HOLE" };
        let failed = traced.trace.lines().find(|line| line.contains("INJECTED")).unwrap();
        assert!(failed.contains(call), "{}", traced.trace);
        traced.check("errno 0");
        traced.check(&format!("copy_file_range {len}"));
        assert!(traced.arrived == [vec![b'z'; LEN], vec![0; 1 << 20]].concat());
    }
}

#[test]
fn a_clone_that_moves_nothing_is_not_believed() {
    let test = "a_clone_that_moves_nothing_is_not_believed";
    let Some(traced) = traced("auto", test, &["ioctl:retval=0"]) else { return };
    traced.check("reflink 0");
    traced.check(&format!("copy_file_range {ALL_OF_IT}"));
    assert!(traced.arrived == vec![b'z'; LEN]);
}
