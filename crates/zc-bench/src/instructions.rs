//! Instructions instead of seconds: what one run takes, counted by callgrind.
//!
//! Each engine runs once in a process of its own on the small corpus; what the same process takes
//! without the run is subtracted.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::case::Case;
use crate::corpus::{Scale, Scratch};
use crate::table;

/// Prints the instructions of the engines of `cases` that work in memory.
pub(crate) fn run(cases: &[&'static Case]) -> Result<()> {
    let program = env::current_exe()?;
    for case in countable(cases) {
        let input = case.corpus.load(Scale::Small, &Scratch::new()?)?;
        let items = (case.expected)(&input).items;
        println!("{}: {} ({} bytes, {items} × {})", case.name, case.what, input.len, case.item);
        println!("{}", engines(&program, case, input.len, items)?);
    }
    Ok(())
}

/// Prints the instructions of the engines of `cases` here beside those of `other`, which is this
/// program as another revision has it.
pub(crate) fn against(cases: &[&'static Case], other: &Path) -> Result<()> {
    let program = env::current_exe()?;
    for case in countable(cases) {
        let (here, there) = (Counter::new(&program, case)?, Counter::new(other, case).ok());
        let engines = case.engines.iter().map(|engine| {
            let now = here.run(engine.name)?;
            // What the other revision does not have is nothing to compare with.
            let then = there.as_ref().and_then(|there| there.run(engine.name).ok().flatten());
            Ok(compared(engine.name, now, then))
        });
        let rows = engines.collect::<Result<Vec<_>>>()?;
        println!("{}: {}", case.name, case.what);
        println!("{}", table::aligned(&["instructions", "there", "here", "here/there"], rows));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn compared(engine: &str, now: Option<u64>, then: Option<u64>) -> Vec<String> {
    let number = |count: Option<u64>| count.map_or_else(|| "–".to_owned(), |it| it.to_string());
    let ratio = now.zip(then).map(|(now, then)| format!("{:.3}", now as f64 / then.max(1) as f64));
    let ratio = ratio.unwrap_or_else(|| "–".to_owned());
    vec![engine.to_owned(), number(then), number(now), ratio]
}

/// Those of `cases` that work in memory; none, with a word, where nothing can count.
fn countable(cases: &[&'static Case]) -> Vec<&'static Case> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed");
        return Vec::new();
    }
    cases.iter().copied().filter(|case| case.engines[0].is_in_memory()).collect()
}

/// Counts what engines of a case take in a program.
struct Counter<'p> {
    program: &'p Path,
    case: &'static str,
    /// What the process takes besides.
    surroundings: u64,
}

impl<'p> Counter<'p> {
    fn new(program: &'p Path, case: &Case) -> Result<Self> {
        let surroundings = count(program, case.name, "-")?.unwrap_or(0);
        Ok(Self { program, case: case.name, surroundings })
    }

    /// What one run takes.
    fn run(&self, engine: &str) -> Result<Option<u64>> {
        let counted = count(self.program, self.case, engine)?;
        Ok(counted.map(|it| it.saturating_sub(self.surroundings)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn engines(program: &Path, case: &'static Case, bytes: u64, items: u64) -> Result<String> {
    let counter = Counter::new(program, case)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut ours = None;
    for engine in case.engines {
        let Some(counted) = counter.run(engine.name)? else {
            rows.push([engine.name, "–", "–", "–"].map(str::to_owned).to_vec());
            continue;
        };
        let counted = counted as f64;
        let ours = *ours.get_or_insert(counted);
        rows.push(vec![
            engine.name.to_owned(),
            table::digits(counted / bytes as f64),
            table::digits(counted / items as f64),
            table::digits(ours / counted),
        ]);
    }
    let per_item = format!("a {}", case.item);
    Ok(table::aligned(&["instructions", "a byte", &per_item, "ours/it"], rows))
}

/// The instructions of a process that runs `engine` once; `None` if valgrind does not know one of
/// them, such as the string comparisons of SSE4.2 in some of their forms.
fn count(program: &Path, case: &str, engine: &str) -> Result<Option<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["once", case, engine])
        .output()?;
    let messages = String::from_utf8_lossy(&output.stderr);
    if messages.contains("unhandled instruction bytes") {
        return Ok(None);
    }
    ensure!(output.status.success(), "{case} {engine} failed under valgrind: {messages}");
    let counted = collected(&messages);
    Ok(Some(counted.with_context(|| format!("valgrind counted nothing: {messages}"))?))
}

/// The number in a line such as `==123== Collected : 456`.
fn collected(messages: &str) -> Option<u64> {
    let (_, after) = messages.rsplit_once("Collected :")?;
    after.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{collected, compared};

    #[test]
    fn what_one_revision_does_not_have_is_not_compared() {
        assert_eq!(compared("zc", Some(3), Some(4)), ["zc", "4", "3", "0.750"]);
        assert_eq!(compared("zc", Some(3), None), ["zc", "–", "3", "–"]);
    }

    #[test]
    fn the_count_is_found_among_the_messages() {
        let messages = "==7== Events    : Ir\n==7== Collected : 123456\n==7== \n";
        assert_eq!(collected(messages), Some(123_456));
        assert_eq!(collected("==7== no"), None);
    }
}
