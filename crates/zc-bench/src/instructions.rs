//! Instructions instead of seconds: what one run takes, counted by callgrind.
//!
//! Each engine runs once in a process of its own on the small corpus; what the same process takes
//! without the run is subtracted.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::case::Case;
use crate::corpus::{Scale, Scratch};
use crate::table;

/// Prints the instructions of the engines of `cases` that work in memory.
pub(crate) fn run(cases: &[&'static Case]) -> Result<()> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed");
        return Ok(());
    }
    for case in cases.iter().filter(|case| case.engines[0].is_in_memory()) {
        let input = case.corpus.load(Scale::Small, &Scratch::new()?)?;
        let items = (case.expected)(&input).items;
        println!("{}: {} ({} bytes, {items} × {})", case.name, case.what, input.len, case.item);
        println!("{}", engines(case, input.len, items)?);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn engines(case: &'static Case, bytes: u64, items: u64) -> Result<String> {
    let surroundings = count(case.name, "-")?.unwrap_or(0);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut ours = None;
    for engine in case.engines {
        let Some(counted) = count(case.name, engine.name)? else {
            rows.push([engine.name, "–", "–", "–"].map(str::to_owned).to_vec());
            continue;
        };
        let counted = counted.saturating_sub(surroundings) as f64;
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
fn count(case: &str, engine: &str) -> Result<Option<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
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
    use super::collected;

    #[test]
    fn the_count_is_found_among_the_messages() {
        let messages = "==7== Events    : Ir\n==7== Collected : 123456\n==7== \n";
        assert_eq!(collected(messages), Some(123_456));
        assert_eq!(collected("==7== no"), None);
    }
}
