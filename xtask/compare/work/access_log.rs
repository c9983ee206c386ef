//! `access_log FILE`: how many lines tell of a server error, and the bytes sent with them.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

/// The status and the size of a line, if all its fields are there.
fn fields(line: &[u8]) -> Option<(u64, u64)> {
    let rest = after(after(after(line, b' ')?, b' ')?, b' ')?; // host, ident, user
    let rest = quoted(after(after(rest, b']')?, b' ')?)?;
    let status = after(rest, b' ')?;
    let size = after(status, b' ')?;
    let agent = quoted(after(size, b' ')?)?;
    quoted(after(agent, b' ')?)?;
    Some((number(status), number(size)))
}

fn after(text: &[u8], stop: u8) -> Option<&[u8]> {
    let at = text.iter().position(|byte| *byte == stop)?;
    Some(&text[at + 1..])
}

/// What lies behind the text between quotes that `text` begins with.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        match inner.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(&inner[at + 1..]),
            _ => at += 1,
        }
    }
}

/// The number that `text` begins with; `-` is 0.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let (mut errors, mut bytes) = (0, 0);
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 {
        if let Some((status, size)) = fields(&line)
            && status >= 500
        {
            errors += 1;
            bytes += size;
        }
        line.clear();
    }
    println!("{errors} {bytes}");
    Ok(())
}
