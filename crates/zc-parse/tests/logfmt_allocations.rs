//! Entries use their storage again: what is allocated does not grow with the number of records.

use std::ops::ControlFlow::Continue;

use zc_core::mask::{Scanner, Slice};
use zc_parse::{Bulk, Grammar, Logfmt};

const LINE: &[u8] =
    b"at=info method=GET path=\"/a b\" said=\"\\\"hi\\\"\" bare empty= status=200\n";

/// Allocations of a second piece of `count` lines, when the masks are there already.
fn allocations(line: &[u8], count: usize) -> u64 {
    let input = line.repeat(count);
    let mut bulk = Bulk::new(Logfmt::new());
    let mut entries = 0;
    let mut read = |piece| {
        bulk.feed(piece, |outcome| {
            entries += outcome.map_or(0, |parsed| parsed.record.len());
            Continue(())
        });
    };
    read(&input);
    let again = allocation_counter::measure(|| read(&input));
    assert_eq!(entries % (2 * count), 0);
    assert!(entries > 0);
    again.count_total
}

#[test]
fn a_piece_of_many_records_allocates_as_a_piece_of_one() {
    assert_eq!(allocations(LINE, 10_000), allocations(LINE, 1));
    let long = [&b"key=value ".repeat(100)[..], b"\n"].concat();
    assert_eq!(allocations(&long, 1000), allocations(&long, 1));
}

#[test]
fn a_record_that_is_used_again_allocates_nothing() {
    let mut entries = Default::default();
    let mut read = || {
        let grammar = Logfmt::new();
        let mut line = Scanner::new(LINE, Slice::new(grammar.stops()));
        grammar.parse(&mut line, &mut entries).expect("a good line");
    };
    read();
    assert_eq!(allocation_counter::measure(read).count_total, 0);
    assert_eq!(entries.len(), 7);
}
