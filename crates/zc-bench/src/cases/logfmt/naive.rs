//! The format read in the plainest way, a character at a time: the answer that all others are
//! held against.

use super::weight;
use crate::answer::Answer;

pub(in super::super) fn read(line: &[u8], answer: &mut Answer) -> Option<()> {
    for word in words(str::from_utf8(line).ok()?) {
        match word.split_once('=') {
            None => answer.add(weight(word.as_bytes(), None)),
            Some((key, value)) => {
                let value = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                let value = value.or(word.split_once('=').map(|(_, value)| value))?;
                let text = value.replace("\\\"", "\"");
                answer.add(weight(key.as_bytes(), Some(text.as_bytes())));
            }
        }
    }
    Some(())
}

/// What stands between spaces outside of quotes.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut start) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (index, char) in line.char_indices() {
        match char {
            '"' if !is_escaped => is_quoted = !is_quoted,
            ' ' if !is_quoted => {
                words.push(&line[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        is_escaped = char == '\\' && !is_escaped;
    }
    words.push(&line[start..]);
    words
}
