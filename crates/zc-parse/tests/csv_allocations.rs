//! Rows use their storage again, and only doubled quotes make a copy of a field.

use std::ops::ControlFlow::Continue;

use zc_core::Framer;
use zc_core::mask::{Scanner, Slice};
use zc_parse::{Bulk, Csv, Grammar};

const ROW: &[u8] = b"1,two,\"three, and\nmore\",\"a \"\"quote\"\"\",,\"\"\n";

/// Allocations of a second piece of `count` rows, when the masks are there already.
fn allocations(row: &[u8], count: usize) -> u64 {
    let input = row.repeat(count);
    let mut bulk = Bulk::new(Csv::new());
    let mut fields = 0;
    let mut read = |piece| {
        bulk.feed(piece, |outcome| {
            fields += outcome.map_or(0, |parsed| parsed.record.len());
            Continue(())
        });
    };
    read(&input);
    let again = allocation_counter::measure(|| read(&input));
    assert_ne!(fields, 0);
    again.count_total
}

#[test]
fn a_piece_of_many_rows_allocates_as_a_piece_of_one() {
    assert_eq!(allocations(ROW, 1), 1);
    assert_eq!(allocations(ROW, 10_000), 1);
    let wide = [&b"a,".repeat(100)[..], b"\n"].concat();
    assert_eq!(allocations(&wide, 1000), allocations(&wide, 1));
}

#[test]
fn a_row_that_is_used_again_allocates_nothing() {
    let csv = Csv::new();
    let mut row = Default::default();
    let mut read = || {
        let mut input = Scanner::new(ROW, Slice::new(csv.stops()));
        csv.parse(&mut input, &mut row).expect("a good row");
    };
    read();
    assert_eq!(allocation_counter::measure(read).count_total, 0);
    assert_eq!(row.len(), 6);
}

#[test]
fn a_bad_row_allocates_nothing() {
    for row in [&b"a,\"b\"c,d\n"[..], b"a,b,c\n", b"a\n", b"a,\"b\nc,d\n"] {
        let input = row.repeat(300);
        let mut bulk = Bulk::new(Csv::new().with_width(2));
        let mut bad = 0;
        let mut read = || {
            bulk.finish(&input, |outcome| {
                bad += usize::from(outcome.is_err());
                Continue(())
            });
        };
        read();
        // The storage of a row, once a piece.
        assert!(allocation_counter::measure(read).count_total <= 1);
        assert!(bad >= 300, "{bad}");
    }
}

#[test]
fn a_text_allocates_for_doubled_quotes_only_and_once() {
    let (row, _) = Csv::new().parse_one(ROW).expect("a good row");
    for (index, field) in row.iter().enumerate() {
        let copies = allocation_counter::measure(|| drop(field.text())).count_total;
        assert_eq!(copies, u64::from(index == 3), "field {index}");
    }
    let quotes = ["\"", &"\"\"".repeat(10_000), "\""].concat();
    let (row, _) = Csv::new().parse_one(quotes.as_bytes()).expect("a good row");
    let measured = allocation_counter::measure(|| assert_eq!(row[0].text().len(), 10_000));
    assert_eq!(measured.count_total, 1);
}

#[test]
fn a_framer_allocates_nothing() {
    let mut framer = Csv::new().framer();
    let frame = || {
        for end in 0..ROW.len() {
            assert!(framer.frame(&ROW[..end]).is_err());
        }
        assert_eq!(framer.frame(ROW).map(|frame| frame.len), Ok(ROW.len()));
    };
    assert_eq!(allocation_counter::measure(frame).count_total, 0);
}
