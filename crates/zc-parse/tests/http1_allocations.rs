//! Headers use their storage again, and chunks need none.

use std::ops::ControlFlow::Continue;

use zc_core::mask::{Scanner, Slice};
use zc_parse::http1::{Chunked, Head, Message, Part};
use zc_parse::{Bulk, Grammar};

const HEADS: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\nServer: x\r\n\r\n";

/// Allocations of a second piece of `count` pairs of heads, when the masks are there already.
fn allocations(heads: &[u8], count: usize) -> u64 {
    let input = heads.repeat(count);
    let mut bulk = Bulk::new(Head::new());
    let mut headers = 0;
    let mut read = |piece| {
        bulk.feed(piece, |outcome| {
            headers += outcome.map_or(0, |parsed| parsed.record.headers().len());
            Continue(())
        });
    };
    read(&input);
    let again = allocation_counter::measure(|| read(&input));
    assert!(headers > 0 && headers % (2 * count) == 0);
    again.count_total
}

#[test]
fn a_piece_of_many_heads_allocates_as_a_piece_of_one() {
    assert_eq!(allocations(HEADS, 10_000), allocations(HEADS, 1));
    let long = [b"GET / HTTP/1.1\r\n", &b"a: b\r\n".repeat(90)[..], b"\r\n"].concat();
    assert_eq!(allocations(&long, 1000), allocations(&long, 1));
}

#[test]
fn a_record_that_is_used_again_allocates_nothing() {
    let mut message = Message::default();
    let mut read = || {
        let head = Head::new();
        let mut input = Scanner::new(HEADS, Slice::new(head.stops()));
        for _ in 0..2 {
            head.parse(&mut input, &mut message).expect("a good head");
        }
        assert!(input.is_at_end());
    };
    read();
    assert_eq!(allocation_counter::measure(read).count_total, 0);
    assert_eq!(message.headers().len(), 2);
}

#[test]
fn chunks_allocate_nothing() {
    let body = b"5;a=\"b\"\r\nhello\r\n0\r\na: b\r\n\r\n";
    let mut chunked = Chunked::new();
    let decode = || {
        assert_eq!(chunked.decode(body), Ok(Part::Data { len: 14, data: 9..14 }));
        let end = Part::End { len: 13, trailers: 5..13 };
        assert_eq!(chunked.decode(&body[14..]), Ok(end));
    };
    assert_eq!(allocation_counter::measure(decode).count_total, 0);
}
