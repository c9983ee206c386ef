//! What a tree lends, and what is made of it.

use zc_core::{Source, assert_borrows};
use zc_parse::resp::{NullForm, Resp, Value};
use zc_parse::{Grammar, Record, Records};

#[test]
fn values_borrow_and_outlive_their_borrow_as_spans() {
    let input = &b"*5\r\n$3\r\nSET\r\n+a\r\n=7\r\ntxt:abc\r\n$?\r\n;2\r\nhi\r\n;0\r\n,1.5\r\n"[..];
    let (on_slice, rest) = Resp::new().parse_one(input).unwrap();
    assert_borrows!(input, rest);
    for tree in Records::new(Resp::new(), input).map(Result::unwrap).chain([on_slice.clone()]) {
        for text in tree.nodes().iter().filter_map(|node| node.value.text()) {
            assert_borrows!(input, text);
        }
    }
    let source = Source::new(input);
    let spans = on_slice.map(|slice| source.span_of(slice).unwrap());
    let copy = input.to_vec();
    assert_eq!(spans.map(|span| span.get(&copy).unwrap()), on_slice);
    assert_eq!(on_slice.to_vecs().as_slices(), on_slice);
}

#[test]
fn a_tree_before_the_first_value_is_empty() {
    let tree = zc_parse::resp::Tree::<&[u8]>::default();
    assert!(tree.root().is_none() && tree.nodes().is_empty());
}

#[test]
fn only_maps_and_attributes_hold_entries() {
    let (tree, _) = Resp::new().parse_one(b"*3\r\n:1\r\n:2\r\n:3\r\n").unwrap();
    let root = tree.root().unwrap();
    assert_eq!((root.entries().count(), root.attributes().count()), (1, 0));
    assert_eq!(root.children().next().unwrap().children().count(), 0);
    assert_eq!((root.value().text(), root.value().to_f64()), (None, None));
    assert_eq!(tree.nodes()[0].size, 4);
    assert_ne!(Value::<&[u8]>::Null(NullForm::Bulk), Value::Null(NullForm::Array));
}
