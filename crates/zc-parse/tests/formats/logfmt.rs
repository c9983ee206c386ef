//! Logfmt: what entries a line holds, what is refused and where, against a naive twin.

use std::borrow::Cow;

use proptest::prelude::*;
use zc_core::assert_borrows;
use zc_parse::{Grammar, Logfmt, Record, Records};

use crate::twins;

/// A key and its text; `None` for a bare key.
type Pairs = Vec<(String, Option<String>)>;

/// What `input` holds, a list a record, or the error of each bad one.
fn read(input: &[u8]) -> Vec<Result<Pairs, String>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Records::new(Logfmt::new(), input)
        .map(|record| match record {
            Ok(entries) => Ok(entries
                .iter()
                .map(|entry| (text(entry.key), entry.value.map(|_| text(&entry.text()))))
                .collect()),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

/// Asserts what the one line of `input` holds.
#[track_caller]
fn check(input: &str, expected: &[(&str, Option<&str>)]) {
    let expected = expected.iter().map(|(key, text)| ((*key).into(), text.map(Into::into)));
    assert_eq!(read(input.as_bytes()), [Ok(expected.collect())], "{input:?}");
}

/// Asserts how many records `input` holds.
#[track_caller]
fn check_count(input: &str, expected: usize) {
    let records = read(input.as_bytes());
    assert!(records.iter().all(Result::is_ok), "{records:?}");
    assert_eq!(records.len(), expected, "{input:?}");
}

/// Asserts that `input` ends with a bad record, and the column and reason of the error.
#[track_caller]
fn check_bad(input: &[u8], column: usize, reason: &str) {
    let error = read(input).pop().unwrap().unwrap_err();
    let expected = format!("column {column} ");
    assert!(error.contains(&expected) && error.ends_with(reason), "{error}");
}

#[test]
fn a_line_has_pairs_and_bare_keys() {
    check(
        r#"at=info method=GET path="/a b" 100% fwd=::1  dyno=web.1 ƒ=2h%3 ok="#,
        &[
            ("at", Some("info")),
            ("method", Some("GET")),
            ("path", Some("/a b")),
            ("100%", None),
            ("fwd", Some("::1")),
            ("dyno", Some("web.1")),
            ("ƒ", Some("2h%3")),
            ("ok", Some("")),
        ],
    );
}

#[test]
fn nothing_behind_an_equals_sign_is_an_empty_value() {
    for input in ["a=", "a= ", "a=\"\"", "a=\n", "a=\r\n", " a=\t"] {
        check(input, &[("a", Some(""))]);
    }
    check("a= b c=d", &[("a", Some("")), ("b", None), ("c", Some("d"))]);
}

#[test]
fn a_bare_key_is_true() {
    for input in ["a", "a ", "  a\r\n"] {
        check(input, &[("a", None)]);
        let entries = Records::new(Logfmt::new(), input.as_bytes()).next().unwrap().unwrap();
        assert_eq!(entries[0].text(), &b"true"[..]);
    }
    check("a b=true", &[("a", None), ("b", Some("true"))]);
}

#[test]
fn every_byte_up_to_the_space_is_a_blank() {
    for blank in ('\0'..=' ').filter(|char| *char != '\n') {
        let input = format!("{blank}a=1{blank}{blank}b{blank}c={blank}");
        check(&input, &[("a", Some("1")), ("b", None), ("c", Some(""))]);
    }
    check("a=1\u{7f}\u{a0}2", &[("a", Some("1\u{7f}\u{a0}2"))]);
}

#[test]
fn quotes_keep_blanks_and_equals_signs() {
    check("a=\" =b\t\r\" c", &[("a", Some(" =b\t\r")), ("c", None)]);
    check("a=\"'b'\" c='d' e=f'", &[("a", Some("'b'")), ("c", Some("'d'")), ("e", Some("f'"))]);
}

#[test]
fn escapes_in_quotes_are_undone() {
    check(r#"a="x\ty" b"#, &[("a", Some("x\ty")), ("b", None)]);
    check(
        r#"a="f(\"x\")" b="\\" c="\/\'""#,
        &[("a", Some("f(\"x\")")), ("b", Some("\\")), ("c", Some("/'"))],
    );
    check(r#"a="\b\f\n\r\u20ac\ud83d\ude00\ud83d""#, &[("a", Some("\u{8}\u{c}\n\r€😀\u{fffd}"))]);
    check(r#"a="{\"b\": \"c\td\"}""#, &[("a", Some("{\"b\": \"c\td\"}"))]);
}

#[test]
fn a_backslash_outside_quotes_is_a_byte_as_any_other() {
    check(r"a\n=\x b\", &[(r"a\n", Some(r"\x")), (r"b\", None)]);
}

#[test]
fn entries_that_share_a_key_are_all_kept_and_the_last_one_counts() {
    let line = b"a=1 b a=2";
    check("a=1 b a=2", &[("a", Some("1")), ("b", None), ("a", Some("2"))]);
    let (entries, _) = Logfmt::new().parse_one(line).unwrap();
    assert_eq!(entries.last(b"a").unwrap().value, Some(&b"2"[..]));
    assert_eq!(entries.last(b"b").unwrap().value, None);
    assert_eq!(entries.last(b"c"), None);
}

#[test]
fn blank_lines_are_no_records() {
    for input in ["", "\n", "\r\n", "  ", "\n \t\r\n\x1e"] {
        check_count(input, 0);
    }
    check_count("a=1\nb=2", 2);
    check_count("\n\na=1  \n\x1e b=2\n\n \n", 2);
    check_bad(b"a\n\n =", 2, "found `=`; expected a key");
}

#[test]
fn one_blank_line_by_itself_is_refused() {
    for (input, found) in [(&b""[..], "the end of the input"), (b" \n", "the end of the line")] {
        let error = Logfmt::new().parse_one(input).unwrap_err();
        assert_eq!(error.reason().to_string(), format!("found {found}; expected a key"));
    }
}

#[test]
fn an_entry_without_a_key_is_refused() {
    check_bad(b"a=1\n=b", 1, "found `=`; expected a key");
    check_bad(b"a=b =c", 5, "found `=`; expected a key");
    check_bad(b"a \"b\"=c", 3, "found `\"`; expected a key");
}

#[test]
fn a_quote_inside_a_word_is_refused() {
    check_bad(b"k\"ey=b", 2, "found `\"`; expected `=` or a blank");
    check_bad(b"key\"", 4, "found `\"`; expected `=` or a blank");
    check_bad(b"a=b\"c", 4, "found `\"`; expected a blank or the end of the line");
}

#[test]
fn a_second_equals_sign_is_refused() {
    check_bad(b"a==", 3, "found `=`; expected a blank or the end of the line");
    check_bad(b"a=1 b=c=d", 8, "found `=`; expected a blank or the end of the line");
}

#[test]
fn something_right_behind_a_closing_quote_is_refused() {
    check_bad(b"a=\"b\"c=d", 6, "found `c`; expected a blank or the end of the line");
    check_bad(b"a=\"\"\"", 5, "found `\"`; expected a blank or the end of the line");
    check_bad(b"a=\"say \"hi\" now\"", 9, "found `h`; expected a blank or the end of the line");
}

#[test]
fn a_missing_closing_quote_is_reported_where_the_line_ends() {
    check_bad(b"a=\"1", 5, "found the end of the input; expected `\"`");
    check_bad(b"a=\"1\nb=\"", 4, "found the end of the input; expected `\"`");
    check_bad(b"a=\"1\\", 6, "found the end of the input; expected `\"`");
    check_bad(b"a=\"\\t1", 7, "found the end of the input; expected `\"`");
    let records = read(b"a=\"1 b=2\nc=\"3\"\n");
    let error = "line 1, column 9 (byte 8): found the end of the line; expected `\"`";
    assert_eq!(records[0], Err(error.to_owned()));
    assert_eq!(records[1], Ok(vec![("c".to_owned(), Some("3".to_owned()))]));
}

#[test]
fn an_unknown_escape_is_refused() {
    check_bad(br#"a="\x""#, 5, "found `x`; expected an escape such as `\\n` or `\\u00e9`");
    check_bad(br#"a="\u1""#, 7, "found `\"`; expected a hexadecimal digit");
    check_bad(br#"a="\u123g""#, 9, "found `g`; expected a hexadecimal digit");
    check_bad(b"a=\"\\u12", 8, "found the end of the input; expected a hexadecimal digit");
}

#[test]
fn bytes_that_are_no_utf8_stay_as_they_are() {
    let line = b"\x80=\xff \xef\xbf\xbd=\"\\t\xfe\" c\xc3";
    let (entries, _) = Logfmt::new().parse_one(line).unwrap();
    let [a, b, c] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((a.key, a.value), (&b"\x80"[..], Some(&b"\xff"[..])));
    assert_eq!((b.key, &*b.text()), ("\u{fffd}".as_bytes(), &b"\t\xfe"[..]));
    assert_eq!((c.key, c.value), (&b"c\xc3"[..], None));
}

#[test]
fn entries_borrow_on_slices_and_on_masks() {
    let input = &b"key=value quoted=\"a b\" escaped=\"\\t\" bare empty=\n"[..];
    let (on_slice, rest) = Logfmt::new().parse_one(input).unwrap();
    assert_borrows!(input, rest);
    for entries in Records::new(Logfmt::new(), input).map(Result::unwrap).chain([on_slice]) {
        for entry in &entries {
            assert_borrows!(input, entry.key);
            if let Some(value) = entry.value {
                assert_borrows!(input, value);
            }
            let is_copied = matches!(entry.text(), Cow::Owned(_));
            assert_eq!(is_copied, entry.key == b"escaped", "{entry:?}");
        }
        let [key, quoted, escaped, ..] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((key.is_quoted, key.has_escapes), (false, false));
        assert_eq!((quoted.is_quoted, quoted.has_escapes), (true, false));
        assert_eq!((escaped.is_quoted, escaped.has_escapes), (true, true));
        let (plain, in_quotes) = (key.text(), quoted.text());
        assert_borrows!(input, &*plain, &*in_quotes);
    }
}

#[test]
fn entries_outlive_their_borrow_as_spans() {
    let input = b"a=1 b=\"2\" c";
    let (entries, _) = Logfmt::new().parse_one(input).unwrap();
    let spans = entries.to_spans(input).unwrap();
    let copy = input.to_vec();
    assert_eq!(spans.resolve(&copy).unwrap(), entries);
    assert_eq!(spans.into_iter().count(), 3);
}

/// A line read in the plainest way, one character after the other; where it is bad, the offset.
fn naive(line: &str) -> Result<Pairs, usize> {
    let is_blank = |char: char| char <= ' ';
    let ends_word = |char: char| is_blank(char) || char == '=' || char == '"';
    let mut pairs = Vec::new();
    let mut rest = line.trim_start_matches(is_blank);
    while !rest.is_empty() {
        let (key, after) = rest.split_at(rest.find(ends_word).unwrap_or(rest.len()));
        if key.is_empty() || after.starts_with('"') {
            return Err(line.len() - after.len());
        }
        let mut text = None;
        rest = after;
        if let Some(after) = after.strip_prefix('=') {
            if let Some(after) = after.strip_prefix('"') {
                let (value, after) = naive_quoted(after).map_err(|left| line.len() - left)?;
                (text, rest) = (Some(value), after);
            } else {
                let (value, after) = after.split_at(after.find(ends_word).unwrap_or(after.len()));
                (text, rest) = (Some(value.to_owned()), after);
            }
            if !rest.is_empty() && !rest.starts_with(is_blank) {
                return Err(line.len() - rest.len());
            }
        }
        pairs.push((key.to_owned(), text));
        rest = rest.trim_start_matches(is_blank);
    }
    if pairs.is_empty() { Err(line.len()) } else { Ok(pairs) }
}

/// The text before the closing quote and what lies behind it, or how many bytes are left where it
/// is bad.
fn naive_quoted(quoted: &str) -> Result<(String, &str), usize> {
    let mut units = Vec::new();
    let mut chars = quoted.chars();
    loop {
        let unit = match chars.next().ok_or(0_usize)? {
            '"' => return Ok((String::from_utf16_lossy(&units), chars.as_str())),
            '\\' => {
                let left = chars.as_str();
                match chars.next().ok_or(0_usize)? {
                    char @ ('"' | '\\' | '/' | '\'') => char,
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let mut unit = 0;
                        for _ in 0..4 {
                            let left = chars.as_str().len();
                            let digit = chars.next().and_then(|char| char.to_digit(16));
                            unit = unit * 16 + digit.ok_or(left)?;
                        }
                        units.push(u16::try_from(unit).unwrap());
                        continue;
                    }
                    _ => return Err(left.len()),
                }
            }
            char => char,
        };
        units.extend_from_slice(unit.encode_utf16(&mut [0; 2]));
    }
}

/// Asserts that the naive twin reads the same in one line, or fails at the same place.
#[track_caller]
fn check_naive(line: &str) {
    let by_grammar = match Logfmt::new().parse_one(line.as_bytes()) {
        Ok((entries, rest)) => {
            assert_eq!(rest, b"");
            assert!(!entries.is_empty());
            Ok(read(line.as_bytes()).remove(0).unwrap())
        }
        Err(error) => Err(usize::try_from(error.position().offset).unwrap()),
    };
    assert_eq!(by_grammar, naive(line), "{line:?}");
}

const LINE: &str = r#"at=info path="/a \"b\" \u20ac\\" bare status=200 empty= q="" said=ok "#;

#[test]
fn a_line_cut_anywhere_agrees_with_the_naive_twin() {
    for end in (0..=LINE.len()).filter(|end| LINE.is_char_boundary(*end)) {
        check_naive(&LINE[..end]);
    }
}

#[test]
fn a_character_replaced_by_another_agrees_with_the_naive_twin() {
    for at in 0..LINE.len() {
        for char in ['"', '\\', '=', ' ', '\t', '\r', '\0', 'u', 'n', '7', 'é', '\u{7f}'] {
            check_naive(&format!("{}{char}{}", &LINE[..at], &LINE[at + 1..]));
        }
    }
}

/// A word as a key or a bare value has it.
const WORD: &str = r"[a-c1.%\\'é😀]{1,5}";

/// `text` as an encoder writes it between quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n").replace('\r', r"\u000d")
}

proptest! {
    #[test]
    fn entries_that_were_written_are_read(
        pairs in prop::collection::vec((WORD, prop::option::of(r#"[a-c =\\"'\n\ré😀]{0,6}"#)), 1..9),
        blanks in "[ \t]{1,3}",
    ) {
        let mut line = String::new();
        for (key, text) in &pairs {
            let value = text.as_ref().map(|text| format!("=\"{}\"", escaped(text)));
            line = line + key + &value.unwrap_or_default() + &blanks;
        }
        prop_assert_eq!(read(line.as_bytes()), [Ok(pairs)]);
    }

    #[test]
    fn bare_values_that_were_written_are_read(pairs in prop::collection::vec((WORD, WORD), 1..9)) {
        let line: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let expected = pairs.into_iter().map(|(key, value)| (key, Some(value))).collect();
        prop_assert_eq!(read(line.join(" ").as_bytes()), [Ok(expected)]);
    }

    #[test]
    fn random_lines_agree_with_the_naive_twin(line in r#"[a-cu0-2n= \t\r"\\é]{0,40}"#) {
        check_naive(&line);
    }

    #[test]
    fn damaged_lines_agree_with_the_naive_twin(
        at in 0..LINE.len(), removed in 0..4_usize, inserted in r#"[a= "\\u]{0,3}"#,
    ) {
        let mut line = LINE.to_owned();
        line.replace_range(at..(at + removed).min(LINE.len()), &inserted);
        check_naive(&line);
    }

    #[test]
    fn damaged_lines_are_read_alike_on_slices_and_on_masks(
        damages in prop::collection::vec((0..LINE.len(), 0..4_usize, r#"[a= "\\u\r\n]{0,3}"#), 0..9),
    ) {
        let mut lines = Vec::new();
        for (at, removed, inserted) in damages {
            let mut line = LINE.to_owned();
            line.replace_range(at..(at + removed).min(LINE.len()), &inserted);
            lines.extend_from_slice(line.as_bytes());
            lines.push(b'\n');
        }
        twins::check(&lines);
    }
}
