//! How deep a value is, and how many nodes it has.

use zc_core::Framer;
use zc_parse::Grammar;
use zc_parse::resp::{Resp, Value};

use super::{check_bad, check_bad_by};

/// `count` arrays in one another, around `inner`.
fn nested(header: &str, count: usize, inner: &str) -> Vec<u8> {
    (header.repeat(count) + inner).into_bytes()
}

#[test]
fn depth_is_limited() {
    let too_deep = "found byte 0x0d; expected a value that is nested less deeply";
    let deep = nested("*1\r\n", 32, ":1\r\n");
    assert_eq!(Resp::new().parse_one(&deep).unwrap().0.nodes().len(), 33);
    check_bad(&nested("*1\r\n", 33, ":1\r\n"), 32 * 4 + 2, too_deep);
    check_bad(&nested("*1\r\n", 100_000, ""), 32 * 4 + 2, too_deep);
    check_bad(&nested("*?\r\n", 33, ""), 32 * 4 + 2, too_deep);
    check_bad(&nested("%1\r\n+k\r\n", 33, ""), 32 * 8 + 2, too_deep);
    check_bad(&nested("|1\r\n", 33, ""), 32 * 4 + 2, too_deep);
    let flat = Resp::new().with_depth(0);
    for input in [":1\r\n", "*0\r\n", "*-1\r\n", "%0\r\n", "$?\r\n;1\r\na\r\n;0\r\n"] {
        assert!(flat.parse_one(input.as_bytes()).is_ok(), "{input:?}");
    }
    check_bad_by(flat, b"*1\r\n:1\r\n", 2, too_deep);
    check_bad_by(flat, b"~?\r\n", 2, too_deep);
    let deep = nested("*1\r\n", 128, "$6\r\nLOLWUT\r\n");
    let (tree, _) = Resp::new().with_depth(128).parse_one(&deep).unwrap();
    let mut item = tree.root().unwrap();
    for _ in 0..128 {
        assert_eq!(item.value(), &Value::Array(1));
        item = item.children().next().unwrap();
    }
    assert_eq!(item.value(), &Value::Bulk(&b"LOLWUT"[..]));
}

#[test]
fn hostile_depth_without_a_limit_is_no_recursion() {
    let deep = nested("*1\r\n", 100_000, ":1\r\n");
    let grammar = Resp::new().with_depth(usize::MAX);
    let (tree, rest) = grammar.parse_one(&deep).unwrap();
    assert_eq!((tree.nodes().len(), rest), (100_001, &b""[..]));
    let mut framer = grammar.framer();
    for end in (0..deep.len()).step_by(1000) {
        assert!(framer.frame(&deep[..end]).unwrap_err().is_incomplete());
    }
    assert_eq!(framer.frame(&deep).unwrap().len, deep.len());
}

#[test]
fn the_number_of_nodes_is_limited() {
    let too_many = "found byte 0x0d; expected fewer values in one";
    check_bad(b"*1000000000\r\n", 11, too_many);
    check_bad(b"*1048576\r\n", 8, too_many);
    check_bad(b"%524288\r\n", 7, too_many);
    check_bad(b"*9223372036854775807\r\n+asdf\r\n", 20, too_many);
    check_bad(b"%9223372036854775807\r\n", 20, too_many);
    check_bad(b"*2\r\n*1048574\r\n", 12, too_many);
}

#[test]
fn what_is_announced_counts_as_much_as_what_is_there() {
    let five = Resp::new().with_nodes(5);
    let too_many = |found: &str| format!("found {found}; expected fewer values in one");
    for input in ["*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", "%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n"] {
        assert_eq!(five.parse_one(input.as_bytes()).unwrap().0.nodes().len(), 5);
    }
    check_bad_by(five, b"*5\r\n", 2, &too_many("byte 0x0d"));
    check_bad_by(five, b"*2\r\n*3\r\n", 6, &too_many("byte 0x0d"));
    check_bad_by(five, b"%3\r\n", 2, &too_many("byte 0x0d"));
    check_bad_by(five, b"*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", 20, &too_many("`:`"));
    check_bad_by(five, b"*3\r\n:1\r\n|0\r\n|0\r\n", 12, &too_many("`|`"));
    check_bad_by(
        five,
        b"$?\r\n;1\r\na\r\n;1\r\na\r\n;1\r\na\r\n;1\r\na\r\n;1\r\n",
        34,
        &too_many("byte 0x0d"),
    );
    let ends = [
        &b"*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n.\r\n"[..],
        b"$?\r\n;1\r\na\r\n;1\r\na\r\n;1\r\na\r\n;1\r\na\r\n;0\r\n",
        b"*2\r\n|0\r\n|0\r\n:1\r\n:2\r\n",
    ];
    for input in ends {
        assert_eq!(five.parse_one(input).unwrap().0.nodes().len(), 5);
    }
    let none = Resp::new().with_nodes(0);
    assert!(none.parse_one(b":1\r\n").is_ok() && none.parse_one(b"*0\r\n").is_ok());
    check_bad_by(none, b"*1\r\n", 2, &too_many("byte 0x0d"));
}
