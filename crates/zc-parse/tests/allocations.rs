//! No grammar allocates for a record: the masks of the first window are all there is.

use std::ops::ControlFlow::Continue;

use zc_parse::{Bulk, CombinedLog, Grammar, Kv};

#[track_caller]
fn check<G: Grammar>(grammar: G, line: &[u8]) {
    let input = line.repeat(10_000);
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
    assert_eq!(again.count_total, 0);
}

#[test]
fn pairs() {
    check(Kv, b"key=\"value\"\n");
}

#[test]
fn log_lines() {
    check(CombinedLog, b"::1 - - [now] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n");
}

#[test]
fn one_record_on_a_slice() {
    let line = b"::1 - - [now] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";
    let one = allocation_counter::measure(|| drop(CombinedLog.parse_one(line)));
    assert_eq!(one.count_total, 0);
}
