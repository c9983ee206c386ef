//! [`Compiler`]: those of C, C++ and Rust, as this machine has them.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A language of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    C,
    Cpp,
    Rust,
}

impl Language {
    pub(super) const ALL: [Self; 3] = [Self::C, Self::Cpp, Self::Rust];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::C => "C",
            Self::Cpp => "C++",
            Self::Rust => "Rust",
        }
    }

    /// How the names of its source files end.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Rust => "rs",
        }
    }
}

/// A compiler that is installed.
#[derive(Debug)]
pub(super) struct Compiler {
    program: OsString,
    language: Language,
}

impl Compiler {
    /// What `CC` or `CXX` names, or what is called so; `None` if nothing is.
    pub(super) fn find(language: Language) -> Option<Self> {
        let (variable, usual) = match language {
            Language::C => ("CC", "cc"),
            Language::Cpp => ("CXX", "c++"),
            Language::Rust => ("RUSTC", "rustc"),
        };
        let program = env::var_os(variable).unwrap_or_else(|| usual.into());
        let works = Command::new(&program).arg("--version").output().is_ok();
        works.then_some(Self { program, language })
    }

    /// What the skipped say where there is none.
    pub(super) fn missing(language: Language) -> String {
        format!("skipped: there is no compiler of {}", language.name())
    }

    /// Makes the program `output` of the one file `source`.
    pub(super) fn compile(&self, source: &Path, output: &Path, flags: &[&str]) -> Result<Said> {
        let fixed: &[&str] = match self.language {
            Language::C => &["-std=gnu17", "-Wall", "-Wextra", "-pthread"],
            Language::Cpp => &["-std=c++17", "-Wall", "-Wextra", "-pthread"],
            Language::Rust => &["--edition=2024", "--error-format=short"],
        };
        let mut command = Command::new(&self.program);
        command.args(fixed).args(flags).arg("-o").arg(output).arg(source);
        let done = command.output().with_context(|| format!("cannot start {command:?}"))?;
        let text = String::from_utf8_lossy(&done.stderr).into_owned();
        Ok(Said { is_compiled: done.status.success(), text })
    }
}

/// What a compiler said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) is_compiled: bool,
    pub(super) text: String,
}

impl Said {
    /// The number of warnings, of a program that must compile.
    pub(super) fn warnings(&self) -> Result<usize> {
        ensure!(self.is_compiled, "it does not compile:\n{}", self.text);
        Ok(self.text.matches("warning: ").count())
    }

    /// The code of the first error, such as `E0505`.
    pub(super) fn error_code(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("error[")?;
        Some(rest.split_once(']')?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn warnings_are_counted_and_errors_named() {
        let text = "a.c:1:1: warning: one\na.c:2:1: note: two\na.c:3:1: warning: three\n".into();
        let said = Said { is_compiled: true, text };
        assert_eq!((said.warnings().unwrap(), said.error_code()), (2, None));

        let text = "a.rs:1:1: error[E0505]: it is borrowed\nerror: aborting\n".into();
        let said = Said { is_compiled: false, text };
        assert_eq!(said.error_code(), Some("E0505"));
        assert!(said.warnings().is_err());
    }
}
