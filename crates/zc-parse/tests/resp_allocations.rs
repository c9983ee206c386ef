//! Trees use their storage again, and nothing is made for what was only announced.

use std::ops::ControlFlow::Continue;

use zc_core::Framer;
use zc_core::mask::{MaskBuffer, Scanner, Slice};
use zc_parse::resp::{Item, Resp};
use zc_parse::{Bulk, Grammar};

const VALUE: &[u8] =
    b"*5\r\n$3\r\nSET\r\n*2\r\n:1\r\n,1.5\r\n%1\r\n+a\r\n_\r\n$?\r\n;1\r\na\r\n;0\r\n#t\r\n";

/// Allocations of a second piece of `count` values, when the masks are there already.
fn allocations(count: usize) -> u64 {
    let input = VALUE.repeat(count);
    let mut bulk = Bulk::new(Resp::new());
    let mut nodes = 0;
    let mut read = |piece| {
        bulk.feed(piece, |outcome| {
            nodes += outcome.map_or(0, |parsed| parsed.record.nodes().len());
            Continue(())
        });
    };
    read(&input);
    let again = allocation_counter::measure(|| read(&input));
    assert_eq!(nodes, 2 * count * 11);
    again.count_total
}

#[test]
fn a_piece_of_many_values_allocates_once_a_window_at_the_most() {
    let windows = (10_000 * VALUE.len()).div_ceil(MaskBuffer::WINDOW);
    // For the framer that says that the last value of a window is cut.
    assert!(allocations(10_000) <= allocations(1) + windows as u64);
}

#[test]
fn a_tree_that_is_used_again_allocates_nothing() {
    let grammar = Resp::new();
    let mut tree = Default::default();
    let mut read = || {
        let mut input = Scanner::new(VALUE, Slice::new(grammar.stops()));
        grammar.parse(&mut input, &mut tree).expect("a good value");
    };
    read();
    assert_eq!(allocation_counter::measure(read).count_total, 0);
}

#[test]
fn a_walk_over_a_tree_allocates_nothing() {
    let (tree, _) = Resp::new().parse_one(VALUE).expect("a good value");
    let root = tree.root().expect("a value was read");
    let walk = || {
        let texts = root.children().flat_map(Item::children);
        assert_eq!(texts.filter_map(|item| item.value().text()).count(), 3);
        assert_eq!(root.attributes().count(), 0);
    };
    assert_eq!(allocation_counter::measure(walk).count_total, 0);
}

#[test]
fn a_framer_that_is_used_again_allocates_nothing() {
    let mut framer = Resp::new().framer();
    let mut frame = || {
        for end in 0..=VALUE.len() {
            assert_eq!(framer.frame(&VALUE[..end]).is_ok(), end == VALUE.len());
        }
    };
    frame();
    assert_eq!(allocation_counter::measure(frame).count_total, 0);
}

#[test]
fn what_is_announced_is_not_allocated() {
    let announced = b"*1000000\r\n%1000\r\n$9223372036854775807\r\nabc";
    let read = || {
        assert!(Resp::new().with_nodes(usize::MAX).parse_one(announced).is_err());
        assert!(Resp::new().framer().frame(announced).is_err());
    };
    let info = allocation_counter::measure(read);
    assert!(info.bytes_max < 2000, "{info:?}");
}
