//! Files copied to files: within the kernel, through a buffer, and by those who do it every day.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use zc_io::transfer::{Mechanism, Policy, transfer};

use crate::case::{Answer, Case, Done, Figure, Input};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run, Work};
use crate::target::Target;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "transfer-fresh",
        what: "copy a warm file to a new one",
        engines: &[
            engine("zc", |input| copies(input, |from| by(None, from, &fresh(from)?))),
            engine("zc sendfile", |input| {
                copies(input, |from| by(Some(Mechanism::Sendfile), from, &fresh(from)?))
            }),
            engine("zc read", |input| {
                copies(input, |from| by(Some(Mechanism::ReadWrite), from, &fresh(from)?))
            }),
            engine("io::copy", |input| copies(input, |from| by_std(from, fresh(from)?))),
            engine("cp", |input| copies(input, by_cp)),
        ],
        ..CASE
    },
    Case {
        name: "transfer-over",
        what: "copy a warm file over another one of the same length",
        engines: &[
            engine("zc", |input| copies(input, |from| by(None, from, &over(from)?))),
            engine("io::copy", |input| copies(input, |from| by_std(from, over(from)?))),
        ],
        targets: &[Target::at_least(0.97, "io::copy")],
        ..CASE
    },
];

const CASE: Case = Case {
    row: None,
    name: "",
    what: "",
    corpus: Corpus::access_log("256MiB"),
    item: "file",
    figure: Figure::Rate,
    engines: &[],
    expected: |input| Answer { items: 1, sum: input.len },
    targets: &[Target::at_least(0.97, "io::copy"), Target::at_least(0.97, "cp")],
};

type Prepare = for<'i> fn(&'i Input) -> Result<Work<'i>>;

const fn engine(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Copies the corpus; each run ends with the same bytes beside it, which are looked at once.
fn copies<'i>(input: &'i Input, copy: fn(&Path) -> Result<Done>) -> Result<Work<'i>> {
    let target = beside(&input.path);
    let guard = Gone(target.clone());
    copy(&input.path)?;
    ensure!(fs::read(&target)? == input.bytes, "the copy is another one");
    Ok(Box::new(move || {
        let _ = &guard;
        copy(&input.path)
    }))
}

/// Where the copy of a corpus goes.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("copy")
}

/// A file that goes when this is dropped.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        // What is not there needs not go.
        let _ = fs::remove_file(&self.0);
    }
}

fn fresh(from: &Path) -> Result<File> {
    let target = beside(from);
    drop(Gone(target.clone()));
    Ok(File::create_new(target)?)
}

fn over(from: &Path) -> Result<File> {
    Ok(OpenOptions::new().write(true).create(true).truncate(false).open(beside(from))?)
}

fn by(via: Option<Mechanism>, from: &Path, to: &File) -> Result<Done> {
    let policy = via.map_or_else(Policy::auto, |mechanism| Policy::auto().via(mechanism));
    let report = transfer(&File::open(from)?, to, &policy)?;
    Ok(Done::with_copies(Answer { items: 1, sum: report.bytes }, report.copies))
}

fn by_std(from: &Path, mut to: File) -> Result<Done> {
    let bytes = io::copy(&mut File::open(from)?, &mut to)?;
    to.flush()?;
    Ok(Answer { items: 1, sum: bytes }.into())
}

fn by_cp(from: &Path) -> Result<Done> {
    let target = beside(from);
    drop(Gone(target.clone()));
    ensure!(Command::new("cp").arg(from).arg(&target).status()?.success(), "cp failed");
    Ok(Answer { items: 1, sum: fs::metadata(target)?.len() }.into())
}
