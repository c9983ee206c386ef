//! No grammar allocates for a record: the masks of the first window are all there is. Records with
//! any number of fields use their storage again, which the tests of their grammars count.

use std::ops::ControlFlow::Continue;

use bytes::Bytes;
use zc_parse::access_log::unescape;
use zc_parse::{
    Bulk, CombinedLog, CommandLine, CommonLog, Grammar, Kv, Lines, Logfmt, Record, Records,
    UriReference,
};

const LOG: &[u8] = b"::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5";

fn combined(agent: &[u8]) -> Vec<u8> {
    [LOG, b" \"-\" \"", agent, b"\""].concat()
}

/// Of one record on a slice, and of a second piece of many when the masks are there already.
#[track_caller]
fn check<G: Grammar>(grammar: G, line: &[u8]) {
    let one = allocation_counter::measure(|| assert!(grammar.parse_one(line).is_ok()));
    assert_eq!(one.count_total, 0, "one record");
    let input = [line, b"\n"].concat().repeat(10_000);
    let mut bulk = Bulk::new(grammar);
    let mut records = 0;
    let mut read = |piece| {
        bulk.feed(piece, |outcome| {
            records += usize::from(outcome.is_ok());
            Continue(())
        });
    };
    read(&input);
    let again = allocation_counter::measure(|| read(&input));
    assert_eq!(records, 20_000);
    assert_eq!(again.count_total, 0, "many records");
}

#[test]
fn pairs() {
    check(Kv, b"key=\"value\"");
}

#[test]
fn commands_lines_and_references() {
    check(CommandLine, b"GET /index.html");
    check(Lines, b"anything");
    check(UriReference, b"http://us@h:80/a%20b?c=d#e");
}

#[test]
fn log_lines() {
    check(CommonLog, LOG);
    check(CombinedLog, &combined(b"curl \\\"8\\\""));
    check(CombinedLog, &[&combined(b"curl/8")[..], b" \"10.0.0.7\""].concat());
}

#[test]
fn a_bad_record_allocates_nothing() {
    let mut bad = 0;
    let mut bulk = Bulk::new(CombinedLog);
    let lines = b"no log line\n".repeat(1000);
    let mut read = || {
        bulk.feed(&lines, |outcome| {
            bad += usize::from(outcome.is_err());
            Continue(())
        });
    };
    read();
    assert_eq!(allocation_counter::measure(read).count_total, 0);
    assert_eq!(bad, 2000);
}

/// Allocations of an iterator over `count` lines.
fn of_the_iterator<G: Grammar>(grammar: G, line: &[u8], count: usize) -> u64 {
    let input = [line, b"\n"].concat().repeat(count);
    let measured = allocation_counter::measure(|| {
        assert_eq!(Records::new(grammar, &input).flatten().count(), count);
    });
    measured.count_total
}

#[test]
fn the_iterator_allocates_for_batches_and_for_storage_that_it_gives_away() {
    let batches = of_the_iterator(Kv, b"at=info status=200", 10_000);
    assert!(batches < 100, "{batches}");
    let entries = of_the_iterator(Logfmt::new(), b"at=info status=200", 10_000);
    assert!((10_000..10_100).contains(&entries), "{entries}");
}

#[test]
fn spans_shared_slices_and_times_allocate_nothing() {
    let line = Bytes::from(combined(b"curl/8"));
    let (record, _) = CombinedLog.parse_one(&line).expect("a good line");
    // The first share of a buffer allocates its counter.
    assert!(record.to_shared(&line).is_some());
    let measured = allocation_counter::measure(|| {
        assert!(record.to_shared(&line).is_some());
        let spans = record.to_spans(&line);
        assert!(spans.is_some_and(|spans| spans.resolve(&line).is_some()));
        assert!(record.common.timestamp().is_ok());
        assert!(record.unescaped().user_agent.is_some());
    });
    assert_eq!(measured.count_total, 0);
}

#[test]
fn only_escapes_allocate_and_only_once() {
    let of = |field| allocation_counter::measure(|| drop(unescape(field))).count_total;
    assert_eq!(of(b"plain"), 0);
    assert_eq!(of(br"\x16\x03\x01 and much more text behind it \n\n\n"), 1);
}
