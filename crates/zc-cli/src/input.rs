//! The input that a command reads: a file by its path, or standard input.

use std::path::Path;

use anyhow::Context;
use zc_io::Input;

/// Opens the file at `path`, or standard input for `-` and nothing.
pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Input> {
    let opened = match named(path) {
        Some(path) => Input::open(path),
        None => Input::stdin(),
    };
    opened.map_err(plain).with_context(|| label(path))
}

/// What an input is called in messages.
pub(crate) fn label(path: Option<&Path>) -> String {
    named(path).map_or_else(|| "-".to_owned(), |path| path.display().to_string())
}

/// The path of a file; `None` for standard input.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| path.as_os_str() != "-")
}

/// The error in the words of the operating system, without its number.
pub(crate) fn plain(error: std::io::Error) -> anyhow::Error {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => anyhow::Error::msg(text[..end].to_owned()),
        None => error.into(),
    }
}
