//! The input that a command reads: a file by its path, or standard input.

#![allow(unsafe_code, reason = "the file of a user is mapped, guarded, where that is faster")]

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use zc_io::{Input, Stable, Via};

use crate::descriptors::check_input;

/// Opens the file at `path`, or standard input for `-` and nothing.
///
/// A file that is long enough is mapped, of any length, for several threads share it. One that
/// becomes shorter meanwhile is an error. Standard input is read even if it is a file: who reads it
/// next goes on where this ended.
pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Input> {
    let options = Input::options();
    let opened = match named(path) {
        Some(path) => options.via(Via::Guarded(vouched())).map_up_to(u64::MAX).open(path),
        None => check_input().and_then(|()| options.via(Via::Read).stdin()),
    };
    opened.map_err(plain).with_context(|| label(path))
}

/// The word of whoever runs the tool, that nobody writes over the bytes of a file that it maps.
pub(crate) fn vouched() -> Stable {
    // SAFETY: that the bytes of the file do not change while they are mapped cannot be known here.
    // It is passed on: the README of the tool asks it of whoever runs the tool on a file. Appending
    // is fine. Where they are mistaken nothing here makes it sound, since bytes that were checked
    // are relied on afterwards; but what happens to logs, a truncation, is turned into zeros by the
    // guard and then into an error, which ends the run. Without a guard only a file without a name
    // is mapped, which `zc doctor` makes, and which nobody else can open.
    unsafe { Stable::assume() }
}

/// What an input is called in messages.
pub(crate) fn label(path: Option<&Path>) -> String {
    named(path).map_or_else(|| "-".to_owned(), shown)
}

/// A path as it may stand in a message: what is no text and what would act on a terminal is escaped.
pub(crate) fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        chunk.valid().chars().for_each(|char| push_escaped(&mut shown, char));
        chunk.invalid().iter().for_each(|byte| shown += &format!("\\x{byte:02x}"));
    }
    shown
}

/// Adds a character, or what stands for it if it is a control character.
pub(crate) fn push_escaped(text: &mut String, char: char) {
    if char.is_control() {
        text.extend(char.escape_default());
    } else {
        text.push(char);
    }
}

/// The path of a file; `None` for standard input.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| path.as_os_str() != "-")
}

/// The error in the words of the operating system, without its number.
pub(crate) fn plain(error: std::io::Error) -> anyhow::Error {
    let text = error.to_string();
    match without_number(&text) {
        plain if plain.len() < text.len() => anyhow::Error::msg(plain.to_owned()),
        _ => error.into(),
    }
}

/// A message of the operating system, without its number.
pub(crate) fn without_number(text: &str) -> &str {
    text.find(" (os error ").map_or(text, |end| &text[..end])
}

/// An error of standard output: a closed pipe as it is, since that ends a run quietly.
pub(crate) fn output_error(error: std::io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::BrokenPipe {
        return error.into();
    }
    plain(error).context("standard output")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use super::shown;

    #[track_caller]
    fn check(path: &[u8], expected: &str) {
        assert_eq!(shown(Path::new(OsStr::from_bytes(path))), expected);
    }

    #[test]
    fn paths_are_shown_without_what_acts_on_a_terminal() {
        check(b"/var/log/a b.log", "/var/log/a b.log");
        check("Gr\u{fc}\u{df}e".as_bytes(), "Gr\u{fc}\u{df}e");
        check(b"a\nb\x1b[31m", "a\\nb\\u{1b}[31m");
        check(b"a\xffb\xc2\x9b", "a\\xffb\\u{9b}");
    }
}
