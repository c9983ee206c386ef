//! `zc copy`: the bytes of a file or a stream, moved by the kernel where it can.

use std::cell::{Cell, RefCell};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, stdin, stdout};
use std::ops::ControlFlow::Continue;
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use allocation_counter::measure;
use anyhow::{Context, bail, ensure};
use zc_io::transfer::{Mechanism, Policy, Report, transfer};

use crate::Verdict;
use crate::args::CopyArgs;
use crate::descriptors::{check_input, check_output};
use crate::input::{label, named, plain, shown, without_number};
use crate::ledger::{Beginning, Ledger};
use crate::progress::Progress;
use crate::report;

pub(crate) fn run(args: &CopyArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let source = open_source(&args.source)?;
    let metadata = source.metadata().map_err(plain).with_context(|| label(Some(&args.source)))?;
    ensure!(!metadata.is_dir(), "{}: is a directory", label(Some(&args.source)));
    let target = open_target(args, &metadata)?;
    let mut copied = None;
    let allocations = measure(|| copied = Some(copy(args, &source, &target, &metadata)));
    let report = copied.expect("it has run")?;
    if args.explain {
        explain(&report);
    }
    if let Some(form) = args.stats.stats {
        let mut ledger = Ledger::new("copy");
        ledger.add_transfer(&report, metadata.is_file());
        ledger.allocations = Some(allocations.count_total);
        ledger.print(form, &beginning);
    }
    Ok(Verdict::AllGood)
}

fn open_source(path: &Path) -> anyhow::Result<File> {
    let opened = match named(Some(path)) {
        Some(path) => File::open(path),
        None => check_input().and_then(|()| stdin().as_fd().try_clone_to_owned()).map(File::from),
    };
    opened.map_err(plain).with_context(|| label(Some(path)))
}

/// What is copied to.
#[derive(Debug)]
struct Target {
    file: File,
    /// Whether it is a file that was opened here, to hold the copy and nothing else. Standard
    /// output may be a file too, with a place in it, and belongs to whoever opened it.
    is_whole_file: bool,
}

impl Target {
    /// Cuts off what lies behind the bytes that were copied, which is of the file that was there
    /// before.
    fn cut(&self, copied: u64) {
        if self.is_whole_file {
            // Where it cannot be done, the end of the transfer will say so.
            let _ = self.file.set_len(copied);
        }
    }
}

/// Opens what is copied to, if it is another file than the source. A file that is there keeps
/// what it has until the first bytes were copied: a way may be refused.
fn open_target(args: &CopyArgs, source: &Metadata) -> anyhow::Result<Target> {
    let Some(path) = named(Some(&args.target)) else {
        let file = check_output().and_then(|()| stdout().as_fd().try_clone_to_owned());
        let file = file.map(File::from);
        let file = file.map_err(plain).context("standard output")?;
        return Ok(Target { file, is_whole_file: false });
    };
    let path = target_path(path, &args.source)?;
    if let Ok(target) = path.metadata() {
        let is_same = (target.dev(), target.ino()) == (source.dev(), source.ino());
        ensure!(!is_same, "{} and {} are the same file", label(Some(&args.source)), shown(&path));
    }
    // A new file may be read by who may read the source, as `cp` has it.
    let mode = if source.is_file() { source.mode() & 0o777 } else { 0o666 };
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(mode).open(&path);
    let opened = opened.and_then(|file| {
        let is_whole_file = file.metadata()?.is_file();
        Ok(Target { file, is_whole_file })
    });
    opened.map_err(plain).with_context(|| shown(&path))
}

/// The path of the target: in a directory, the name of the source.
fn target_path(path: &Path, source: &Path) -> anyhow::Result<PathBuf> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    match named(Some(source)).and_then(Path::file_name) {
        Some(name) => Ok(path.join(name)),
        None => bail!("{}: is a directory, and the source has no name", shown(path)),
    }
}

fn copy(
    args: &CopyArgs,
    source: &File,
    target: &Target,
    metadata: &Metadata,
) -> anyhow::Result<Report> {
    let total = Some(metadata.len()).filter(|&len| len > 0 && metadata.is_file());
    let progress =
        if target.is_whole_file { Progress::new(total) } else { Progress::beside_output(total) };
    let (progress, is_cut) = (RefCell::new(progress), Cell::new(false));
    let show = |bytes| {
        if !is_cut.replace(true) {
            target.cut(bytes);
        }
        progress.borrow_mut().at(bytes);
        Continue(())
    };
    transfer(source, &target.file, &policy(args, target).progress(&show)).map_err(|failed| {
        let moved = failed.report.bytes;
        let error = io::Error::from(failed);
        if error.kind() == ErrorKind::BrokenPipe {
            return error.into();
        }
        if moved > 0 {
            target.cut(moved);
        }
        let (source, target) = (label(Some(&args.source)), label(Some(&args.target)));
        plain(error).context(format!("{source} to {target}, after {moved} bytes"))
    })
}

fn policy(args: &CopyArgs, target: &Target) -> Policy<'static> {
    let policy = match args.via.mechanism() {
        // Whoever names the way takes what comes with it.
        Some(mechanism) => Policy::auto().via(mechanism).allow_aliasing(),
        None => Policy::auto(),
    };
    if target.is_whole_file { policy.truncate() } else { policy }
}

/// Says which ways were taken, and which were not.
fn explain(report: &Report) {
    report::message(&format!("{} bytes were copied", report.bytes));
    for &mechanism in Mechanism::ALL {
        match report.moved_by(mechanism) {
            0 => {}
            moved => report::message(&format!("{moved} bytes by {mechanism}")),
        }
    }
    if report.holes > 0 {
        report::message(&format!("{} bytes were holes, and are again", report.holes));
    }
    for fallback in &report.fallbacks {
        let refusal = fallback.refusal.to_string();
        report::message(&format!("not by {}: {}", fallback.mechanism, without_number(&refusal)));
    }
}
