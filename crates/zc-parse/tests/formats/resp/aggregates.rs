//! Values in one another, with the attributes before them; strings in chunks.

use super::{check, check_bad, read};

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
