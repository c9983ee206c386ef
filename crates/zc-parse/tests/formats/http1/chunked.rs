//! Chunked bodies: what data they hold, what is refused and where, against a naive twin.

use proptest::prelude::*;
use zc_core::{FrameError, Incomplete, assert_borrows};
use zc_parse::Grammar;
use zc_parse::http1::{Chunked, Part, Trailers};

/// What became of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Read {
    /// Its data, its trailers, and how many bytes it has.
    Whole(Vec<u8>, Vec<u8>, usize),
    /// It goes on; its data so far.
    Incomplete(Vec<u8>),
    /// Where it is none, and what was expected.
    Bad(usize, String),
}

/// Decodes `input`, of which `piece` bytes more arrive whenever some are missing.
fn decode(mut chunked: Chunked, input: &[u8], piece: usize) -> Read {
    let mut data = Vec::new();
    let (mut start, mut end) = (0, 0);
    loop {
        let buffer = &input[start..end];
        match chunked.decode(buffer) {
            Ok(Part::Data { len, data: range }) => {
                assert!(!range.is_empty() && range.end == len);
                assert_borrows!(input, &buffer[range.clone()]);
                data.extend_from_slice(&buffer[range]);
                start += len;
            }
            Ok(Part::End { len, trailers }) => {
                assert!(chunked.is_done());
                let again = chunked.decode(&buffer[len..]);
                assert_eq!(again, Ok(Part::End { len: 0, trailers: 0..0 }));
                return Read::Whole(data, buffer[trailers].to_vec(), start + len);
            }
            Err(FrameError::Malformed(mismatch)) => {
                return Read::Bad(start + mismatch.offset, mismatch.expected.to_string());
            }
            Err(error) => {
                assert_eq!(error, FrameError::Incomplete(Incomplete { needed: 1 }));
                assert!(!chunked.is_done());
                if end == input.len() {
                    return Read::Incomplete(data);
                }
                end = (end + piece).min(input.len());
            }
        }
    }
}

/// The same whole and in pieces of every length.
#[track_caller]
fn decode_all(input: &[u8]) -> Read {
    let expected = decode(Chunked::new(), input, usize::MAX / 2);
    for piece in 1..=input.len().min(40) {
        assert_eq!(decode(Chunked::new(), input, piece), expected, "pieces of {piece}");
    }
    let naive = naive(input);
    match &expected {
        Read::Bad(..) => assert_eq!(naive, None, "{input:?}"),
        read => assert_eq!(naive.as_ref(), Some(read), "{input:?}"),
    }
    expected
}

/// The same by lines; `None` where there can be no body.
fn naive(input: &[u8]) -> Option<Read> {
    let mut data = Vec::new();
    let mut rest = input;
    loop {
        let Some((line, after)) = split_line(rest)? else {
            return is_prefix_of_size_line(rest).then_some(Read::Incomplete(data));
        };
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if !(1..=16).contains(&digits) || !is_extensions(&line[digits..]) {
            return None;
        }
        let size = u64::from_str_radix(str::from_utf8(&line[..digits]).unwrap(), 16).unwrap();
        rest = after;
        if size == 0 {
            break;
        }
        if size >= rest.len() as u64 {
            data.extend_from_slice(rest);
            return Some(Read::Incomplete(data));
        }
        let (chunk, after) = rest.split_at(usize::try_from(size).unwrap());
        data.extend_from_slice(chunk);
        rest = match after {
            [b'\r', b'\n', rest @ ..] => rest,
            [] | [b'\r'] => return Some(Read::Incomplete(data)),
            _ => return None,
        };
    }
    let trailers = rest;
    loop {
        let Some((line, after)) = split_line(rest)? else { return Some(Read::Incomplete(data)) };
        rest = after;
        if line.is_empty() {
            let section = &trailers[..trailers.len() - rest.len()];
            return Some(Read::Whole(data, section.to_vec(), input.len() - rest.len()));
        }
    }
}

/// A line before its CRLF, and what lies behind; `None` where LF or CR stands alone.
fn split_line(rest: &[u8]) -> Option<Option<(&[u8], &[u8])>> {
    let Some(at) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
        return Some(None);
    };
    match &rest[at..] {
        [b'\r', b'\n', after @ ..] => Some(Some((&rest[..at], after))),
        [b'\r'] => Some(None),
        _ => None,
    }
}

/// Whether something may follow that makes this a line with a size.
fn is_prefix_of_size_line(part: &[u8]) -> bool {
    let has_return = part.ends_with(b"\r");
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    let digits = part.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let extensions = &part[digits..];
    let is_more = has_return || !extensions.is_empty();
    if digits > 16 || (digits == 0 && is_more) {
        return false;
    }
    let ends: &[&[u8]] =
        if has_return { &[b""] } else { &[b"", b"a", b";a", b"=a", b"\"", b"a\"", b"=\"\""] };
    ends.iter().any(|end| is_extensions(&[extensions, end].concat()))
}

/// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`
fn is_extensions(mut rest: &[u8]) -> bool {
    while !rest.is_empty() {
        let Some(after) = blanks(rest).strip_prefix(b";") else { return false };
        let after = blanks(after);
        let name = tokens(after);
        if name == 0 {
            return false;
        }
        rest = &after[name..];
        let Some(value) = blanks(rest).strip_prefix(b"=").map(blanks) else { continue };
        rest = match value.split_first() {
            Some((b'"', quoted)) => match quoted_len(quoted) {
                Some(len) => &quoted[len..],
                None => return false,
            },
            _ if tokens(value) > 0 => &value[tokens(value)..],
            _ => return false,
        };
    }
    true
}

fn blanks(rest: &[u8]) -> &[u8] {
    &rest[rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()..]
}

fn tokens(rest: &[u8]) -> usize {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    rest.iter().take_while(|byte| is_token(byte)).count()
}

fn quoted_len(mut rest: &[u8]) -> Option<usize> {
    let len = rest.len();
    loop {
        let is_text = |byte: u8| byte == b'\t' || (byte >= b' ' && byte != 0x7f);
        rest = match rest {
            [b'"', after @ ..] => return Some(len - after.len()),
            [b'\\', byte, after @ ..] if is_text(*byte) => after,
            [byte, after @ ..] if is_text(*byte) && *byte != b'\\' => after,
            _ => return None,
        };
    }
}

#[track_caller]
fn check(input: &[u8], data: &str, trailers: &str) {
    let whole = Read::Whole(data.into(), trailers.into(), input.len());
    assert_eq!(decode_all(input), whole);
    assert_eq!(decode_all(&[input, b"\r\n5 GET"].concat()), whole);
    for end in 0..input.len() {
        assert!(matches!(decode_all(&input[..end]), Read::Incomplete(_)), "cut at {end}");
    }
}

/// Asserts that `input` is no body, and where and why.
#[track_caller]
fn check_bad(input: &[u8], offset: usize, expected: &str) {
    assert_eq!(decode_all(input), Read::Bad(offset, expected.into()));
}

/// Asserts that the extensions `input` behind a size are taken.
#[track_caller]
fn check_extensions(input: &str) {
    check(format!("2{input}\r\nhi\r\n0{input}\r\n\r\n").as_bytes(), "hi", "\r\n");
}

#[test]
fn a_body_is_its_chunks() {
    check(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", "\r\n");
    check(b"0\r\n\r\n", "", "\r\n");
    check(b"2\r\n\r\n\r\n1\r\n0\r\n0\r\n\r\n", "\r\n0", "\r\n");
}

#[test]
fn a_size_is_hexadecimal_of_either_case() {
    let data = "x".repeat(0xabc);
    for size in ["abc", "ABC", "aBc", "0abc", "0000000000000aBC"] {
        let body = format!("{size}\r\n{data}\r\n000\r\n\r\n");
        let whole = Read::Whole(data.clone().into(), b"\r\n".to_vec(), body.len());
        assert_eq!(decode(Chunked::new(), body.as_bytes(), 1), whole);
        assert_eq!(decode_all(body.as_bytes()), whole);
    }
}

#[test]
fn a_size_has_at_most_16_digits() {
    let expected = "a size of at most 16 hexadecimal digits";
    check_bad(b"00000000000000005\r\nhello", 16, expected);
    check_bad(b"fffffffffffffffff\r\n", 16, expected);
    check_bad(b"f0000000000000003\r\nabc\r\n", 16, expected);
    assert_eq!(decode_all(b"ffffffffffffffff\r\nab"), Read::Incomplete(b"ab".to_vec()));
}

#[test]
fn the_size_of_one_chunk_does_not_add_to_that_of_the_next() {
    check(b"0000000000000001\r\na\r\n0000000000000001\r\nb\r\n0\r\n\r\n", "ab", "\r\n");
}

#[test]
fn what_is_no_size_is_refused() {
    for size in ["", "+5", "-5", " 5", "\t5", "x", "g", ";a", "\u{661}", "\"5\"", "#5"] {
        check_bad(format!("{size}\r\n").as_bytes(), 0, "a size in hexadecimal digits");
    }
    for size in ["0x5", "5g", "5_0", "5.0", "5,", "5-", "5\0", "5\x0b"] {
        check_bad(format!("{size}\r\n").as_bytes(), 1, "a hexadecimal digit, `;` or CRLF");
    }
    check_bad(b"1\r\na\r\n\r\n", 6, "a size in hexadecimal digits");
}

#[test]
fn blanks_behind_a_size_are_refused_but_before_an_extension() {
    check_bad(b"5 \r\nhello", 2, "`;`");
    check_bad(b"5\t \r\nhello", 3, "`;`");
    check_bad(b"5 5\r\nhello", 2, "`;`");
    check_extensions(" ;a");
    check_extensions(" \t; a");
}

#[test]
fn lines_end_with_crlf_alone() {
    check_bad(b"5\nhello\r\n", 1, "a hexadecimal digit, `;` or CRLF");
    check_bad(b"5\rhello\r\n", 2, "the end of the line");
    check_bad(b"5\r\r\nhello\r\n", 2, "the end of the line");
    check_bad(b"5\r\nhello\n0\r\n", 8, "CRLF behind the chunk");
    check_bad(b"5\r\nhello\r0\r\n", 9, "the end of the line");
    check_bad(b"5;a\nhello\r\n", 3, "`;` or CRLF");
    check_bad(b"5;a=b\nhello\r\n", 5, "`;` or CRLF");
    check_bad(b"5;a=\"b\n\"\r\nhello\r\n", 6, "a quoted string");
    check_bad(b"5;a=\"b\"\nhello\r\n", 7, "`;` or CRLF");
    check_bad(b"5;a=\"\r\nb\"\r\nhello\r\n", 5, "a quoted string");
    check_bad(b"5;a\rb\r\nhello", 4, "the end of the line");
    check_bad(b"0\r\n\n", 3, "CRLF");
    check_bad(b"0\r\n\r\r\n", 4, "the end of the line");
    check_bad(b"0\r\na: b\n\r\n", 7, "CRLF");
    check_bad(b"0\r\na: b\r\r\n\r\n", 8, "the end of the line");
    check_bad(b"0\r\na: b\r\n\n", 9, "CRLF");
}

#[test]
fn data_that_is_longer_or_shorter_than_its_size_is_refused() {
    check_bad(b"5\r\nhello!\r\n", 8, "CRLF behind the chunk");
    check_bad(b"5\r\nhell\r\n0\r\n\r\n", 8, "CRLF behind the chunk");
}

#[test]
fn extensions_are_passed_over() {
    for extensions in [
        ";a",
        ";a=b",
        ";a;b;c",
        ";a=b;c=d",
        "; a = b ; c",
        ";a=\"b\"",
        ";a=\"\"",
        ";a=\"b;c=\\\"d\\\\\"",
        ";!#$%&'*+-.^_`|~=~",
        ";a=\"\t \u{e9}\";b",
        "\t;\ta\t=\t\"b\"\t;c",
        ";a=\"\\\u{e9}\\ \"",
    ] {
        check_extensions(extensions);
    }
}

#[test]
fn bad_extensions_are_refused() {
    check_bad(b"5;\r\n", 2, "the name of a chunk extension");
    check_bad(b"5; \r\n", 3, "the name of a chunk extension");
    check_bad(b"5;;a\r\n", 2, "the name of a chunk extension");
    check_bad(b"5;=b\r\n", 2, "the name of a chunk extension");
    check_bad(b"5;a\x00\r\n", 3, "`;` or CRLF");
    check_bad(b"5;a \r\n", 4, "`;`");
    check_bad(b"5;a b\r\n", 4, "`;`");
    check_bad(b"5;a=\r\n", 4, "the value of a chunk extension");
    check_bad(b"5;a=;b\r\n", 4, "the value of a chunk extension");
    check_bad(b"5;a=b=c\r\n", 5, "`;` or CRLF");
    check_bad(b"5;a=b\"\r\n", 5, "`;` or CRLF");
    check_bad(b"5;a=\"b\"c\r\n", 7, "`;` or CRLF");
    check_bad(b"5;a=\"b\r\n", 6, "a quoted string");
    check_bad(b"5;a=\"\x7f\"\r\n", 5, "a quoted string");
    check_bad(b"5;a=\"\\\r\n", 6, "a quoted string");
    check_bad(b"5;a=\"\\\x00\"\r\n", 6, "a quoted string");
}

#[test]
fn extensions_are_limited_together() {
    let body = b"1;a=b\r\nx\r\n1;a=b\r\ny\r\n0;a=b\r\n\r\n";
    let read = |most| decode(Chunked::new().with_extension_bytes(most), body, 3);
    assert_eq!(read(12), Read::Whole(b"xy".to_vec(), b"\r\n".to_vec(), body.len()));
    assert_eq!(read(11), Read::Bad(24, "fewer bytes of chunk extensions".into()));
    assert_eq!(read(0), Read::Bad(1, "fewer bytes of chunk extensions".into()));
    let long = format!("1;{}", "a".repeat(Chunked::DEFAULT_EXTENSION_BYTES));
    let at = 1 + Chunked::DEFAULT_EXTENSION_BYTES;
    let expected = Read::Bad(at, "fewer bytes of chunk extensions".into());
    assert_eq!(decode(Chunked::new(), long.as_bytes(), 7), expected);
}

#[test]
fn trailers_are_limited() {
    let body = b"0\r\na: b\r\n\r\n";
    let read = |most| decode(Chunked::new().with_trailer_bytes(most), body, 3);
    assert_eq!(read(6), Read::Whole(vec![], b"a: b\r\n\r\n".to_vec(), body.len()));
    assert_eq!(read(5), Read::Bad(8, "fewer bytes of trailers".into()));
    assert_eq!(read(0), Read::Bad(3, "fewer bytes of trailers".into()));
}

#[test]
fn trailers_are_headers() {
    let body = b"0\r\nA: b\r\nc:d\r\n\r\n";
    check(body, "", "A: b\r\nc:d\r\n\r\n");
    let (trailers, rest) = Trailers::new().parse_one(&body[3..]).unwrap();
    assert_eq!((trailers.len(), trailers.get(b"a"), rest), (2, Some(&&b"b"[..]), &b""[..]));
    assert!(Trailers::new().parse_one(b"\r\n").unwrap().0.is_empty());
}

/// Asserts that these trailers are refused, and where and why.
#[track_caller]
fn check_bad_trailers(input: &str, offset: u64, expected: &str) {
    let error = Trailers::new().parse_one(input.as_bytes()).unwrap_err();
    assert_eq!(error.position().offset, offset, "{error}");
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn bad_trailers_are_refused() {
    check_bad_trailers("a: b\n\r\n", 4, "CRLF");
    check_bad_trailers("a: b\r\n\n", 6, "a header or an empty line");
    check_bad_trailers("a: b\r\n c\r\n\r\n", 6, "a header that is not folded");
    check_bad_trailers("a : b\r\n\r\n", 1, "`:`");
    check_bad_trailers("a\r\n\r\n", 1, "`:`");
    let expected = "no header of a body's length among trailers";
    check_bad_trailers("a: b\r\nContent-Length: 5\r\n\r\n", 6, expected);
    check_bad_trailers("transfer-encoding: chunked\r\n\r\n", 0, expected);
    let error =
        Trailers::new().with_most_headers(1).parse_one(b"a: b\r\nc: d\r\n\r\n").unwrap_err();
    assert_eq!(error.position().offset, 6);
}

#[test]
fn chunks_that_arrive_one_byte_at_a_time_are_looked_at_once() {
    // A decoder that began again with each byte would take 10^11 turns.
    let body = format!("1;{}", "a".repeat(400_000));
    let chunked = Chunked::new().with_extension_bytes(1 << 20);
    assert_eq!(decode(chunked, body.as_bytes(), 1), Read::Incomplete(vec![]));
}

const PARTS: &[&str] = &[
    "5\r\nhello\r\n",
    "1\r\na\r\n",
    "0\r\n\r\n",
    "0\r\n",
    "a: b\r\n",
    "\r\n",
    "\r",
    "\n",
    ";",
    "a",
    "=",
    "\"",
    "\\",
    " ",
    "\t",
    "0",
    "3",
    "f",
    "\0",
    "\u{e9}",
    ";a=\"b\"",
    "2;x\r\nhi\r\n",
];

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(PARTS), 0..12)
        .prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn the_decoder_agrees_with_a_naive_one(body in bodies()) {
        decode_all(&body);
    }

    #[test]
    fn random_bytes_agree_too(body in prop::collection::vec(any::<u8>(), 0..30)) {
        decode_all(&body);
    }
}
