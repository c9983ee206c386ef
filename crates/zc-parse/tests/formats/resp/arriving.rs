//! Values that are not all there: what is missing, and what lies behind a bad one.

use zc_core::{Framer, Incomplete};
use zc_parse::{Grammar, Resp};

use super::{framer, read};

#[test]
fn an_empty_input_is_no_value() {
    let error = Resp::new().parse_one(b"").unwrap_err();
    let reason = "found the end of the input; expected a type byte such as `+` or `$`";
    assert_eq!(error.reason().to_string(), reason);
    assert_eq!(framer().frame(b""), Err(Incomplete { needed: 3 }.into()));
    assert_eq!(read(b""), []);
}

#[test]
fn what_is_missing_of_a_string_is_known() {
    for (input, needed) in [
        (&b"$5\r\n"[..], 7),
        (b"$5\r\nhe", 5),
        (b"$5\r\nhello", 2),
        (b"$5\r\nhello\r", 1),
        (b"!1000000\r\n", 1_000_002),
        (b"=15\r\n", 17),
        (b"=15\r\ntxt", 14),
        (b"=15\r\ntxt:Some", 9),
        (b"*2\r\n:1\r\n$100\r\nabc", 99),
        (b"$?\r\n;10\r\nabc", 9),
        (b"+OK", 2),
        (b"+OK\r", 1),
        (b"*2\r\n:1\r\n", 3),
    ] {
        assert_eq!(framer().frame(input), Err(Incomplete { needed }.into()), "{input:?}");
    }
}

#[test]
fn an_error_at_the_end_of_the_input_says_what_is_missing() {
    for (input, expected) in [
        (&b"$5\r\nhel"[..], "the rest of the bytes, as many as the length says"),
        (b"$5\r\nhello", "`\\r\\n`"),
        (b"*2\r\n:1\r\n", "a type byte such as `+` or `$`"),
        (b"$?\r\n", "`;`"),
        (b"+OK", "`\\r\\n`"),
        (b":1", "a digit or `\\r\\n`"),
    ] {
        let error = Resp::new().parse_one(input).unwrap_err();
        let reason = format!("found the end of the input; expected {expected}");
        assert_eq!(error.reason().to_string(), reason);
    }
}

#[test]
fn a_value_that_never_ends_is_one_bad_record() {
    let reasons = read(b":1\r\n*3\r\n:1\r\n$5\r\nhi");
    assert_eq!(reasons.len(), 2);
    let error = reasons[1].as_ref().unwrap_err();
    assert!(error.starts_with("line 5, column 3 (byte 18): found the end of the input"), "{error}");
}

#[test]
fn a_bad_value_does_not_hide_those_behind_its_line() {
    let input = b"+OK\r\n:x1\r\n$3\r\nhello\r\n*2\r\n:1\r\n@\r\n:2\r\n";
    let reasons: Vec<_> = read(input).into_iter().map(|r| r.unwrap_or_else(|e| e)).collect();
    assert_eq!(
        reasons,
        [
            "+\"OK\"",
            "line 2, column 2 (byte 6): found `x`; expected a digit or a sign",
            "line 4, column 4 (byte 17): found `l`; expected `\\r\\n`",
            "line 7, column 1 (byte 29): found `@`; expected a type byte such as `+` or `$`",
            "2",
        ]
    );
}

#[test]
fn a_value_that_arrives_byte_by_byte_is_walked_once() {
    let element = "$1000\r\n".to_owned() + &"x".repeat(1000) + "\r\n:1\r\n+a\r\n,1.5\r\n";
    let input = format!("*800\r\n{}", element.repeat(200)).into_bytes();
    let mut framer = framer();
    for end in 0..input.len() {
        assert!(framer.frame(&input[..end]).unwrap_err().is_incomplete());
    }
    assert_eq!(framer.frame(&input).unwrap().len, input.len());
    assert_eq!(framer.frame(b":1\r\n").unwrap().len, 4, "the framer is ready for the next value");
}
