//! Values with nothing in them: texts, numbers, nulls.

use zc_core::{Framer, Incomplete};
use zc_parse::Resp;

use super::{check, check_bad, check_bytes, framer};
use crate::twins;

#[test]
fn simple_strings_and_errors() {
    check("+OK ", "+\"OK\"");
    check("+ ", "+\"\"");
    check("-ERR_unknown_command ", "-\"ERR unknown command\"");
    check("- ", "-\"\"");
    check_bytes(b"+\xff\0:$*\r\n", "+\"\u{fffd}\\0:$*\"");
}

/// The grammar has no stop sets, and so no masks, whatever blocks the input would fill.
#[test]
fn a_line_may_be_longer_than_a_block_of_masks() {
    for len in (50..140).chain([1000, 20_000]) {
        let line = format!("+{}\r\n", "0".repeat(len));
        twins::check_grammar(&Resp::new(), line.as_bytes());
        twins::check_grammar(&Resp::new(), line.repeat(3).as_bytes());
    }
}

#[test]
fn a_line_break_in_a_simple_string_is_refused() {
    check_bad(b"+a\nb\r\n", 2, "found the end of the line; expected `\\r\\n`");
    check_bad(b"+a\rb\r\n", 3, "found `b`; expected `\\r\\n`");
    check_bad(b"-a\r\r\n", 3, "found byte 0x0d; expected `\\r\\n`");
    check_bad(b"+\n", 1, "found the end of the line; expected `\\r\\n`");
}

#[test]
fn integers_of_64_bits() {
    for (text, integer) in [
        ("0", "0"),
        ("1000", "1000"),
        ("+7", "7"),
        ("-7", "-7"),
        ("-0", "0"),
        ("007", "7"),
        ("999999999", "999999999"),
        ("1234567890", "1234567890"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0000000000000000000000000000042", "42"),
    ] {
        check(&format!(":{text} "), integer);
    }
}

#[test]
fn integers_of_more_than_64_bits_are_refused() {
    let reason = |found| format!("found `{found}`; expected an integer that fits into 64 bits");
    check_bad(b":9223372036854775808\r\n", 19, &reason('8'));
    check_bad(b":-9223372036854775809\r\n", 20, &reason('9'));
    check_bad(b":+99999999999999999999\r\n", 20, &reason('9'));
}

#[test]
fn what_is_no_integer_is_refused() {
    check_bad(b":\r\n", 1, "found byte 0x0d; expected a digit or a sign");
    check_bad(b":-\r\n", 2, "found byte 0x0d; expected a digit");
    check_bad(b":+-1\r\n", 2, "found `-`; expected a digit");
    check_bad(b": 1\r\n", 1, "found a space; expected a digit or a sign");
    check_bad(b":1 \r\n", 2, "found a space; expected a digit or `\\r\\n`");
    check_bad(b":1.5\r\n", 2, "found `.`; expected a digit or `\\r\\n`");
    check_bad(b":1\n", 2, "found the end of the line; expected a digit or `\\r\\n`");
    check_bad(b":inf\r\n", 1, "found `i`; expected a digit or a sign");
    check_bad(b":v1\r\n", 1, "found `v`; expected a digit or a sign");
}

#[test]
fn bulk_strings_and_errors_of_any_bytes() {
    check("$5 hello ", "\"hello\"");
    check("$0  ", "\"\"");
    check("$00005 hello ", "\"hello\"");
    check_bytes(b"$8\r\n\r\n\0\xff$1\r\n\r\n", "\"\\r\\n\\0\u{fffd}$1\\r\\n\"");
    check("!21 SYNTAX_invalid_syntax ", "!\"SYNTAX invalid syntax\"");
    check("!0  ", "!\"\"");
    check(&format!("$1000 {} ", "x".repeat(1000)), &format!("{:?}", "x".repeat(1000)));
}

#[test]
fn a_length_that_is_none_is_refused() {
    check_bad(b"$\r\n", 1, "found byte 0x0d; expected the digits of a length");
    check_bad(b"$blabla\r\n", 1, "found `b`; expected the digits of a length");
    check_bad(b"$+5\r\nhello\r\n", 1, "found `+`; expected the digits of a length");
    check_bad(b"$5 \r\nhello\r\n", 2, "found a space; expected a digit or `\\r\\n`");
    check_bad(b"$5\nhello\r\n", 2, "found the end of the line; expected a digit or `\\r\\n`");
    check_bad(b"*3.0\r\n", 2, "found `.`; expected a digit or `\\r\\n`");
    check_bad(b"$\0", 1, "found byte 0x00; expected the digits of a length");
    check_bad(b"*\0", 1, "found byte 0x00; expected the digits of a length");
    check_bad(b"$EOF:0123\r\n", 1, "found `E`; expected the digits of a length");
}

#[test]
fn a_negative_length_is_refused_but_for_the_nulls() {
    for input in [&b"$-2\r\nasdf\r\n"[..], b"*-2\r\n+asdf\r\n", b"$-01\r\n", b"$-0\r\n"] {
        let found = char::from(input[2]);
        let reason = format!("found `{found}`; expected `1`, for a value that is none");
        check_bad(input, 2, &reason);
    }
    check_bad(b"*-10\r\n", 3, "found `0`; expected `\\r\\n`");
    for kind in ['%', '~', '>', '|', '!', '='] {
        let reason = "found `-`; expected the digits of a length";
        check_bad(format!("{kind}-1\r\n").as_bytes(), 1, reason);
    }
}

#[test]
fn a_string_that_is_not_as_long_as_its_length_is_refused() {
    check_bad(b"$5\r\nhell\r\n\r\n", 9, "found the end of the line; expected `\\r\\n`");
    check_bad(b"$5\r\nhello!\r\n", 9, "found `!`; expected `\\r\\n`");
    check_bad(b"$5\r\nhello\r\r", 10, "found byte 0x0d; expected `\\r\\n`");
    check_bad(b"$5\r\nhello\n", 9, "found the end of the line; expected `\\r\\n`");
    check_bad(b"!3\r\nERRO\r\n", 7, "found `O`; expected `\\r\\n`");
}

#[test]
fn a_length_that_no_memory_can_hold_is_refused() {
    let reason = |found| format!("found `{found}`; expected a length that fits into memory");
    check_bad(b"$9223372036854775808\r\n", 19, &reason('8'));
    check_bad(b"*18446744073709551616\r\n", 20, &reason('6'));
    check_bad(b"$99999999999999999999999\r\n", 19, &reason('9'));
    let mut framer = framer();
    let needed = isize::MAX.unsigned_abs() + 2;
    assert_eq!(framer.frame(b"$9223372036854775807\r\n"), Err(Incomplete { needed }.into()));
}

#[test]
fn nulls_have_three_forms() {
    check("\u{2423} ", "Plain");
    check("$-1 ", "Bulk");
    check("*-1 ", "Array");
    check("*3 $5 hello $-1 $5 world ", "3[\"hello\" Bulk \"world\"]");
    check("*2 *-1 \u{2423} ", "2[Array Plain]");
    check_bad(b"_x\r\n", 1, "found `x`; expected `\\r\\n`");
    check_bad(b"_\n", 1, "found the end of the line; expected `\\r\\n`");
}

#[test]
fn booleans() {
    check("#t ", "true");
    check("#f ", "false");
    for input in [&b"#x\r\n"[..], b"#T\r\n", b"#1\r\n"] {
        let found = char::from(input[1]);
        check_bad(input, 1, &format!("found `{found}`; expected `t` or `f`"));
    }
    check_bad(b"#\r\n", 1, "found byte 0x0d; expected `t` or `f`");
    check_bad(b"#true\r\n", 2, "found `r`; expected `\\r\\n`");
}

#[test]
fn doubles() {
    for (text, double) in [
        ("1.23", "1.23"),
        ("10", "10.0"),
        ("0", "0.0"),
        ("-0", "-0.0"),
        ("+1.5", "1.5"),
        ("3.14159265358979323846", "3.141592653589793"),
        ("2.67923e+8", "267923000.0"),
        ("-2.67923E+8", "-267923000.0"),
        ("2.1E-2", "0.021"),
        ("1e5", "100000.0"),
        ("1e400", "inf"),
        ("1e-400", "0.0"),
        ("inf", "inf"),
        ("-inf", "-inf"),
        ("+inf", "inf"),
        ("nan", "NaN"),
        ("-nan", "NaN"),
    ] {
        check(&format!(",{text} "), double);
    }
}

#[test]
fn what_is_no_double_is_refused() {
    check_bad(b",\r\n", 1, "found byte 0x0d; expected a digit or a sign");
    check_bad(b",.5\r\n", 1, "found `.`; expected a digit or a sign");
    check_bad(b",5.\r\n", 3, "found byte 0x0d; expected a digit");
    check_bad(b",1.e5\r\n", 3, "found `e`; expected a digit");
    check_bad(b",1e\r\n", 3, "found byte 0x0d; expected a digit or a sign");
    check_bad(b",1e+\r\n", 4, "found byte 0x0d; expected a digit");
    check_bad(b",1e5.0\r\n", 4, "found `.`; expected a digit or `\\r\\n`");
    check_bad(b",1.2.3\r\n", 4, "found `.`; expected a digit or `\\r\\n`");
    check_bad(b",0x1p3\r\n", 2, "found `x`; expected a digit or `\\r\\n`");
    check_bad(b",1,5\r\n", 2, "found `,`; expected a digit or `\\r\\n`");
    check_bad(b",INF\r\n", 1, "found `I`; expected a digit or a sign");
    check_bad(b",infinity\r\n", 4, "found `i`; expected `\\r\\n`");
    check_bad(b",nan(ind)\r\n", 4, "found `(`; expected `\\r\\n`");
    check_bad(b",nab\r\n", 3, "found `b`; expected `n`");
    check_bad(b",in\r\n", 3, "found byte 0x0d; expected `f`");
}

#[test]
fn big_numbers() {
    let digits = "3492890328409238509324850943850943825024385";
    for text in [digits.to_owned(), format!("-{digits}"), format!("+{digits}"), "0".to_owned()] {
        check(&format!("({text} "), &format!("({text}"));
    }
    check_bad(b"(\r\n", 1, "found byte 0x0d; expected a digit or a sign");
    check_bad(b"(1.5\r\n", 2, "found `.`; expected a digit or `\\r\\n`");
    check_bad(b"(12e3\r\n", 3, "found `e`; expected a digit or `\\r\\n`");
    check_bad(b"(--1\r\n", 2, "found `-`; expected a digit");
}

#[test]
fn verbatim_strings() {
    check("=15 txt:Some_string ", "txt:\"Some string\"");
    check("=4 mkd: ", "mkd:\"\"");
    check("=10 txt:LOLWUT ", "txt:\"LOLWUT\"");
    check_bytes(b"=7\r\n\r\n::\r\n.\r\n", "\r\n::\"\\r\\n.\"");
    check_bad(b"=3\r\ntxt\r\n", 2, "found byte 0x0d; expected a length of at least 4");
    check_bad(b"=0\r\n\r\n", 2, "found byte 0x0d; expected a length of at least 4");
    check_bad(b"=10\r\ntxtxLOLWUT\r\n", 8, "found `x`; expected `:`");
    check_bad(b"=4\r\ntxt:.\r\n", 8, "found `.`; expected `\\r\\n`");
}
