//! `zc parse resp`: values as JSON, in every form.

mod run;

use expect_test::expect;
use run::{entries, ledger, run, run_in_pieces};

/// Checks what one value becomes.
#[track_caller]
fn check(value: &str, expected: &str) {
    let outcome = run(&["parse", "resp"], value.as_bytes());
    assert_eq!((&*outcome.stderr, &*outcome.stdout), ("", &*format!("{expected}\n")));
    let json: Result<serde::de::IgnoredAny, _> = serde_json::from_str(expected);
    assert!(json.is_ok(), "{expected}");
}

#[test]
fn text_is_a_string() {
    check("+OK\r\n", "\"OK\"");
    check("$5\r\na\r\n\"b\r\n", r#""a\r\n\"b""#);
    check("=8\r\ntxt:abcd\r\n", "\"abcd\"");
    check("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", "\"abc\"");
    check("$0\r\n\r\n", "\"\"");
}

#[test]
fn numbers_keep_their_digits() {
    check(":-7\r\n", "-7");
    check(":+007\r\n", "7");
    check(",1.50\r\n", "1.50");
    check(",+1e400\r\n", "1e400");
    check(",-00.5\r\n", "-0.5");
    check(",0\r\n", "0");
    check("(+000123456789012345678901234567890\r\n", "123456789012345678901234567890");
    check("(-0\r\n", "-0");
    check(",inf\r\n", "\"inf\"");
    check(",+inf\r\n", "\"inf\"");
    check(",-inf\r\n", "\"-inf\"");
    check(",nan\r\n", "\"nan\"");
    check(",-nan\r\n", "\"nan\"");
}

#[test]
fn what_json_has_a_word_for() {
    check("_\r\n", "null");
    check("$-1\r\n", "null");
    check("*-1\r\n", "null");
    check("#t\r\n", "true");
    check("#f\r\n", "false");
}

#[test]
fn lists_errors_and_pushes() {
    check("*2\r\n:1\r\n*1\r\n+a\r\n", "[1,[\"a\"]]");
    check("~?\r\n:1\r\n.\r\n", "[1]");
    check("*0\r\n", "[]");
    check("-ERR no\r\n", "{\"error\":\"ERR no\"}");
    check("!2\r\nno\r\n", "{\"error\":\"no\"}");
    check(">2\r\n+message\r\n:1\r\n", "{\"push\":[\"message\",1]}");
}

#[test]
fn a_map_is_an_object_where_its_keys_can_be_names_and_none_occurs_twice() {
    check("%2\r\n+a\r\n:1\r\n$1\r\nb\r\n%0\r\n", "{\"a\":1,\"b\":{}}");
    check("%3\r\n:1\r\n_\r\n#t\r\n_\r\n,1.5\r\n_\r\n", "{\"1\":null,\"true\":null,\"1.5\":null}");
    check("%2\r\n:1\r\n:2\r\n+1\r\n:3\r\n", "[[1,2],[\"1\",3]]");
    check("%1\r\n_\r\n:2\r\n", "[[null,2]]");
    check("%1\r\n*1\r\n:1\r\n:2\r\n", "[[[1],2]]");
    check("%1\r\n|1\r\n+x\r\n:1\r\n+k\r\n:2\r\n", r#"[[{"attributes":{"x":1},"value":"k"},2]]"#);
    check("%1\r\n$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n$?\r\n;1\r\nc\r\n;0\r\n", "{\"ab\":\"c\"}");
}

#[test]
fn keys_that_are_no_text_name_columns_as_they_name_members() {
    let map = "%3\r\n,+00.5\r\n:1\r\n#t\r\n:-2\r\n(+07\r\n#f\r\n";
    check(map, "{\"0.5\":1,\"true\":-2,\"7\":false}");
    let outcome = run(&["parse", "resp", "--to", "csv"], map.as_bytes());
    assert_eq!((&*outcome.stderr, &*outcome.stdout), ("", "0.5,true,7\n1,-2,false\n"));
}

#[test]
fn attributes_stand_beside_their_value() {
    check("|1\r\n+ttl\r\n:3\r\n+x\r\n", "{\"attributes\":{\"ttl\":3},\"value\":\"x\"}");
    check(
        "*1\r\n|1\r\n+a\r\n:1\r\n|1\r\n_\r\n:2\r\n#t\r\n",
        "[{\"attributes\":[[\"a\",1],[null,2]],\"value\":true}]",
    );
}

const MAPS: &str =
    "%2\r\n+id\r\n:1\r\n+user\r\n%1\r\n+name\r\n$3\r\nA\"n\r\n*1\r\n:1\r\n%1\r\n+id\r\n:20\r\n";

#[test]
fn fields_are_found_as_in_ndjson() {
    for (args, expected) in [
        (
            &["--select", "user.name,id"][..],
            "{\"user.name\":\"A\\\"n\",\"id\":1}\n{\"user.name\":null,\"id\":null}\n{\"user.name\":null,\"id\":20}\n",
        ),
        (&["--where", "id > 3"], "{\"id\":20}\n"),
        (
            &["--where", "user.name = A\"n", "--to", "csv", "--select", "id,user"],
            "id,user\n1,\"{\"\"name\"\":\"\"A\\\"\"n\"\"}\"\n",
        ),
        (&["--where", "id = 20", "--to", "raw"], "%1\r\n+id\r\n:20\r\n"),
        (&["--to", "raw"], MAPS),
    ] {
        let outcome = run(&[&["parse", "resp"], args].concat(), MAPS.as_bytes());
        assert_eq!((&*outcome.stderr, &*outcome.stdout), ("", expected), "{args:?}");
    }
}

#[test]
fn bad_values_are_reported_by_their_offset_and_passed_over() {
    let outcome = run(&["parse", "resp"], b"+OK\r\n:x\r\n:1\r\n$3\r\nabcd\r\n:2\r\n*1\r\n$9\r\nab");
    assert_eq!(outcome.status, 1);
    assert_eq!(outcome.stdout, "\"OK\"\n1\n2\n");
    expect![[r#"
        -:@6: found `x`; expected a digit or a sign
        -:@20: found `d`; expected `\r\n`
        -:@37: found the end of the input; expected the rest of the bytes, as many as the length says
    "#]]
    .assert_eq(&outcome.stderr);
}

#[test]
fn a_value_over_the_limit_is_a_bad_record() {
    let long = format!(":1\r\n${}\r\n{}\r\n:2\r\n", 1 << 20, "x".repeat(1 << 20));
    let outcome = run(&["parse", "resp", "--max-record", "1000"], long.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (1, "1\n2\n"));
    assert_eq!(outcome.stderr, "-:@4: found a longer record; expected at most 1000 bytes\n");
}

#[test]
fn nesting_has_a_limit_and_hostile_maps_take_linear_time() {
    let deepest = format!("{}:1\r\n", "*1\r\n".repeat(32));
    check(&deepest, &format!("{}1{}", "[".repeat(32), "]".repeat(32)));
    let outcome = run(&["parse", "resp"], "*1\r\n".repeat(100_000).as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (1, ""));
    // A map in a map in a map, of which each has keys that can be no names behind its values.
    let maps = format!("{}:1\r\n{}", "%2\r\n+a\r\n".repeat(31), "_\r\n_\r\n".repeat(31));
    let outcome = run(&["parse", "resp"], maps.as_bytes());
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    let keys: String = (0..200_000).map(|key| format!(":{key}\r\n_\r\n")).collect();
    let outcome = run(&["parse", "resp"], format!("%200000\r\n{keys}").as_bytes());
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    assert!(outcome.stdout.ends_with(",\"199999\":null}\n"));
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_counted() {
    let value = b"*2\r\n$1\r\n\xff\r\n%2\r\n$1\r\n\xfe\r\n:1\r\n$1\r\n\xfd\r\n:2\r\n";
    let outcome = run(&["parse", "resp", "--stats=json"], value);
    assert_eq!(outcome.stdout, "[\"\u{fffd}\",[[\"\u{fffd}\",1],[\"\u{fffd}\",2]]]\n");
    assert_eq!(entries(&outcome, ["replaced"]), [3]);
}

#[test]
fn a_value_without_names_is_a_field_of_its_own_in_rows() {
    let values = "*2\r\n+a\r\n:1\r\n+OK\r\n:7\r\n%1\r\n*0\r\n:1\r\n";
    let args = ["parse", "resp", "--to", "csv"];
    let rows = run(&args, values.as_bytes());
    let expected = "value\n\"[\"\"a\"\",1]\"\nOK\n7\n\"[[[],1]]\"\n";
    assert_eq!((rows.status, &*rows.stdout, &*rows.stderr), (0, expected, ""));
    let selected = run(&[&args[..], &["--select", "value"]].concat(), values.as_bytes());
    assert_eq!(selected.stdout, rows.stdout);
    let one = run(&["parse", "resp", "--where", "value = OK"], values.as_bytes());
    assert_eq!(one.stdout, "\"OK\"\n");
    let none = run(&["parse", "resp", "--where", "value = 1"], b"%1\r\n+k\r\n:1\r\n-value\r\n");
    assert_eq!((none.status, &*none.stdout), (0, ""));
}

#[test]
fn values_are_looked_at_where_they_lie() {
    let outcome = run(&["parse", "resp", "--stats=json"], MAPS.as_bytes());
    let made = outcome.stdout.len() as u64;
    let names = ["fields_converted", "copied_decode", "copied_encode"];
    assert_eq!(entries(&outcome, names), [4, 0, made]);
    assert_eq!(ledger(&outcome)["format"], "resp");
    let outcome = run(&["parse", "resp", "--stats=json", "--where", "id=20"], MAPS.as_bytes());
    assert_eq!(entries(&outcome, ["copied_decode", "fields_converted"]), [0, 1]);
    let args = ["parse", "resp", "--stats=json", "--where", "user.name ~ n", "--to", "csv"];
    let outcome = run(&[&args[..], &["--select", "user.name"]].concat(), MAPS.as_bytes());
    assert_eq!(outcome.stdout, "user.name\n\"A\"\"n\"\n");
    assert_eq!(entries(&outcome, ["copied_decode", "fields_borrowed"]), [0, 1]);
}

#[test]
fn the_number_of_allocations_does_not_grow_with_the_values() {
    let allocations = |count| {
        let values = "%1\r\n+id\r\n*2\r\n:1\r\n_\r\n".repeat(count);
        let outcome = run(&["parse", "resp", "--stats=json", "--select", "id"], values.as_bytes());
        entries(&outcome, ["allocations"])[0]
    };
    let (few, many) = (allocations(10), allocations(50_000));
    assert!(many < few + 500, "{few} for 10 values, {many} for 50,000");
}

#[test]
fn pieces_give_what_the_whole_gives() {
    let values = [MAPS, ":x\r\n", MAPS, "$?\r\n;1\r\na\r\n;0\r\n$"].concat();
    let whole = run(&["parse", "resp"], values.as_bytes());
    for len in [1, 2, 5] {
        let pieces = run_in_pieces(&["parse", "resp"], values.as_bytes(), len);
        assert_eq!((&pieces.stdout, &pieces.stderr), (&whole.stdout, &whole.stderr), "{len}");
    }
}

#[test]
fn json_that_is_long_is_written_without_a_buffer_between() {
    let value = format!("${}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let outcome = run(&["parse", "resp", "--stats=json"], value.repeat(2).as_bytes());
    assert_eq!(outcome.stdout, format!("\"{}\"\n", "x".repeat(1 << 20)).repeat(2));
    assert_eq!(entries(&outcome, ["copied_encode", "bytes_out"]), [6, 2 * ((1 << 20) + 3)]);
}
