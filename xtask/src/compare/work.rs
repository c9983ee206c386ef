//! The programs that do the same work: built here, and timed by the cases `compare-…` of the bench.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::compiler::{Compiler, Language};
use crate::workspace;

const NAMES: [&str; 3] = ["newlines", "access_log", "echo"];

/// Builds `target/compare/NAME-LANGUAGE` for each program and each language that has a compiler.
pub(crate) fn build() -> Result<()> {
    let directory = workspace::root().join("target/compare");
    fs::create_dir_all(&directory)?;
    for language in Language::ALL {
        let Some(compiler) = Compiler::find(language) else {
            println!("compare: {}", Compiler::missing(language));
            continue;
        };
        for name in NAMES {
            let source = workspace::root().join("xtask/compare/work").join(name);
            let source = source.with_extension(language.extension());
            let program = directory.join(format!("{name}-{}", language.extension()));
            if !is_newer(&program, &source) {
                let said = compiler.compile(&source, &program, flags(language))?;
                said.warnings().with_context(|| source.display().to_string())?;
            }
        }
    }
    Ok(())
}

/// As fast as each compiler can without being told the processor.
const fn flags(language: Language) -> &'static [&'static str] {
    match language {
        Language::C | Language::Cpp => &["-O3"],
        Language::Rust => &["-Copt-level=3"],
    }
}

fn is_newer(program: &Path, source: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    changed(program).is_some_and(|program| Some(program) > changed(source))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{NAMES, build};
    use crate::workspace;

    #[test]
    fn the_programs_of_each_language_give_the_same_answer() {
        build().unwrap();
        let log = workspace::root().join("crates/zc-bench/corpora/access-log.log");
        for name in NAMES.into_iter().filter(|name| *name != "echo") {
            let mut answers = Vec::new();
            for extension in ["rs", "c", "cpp"] {
                let program = workspace::root().join(format!("target/compare/{name}-{extension}"));
                if program.exists() {
                    answers.push(Command::new(program).arg(&log).output().unwrap().stdout);
                }
            }
            assert!(!answers[0].is_empty(), "{name}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{name}: {answers:?}");
        }
    }
}
