//! Finds the byte that an error is about from the line and column that `serde_json` gives.
//!
//! `serde_json` counts what it has consumed, which is mostly, but not always, one byte more than
//! the offset of the byte it stumbled over:
//!
//! | mistake | what is consumed | what we point at |
//! | --- | --- | --- |
//! | wrong byte | up to and with it | it |
//! | control character in a string that is skipped | up to it | it |
//! | end of input | everything | the end |
//! | bad `\u` escape, lone surrogate | all four digits | the first bad digit, the backslash |
//! | number out of range | some of its digits | its first byte |
//! | not UTF-8 | up to and with it; approximate after escapes | it |
//! | wrong scalar | all of it | its first byte |
//! | wrong array or object | nothing of it | its bracket |
//! | missing field | the object | its closing bracket |
//! | enum variant of the wrong shape | unknown: line 0 | the first byte of the text |
//!
//! Refinements go by the messages of `serde_json`. Should one change its wording, the place is
//! the byte before what was consumed, and nothing else happens.

use zc_core::SliceExt;

/// The offset in `json`, at most its length, that `error` is about.
pub(crate) fn locate(json: &[u8], error: &serde_json::Error, message: &str) -> usize {
    if error.is_eof() {
        return json.len();
    }
    let Some(consumed) = consumed(json, error.line(), error.column()) else {
        return first_ink(json);
    };
    if error.is_data() {
        return wrong_value(json, consumed, message);
    }
    let Some(last) = consumed.checked_sub(1) else { return 0 };
    match message {
        "invalid unicode code point" => first_not_utf8(json, last),
        "number out of range" => beginning_of_word(json, last),
        "control character (\\u0000-\\u001F) found while parsing a string"
            if json[last] >= b' ' && consumed < json.len() =>
        {
            consumed
        }
        "invalid escape" => first_not_hex(json, consumed).unwrap_or(last),
        "lone leading surrogate in hex escape" => hex_escape(json, consumed).unwrap_or(last),
        _ => last,
    }
}

/// How many bytes lie before `column` of `line`; `None` for line 0, which means unknown.
///
/// A `Deserialize` may pass on the line and column of some other text: hence the bound.
fn consumed(json: &[u8], line: usize, column: usize) -> Option<usize> {
    let lines_before = line.checked_sub(1)?;
    let lines = json.split_inclusive(|&byte| byte == b'\n').take(lines_before);
    let line_start: usize = lines.map(<[u8]>::len).sum();
    Some(line_start.saturating_add(column).min(json.len()))
}

fn first_ink(json: &[u8]) -> usize {
    json.iter().position(|byte| !is_blank(*byte)).unwrap_or(0)
}

fn wrong_value(json: &[u8], consumed: usize, message: &str) -> usize {
    let bracket = if message.starts_with("invalid type: sequence") {
        Some(&b'[')
    } else if message.starts_with("invalid type: map") {
        Some(&b'{')
    } else {
        None
    };
    if bracket.is_some() && json.get(consumed) == bracket {
        return consumed;
    }
    match json[..consumed].iter().rposition(|byte| !is_blank(*byte)) {
        Some(last) if json[last] == b'"' => opening_quote(json, last).unwrap_or(last),
        Some(last) => beginning_of_word(json, last),
        None => first_ink(json),
    }
}

/// The first byte of the number or word that holds the byte at `last`, or else `last`.
fn beginning_of_word(json: &[u8], last: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !is_word(&json[last]) {
        return last;
    }
    json[..last].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1)
}

/// The first byte that is not UTF-8 in the string that holds the byte at `inside`.
fn first_not_utf8(json: &[u8], inside: usize) -> usize {
    let start = opening_quote(json, inside).map_or(0, |quote| quote + 1);
    match std::str::from_utf8(&json[start..]) {
        Ok(_) => inside,
        Err(error) => start + error.valid_up_to(),
    }
}

/// The last quote before `before` that is not escaped: one inside a string always is.
fn opening_quote(json: &[u8], before: usize) -> Option<usize> {
    let mut end = before;
    loop {
        end = json[..end].rfind_byte(b'"')?;
        if !is_escaped(json, end) {
            return Some(end);
        }
    }
}

fn first_not_hex(json: &[u8], consumed: usize) -> Option<usize> {
    let digits = hex_escape(json, consumed)? + 2;
    let bad = json[digits..consumed].iter().position(|byte| !byte.is_ascii_hexdigit())?;
    Some(digits + bad)
}

/// The backslash of the `\uXXXX`, good or bad, that ends at `consumed`.
fn hex_escape(json: &[u8], consumed: usize) -> Option<usize> {
    let start = consumed.checked_sub(6)?;
    (json[start..].starts_with(b"\\u") && !is_escaped(json, start)).then_some(start)
}

/// Whether an odd number of backslashes lies right before `at`.
fn is_escaped(json: &[u8], at: usize) -> bool {
    json[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// White space as RFC 8259, section 2, has it.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
