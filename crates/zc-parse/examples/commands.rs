//! Commands split at the first space: one by hand, many by a grammar, all of them by borrowing.

use std::io::{self, Write};

use zc_core::Source;
use zc_core::text::split_at_first_space;
use zc_parse::{CommandLine, Records};

const COMMANDS: &[u8] = b"GET /index.html\nPUT /new file\r\nPING\nDELETE /old\n";

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    let (method, path) = split_at_first_space("GET /index.html");
    writeln!(out, "one: {method} | {path}")?;

    let source = Source::new(COMMANDS);
    for record in Records::new(CommandLine, COMMANDS) {
        match record {
            Ok(command) => {
                let [method, path] = [command.method, command.path].map(|part| {
                    // By its address, not by comparing: a copy would have none.
                    source.span_of(part).map_or_else(String::new, |span| {
                        format!("{} at {:?}", part.escape_ascii(), span.range())
                    })
                });
                writeln!(out, "many: {method} | {path}")?;
            }
            Err(error) => writeln!(out, "bad: {error}")?,
        }
    }
    Ok(())
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
