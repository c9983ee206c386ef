//! Heads of HTTP against a naive twin, which splits lines and looks at every byte.

use proptest::prelude::*;
use zc_parse::Grammar;
use zc_parse::http1::{Body, Head, Headers, Message};

use crate::twins;

/// What a head holds.
#[derive(Debug, PartialEq)]
struct Naive {
    /// Method, target and version, or version, status and reason.
    line: [Vec<u8>; 3],
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    body: Body,
    /// Bytes behind it.
    rest: usize,
}

/// The head at the beginning of `input`; `None` where it is none.
fn naive(input: &[u8]) -> Option<Naive> {
    let mut rest = input;
    let mut lines = Vec::new();
    loop {
        let at = rest.iter().position(|byte| *byte == b'\n')?;
        let line = &rest[..at];
        rest = &rest[at + 1..];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return None;
        }
        lines.push(line);
    }
    let (first, lines) = lines.split_first()?;
    let is_response = first.starts_with(b"HTTP/");
    let (line, version) = if is_response { status_line(first)? } else { request_line(first)? };
    let headers = lines.iter().map(|line| header(line)).collect::<Option<Vec<_>>>()?;
    let body = body(&headers, is_response, version)?;
    Some(Naive { line, headers, body, rest: rest.len() })
}

type Line = ([Vec<u8>; 3], (u32, u32));

fn request_line(line: &[u8]) -> Option<Line> {
    let parts: Vec<_> = line.split(|byte| *byte == b' ').map(<[u8]>::to_vec).collect();
    let parts: [Vec<u8>; 3] = parts.try_into().ok()?;
    let version = version(&parts[2])?;
    let is_line = is_token(&parts[0]) && !parts[1].is_empty() && !parts[1].contains(&b'\t');
    is_line.then_some((parts, version))
}

fn status_line(line: &[u8]) -> Option<Line> {
    let mut parts = line.splitn(3, |byte| *byte == b' ').map(<[u8]>::to_vec);
    let parts = [parts.next()?, parts.next()?, parts.next().unwrap_or_default()];
    let version = version(&parts[0])?;
    (parts[1].len() == 3 && parts[1].iter().all(u8::is_ascii_digit)).then_some((parts, version))
}

fn version(text: &[u8]) -> Option<(u32, u32)> {
    let text = str::from_utf8(text).ok()?.strip_prefix("HTTP/")?;
    let (major, minor) = text.split_once('.')?;
    let digit = |text: &str| if text.len() == 1 { text.chars().next()?.to_digit(10) } else { None };
    Some((digit(major)?, digit(minor)?))
}

fn is_token(text: &[u8]) -> bool {
    let is_separator = |byte: &u8| b"\"(),/:;<=>?@[\\]{} \t".contains(byte);
    !text.is_empty() && !text.iter().any(|byte| !(0x21..0x7f).contains(byte) || is_separator(byte))
}

fn header(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let value = &line[colon + 1..];
    let start = value.iter().position(|byte| !is_blank(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_blank(byte)).map_or(start, |at| at + 1);
    is_token(&line[..colon]).then(|| (line[..colon].to_vec(), value[start..end].to_vec()))
}

/// What the headers say of a body. Parameters of codings have no commas here.
fn body(headers: &[(Vec<u8>, Vec<u8>)], is_response: bool, version: (u32, u32)) -> Option<Body> {
    let list = |name: &str| {
        let values = headers.iter().filter(|header| header.0.eq_ignore_ascii_case(name.as_bytes()));
        let values: Vec<_> =
            values.map(|header| String::from_utf8_lossy(&header.1).to_ascii_lowercase()).collect();
        let elements = values.iter().flat_map(|value| value.split(','));
        let elements: Vec<_> = elements.map(|element| element.trim().to_owned()).collect();
        elements
    };
    let (lengths, codings) = (list("content-length"), list("transfer-encoding"));
    if codings.is_empty() {
        let is_number = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
        let numbers: Option<Vec<u64>> = lengths
            .iter()
            .map(|text| if is_number(text) { text.parse().ok() } else { None })
            .collect();
        let numbers = numbers?;
        let Some(first) = numbers.first() else {
            return Some(if is_response { Body::UntilClose } else { Body::Empty });
        };
        return numbers.iter().all(|number| number == first).then_some(Body::Length(*first));
    }
    let is_good = lengths.is_empty()
        && version >= (1, 1)
        && codings.iter().all(|coding| is_token(coding.as_bytes()))
        && codings.iter().filter(|coding| *coding == "chunked").count() <= 1;
    match codings.last().unwrap().as_str() {
        _ if !is_good => None,
        "chunked" => Some(Body::Chunked),
        _ => is_response.then_some(Body::UntilClose),
    }
}

fn ours(input: &[u8]) -> Option<Naive> {
    let (message, rest) = Head::new().parse_one(input).ok()?;
    let owned = |headers: &Headers<&[u8]>| {
        headers.iter().map(|header| (header.name.to_vec(), header.value.to_vec())).collect()
    };
    let headers = owned(message.headers());
    let (line, body) = match message {
        Message::Request(request) => (
            [request.method, request.target, request.version.name].map(<[u8]>::to_vec),
            request.body,
        ),
        Message::Response(response) => {
            let status = format!("{:03}", response.status).into_bytes();
            let line = [response.version.name.to_vec(), status, response.reason.to_vec()];
            (line, response.framing)
        }
    };
    Some(Naive { line, headers, body, rest: rest.len() })
}

#[track_caller]
fn check(input: &[u8]) {
    assert_eq!(ours(input), naive(input), "{:?}", String::from_utf8_lossy(input));
}

const HEADS: [&[u8]; 4] = [
    b"POST /a?b=c HTTP/1.1\r\nHost: example.org\r\nContent-Length: 12\r\nAccept:\ta, b \r\n\r\n",
    b"GET / HTTP/1.0\nX:\n\nrest",
    b"PUT / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    b"HTTP/1.1 200 Fine\r\nContent-Length: 1,1\r\nServer: x\r\n\r\n",
];

#[test]
fn good_heads_agree() {
    for head in HEADS {
        assert!(naive(head).is_some());
        check(head);
    }
}

#[test]
fn every_byte_replaced_inserted_or_taken_out_agrees() {
    for head in HEADS {
        for at in 0..head.len() {
            for byte in 0..=255 {
                let mut damaged = head.to_vec();
                damaged[at] = byte;
                check(&damaged);
                damaged.insert(at, head[at]);
                damaged.swap(at, at + 1);
                check(&damaged);
            }
            let mut damaged = head.to_vec();
            damaged.remove(at);
            check(&damaged);
        }
    }
}

#[test]
fn heads_on_every_side_of_a_window_boundary_agree() {
    for shift in 0..HEADS[0].len() + 2 {
        let mut input = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(shift)).into_bytes();
        while input.len() < 20_000 {
            input.extend_from_slice(HEADS[0]);
            input.extend_from_slice(HEADS[3]);
        }
        let expected = twins::on_slices(&Head::new(), &input);
        assert!(expected.iter().all(Result::is_ok));
        let level = zc_core::mask::Level::Detected;
        assert_eq!(twins::on_masks(Head::new(), &input, usize::MAX, level), expected);
    }
}

#[test]
fn a_head_longer_than_a_window_agrees() {
    for len in [16_000, 16_384, 50_000] {
        let value = "v".repeat(len);
        let long = format!("GET / HTTP/1.1\r\na: {value}\r\n\r\nGET /{value} HTTP/1.1\n\nquit\n\n");
        check(long.as_bytes());
        twins::check(long.as_bytes());
    }
}

#[test]
fn the_seeds_of_the_fuzz_target_agree() {
    let good = include_bytes!("../../../fuzz/seeds/http1/http");
    assert!(twins::on_slices(&Head::new(), good).iter().all(Result::is_ok));
    let bad = include_bytes!("../../../fuzz/seeds/http1/http_bad");
    let outcomes = twins::on_slices(&Head::new(), bad);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), outcomes.len() - 1);
    twins::check(good);
    twins::check(bad);
}

const PARTS: &[&str] = &[
    "GET ",
    "/a ",
    "HTTP/1.1",
    "HTTP/1.0",
    " ",
    "\t",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    ":",
    ",",
    "a: b\r\n",
    "c:d",
    "GET / HTTP/1.1\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 204\r\n",
    "Content-Length: 5\r\n",
    "content-length: ",
    "5",
    "6",
    "Transfer-Encoding: chunked\r\n",
    "transfer-encoding: ",
    "gzip",
    "chunked",
    "\0",
    "\u{e9}",
    "\x7f",
    "Host: a\r\n",
    "\r\n\r\n",
];

fn heads() -> impl Strategy<Value = Vec<u8>> {
    let begin = prop::sample::select(&["", "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n"][..]);
    let parts = prop::collection::vec(prop::sample::select(PARTS), 0..12);
    (begin, parts).prop_map(|(begin, parts)| [begin, &parts.concat(), "\r\n\r\n"].concat().into())
}

proptest! {
    #[test]
    fn made_up_heads_agree(input in heads()) {
        check(&input);
        twins::check(&input);
    }

    #[test]
    fn random_bytes_agree(input in prop::collection::vec(any::<u8>(), 0..80)) {
        check(&input);
        twins::check(&input);
    }
}
