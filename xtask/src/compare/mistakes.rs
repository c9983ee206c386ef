//! Mistakes with borrowed bytes: what the compilers of three languages say, and what happens then.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use xshell::{TempDir, cmd};

use super::compiler::{Compiler, Language};
use crate::workspace;

/// A mistake, as `xtask/compare/mistakes` has it in C or C++ and in Rust.
#[derive(Debug)]
struct Mistake {
    file: &'static str,
    what: &'static str,
    language: Language,
    /// How the report of `AddressSanitizer` begins.
    report: &'static str,
    twin: Twin,
}

/// What becomes of the same in Rust.
#[derive(Debug, Clone, Copy)]
enum Twin {
    /// The compiler refuses it with this error.
    Refused(&'static str),
    /// It runs: this example of zc-guide, by what it shows.
    Survives { example: &'static str, by: &'static str },
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        file: "use_after_free",
        what: "a word of a message that was let go",
        language: Language::C,
        report: "heap-use-after-free",
        twin: Twin::Refused("E0505"),
    },
    Mistake {
        file: "dangling_view",
        what: "a string_view that outlives its string",
        language: Language::Cpp,
        report: "heap-use-after-free",
        twin: Twin::Refused("E0597"),
    },
    Mistake {
        file: "grown_vector",
        what: "an iterator into a vector that grows",
        language: Language::Cpp,
        report: "heap-use-after-free",
        twin: Twin::Refused("E0502"),
    },
    Mistake {
        file: "truncated_map",
        what: "a mapped file that becomes shorter",
        language: Language::C,
        report: "BUS",
        twin: Twin::Survives { example: "truncated_map", by: "Guarded, Input" },
    },
];

const HEAD: [&str; 5] =
    ["mistake", "compiler, -Wall -Wextra", "run as it is", "AddressSanitizer", "Rust"];

/// A row of the table.
type Row = [String; 5];

/// All mistakes, each with what became of it.
///
/// # Errors
///
/// If something did not go as the table of mistakes says, but for what a missing compiler or
/// sanitizer leaves out.
pub(super) fn table() -> Result<String> {
    let sh = workspace::shell()?;
    let scratch = sh.create_temp_dir()?;
    let mut rows = vec![HEAD.map(str::to_owned)];
    for mistake in MISTAKES {
        let row = mistake.row(&scratch).with_context(|| mistake.file)?;
        if let Twin::Survives { example, .. } = mistake.twin {
            cmd!(sh, "cargo run --quiet --package zc-guide --example {example}")
                .ignore_stdout()
                .run()?;
        }
        rows.push(row);
    }
    Ok(aligned(&rows))
}

impl Mistake {
    fn row(&self, scratch: &TempDir) -> Result<Row> {
        let [compiler, run, sanitized] = match Compiler::find(self.language) {
            Some(compiler) => self.look(&compiler, scratch.path())?,
            None => [Compiler::missing(self.language), "–".into(), "–".into()],
        };
        Ok([self.what.into(), compiler, run, sanitized, self.rust(scratch.path())?])
    }

    fn source(&self, language: Language) -> PathBuf {
        let directory = workspace::root().join("xtask/compare/mistakes");
        directory.join(self.file).with_extension(language.extension())
    }

    /// What the compiler said, how the program ended, and what the sanitizer found.
    fn look(&self, compiler: &Compiler, scratch: &Path) -> Result<[String; 3]> {
        let (source, program) = (self.source(self.language), scratch.join(self.file));
        let warnings = compiler.compile(&source, &program, &["-O2"])?.warnings()?;
        let said = format!("{}: {warnings} warnings", self.language.name());
        let ended = how(start(&program)?.0);
        let watched = scratch.join(format!("{}-watched", self.file));
        let said_then = compiler.compile(&source, &watched, &["-O1", "-fsanitize=address"])?;
        if !said_then.is_compiled {
            return Ok([said, ended, "skipped: the compiler has none".into()]);
        }
        let (status, errors) = start(&watched)?;
        let found = report(&errors).unwrap_or_default();
        ensure!(!status.success() && found == self.report, "the sanitizer said:\n{errors}");
        Ok([said, ended, found.to_owned()])
    }

    /// What Rust makes of it.
    fn rust(&self, scratch: &Path) -> Result<String> {
        let code = match self.twin {
            Twin::Refused(code) => code,
            Twin::Survives { by, .. } => return Ok(format!("survives by {by}")),
        };
        let compiler = Compiler::find(Language::Rust).context("there is no rustc")?;
        let output = scratch.join(self.file).with_extension("rmeta");
        let said = compiler.compile(&self.source(Language::Rust), &output, &["--emit=metadata"])?;
        ensure!(!said.is_compiled, "the twin in Rust compiles");
        ensure!(said.error_code() == Some(code), "rustc said:\n{}", said.text);
        Ok(format!("does not compile: {code}"))
    }
}

/// Runs a program to its end; how it ended, and what it wrote to standard error.
fn start(program: &Path) -> Result<(ExitStatus, String)> {
    let mut command = Command::new(program);
    // Leaks are another subject, and a core file would be left behind.
    command.env("ASAN_OPTIONS", "detect_leaks=0:disable_coredump=1");
    let output = command.stdin(Stdio::null()).output()?;
    Ok((output.status, String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn how(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(7), _) => "killed by SIGBUS".into(),
        (Some(11), _) => "killed by SIGSEGV".into(),
        (Some(signal), _) => format!("killed by signal {signal}"),
        (None, code) => format!("ends with {}", code.unwrap_or_default()),
    }
}

/// The kind of error in the report of a sanitizer.
fn report(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("ERROR: AddressSanitizer: ")?;
    rest.split_whitespace().next()
}

/// The rows with their columns below one another.
fn aligned(rows: &[Row]) -> String {
    let mut text = String::new();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column).unwrap_or(0);
            text += &format!("{cell:width$}  ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{MISTAKES, aligned, report};
    use crate::workspace;

    /// What fails is an error of `row`; the twin that survives is run with the examples.
    #[test]
    fn the_mistakes_are_what_the_table_says() {
        let scratch = workspace::shell().unwrap().create_temp_dir().unwrap();
        for mistake in MISTAKES {
            let row = mistake.row(&scratch).unwrap_or_else(|e| panic!("{}: {e:#}", mistake.file));
            if row[1].starts_with("skipped") {
                println!("{}: {}", mistake.file, row[1]);
                let is_required = std::env::var_os("ZC_REQUIRE_TOOLS").is_some();
                assert!(!is_required, "{}", row[1]);
            }
        }
    }

    #[test]
    fn a_report_says_its_kind_first() {
        let text = "====\n==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60\n";
        assert_eq!(report(text), Some("heap-use-after-free"));
        assert_eq!(report("Segmentation fault"), None);
    }

    #[test]
    fn columns_stand_below_one_another() {
        let rows = [["a", "bc", "", "", "d"], ["ef", "g", "", "h", "i"]];
        let rows = rows.map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), "a   bc       d\nef  g     h  i\n");
    }
}
