//! Long records are bad records, are reported once, and do not hide what follows.

use std::ops::ControlFlow::{Break, Continue};

use zc_core::Position;
use zc_parse::{Bad, Bulk, Kv, Outcome};

/// Feeds `input` in pieces of at most `piece` bytes more than what was left; returns the keys and
/// the positions of records that are too long.
fn read(input: &[u8], limit: usize, piece: usize) -> (Vec<String>, Vec<Position>) {
    let (mut keys, mut long) = (Vec::new(), Vec::new());
    let mut bulk = Bulk::new(Kv).with_limit(limit);
    let (mut start, mut end) = (0, 0);
    while end < input.len() {
        end = (end + piece).min(input.len());
        let keep = |outcome: Outcome<'_, '_, Kv>| {
            match outcome {
                Ok(parsed) => keys.push(String::from_utf8_lossy(parsed.record.key).into_owned()),
                Err(Bad { error, .. }) => {
                    assert!(error.is_too_long(), "{error}");
                    long.push(error.position());
                }
            }
            Continue(())
        };
        start += if end < input.len() {
            bulk.feed(&input[start..end], keep)
        } else {
            bulk.finish(&input[start..end], keep)
        };
        // One more may be the `\r` of a line ending.
        assert!(end - start <= limit + 1, "{} bytes are held back", end - start);
    }
    (keys, long)
}

#[test]
fn a_long_record_is_reported_once_and_the_next_one_is_read() {
    let input = b"a=1\nlong=xxxxxxxxxxxxxxxxxxxxxxxx\nb=2\n";
    for piece in 1..=input.len() {
        let (keys, long) = read(input, 10, piece);
        assert_eq!(keys, ["a", "b"], "pieces of {piece}");
        assert_eq!(long, [Position { offset: 4, line: 2, column: 1 }], "pieces of {piece}");
    }
}

#[test]
fn the_limit_counts_the_record_without_its_line_ending() {
    assert_eq!(read(b"k=345\nk=3456\n", 5, 100).1.len(), 1);
    assert_eq!(read(b"k=345\r\n", 5, 100).1.len(), 0);
    assert_eq!(read(b"k=345", 5, 100).1.len(), 0);
}

#[test]
fn the_limit_is_the_same_however_the_input_is_cut() {
    let inputs: [&[u8]; 4] =
        [b"k=345\r\nk=1\n", b"k=345\r", b"# a long comment\nk=1\n", b"          \nk=3456\nk=1"];
    for input in inputs {
        let whole = read(input, 5, input.len());
        for piece in 1..input.len() {
            assert_eq!(read(input, 5, piece), whole, "pieces of {piece}");
        }
    }
}

#[test]
fn a_long_record_that_begins_with_blanks_is_no_gap() {
    let input = b"a=1\n          b=2\nc=3\n";
    for piece in 1..=input.len() {
        let (keys, long) = read(input, 5, piece);
        assert_eq!(keys, ["a", "c"], "pieces of {piece}");
        assert_eq!(long, [Position { offset: 4, line: 2, column: 1 }], "pieces of {piece}");
    }
}

#[test]
fn long_blank_lines_and_comments_are_gaps() {
    for gap in ["          \n", "          # k=v\n", "# comment=long\n", "          # k=v"] {
        let input = format!("a=1\n{gap}");
        for piece in 1..=input.len() {
            assert_eq!(read(input.as_bytes(), 5, piece), (vec!["a".to_owned()], vec![]), "{gap:?}");
        }
    }
}

#[test]
fn reading_ends_where_the_visitor_says() {
    let mut bulk = Bulk::new(Kv);
    let mut seen = 0;
    let used = bulk.finish(b"a=1\nb=2\nc=3\n", |_| {
        seen += 1;
        if seen == 2 { Break(()) } else { Continue(()) }
    });
    assert_eq!((seen, used), (2, 8));
    assert_eq!(bulk.position(), Position { offset: 8, line: 3, column: 1 });
}
