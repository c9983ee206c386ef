//! A byte slice written as JSON number by number, and read back only by borrowing.

use std::io::{self, Write};

use zc_serde::ZeroCopyBuffer;

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    let buffer = ZeroCopyBuffer(&[1, 2, 3, 4, 5]);
    let json = serde_json::to_string(&buffer)?;
    writeln!(out, "{json}")?;
    writeln!(out, "{} bytes were encoded as {}", buffer.len(), json.len())?;

    let text = br#""five bytes""#;
    let borrowed: ZeroCopyBuffer = zc_serde::from_slice(text).map_err(io::Error::other)?;
    let span = zc_core::Source::new(text).span_of(&borrowed);
    writeln!(out, "a string is borrowed: {}", span.is_some())?;

    match zc_serde::from_slice::<ZeroCopyBuffer>(json.as_bytes()) {
        Ok(_) => writeln!(out, "numbers are borrowed"),
        Err(error) => writeln!(out, "numbers are not: {error}"),
    }
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
