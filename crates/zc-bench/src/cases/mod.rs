//! The table of cases. A new one is a file here and a line in [`GROUPS`].

use anyhow::{Result, bail};

use crate::case::Case;

mod combined;
mod compare;
mod count_byte;
mod crossing;
mod csv;
mod decode;
mod echo;
mod filter;
mod glance;
mod http_heads;
mod input;
mod json;
mod levels;
mod lines;
mod logfmt;
mod message;
mod ndjson;
mod proxy;
mod records;
mod resp;
mod runs;
mod runtimes;
mod send_frames;
mod serve;
mod single;
mod transfer;
mod ways;
mod whole;
mod windows;

/// The cases, in the order of their rows; those without a row last.
static GROUPS: &[&[Case]] = &[
    whole::CASES,
    count_byte::CASES,
    lines::CASES,
    http_heads::CASES,
    combined::CASES,
    csv::CASES,
    logfmt::CASES,
    ndjson::CASES,
    message::CASES,
    records::CASES,
    filter::CASES,
    proxy::CASES,
    decode::CASES,
    send_frames::CASES,
    serve::CASES,
    echo::CASES,
    resp::CASES,
    runtimes::CASES,
    input::CASES,
    transfer::CASES,
    runs::CASES,
    json::CASES,
    levels::CASES,
    windows::CASES,
    crossing::CASES,
    compare::CASES,
];

fn all() -> impl Iterator<Item = &'static Case> {
    GROUPS.iter().copied().flatten()
}

/// The case called `name`.
pub(crate) fn by_name(name: &str) -> Option<&'static Case> {
    all().find(|case| case.name == name)
}

/// Where in the table the case called `name` stands.
pub(crate) fn place(name: &str) -> Option<usize> {
    all().position(|case| case.name == name)
}

/// The cases that `words` name, by row, by name or by the part of the name before a `-`, in the
/// order of the table; all when there are no words.
pub(crate) fn select(words: &[String]) -> Result<Vec<&'static Case>> {
    for word in words {
        if !all().any(|case| matches(case, word)) {
            let names: Vec<_> = all().map(|case| case.name).collect();
            bail!("no case has the name or the row `{word}`; the names are {}", names.join(", "));
        }
    }
    let is_selected =
        |case: &&Case| words.is_empty() || words.iter().any(|word| matches(case, word));
    Ok(all().filter(is_selected).collect())
}

fn matches(case: &Case, word: &str) -> bool {
    let is_part = |rest: &str| rest.is_empty() || rest.starts_with('-');
    case.name.strip_prefix(word).is_some_and(is_part)
        || case.row.is_some_and(|row| row.to_string() == word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, select};
    use crate::corpus::{Scale, Scratch};
    use crate::run;

    #[track_caller]
    fn check(words: &[&str], expected: &[&str]) {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        let names: Vec<_> = select(&words).unwrap().into_iter().map(|case| case.name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn cases_are_selected_by_row_by_name_and_by_its_first_part() {
        check(&["4"], &["lines"]);
        check(&["combined", "3"], &["count-byte", "combined"]);
        check(&["json"], &["json-write", "json-read"]);
        check(&["json-read"], &["json-read"]);
        check(
            &["input"],
            &[
                "input-4KiB",
                "input-64KiB",
                "input-256KiB",
                "input-1MiB",
                "input-16MiB",
                "input-256MiB",
                "input-1GiB",
            ],
        );
        assert_eq!(select(&[]).unwrap().len(), all().count());
    }

    #[test]
    fn a_word_that_selects_nothing_is_an_error_that_lists_the_names() {
        for word in ["99", "lin", ""] {
            let error = select(&["lines".to_owned(), word.to_owned()]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{word}`")) && error.contains("lines-l2, http-heads"));
        }
    }

    #[test]
    fn names_are_unique_and_targets_are_held_against_other_engines() {
        let names: BTreeSet<_> = all().map(|case| case.name).collect();
        assert_eq!(names.len(), all().count());
        for case in all() {
            let engines: BTreeSet<_> = case.engines.iter().map(|engine| engine.name).collect();
            assert_eq!(engines.len(), case.engines.len(), "{}", case.name);
            for target in case.targets {
                assert_ne!(target.of, case.engines[0].name, "{}", case.name);
                let is_there = engines.contains(target.of) || !cfg!(feature = "rivals");
                assert!(is_there, "{} is no engine of {}", target.of, case.name);
            }
        }
    }

    /// Those that start other programs are checked by `cargo xtask bench --test`, which builds
    /// them first.
    #[test]
    fn all_engines_agree_that_work_in_memory() {
        let scratch = Scratch::new().unwrap();
        for case in all().filter(|case| case.engines[0].is_in_memory()) {
            let input = case.corpus.load(Scale::Small, &scratch).unwrap();
            let checked =
                run::check(case, &input).unwrap_or_else(|e| panic!("{}: {e:#}", case.name));
            assert_eq!(checked.engines.len(), case.engines.len(), "{}", case.name);
        }
    }

    #[test]
    fn a_wrong_answer_is_an_error() {
        let case = all().find(|case| case.name == "lines").unwrap();
        let mut input = case.corpus.load(Scale::Small, &Scratch::new().unwrap()).unwrap();
        input.bytes.push(b'\r');
        let error = run::check(case, &input).err().unwrap().to_string();
        assert!(error.contains(" found Answer"), "{error}");
    }
}
