//! Files copied to files: within the kernel, through a buffer, and by those who do it every day.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use zc_io::transfer::{Mechanism, Policy, transfer};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run, Work};
use crate::target::Target;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "transfer-fresh",
        what: "copy a warm file to a new one",
        engines: &[
            engine("zc", |input| copies(input, "zc", |from, to| by(None, from, &fresh(to)?))),
            engine("zc sendfile", |input| {
                let sendfile = Some(Mechanism::Sendfile);
                copies(input, "sendfile", move |from, to| by(sendfile, from, &fresh(to)?))
            }),
            engine("zc read", |input| {
                let read = Some(Mechanism::ReadWrite);
                copies(input, "read", move |from, to| by(read, from, &fresh(to)?))
            }),
            engine("io::copy", |input| copies(input, "std", |from, to| by_std(from, fresh(to)?))),
            engine("cp", |input| copies(input, "cp", by_cp)),
        ],
        ..CASE
    },
    Case {
        name: "transfer-over",
        what: "copy a warm file over another one of the same length",
        engines: &[
            engine("zc", |input| copies(input, "zc", |from, to| by(None, from, &over(to)?))),
            engine("io::copy", |input| copies(input, "std", |from, to| by_std(from, over(to)?))),
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

/// Copies the corpus to a file of this engine's own: what one leaves in the page cache is nothing
/// to the others. The first copy is compared.
fn copies<'i>(
    input: &'i Input,
    name: &str,
    copy: impl Fn(&Path, &Path) -> Result<Done> + 'i,
) -> Result<Work<'i>> {
    let target = Gone(input.path.with_extension(format!("copy-{name}")));
    copy(&input.path, &target.0)?;
    ensure!(fs::read(&target.0)? == input.bytes, "the copy is another one");
    Ok(Box::new(move || copy(&input.path, &target.0)))
}

/// A file that goes when this is dropped.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        // What is not there needs not go.
        let _ = fs::remove_file(&self.0);
    }
}

fn fresh(target: &Path) -> Result<File> {
    drop(Gone(target.to_owned()));
    Ok(File::create_new(target)?)
}

fn over(target: &Path) -> Result<File> {
    Ok(OpenOptions::new().write(true).create(true).truncate(false).open(target)?)
}

fn by(via: Option<Mechanism>, from: &Path, to: &File) -> Result<Done> {
    let policy = via.map_or_else(Policy::auto, |mechanism| Policy::auto().via(mechanism));
    let report = transfer(&File::open(from)?, to, &policy)?;
    Ok(Done::with_copies(Answer { items: 1, sum: report.bytes }, report.copies))
}

fn by_std(from: &Path, mut to: File) -> Result<Done> {
    let bytes = io::copy(&mut File::open(from)?, &mut to)?;
    Ok(Answer { items: 1, sum: bytes }.into())
}

fn by_cp(from: &Path, to: &Path) -> Result<Done> {
    drop(Gone(to.to_owned()));
    ensure!(Command::new("cp").arg(from).arg(to).status()?.success(), "cp failed");
    Ok(Answer { items: 1, sum: fs::metadata(to)?.len() }.into())
}
