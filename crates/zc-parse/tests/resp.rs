//! RESP: what values an input holds, what is refused and where, against a naive twin.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod framers;
mod twins;

use std::fmt::Write;

use proptest::prelude::*;
use zc_core::{FrameError, Framer, Incomplete, Source, assert_borrows};
use zc_parse::resp::{Item, NullForm, Resp, RespFramer, Value};
use zc_parse::{Error, Grammar, Record, Records};

/// A value in a notation of its own: what it is, and what is in it.
fn show(item: Item<'_, &[u8]>) -> String {
    let mut shown = String::new();
    let text = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
    let attributes: Vec<_> =
        item.attributes().map(|(key, value)| format!("{}={}", show(key), show(value))).collect();
    if !attributes.is_empty() {
        write!(shown, "|{}| ", attributes.join(" ")).unwrap();
    }
    let all = || item.children().map(show).collect::<Vec<_>>().join(" ");
    let entries = || {
        let entries = item.entries().map(|(key, value)| format!("{}={}", show(key), show(value)));
        entries.collect::<Vec<_>>().join(" ")
    };
    shown
        + &match *item.value() {
            Value::Simple(string) => format!("+{}", text(string)),
            Value::Error(error) => format!("-{}", text(error)),
            Value::Integer(integer) => integer.to_string(),
            Value::Bulk(string) => text(string),
            Value::BulkError(error) => format!("!{}", text(error)),
            Value::Verbatim { format, text: string } => {
                format!("{}:{}", String::from_utf8_lossy(&format), text(string))
            }
            Value::Null(form) => format!("{form:?}"),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Double(_) => format!("{:?}", item.value().to_f64().unwrap()),
            Value::BigNumber(digits) => format!("({}", String::from_utf8_lossy(digits)),
            Value::Array(count) => format!("{count}[{}]", all()),
            Value::Set(count) => format!("{count}~[{}]", all()),
            Value::Push(count) => format!("{count}>[{}]", all()),
            Value::Map(count) => format!("{count}{{{}}}", entries()),
            Value::Chunks(count) => format!("{count}<{}>", all()),
            Value::Chunk(chunk) => format!(";{}", text(chunk)),
            ref other => panic!("{other:?} is no value of its own"),
        }
}

/// The values of `input`, and the errors of what is none.
fn read(input: &[u8]) -> Vec<Result<String, String>> {
    let records = Records::new(Resp::new(), input);
    records.map(|tree| Ok(show(tree.map_err(|e| e.to_string())?.root().unwrap()))).collect()
}

/// Asserts what the one value of `input` is, that it is incomplete wherever it is cut, and that it
/// is framed alike however it arrives.
#[track_caller]
fn check(input: &str, expected: &str) {
    let input = input.replace(' ', "\r\n").replace('_', " ").replace('\u{2423}', "_");
    check_bytes(input.as_bytes(), expected);
}

#[track_caller]
fn check_bytes(input: &[u8], expected: &str) {
    let (tree, rest) = Resp::new().parse_one(input).unwrap();
    assert_eq!((show(tree.root().unwrap()).as_str(), rest), (expected, &b""[..]));
    assert_eq!(read(&input.repeat(3)), vec![Ok(expected.to_owned()); 3]);
    for end in 0..input.len() {
        check_incomplete(&input[..end], input.len());
    }
    framers::check(&Resp::new().framer(), &input.repeat(2), &(0..input.len()).collect::<Vec<_>>());
}

/// Asserts that `input` needs more, but no more than to `whole`, and what the grammar says of it.
#[track_caller]
fn check_incomplete(input: &[u8], whole: usize) {
    let Err(FrameError::Incomplete(Incomplete { needed })) = framer().frame(input) else {
        panic!("{:?} is no whole value", String::from_utf8_lossy(input));
    };
    assert!(0 < needed && input.len() + needed <= whole, "{needed} at {}", input.len());
    let error = Resp::new().parse_one(input).unwrap_err();
    assert_eq!(error.position().offset, input.len() as u64);
    assert!(error.reason().to_string().starts_with("found the end of the input; expected "));
}

fn framer() -> RespFramer {
    Resp::new().framer()
}

/// Asserts where `input` fails, and why, and that the framer says the same.
#[track_caller]
fn check_bad(input: &[u8], offset: u64, reason: &str) {
    check_bad_by(Resp::new(), input, offset, reason);
}

#[track_caller]
fn check_bad_by(grammar: Resp, input: &[u8], offset: u64, reason: &str) {
    let error = grammar.parse_one(input).unwrap_err();
    assert_eq!((error.position().offset, error.reason().to_string()), (offset, reason.to_owned()));
    check_same_error(&grammar, input, &error);
    let offset = usize::try_from(offset).unwrap();
    let before = grammar.framer().frame(&input[..offset]).unwrap_err();
    assert!(before.is_incomplete(), "the error is found at its byte, not before");
    framers::check(&grammar.framer(), input, &(0..input.len()).collect::<Vec<_>>());
}

/// Asserts that the framer fails where the grammar does, with the same expectation.
#[track_caller]
fn check_same_error(grammar: &Resp, input: &[u8], error: &Error) {
    let Err(FrameError::Malformed(mismatch)) = grammar.framer().frame(input) else {
        panic!("the framer takes what the grammar refuses: {error}");
    };
    assert_eq!(mismatch.offset as u64, error.position().offset);
    let reason = error.reason().to_string();
    assert!(reason.ends_with(&format!("; expected {}", mismatch.expected)), "{reason}");
}

#[test]
fn simple_strings_and_errors() {
    check("+OK ", "+\"OK\"");
    check("+ ", "+\"\"");
    check("-ERR_unknown_command ", "-\"ERR unknown command\"");
    check("- ", "-\"\"");
    check_bytes(b"+\xff\0:$*\r\n", "+\"\u{fffd}\\0:$*\"");
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

#[test]
fn arrays() {
    check("*0 ", "0[]");
    check("*2 $5 hello $5 world ", "2[\"hello\" \"world\"]");
    check("*3 :1 :2 :3 ", "3[1 2 3]");
    check("*5 :1 :2 :3 :4 $5 hello ", "5[1 2 3 4 \"hello\"]");
    check("*2 *3 :1 :2 :3 *2 +Hello -World ", "2[3[1 2 3] 2[+\"Hello\" -\"World\"]]");
    check("*2 *3 :1 $5 hello :2 #f ", "2[3[1 \"hello\" 2] false]");
    check("*3 *0 *1 *0 *0 ", "3[0[] 1[0[]] 0[]]");
}

#[test]
fn maps_sets_and_pushes() {
    check("%2 +first :1 +second :2 ", "2{+\"first\"=1 +\"second\"=2}");
    check("%0 ", "0{}");
    check("%2 *1 :1 %0 \u{2423} ~0 ", "2{1[1]=0{} Plain=0~[]}");
    check("~5 +orange +apple #t :100 :999 ", "5~[+\"orange\" +\"apple\" true 100 999]");
    check("~2 :1 :1 ", "2~[1 1]");
    check("~0 ", "0~[]");
    check(">3 +message +somechannel +this_is ", "3>[+\"message\" +\"somechannel\" +\"this is\"]");
    check(">2 $6 LOLWUT :42 ", "2>[\"LOLWUT\" 42]");
    check(">2 $10 invalidate *1 $1 k ", "2>[\"invalidate\" 1[\"k\"]]");
    check(">2 $10 invalidate \u{2423} ", "2>[\"invalidate\" Plain]");
    check(">0 ", "0>[]");
}

#[test]
fn a_push_may_stand_before_and_behind_a_reply() {
    let input = b">2\r\n+message\r\n+m\r\n$9\r\nGet-Reply\r\n>1\r\n+x\r\n";
    let expected = ["2>[+\"message\" +\"m\"]", "\"Get-Reply\"", "1>[+\"x\"]"];
    assert_eq!(read(input), expected.map(|shown| Ok(shown.to_owned())));
}

#[test]
fn a_push_in_another_value_is_refused() {
    let reason = "found `>`; expected a value that is no push, as it is in another";
    check_bad(b"*1\r\n>0\r\n", 4, reason);
    check_bad(b"*?\r\n>0\r\n", 4, reason);
    check_bad(b">1\r\n>0\r\n", 4, reason);
    check_bad(b"|1\r\n+a\r\n>0\r\n", 8, reason);
}

#[test]
fn attributes_belong_to_the_value_behind_them() {
    check(
        "|1 +key-popularity %2 $1 a ,0.1923 $1 b ,0.0012 *2 :2039123 :9543892 ",
        "|+\"key-popularity\"=2{\"a\"=0.1923 \"b\"=0.0012}| 2[2039123 9543892]",
    );
    check("*3 :1 :2 |1 +ttl :3600 :3 ", "3[1 2 |+\"ttl\"=3600| 3]");
    check("|0 :1 ", "1");
    check("|1 +a :1 |2 +b :2 +c :3 :4 ", "|+\"a\"=1 +\"b\"=2 +\"c\"=3| 4");
    check(
        "|1 |1 +x +y +k |1 +p +q +v +z ",
        "||+\"x\"=+\"y\"| +\"k\"=|+\"p\"=+\"q\"| +\"v\"| +\"z\"",
    );
    check("%1 |1 +a :1 +k |1 +b :2 +v ", "1{|+\"a\"=1| +\"k\"=|+\"b\"=2| +\"v\"}");
    check("|1 +a :1 >1 +x ", "|+\"a\"=1| 1>[+\"x\"]");
    check("|1 +a :1 $? ;0 ", "|+\"a\"=1| 0<>");
    check("*? |1 +a :1 :2 . ", "1[|+\"a\"=1| 2]");
}

#[test]
fn an_attribute_needs_a_value() {
    check_bad(b"*?\r\n|0\r\n.\r\n", 8, "found `.`; expected a type byte such as `+` or `$`");
    check_bad(b"|1\r\n+a\r\n:1\r\n?", 12, "found `?`; expected a type byte such as `+` or `$`");
}

#[test]
fn strings_in_chunks() {
    check("$? ;4 Hell ;5 o_wor ;1 d ;0 ", "3<;\"Hell\" ;\"o wor\" ;\"d\">");
    check("$? ;0 ", "0<>");
    check("*2 $? ;1 a ;0 :1 ", "2[1<;\"a\"> 1]");
    check("%1 $? ;1 k ;0 $? ;1 v ;0 ", "1{1<;\"k\">=1<;\"v\">}");
    check_bad(b"$?\r\n:1\r\n", 4, "found `:`; expected `;`");
    check_bad(b"$?\r\n;1\r\na\r\n.\r\n", 11, "found `.`; expected `;`");
    check_bad(b"$?\r\n;?\r\n", 5, "found `?`; expected the digits of a length");
    check_bad(b"$?\r\n;-1\r\n", 5, "found `-`; expected the digits of a length");
    check_bad(b"$?\r\n;1\r\nab\r\n", 9, "found `b`; expected `\\r\\n`");
    check_bad(b"$?x\r\n", 2, "found `x`; expected `\\r\\n`");
    check_bad(b"*2\r\n;1\r\na\r\n", 4, "found `;`; expected a type byte such as `+` or `$`");
}

#[test]
fn aggregates_without_a_count() {
    check("*? :1 :2 :3 . ", "3[1 2 3]");
    check("*? . ", "0[]");
    check("~? +a #f . ", "2~[+\"a\" false]");
    check("%? +a :1 +b :2 . ", "2{+\"a\"=1 +\"b\"=2}");
    check("%? . ", "0{}");
    check("*? *? . %? +a *? :1 . . *2 :1 :2 . ", "3[0[] 1{+\"a\"=1[1]} 2[1 2]]");
    check("*2 *? :1 . :2 ", "2[1[1] 2]");
    check("*? $1 a $? ;1 b ;0 $-1 . ", "3[\"a\" 1<;\"b\"> Bulk]");
}

#[test]
fn an_end_without_a_beginning_is_refused() {
    let reason = "found `.`; expected a type byte such as `+` or `$`";
    check_bad(b".\r\n", 0, reason);
    check_bad(b"*1\r\n.\r\n", 4, reason);
    check_bad(b"*?\r\n*1\r\n.\r\n.\r\n", 8, reason);
    check_bad(b"*?\r\n.x", 5, "found `x`; expected `\\r\\n`");
    check_bad(b"*?\r\n]", 4, "found `]`; expected a type byte such as `+` or `$`, or `.`");
}

#[test]
fn a_key_without_a_value_is_refused() {
    let reason = "found `.`; expected the value of the key before";
    check_bad(b"%?\r\n+a\r\n.\r\n", 8, reason);
    check_bad(b"%?\r\n+a\r\n:1\r\n*?\r\n.\r\n.\r\n", 19, reason);
}

#[test]
fn other_types_have_a_length() {
    for kind in ['!', '=', '>', '|'] {
        let reason = "found `?`; expected the digits of a length";
        check_bad(format!("{kind}?\r\n").as_bytes(), 1, reason);
    }
}

#[test]
fn an_unknown_type_is_refused() {
    let reason = |found: &str| format!("found {found}; expected a type byte such as `+` or `$`");
    check_bad(b"@foo\r\n", 0, &reason("`@`"));
    check_bad(b"*2\r\n$5\r\nhello\r\n@foo\r\n", 15, &reason("`@`"));
    check_bad(b"PING\r\n", 0, &reason("`P`"));
    check_bad(b"\r\n", 0, &reason("byte 0x0d"));
    check_bad(b"\n", 0, &reason("the end of the line"));
    check_bad(b"\0", 0, &reason("byte 0x00"));
    check_bad(b"*1\r\nfoo\r\n", 4, &reason("`f`"));
    check_bad(b"*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", 20, &reason("`f`"));
}

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
fn a_value_that_never_ends_is_one_bad_record() {
    let reasons = read(b":1\r\n*3\r\n:1\r\n$5\r\nhi");
    assert_eq!(reasons.len(), 2);
    let error = reasons[1].as_ref().unwrap_err();
    assert!(error.starts_with("line 5, column 3 (byte 18): found the end of the input"), "{error}");
}

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

/// A value read in the plainest way, and what lies behind it.
fn naive(input: &[u8], depth: usize) -> Option<(String, &[u8])> {
    let (&kind, rest) = input.split_first()?;
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = (&rest[..end], &rest[end + 2..]);
    if line.iter().any(|byte| matches!(byte, b'\r' | b'\n')) || kind == b'>' && depth > 0 {
        return None;
    }
    let quoted = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
    if matches!(kind, b'+' | b'-') {
        return Some((char::from(kind).to_string() + &quoted(line), rest));
    }
    let line = std::str::from_utf8(line).ok()?;
    let shown = match (kind, line) {
        (b'_', "") => "Plain".to_owned(),
        (b'$', "-1") => "Bulk".to_owned(),
        (b'*', "-1") => "Array".to_owned(),
        (b'#', "t") => "true".to_owned(),
        (b'#', "f") => "false".to_owned(),
        (b':', _) => line.parse::<i64>().ok()?.to_string(),
        (b',', _) if is_double(line) => format!("{:?}", line.parse::<f64>().ok()?),
        (b'(', _) if is_digits(unsigned(line)) => format!("({line}"),
        (b'$', "?") => return naive_chunks(rest),
        (b'*' | b'~' | b'%', "?") => return naive_elements(kind, None, rest, depth),
        (b'*' | b'~' | b'%' | b'>' | b'|', _) => {
            return naive_elements(kind, Some(naive_length(line)?), rest, depth);
        }
        (b'$' | b'!' | b'=', _) => {
            let (text, rest) = naive_bytes(line, rest)?;
            let shown = match kind {
                b'$' => quoted(text),
                b'!' => format!("!{}", quoted(text)),
                _ => {
                    let (format, text) = text.split_at_checked(3)?;
                    let text = text.strip_prefix(b":")?;
                    format!("{}:{}", String::from_utf8_lossy(format), quoted(text))
                }
            };
            return Some((shown, rest));
        }
        _ => return None,
    };
    Some((shown, rest))
}

fn naive_length(line: &str) -> Option<usize> {
    line.parse().ok().filter(|_| is_digits(line))
}

fn naive_bytes<'i>(length: &str, rest: &'i [u8]) -> Option<(&'i [u8], &'i [u8])> {
    let (text, rest) = rest.split_at_checked(naive_length(length)?)?;
    Some((text, rest.strip_prefix(b"\r\n")?))
}

fn naive_chunks(mut rest: &[u8]) -> Option<(String, &[u8])> {
    let mut chunks = Vec::new();
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let length = std::str::from_utf8(rest[..end].strip_prefix(b";")?).ok()?;
        rest = &rest[end + 2..];
        if naive_length(length)? == 0 {
            return Some((format!("{}<{}>", chunks.len(), chunks.join(" ")), rest));
        }
        let (chunk, after) = naive_bytes(length, rest)?;
        chunks.push(format!(";{:?}", String::from_utf8_lossy(chunk)));
        rest = after;
    }
}

fn naive_elements(
    kind: u8,
    count: Option<usize>,
    mut rest: &[u8],
    depth: usize,
) -> Option<(String, &[u8])> {
    let is_map = matches!(kind, b'%' | b'|');
    let values = count.map(|count| count.saturating_mul(if is_map { 2 } else { 1 }));
    if values != Some(0) && depth == Resp::DEFAULT_DEPTH {
        return None;
    }
    let mut elements = Vec::new();
    while values != Some(elements.len()) {
        if let Some(after) = rest.strip_prefix(b".\r\n").filter(|_| values.is_none()) {
            rest = after;
            break;
        }
        let (element, after) = naive_value(rest, depth + 1)?;
        elements.push(element);
        rest = after;
    }
    if !is_map {
        let bracket = match kind {
            b'~' => "~[",
            b'>' => ">[",
            _ => "[",
        };
        return Some((format!("{}{bracket}{}]", elements.len(), elements.join(" ")), rest));
    }
    let entries: Vec<_> = elements.chunks(2).map(|entry| entry.join("=")).collect();
    if elements.len() % 2 == 1 {
        return None;
    }
    Some(match kind {
        b'%' => (format!("{}{{{}}}", entries.len(), entries.join(" ")), rest),
        _ => (entries.join(" "), rest),
    })
}

/// A value with the attributes before it.
fn naive_value(mut rest: &[u8], depth: usize) -> Option<(String, &[u8])> {
    let mut attributes = Vec::new();
    while rest.first() == Some(&b'|') {
        let (shown, after) = naive(rest, depth)?;
        attributes.extend(Some(shown).filter(|shown| !shown.is_empty()));
        rest = after;
    }
    let (value, rest) = naive(rest, depth)?;
    if attributes.is_empty() {
        return Some((value, rest));
    }
    Some((format!("|{}| {value}", attributes.join(" ")), rest))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_double(text: &str) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integral, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number = is_digits(integral) && is_digits(decimals) && is_digits(unsigned(exponent));
    is_number || matches!(text, "inf" | "nan")
}

/// Asserts that the naive twin reads the same at the beginning of `input`, and that grammar and
/// framer agree.
#[track_caller]
fn check_naive(input: &[u8]) {
    let framed = framer().frame(input);
    match Resp::new().parse_one(input) {
        Ok((tree, rest)) => {
            let shown = show(tree.root().unwrap());
            assert_eq!(Some((shown, rest)), naive_value(input, 0));
            let len = input.len() - rest.len();
            assert_eq!(framed.map(|frame| (frame.len, frame.payload)), Ok((len, 0..len)));
        }
        Err(error) => {
            assert_eq!(naive_value(input, 0), None, "{error}");
            if error.position().offset < input.len() as u64 {
                check_same_error(&Resp::new(), input, &error);
            } else {
                assert!(framed.unwrap_err().is_incomplete(), "{error}");
            }
        }
    }
}

const ALL: &[u8] = b"|1\r\n+a\r\n:1\r\n*9\r\n$2\r\nhi\r\n%1\r\n#t\r\n,-1.5e+3\r\n~1\r\n_\r\n\
    =6\r\ntxt:ab\r\n!1\r\nE\r\n(12\r\n*?\r\n$-1\r\n.\r\n$?\r\n;1\r\na\r\n;0\r\n-ERR\r\n";

#[test]
fn a_value_of_all_types_cut_anywhere_agrees_with_the_naive_twin() {
    for end in 0..=ALL.len() {
        check_naive(&ALL[..end]);
    }
    twins::check(ALL);
}

#[test]
fn a_byte_replaced_by_another_agrees_with_the_naive_twin() {
    for at in 0..ALL.len() {
        for byte in *b"+-:$*%~>|#,(_!=;.?0129tfnie\r\n\0 x" {
            let mut input = ALL.to_vec();
            input[at] = byte;
            check_naive(&input);
            input.extend_from_slice(b":7\r\n");
            twins::check_grammar(&Resp::new(), &input);
        }
    }
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        "[+-][a-z :$]{0,5}\r\n".prop_map(String::into_bytes),
        any::<i64>().prop_map(|integer| format!(":{integer}\r\n").into_bytes()),
        any::<f64>().prop_map(|double| format!(",{double}\r\n").to_lowercase().into_bytes()),
        "\\([+-]?[0-9]{1,30}\r\n".prop_map(String::into_bytes),
        prop::sample::select(vec!["_\r\n", "$-1\r\n", "*-1\r\n", "#t\r\n", "#f\r\n", ",inf\r\n"])
            .prop_map(|text| text.as_bytes().to_vec()),
        (prop::sample::select(&b"$!"[..]), prop::collection::vec(any::<u8>(), 0..20)).prop_map(
            |(kind, bytes)| {
                [&[kind], bytes.len().to_string().as_bytes(), b"\r\n", &bytes, b"\r\n"].concat()
            }
        ),
        "[a-z:]{0,6}"
            .prop_map(|text| format!("={}\r\ntxt:{text}\r\n", text.len() + 4).into_bytes()),
        prop::collection::vec("[a-z]{1,4}", 0..4).prop_map(|chunks| {
            let chunks: String =
                chunks.iter().map(|c| format!(";{}\r\n{c}\r\n", c.len())).collect();
            format!("$?\r\n{chunks};0\r\n").into_bytes()
        }),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let entries = prop::collection::vec((inner.clone(), inner.clone()), 0..4);
        let entries = entries.prop_map(|entries| (entries.len(), write_all(entries)));
        let values = prop::collection::vec(inner.clone(), 0..6);
        let values = values.prop_map(|values| (values.len(), values.concat()));
        prop_oneof![
            (prop::sample::select(vec!["*", "~"]), values.clone())
                .prop_map(|(kind, (count, values))| counted(kind, count, &values)),
            (prop::sample::select(vec!["*", "~"]), values)
                .prop_map(|(kind, (_, values))| streamed(kind, &values)),
            entries.clone().prop_map(|(count, entries)| counted("%", count, &entries)),
            entries.clone().prop_map(|(_, entries)| streamed("%", &entries)),
            (entries, inner).prop_map(|((count, entries), value)| {
                [counted("|", count, &entries), value].concat()
            }),
        ]
    })
}

fn write_all(entries: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    entries.into_iter().flat_map(|(key, value)| [key, value].concat()).collect()
}

fn counted(kind: &str, count: usize, values: &[u8]) -> Vec<u8> {
    [format!("{kind}{count}\r\n").as_bytes(), values].concat()
}

fn streamed(kind: &str, values: &[u8]) -> Vec<u8> {
    [format!("{kind}?\r\n").as_bytes(), values, b".\r\n"].concat()
}

proptest! {
    #[test]
    fn values_that_were_written_are_read(value in value()) {
        let (tree, rest) = Resp::new().parse_one(&value).unwrap();
        prop_assert_eq!((tree.root().is_some(), rest), (true, &b""[..]));
        check_naive(&value);
        framers::check(&framer(), &value.repeat(2), &(0..value.len()).collect::<Vec<_>>());
    }

    #[test]
    fn damaged_values_agree_with_the_naive_twin(
        value in value(), at in any::<prop::sample::Index>(), removed in 0..4_usize,
        inserted in "[+:$*%~>|#,(!=;.?0-3\r\n-]{0,3}",
    ) {
        let mut input = value;
        let at = at.index(input.len());
        input.splice(at..(at + removed).min(input.len()), inserted.into_bytes());
        check_naive(&input);
        input.extend_from_slice(b":7\r\n");
        twins::check_grammar(&Resp::new(), &input);
    }

    #[test]
    fn random_bytes_agree_with_the_naive_twin(
        input in "([+:$*%~>|#,(!=;.?-]|[0-2]|\r\n|\r|\n|a){0,20}",
    ) {
        check_naive(input.as_bytes());
        twins::check_grammar(&Resp::new(), input.as_bytes());
    }
}
