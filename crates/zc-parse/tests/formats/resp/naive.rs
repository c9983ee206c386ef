//! RESP against a naive twin, which reads a value in the plainest way.

use proptest::prelude::*;
use zc_core::Framer;
use zc_parse::Grammar;
use zc_parse::resp::Resp;

use super::{check_same_error, framer, show};
use crate::{framers, twins};

/// A value read in the plainest way, and what lies behind it.
fn naive(input: &[u8], depth: usize) -> Option<(String, &[u8])> {
    let (&kind, rest) = input.split_first()?;
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = (&rest[..end], &rest[end + 2..]);
    if line.iter().any(|byte| matches!(byte, b'\r' | b'\n')) || kind == b'>' && depth > 0 {
        return None;
    }
    let quoted = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
    if matches!(kind, b'+' | b'-') {
        return Some((char::from(kind).to_string() + &quoted(line), rest));
    }
    let line = std::str::from_utf8(line).ok()?;
    let shown = match (kind, line) {
        (b'_', "") => "Plain".to_owned(),
        (b'$', "-1") => "Bulk".to_owned(),
        (b'*', "-1") => "Array".to_owned(),
        (b'#', "t") => "true".to_owned(),
        (b'#', "f") => "false".to_owned(),
        (b':', _) => line.parse::<i64>().ok()?.to_string(),
        (b',', _) if is_double(line) => format!("{:?}", line.parse::<f64>().ok()?),
        (b'(', _) if is_digits(unsigned(line)) => format!("({line}"),
        (b'$', "?") => return naive_chunks(rest),
        (b'*' | b'~' | b'%', "?") => return naive_elements(kind, None, rest, depth),
        (b'*' | b'~' | b'%' | b'>' | b'|', _) => {
            return naive_elements(kind, Some(naive_length(line)?), rest, depth);
        }
        (b'$' | b'!' | b'=', _) => {
            let (text, rest) = naive_bytes(line, rest)?;
            let shown = match kind {
                b'$' => quoted(text),
                b'!' => format!("!{}", quoted(text)),
                _ => {
                    let (format, text) = text.split_at_checked(3)?;
                    let text = text.strip_prefix(b":")?;
                    format!("{}:{}", String::from_utf8_lossy(format), quoted(text))
                }
            };
            return Some((shown, rest));
        }
        _ => return None,
    };
    Some((shown, rest))
}

fn naive_length(line: &str) -> Option<usize> {
    line.parse().ok().filter(|_| is_digits(line))
}

fn naive_bytes<'i>(length: &str, rest: &'i [u8]) -> Option<(&'i [u8], &'i [u8])> {
    let (text, rest) = rest.split_at_checked(naive_length(length)?)?;
    Some((text, rest.strip_prefix(b"\r\n")?))
}

fn naive_chunks(mut rest: &[u8]) -> Option<(String, &[u8])> {
    let mut chunks = Vec::new();
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let length = std::str::from_utf8(rest[..end].strip_prefix(b";")?).ok()?;
        rest = &rest[end + 2..];
        if naive_length(length)? == 0 {
            return Some((format!("{}<{}>", chunks.len(), chunks.join(" ")), rest));
        }
        let (chunk, after) = naive_bytes(length, rest)?;
        chunks.push(format!(";{:?}", String::from_utf8_lossy(chunk)));
        rest = after;
    }
}

fn naive_elements(
    kind: u8,
    count: Option<usize>,
    mut rest: &[u8],
    depth: usize,
) -> Option<(String, &[u8])> {
    let is_map = matches!(kind, b'%' | b'|');
    let values = count.map(|count| count.saturating_mul(if is_map { 2 } else { 1 }));
    if values != Some(0) && depth == Resp::DEFAULT_DEPTH {
        return None;
    }
    let mut elements = Vec::new();
    while values != Some(elements.len()) {
        if let Some(after) = rest.strip_prefix(b".\r\n").filter(|_| values.is_none()) {
            rest = after;
            break;
        }
        let (element, after) = naive_value(rest, depth + 1)?;
        elements.push(element);
        rest = after;
    }
    if !is_map {
        let bracket = match kind {
            b'~' => "~[",
            b'>' => ">[",
            _ => "[",
        };
        return Some((format!("{}{bracket}{}]", elements.len(), elements.join(" ")), rest));
    }
    let entries: Vec<_> = elements.chunks(2).map(|entry| entry.join("=")).collect();
    if elements.len() % 2 == 1 {
        return None;
    }
    Some(match kind {
        b'%' => (format!("{}{{{}}}", entries.len(), entries.join(" ")), rest),
        _ => (entries.join(" "), rest),
    })
}

/// A value with the attributes before it.
fn naive_value(mut rest: &[u8], depth: usize) -> Option<(String, &[u8])> {
    let mut attributes = Vec::new();
    while rest.first() == Some(&b'|') {
        let (shown, after) = naive(rest, depth)?;
        attributes.extend(Some(shown).filter(|shown| !shown.is_empty()));
        rest = after;
    }
    let (value, rest) = naive(rest, depth)?;
    if attributes.is_empty() {
        return Some((value, rest));
    }
    Some((format!("|{}| {value}", attributes.join(" ")), rest))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_double(text: &str) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integral, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number = is_digits(integral) && is_digits(decimals) && is_digits(unsigned(exponent));
    is_number || matches!(text, "inf" | "nan")
}

/// Asserts that the naive twin reads the same at the beginning of `input`, and that grammar and
/// framer agree.
#[track_caller]
fn check_naive(input: &[u8]) {
    let framed = framer().frame(input);
    match Resp::new().parse_one(input) {
        Ok((tree, rest)) => {
            let shown = show(tree.root().unwrap());
            assert_eq!(Some((shown, rest)), naive_value(input, 0));
            let len = input.len() - rest.len();
            assert_eq!(framed.map(|frame| (frame.len, frame.payload)), Ok((len, 0..len)));
        }
        Err(error) => {
            assert_eq!(naive_value(input, 0), None, "{error}");
            if error.position().offset < input.len() as u64 {
                check_same_error(&Resp::new(), input, &error);
            } else {
                assert!(framed.unwrap_err().is_incomplete(), "{error}");
            }
        }
    }
}

const ALL: &[u8] = b"|1\r\n+a\r\n:1\r\n*9\r\n$2\r\nhi\r\n%1\r\n#t\r\n,-1.5e+3\r\n~1\r\n_\r\n\
    =6\r\ntxt:ab\r\n!1\r\nE\r\n(12\r\n*?\r\n$-1\r\n.\r\n$?\r\n;1\r\na\r\n;0\r\n-ERR\r\n";

#[test]
fn a_value_of_all_types_cut_anywhere_agrees_with_the_naive_twin() {
    for end in 0..=ALL.len() {
        check_naive(&ALL[..end]);
    }
    twins::check(ALL);
}

#[test]
fn a_byte_replaced_by_another_agrees_with_the_naive_twin() {
    for at in 0..ALL.len() {
        for byte in *b"+-:$*%~>|#,(_!=;.?0129tfnie\r\n\0 x" {
            let mut input = ALL.to_vec();
            input[at] = byte;
            check_naive(&input);
            input.extend_from_slice(b":7\r\n");
            twins::check_grammar(&Resp::new(), &input);
        }
    }
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        "[+-][a-z :$]{0,5}\r\n".prop_map(String::into_bytes),
        any::<i64>().prop_map(|integer| format!(":{integer}\r\n").into_bytes()),
        any::<f64>().prop_map(|double| format!(",{double}\r\n").to_lowercase().into_bytes()),
        "\\([+-]?[0-9]{1,30}\r\n".prop_map(String::into_bytes),
        prop::sample::select(vec!["_\r\n", "$-1\r\n", "*-1\r\n", "#t\r\n", "#f\r\n", ",inf\r\n"])
            .prop_map(|text| text.as_bytes().to_vec()),
        (prop::sample::select(&b"$!"[..]), prop::collection::vec(any::<u8>(), 0..20)).prop_map(
            |(kind, bytes)| {
                [&[kind], bytes.len().to_string().as_bytes(), b"\r\n", &bytes, b"\r\n"].concat()
            }
        ),
        "[a-z:]{0,6}"
            .prop_map(|text| format!("={}\r\ntxt:{text}\r\n", text.len() + 4).into_bytes()),
        prop::collection::vec("[a-z]{1,4}", 0..4).prop_map(|chunks| {
            let chunks: String =
                chunks.iter().map(|c| format!(";{}\r\n{c}\r\n", c.len())).collect();
            format!("$?\r\n{chunks};0\r\n").into_bytes()
        }),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let entries = prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        let entries = entries.prop_map(|entries| (entries.len(), write_all(entries)));
        let values = prop::collection::vec(inner.clone(), 0..6);
        let values = values.prop_map(|values| (values.len(), values.concat()));
        prop_oneof![
            (prop::sample::select(vec!["*", "~"]), values.clone())
                .prop_map(|(kind, (count, values))| counted(kind, count, &values)),
            (prop::sample::select(vec!["*", "~"]), values)
                .prop_map(|(kind, (_, values))| streamed(kind, &values)),
            entries.clone().prop_map(|(count, entries)| counted("%", count, &entries)),
            entries.clone().prop_map(|(_, entries)| streamed("%", &entries)),
            (entries, inner).prop_map(|((count, entries), value)| {
                [counted("|", count, &entries), value].concat()
            }),
        ]
    })
}

fn write_all(entries: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    entries.into_iter().flat_map(|(key, value)| [key, value].concat()).collect()
}

fn counted(kind: &str, count: usize, values: &[u8]) -> Vec<u8> {
    [format!("{kind}{count}\r\n").as_bytes(), values].concat()
}

fn streamed(kind: &str, values: &[u8]) -> Vec<u8> {
    [format!("{kind}?\r\n").as_bytes(), values, b".\r\n"].concat()
}

proptest! {
    #[test]
    fn values_that_were_written_are_read(value in value()) {
        let (tree, rest) = Resp::new().parse_one(&value).unwrap();
        prop_assert_eq!((tree.root().is_some(), rest), (true, &b""[..]));
        check_naive(&value);
        framers::check(&framer(), &value.repeat(2), &(0..value.len()).collect::<Vec<_>>());
    }

    #[test]
    fn damaged_values_agree_with_the_naive_twin(
        value in value(), at in any::<prop::sample::Index>(), removed in 0..4_usize,
        inserted in "[+:$*%~>|#,(!=;.?0-3\r\n-]{0,3}",
    ) {
        let mut input = value;
        let at = at.index(input.len());
        input.splice(at..(at + removed).min(input.len()), inserted.into_bytes());
        check_naive(&input);
        input.extend_from_slice(b":7\r\n");
        twins::check_grammar(&Resp::new(), &input);
    }

    #[test]
    fn random_bytes_agree_with_the_naive_twin(
        input in "([+:$*%~>|#,(!=;.?-]|[0-2]|\r\n|\r|\n|a){0,20}",
    ) {
        check_naive(input.as_bytes());
        twins::check_grammar(&Resp::new(), input.as_bytes());
    }
}
