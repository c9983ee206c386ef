//! `zc doctor`: what is there to read files with, what each way costs here, and what to do about it.

mod advice;
pub(crate) mod args;
mod bench;
mod constants;
mod findings;
mod plot;
mod tables;
mod units;

use anyhow::Context;
use zc_io::probe::{FileSystem, Kernel};

use crate::Verdict;
use crate::doctor::args::DoctorArgs;
use crate::doctor::bench::{Subject, unnamed};
use crate::doctor::findings::Findings;
use crate::input::{label, plain};
use crate::pages::print;

pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<Verdict> {
    let subject = Subject::new(args)?;
    let file_system = file_system(&subject)?;
    let costs = subject.measure(args.up_to)?;
    if let Some(path) = &args.plot {
        let written = plot::write(path, &costs);
        written.with_context(|| label(Some(path)))?;
    }
    let findings = Findings::new(&Kernel::look(), &file_system, &subject, &costs);
    let text = if args.json { findings.to_json() } else { tables::of(&findings) };
    print(text.as_bytes())
}

/// What the file system can do: all of it where files are made, else what a file that is only
/// read tells.
fn file_system(subject: &Subject) -> anyhow::Result<FileSystem> {
    let Subject::Made { directory, .. } = subject else {
        return Ok(FileSystem::around(subject.file()));
    };
    let (first, second) = (unnamed(directory)?, unnamed(directory)?);
    FileSystem::look(&first, &second).map_err(plain).with_context(|| label(Some(directory)))
}
