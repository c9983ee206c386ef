//! Counts the server errors in an access log of any size: a file becomes typed records, window
//! by window, in bounded memory and without a copy of any field.
//!
//! ```console
//! $ cargo run --release --example server_errors -- access.log
//! ```

use std::io::{self, Write};
use std::ops::ControlFlow::Continue;

use zc_io::Input;
use zc_parse::{Bulk, CombinedLog, Outcome};

pub(crate) const SAMPLE: &[u8] =
    br#"::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 2326 "-" "curl/8"
::1 - - [10/Oct/2000:13:55:37 -0700] "GET /a HTTP/1.1" 502 157 "-" "curl/8"
not a line of a log
"#;

fn main() -> io::Result<()> {
    let input = match std::env::args_os().nth(1) {
        Some(path) => Input::open(path)?,
        None => Input::from_reader(Box::new(SAMPLE)),
    };
    count(input, &mut io::stdout())
}

pub(crate) fn count(mut input: Input, out: &mut impl Write) -> io::Result<()> {
    let mut bulk = Bulk::new(CombinedLog);
    let (mut good, mut bad, mut server_errors) = (0, 0, 0);
    loop {
        let window = input.window()?;
        let visit = |outcome: Outcome<'_, '_, CombinedLog>| {
            match outcome {
                Ok(parsed) => {
                    good += 1;
                    server_errors += u64::from(parsed.record.common.status >= Some(500));
                }
                Err(_) => bad += 1,
            }
            Continue(())
        };
        let is_last = window.is_last;
        let used =
            if is_last { bulk.finish(window.bytes, visit) } else { bulk.feed(window.bytes, visit) };
        input.advance(used);
        if is_last {
            break;
        }
    }
    writeln!(out, "{good} records, {bad} bad, {server_errors} server errors")?;
    writeln!(out, "copied: {}", input.copies())
}
