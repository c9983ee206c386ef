//! The protocol of a URL, as a slice of it.

use std::io::{self, Write};

use zc_core::Source;
use zc_core::text::scheme;

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    for url in ["https://example.org/a", "ftp://example.org", "example.org"] {
        let scheme = scheme(url);
        let from = if Source::new(url.as_bytes()).borrows(scheme.as_bytes()) {
            "a slice of the URL"
        } else {
            "the default"
        };
        writeln!(out, "{url}: {scheme}, {from}")?;
    }
    Ok(())
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
