//! The format read in the plainest way, a byte at a time: the answer that all others are held
//! against.

use super::RowSum;
use crate::answer::{Answer, Done};

pub(super) fn read_all(bytes: &[u8]) -> Done {
    let (mut answer, mut row, mut text) = (Answer::default(), RowSum::default(), Vec::new());
    let (mut is_quoted, mut was_quote) = (false, false);
    for &byte in bytes {
        // A quote inside of quotes is one of the text if another one follows.
        if byte == b'"' && was_quote {
            text.push(b'"');
        }
        was_quote = byte == b'"' && is_quoted;
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' | b'\n' if !is_quoted => {
                row.add(&text);
                text.clear();
                if byte == b'\n' {
                    answer.add_row(&row);
                    row = RowSum::default();
                }
            }
            _ => text.push(byte),
        }
    }
    answer.into()
}
