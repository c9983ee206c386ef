//! [`Engine`]: one way to do the work of a case, and how it is brought to do it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::answer::{Answer, Done, Input};
use crate::child;
use crate::processor::Whose;

/// One way to do the work of a case.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

/// How an engine runs.
#[derive(Debug)]
pub(crate) enum Run {
    /// A function of the bytes of the corpus.
    Bytes(fn(&[u8]) -> Done),
    /// Something that is made ready once and then runs many times.
    Prepared(Prepare),
    /// A process, which finds what it works on in its arguments; `{file}` is the corpus.
    Process { program: Program, args: &'static [&'static str], answer: Read },
    /// A server, which clients of ours let work.
    Served { program: Program, serve: Serve },
    /// A server, which another program lets work.
    Loaded { program: Program, client: Program, serve: Serve },
}

/// Makes an engine ready.
pub(crate) type Prepare = for<'i> fn(&'i Input) -> Result<Work<'i>>;

/// Makes a server ready of which the program is at that path.
pub(crate) type Serve = for<'i> fn(&Path, &'i Input) -> Result<Work<'i>>;

/// An engine that is ready to run, as often as one likes.
pub(crate) type Work<'i> = Box<dyn FnMut() -> Result<Done> + 'i>;

/// Reads an answer from what a process wrote to standard output.
pub(crate) type Read = fn(&[u8]) -> Option<Answer>;

/// A program to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// The tool of this workspace: what `ZC_BIN` names, or the one next to this program.
    Zc,
    /// This program itself.
    Bench,
    /// A program of `xtask/compare`, which `cargo xtask bench` builds where it finds a compiler.
    Compared(&'static str),
    /// Python with this module: what `ZC_PYTHON` names, or the one that is installed.
    Python(&'static str),
    /// A program that is installed.
    Installed(&'static str),
    /// The same of one that no distribution has, and `cargo install` builds.
    Crate(&'static str),
}

impl Engine {
    /// An engine that is a function of the corpus.
    pub(crate) const fn bytes(name: &'static str, run: fn(&[u8]) -> Done) -> Self {
        Self { name, run: Run::Bytes(run) }
    }

    /// Whose processor time is spent when the engine runs.
    pub(crate) const fn spends(&self) -> Whose {
        if self.is_in_memory() { Whose::Own } else { Whose::Children }
    }

    /// Whether the work is done in this process.
    pub(crate) const fn is_in_memory(&self) -> bool {
        matches!(self.run, Run::Bytes(_) | Run::Prepared(_))
    }

    /// Why the engine cannot run here, if it cannot.
    pub(crate) fn missing(&self) -> Option<String> {
        match self.run {
            Run::Bytes(_) | Run::Prepared(_) => None,
            Run::Process { program, .. }
            | Run::Served { program, .. }
            | Run::Loaded { program, .. } => program.path().err().map(|error| error.to_string()),
        }
    }

    /// Why no engine of its case can run here, if what lets it work is missing.
    pub(crate) fn missing_client(&self) -> Option<String> {
        let Run::Loaded { client, .. } = self.run else { return None };
        client.path().err().map(|error| error.to_string())
    }

    /// Whether what it needs can be installed on any machine in a moment; modules of Python cannot,
    /// nor what must be built first.
    pub(crate) const fn is_packaged(&self) -> bool {
        match self.run {
            Run::Bytes(_) | Run::Prepared(_) => true,
            Run::Process { program, .. }
            | Run::Served { program, .. }
            | Run::Loaded { program, .. } => {
                !matches!(program, Program::Python(_) | Program::Crate(_))
            }
        }
    }

    /// Makes the engine ready to run on `input`.
    pub(crate) fn prepare<'i>(&'static self, input: &'i Input) -> Result<Work<'i>> {
        match &self.run {
            Run::Bytes(run) => Ok(Box::new(|| Ok(run(&input.bytes)))),
            Run::Prepared(prepare) => prepare(input),
            Run::Process { program, args, answer } => {
                let path = program.path()?;
                Ok(Box::new(move || process(&path, args, *answer, input)))
            }
            Run::Served { program, serve } | Run::Loaded { program, serve, .. } => {
                serve(&program.path()?, input)
            }
        }
    }
}

fn process(path: &PathBuf, args: &[&str], answer: Read, input: &Input) -> Result<Done> {
    let file = input.path.to_str().context("the path of the corpus is not UTF-8")?;
    let args = args.iter().map(|arg| arg.replace("{file}", file));
    let output = child::output(Command::new(path).args(args).env("LC_ALL", "C"))?;
    let answer = answer(&output).with_context(|| {
        let output = String::from_utf8_lossy(&output[..output.len().min(200)]);
        format!("no answer in the output of {}: {output:?}", path.display())
    })?;
    Ok(answer.into())
}

impl Program {
    /// Where the program is.
    fn path(self) -> Result<PathBuf> {
        match self {
            Self::Bench => Ok(env::current_exe()?),
            Self::Zc => zc(),
            Self::Compared(name) => compared(name),
            Self::Installed(name) => installed(name),
            Self::Crate(name) => {
                let how = || format!("{name} is not installed; `cargo install {name}` builds it");
                installed(name).with_context(how)
            }
            Self::Python(module) => python(module),
        }
    }
}

fn installed(name: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut files = env::split_paths(&path).map(|directory| directory.join(name));
    files.find(|file| file.is_file()).with_context(|| format!("{name} is not installed"))
}

fn python(module: &str) -> Result<PathBuf> {
    let named = env::var_os("ZC_PYTHON").map(PathBuf::from);
    let python = named.map_or_else(|| installed("python3"), Ok)?;
    let import = ["-c", &format!("import {module}")];
    let tried = Command::new(&python).args(import).output().context("cannot start Python")?;
    let shown = python.display();
    ensure!(tried.status.success(), "{shown} has no module {module}; install it or set ZC_PYTHON");
    Ok(python)
}

fn compared(name: &str) -> Result<PathBuf> {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/compare");
    let path = programs.join(name);
    ensure!(path.is_file(), "{name} was not built for want of a compiler");
    Ok(path)
}

fn zc() -> Result<PathBuf> {
    if let Some(path) = env::var_os("ZC_BIN") {
        let path = PathBuf::from(path);
        ensure!(path.is_file(), "ZC_BIN names {}, which is no file", path.display());
        return Ok(path);
    }
    let path = env::current_exe()?.with_file_name("zc");
    ensure!(path.is_file(), "there is no zc at {}; build zc-cli, or set ZC_BIN", path.display());
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::{Engine, Program, Run};

    const fn process(name: &'static str) -> Engine {
        Engine {
            name,
            run: Run::Process { program: Program::Installed(name), args: &[], answer: |_| None },
        }
    }

    #[test]
    fn a_program_that_is_not_installed_is_missing() {
        let missing = process("no-such-program").missing();
        assert_eq!(missing.as_deref(), Some("no-such-program is not installed"));
        assert_eq!(process("sh").missing(), None);
    }
}
