//! Whole heads: their lines, what lies around them, and what they lend.

use zc_core::assert_borrows;
use zc_parse::http1::{Head, Message, Request, RequestHead, Response};
use zc_parse::{Fields, Grammar, Record, Records, Value};

use super::{check_bad_bytes, check_bad_headers, check_error, pairs, request, text};
use crate::twins;

#[test]
fn lines_end_with_crlf_or_lf() {
    for input in [
        &b"GET / HTTP/1.1\r\na: b\r\nc: d\r\n\r\n"[..],
        b"GET / HTTP/1.1\na: b\nc: d\n\n",
        b"GET / HTTP/1.1\r\na: b\nc: d\r\n\n",
        b"GET / HTTP/1.1\na: b\r\nc: d\n\r\n",
    ] {
        let expected = [("a".into(), "b".into()), ("c".into(), "d".into())];
        assert_eq!(pairs(&request(input).headers), expected);
    }
    assert!(request(b"GET / HTTP/1.1\n\n").headers.is_empty());
}

#[test]
fn a_carriage_return_alone_is_refused_everywhere() {
    let input = b"GET /abc HTTP/1.1\r\nname: value\r\nlast: v\r\n\r\n";
    for at in 0..input.len() {
        if input[at] == b'\n' {
            let mut damaged = input.to_vec();
            damaged[at] = b'x';
            check_damaged(&damaged);
        }
        let mut damaged = input.to_vec();
        damaged.insert(at, b'\r');
        check_damaged(&damaged);
    }
    check_bad_bytes(b"\rGET / HTTP/1.1\r\n\r\n", 0, "found byte 0x0d; expected a method");
    check_bad_headers("a: b\rc: d", 5, "expected the end of the line");
    check_bad_headers("a: b\r\r", 5, "expected the end of the line");
    check_bad_headers("\rTransfer-Encoding: chunked", 1, "expected the end of the line");
}

#[track_caller]
fn check_damaged(input: &[u8]) {
    twins::check(input);
    RequestHead::new().parse_one(input).unwrap_err();
}

#[test]
fn empty_lines_before_a_head_are_passed_over() {
    for gap in ["\r\n", "\n", "\r\n\r\n", "\n\r\n\n"] {
        let input = format!("{gap}GET / HTTP/1.1\r\n\r\n{gap}PUT / HTTP/1.1\r\n\r\n{gap}");
        twins::check(input.as_bytes());
        let methods: Vec<_> = Records::new(RequestHead::new(), input.as_bytes())
            .map(|request| text(request.unwrap().method))
            .collect();
        assert_eq!(methods, ["GET", "PUT"]);
    }
    check_bad_bytes(b" \r\nGET / HTTP/1.1\r\n\r\n", 0, "found a space; expected a method");
}

#[test]
fn a_head_that_is_cut_anywhere_is_no_head() {
    let inputs = [
        &b"POST /abc HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\nServer: a\r\n\n",
    ];
    for input in inputs {
        for end in 1..input.len() {
            twins::check(&input[..end]);
            Head::new().parse_one(&input[..end]).unwrap_err();
        }
        Head::new().parse_one(input).unwrap();
    }
}

#[test]
fn what_lies_behind_a_head_is_left() {
    let (_, rest) = RequestHead::new().parse_one(b"GET / HTTP/1.1\r\n\r\n\r\nbody").unwrap();
    assert_eq!(rest, b"\r\nbody");
}

#[test]
fn a_bad_head_is_passed_over_to_its_empty_line() {
    let input = b"GET / HTTP/1.1\r\nbad line\r\nGET /x HTTP/1.1\r\n\r\nPUT / HTTP/1.1\n\nquit\n\nGET /y HTTP/1.1\r\n\r\n";
    twins::check(input);
    let records: Vec<_> = Records::new(RequestHead::new(), input).collect();
    assert_eq!(records.len(), 4);
    let offsets: Vec<_> = records.iter().filter_map(|record| record.as_ref().err()).collect();
    assert_eq!((offsets[0].position().line, offsets[1].position().line), (2, 7));
    assert_eq!(records[3].as_ref().unwrap().target, b"/y");
}

#[test]
fn heads_of_both_kinds_are_told_apart() {
    let input = b"HTTP/1.1 200 OK\r\na: b\r\n\r\nGET / HTTP/1.1\r\nc: d\r\n\r\n\r\nHTTP/1.0 404\n\nHTTP / HTTP/1.1\n\n";
    twins::check(input);
    let heads: Vec<_> = Records::new(Head::new(), input).map(Result::unwrap).collect();
    let kinds: Vec<_> = heads
        .iter()
        .map(|head| (matches!(head, Message::Request(_)), head.headers().len()))
        .collect();
    assert_eq!(kinds, [(false, 1), (true, 1), (false, 0), (true, 0)]);
    let error = Head::new().parse_one(b"HTTP/x / HTTP/1.1\r\n\r\n").unwrap_err();
    check_error(&error, 0, "expected a version such as `HTTP/1.1`");
}

#[test]
fn the_fields_of_a_message_have_names() {
    type M<'i> = Message<&'i [u8]>;
    assert_eq!(M::NAMES, ["method", "target", "version", "status", "reason", "headers"]);
    let input = b"GET /a HTTP/1.1\r\nb: c\r\n\r\n";
    let (head, _) = Head::new().parse_one(input).unwrap();
    let fields: Vec<_> = (0..7).map(|index| head.field(index)).collect();
    let expected = [
        Value::Text(b"GET"),
        Value::Text(b"/a"),
        Value::Text(b"HTTP/1.1"),
        Value::Absent,
        Value::Absent,
        Value::Text(b"b: c\r\n"),
        Value::Absent,
    ];
    assert_eq!(fields, expected);
    assert!(head.pairs(5).unwrap().eq([(&b"b"[..], &b"c"[..])]));
    assert_eq!(head.pairs(0), None);
    let (head, _) = Head::new().parse_one(b"HTTP/1.0 404 No\n\n").unwrap();
    let fields: Vec<_> = (0..6).map(|index| head.field(index)).collect();
    let expected = [
        Value::Absent,
        Value::Absent,
        Value::Text(b"HTTP/1.0"),
        Value::Number(404),
        Value::Text(b"No"),
        Value::Text(b""),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn every_part_of_a_head_borrows_and_outlives_it_as_spans() {
    let input = &b"GET /a HTTP/1.1\r\nb: c\r\nd:\r\n\r\nHTTP/1.1 200 OK\r\ne: f\r\n\r\n"[..];
    for head in Records::new(Head::new(), input).map(Result::unwrap) {
        match &head {
            Message::Request(Request { method, target, version, .. }) => {
                assert_borrows!(input, *method, *target, version.name);
            }
            Message::Response(Response { version, reason, .. }) => {
                assert_borrows!(input, version.name, *reason);
            }
        }
        for header in head.headers() {
            assert_borrows!(input, header.name, header.value);
        }
        assert_borrows!(input, *head.headers().section());
        for (name, value) in head.headers().pairs() {
            assert_borrows!(input, name, value);
        }
        let copy = input.to_vec();
        assert_eq!(head.to_spans(input).unwrap().resolve(&copy).unwrap(), head);
    }
}
