//! Records as spans, as shared and as owned slices: the same fields, whatever holds them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;
use std::ops::ControlFlow::Continue;

use bytes::Bytes;
use zc_core::{Source, Span, assert_borrows};
use zc_parse::access_log::{Combined, Common};
use zc_parse::http1::{Head, Message, Request, RequestHead, Response, ResponseHead};
use zc_parse::logfmt::Entries;
use zc_parse::resp::{Resp, Tree};
use zc_parse::uri::Uri;
use zc_parse::{
    Bulk, CombinedLog, Command, CommandLine, CommonLog, Grammar, Kv, Logfmt, Pair, Record, Records,
    UriReference,
};

/// What a record is checked as: each form of it resolves to the record itself.
macro_rules! check {
    ($grammar:expr, $record:ident, $line:expr) => {{
        let line: &[u8] = $line;
        let (record, _) = $grammar.parse_one(line).unwrap();
        let record: $record<&[u8]> = record;
        record.map(|field| assert_borrows!(line, *field));

        let spans: $record<Span> = record.to_spans(line).unwrap();
        let copy = line.to_vec();
        let resolved = spans.resolve(&copy).unwrap();
        assert_eq!(resolved, record);
        resolved.map(|field| assert_borrows!(copy, *field));
        assert_eq!(resolved.to_spans(&copy).unwrap(), spans);
        assert!(record.to_spans(&copy).is_none(), "it lies elsewhere");
        assert!(spans.resolve(&copy[..0]).is_none(), "it is too short");

        let owned: $record<Vec<u8>> = record.to_vecs();
        assert_eq!(owned.as_slices(), record);
        owned.map(|field| assert!(field.is_empty() || !Source::new(line).borrows(field)));

        check_shared(&record, &Bytes::copy_from_slice(line));
        let buffer = Bytes::from(copy);
        let shared: $record<Bytes> =
            $grammar.parse_one(&buffer).unwrap().0.to_shared(&buffer).unwrap();
        assert_eq!(shared.as_slices(), record);
        shared.map(|field| assert_borrows!(buffer, field));
        assert_eq!(shared.to_spans(&buffer).unwrap().resolve(&buffer).unwrap(), record);
        drop(buffer);
        assert_eq!(shared.as_slices(), record);
    }};
}

/// Slices of another buffer are not shared.
#[track_caller]
fn check_shared<R: Record<Slice: AsRef<[u8]>>>(record: &R, other: &Bytes) {
    assert!(record.to_shared(other).is_none());
}

#[test]
fn pairs_and_commands() {
    check!(Kv, Pair, b"key='value'\n");
    check!(Kv, Pair, b"key=\n");
    check!(CommandLine, Command, b"GET /a b\r\n");
}

#[test]
fn log_lines() {
    check!(CommonLog, Common, b"::1 - us er [now] \"GET / HTTP/1.1\" 200 5\n");
    check!(CommonLog, Common, b"::1 id  [] \"-\" - -\n");
    check!(
        CombinedLog,
        Combined,
        b"::1 - - [t] \"GET / HTTP/1.1\" 200 5 \"\" \"a\\\"b\" \"x\" y\n"
    );
    check!(CombinedLog, Combined, b"::1 - - [t] \"quit\" 200 5 \"-\" \"-\" ");
}

#[test]
fn entries() {
    check!(Logfmt::new(), Entries, b"at=info said=\"a \\\"b\\\"\" bare empty= quoted=\"\"\n");
}

#[test]
fn references() {
    check!(UriReference, Uri, b"http://us@h:80/a/b?c#d");
    check!(UriReference, Uri, b"http://@:?#");
    check!(UriReference, Uri, b"//h");
    check!(UriReference, Uri, b"a");
}

#[test]
fn heads_of_messages() {
    check!(Head::new(), Message, b"GET / HTTP/1.1\r\nHost: h\r\nA:\r\n\r\n");
    check!(Head::new(), Message, b"HTTP/1.1 200 \r\n\r\n");
    check!(RequestHead::new(), Request, b"POST /a?b HTTP/1.0\r\nA: b c \r\n\r\nbody");
    check!(ResponseHead::new(), Response, b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n");
}

#[test]
fn trees() {
    check!(Resp::new(), Tree, b"*3\r\n$3\r\nGET\r\n$0\r\n\r\n%1\r\n+a\r\n=5\r\ntxt:b\r\n");
    check!(Resp::new(), Tree, b"|1\r\n+a\r\n(12\r\n$?\r\n;1\r\nx\r\n;0\r\n");
}

#[test]
fn an_empty_slice_from_anywhere_is_part_of_any_source() {
    let elsewhere = [0; 1];
    let pair = Pair { key: &elsewhere[..0], value: &[] };
    for source in [&b"source"[..], b""] {
        let source = Bytes::from_static(source);
        let spans = pair.to_spans(&source).unwrap();
        assert_eq!(spans.resolve(&source), Some(Pair::default()));
        assert_eq!(pair.to_shared(&source), Some(Pair::default()));
    }
}

#[test]
fn a_span_has_8_bytes() {
    assert_eq!(size_of::<Pair<Span>>(), 16);
    assert_eq!(Pair::<Span>::default().resolve(b""), Some(Pair::default()));
}

#[test]
fn a_slice_past_the_reach_of_spans_is_none() {
    if !has_room() {
        println!("skipped: less than 8 GiB of memory are known to be free");
        return;
    }
    // Only addresses count, so that no page of it is touched.
    let len = usize::try_from(u64::from(u32::MAX) + 2).unwrap();
    let source = vec![0; len];
    let far = Pair { key: &source[len - 1..], value: &source[..1] };
    assert!(far.to_spans(&source).is_none());
    let near = Pair { key: &source[len - 2..len - 1], value: &source[..1] };
    assert_eq!(near.to_spans(&source).unwrap().key, Span::new(u32::MAX, 1));
    let long = Pair { key: &source[..], value: &source[..1] };
    assert!(long.to_spans(&source).is_none());
}

/// Whether a buffer of 4 GiB can be had without harm, as far as Linux says.
fn has_room() -> bool {
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kibibytes = free.and_then(|free| free.trim().strip_suffix(" kB")?.parse().ok());
    size_of::<usize>() == 8 && kibibytes.is_some_and(|free: u64| free >= 8 << 20)
}

/// Any record by its trait alone: the records of a piece, kept when the piece is gone.
fn keep<G>(grammar: G, piece: &[u8]) -> Vec<String>
where
    G: Grammar + Copy,
    for<'i> G::Record<'i>: Record<Slice: AsRef<[u8]>, Of<Vec<u8>>: Debug>,
{
    let mut kept = Vec::new();
    Bulk::new(grammar).finish(piece, |outcome| {
        kept.push(format!("{:?}", outcome.unwrap().record.to_vecs()));
        Continue(())
    });
    let records =
        Records::new(grammar, piece).map(|record| format!("{:?}", record.unwrap().to_vecs()));
    assert_eq!(kept, records.collect::<Vec<_>>());
    kept
}

#[test]
fn a_record_that_is_lent_is_turned_where_it_lies() {
    assert_eq!(keep(Logfmt::new(), b"a=1 b\nc=\"d\"\n").len(), 2);
    assert_eq!(keep(Kv, b"a=1\nc=\"d\"\n").len(), 2);
    assert_eq!(keep(UriReference, b"//a\nb:c\n\n").len(), 3);
}
