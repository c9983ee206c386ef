//! `--count-by`: how many records hold each value, against a count in the plainest way.

mod run;

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;

use expect_test::expect;
use run::{check, entries, refused, run};

#[track_caller]
fn check_refused(args: &[&str], expected: &str) {
    let said = refused(args, "");
    assert!(said.contains(expected), "{said}");
}

const EVENTS: &str = r#"{"a":"x","b":{"c":1}}
{"a":"\u0078","b":{"c":2}}
{"a":null,"b":{"c":1}}
{"b":{"c":1.0}}
{"a":"x","b":{"c":[1, 2]}}
{"a":"1"}
{"a":1}
"#;

#[test]
fn values_are_counted_most_first_and_then_in_the_order_of_the_input() {
    check(
        &["ndjson", "--count-by", "a"],
        EVENTS,
        &expect![[r#"
            {"a":"x","count":3}
            {"a":null,"count":2}
            {"a":"1","count":1}
            {"a":1,"count":1}
        "#]],
    );
    check(
        &["ndjson", "--count-by", "b.c,a", "--top", "3", "--to", "csv"],
        EVENTS,
        &expect![[r#"
            b.c,a,count
            1,x,1
            2,x,1
            1,,1
        "#]],
    );
}

#[test]
fn every_form_but_raw_shows_them() {
    let log = "a=1\nb=2\na=3\n";
    check(
        &["kv", "--count-by", "key", "--to", "csv"],
        log,
        &expect![[r#"
        key,count
        a,2
        b,1
    "#]],
    );
    check(
        &["kv", "--count-by", "key", "--to", "table"],
        log,
        &expect![[r#"
        key  count
        a        2
        b        1
    "#]],
    );
    check(
        &["csv", "--no-header", "--count-by", "1"],
        "a,1\nb,2\na,3\n",
        &expect![[r#"
        ["a",2]
        ["b",1]
    "#]],
    );
    check_refused(&["kv", "--count-by", "key", "--to", "raw"], "`--count-by` does not go with");
}

#[test]
fn escapes_of_every_format_are_undone_before_counting() {
    check(
        &["logfmt", "--count-by", "m"],
        "m=\"a\\\"b\"\nm=\"a\\u0022b\"\nm\n",
        &expect![[r#"
        {"m":"a\"b","count":2}
        {"m":true,"count":1}
    "#]],
    );
    check(
        &["csv", "--count-by", "f"],
        "f\n\"a\"\na\n\"a\"\"\"\n",
        &expect![[r#"
        {"f":"a","count":2}
        {"f":"a\"","count":1}
    "#]],
    );
}

#[test]
fn filters_come_first_and_an_empty_input_has_no_counts() {
    check(
        &["ndjson", "--count-by", "a", "--where", "b.c = 1"],
        EVENTS,
        &expect![[r#"
        {"a":null,"count":2}
        {"a":"x","count":1}
    "#]],
    );
    check(&["ndjson", "--count-by", "a"], "", &expect![[""]]);
    check(
        &["kv", "--count-by", "key", "--to", "csv"],
        "",
        &expect![[r#"
        key,count
    "#]],
    );
}

#[test]
fn bad_records_are_not_counted_and_stop_ends_the_count() {
    let outcome = run(&["parse", "kv", "--count-by", "key"], b"a=1\nbad\na=2\n");
    assert_eq!((outcome.status, &*outcome.stdout), (1, "{\"key\":\"a\",\"count\":2}\n"));
    let args = ["parse", "kv", "--count-by", "key", "--on-error", "stop"];
    let outcome = run(&args, b"a=1\nbad\na=2\n");
    assert_eq!((outcome.status, &*outcome.stdout), (1, "{\"key\":\"a\",\"count\":1}\n"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    check_refused(&["kv", "--count-by", "nothing"], "there is no field `nothing`; there are key");
    check_refused(&["kv", "--count-by", "key,key"], "`--count-by` names the field `key` twice");
    check_refused(&["ndjson", "--count-by", "a,b,c"], "takes one field or two");
    check_refused(&["kv", "--top", "3"], "--count-by");
    check_refused(&["kv", "--count-by", "key", "--select", "key"], "cannot be used with");
}

/// Many values in a file that is divided among threads, with some of them bad.
#[test]
fn counts_of_a_mapped_file_are_exact_and_its_keys_are_not_copied() {
    let (mut log, mut expected, mut order) = (String::new(), HashMap::new(), Vec::new());
    let mut number = 1_u64;
    while log.len() < 3 << 20 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let key = format!("k{}", (number >> 40) % 5000 * ((number >> 60) % 3));
        writeln!(log, "{key}={number}").unwrap();
        let count = expected.entry(key.clone()).or_insert(0_u64);
        if *count == 0 {
            order.push(key);
        }
        *count += 1;
    }
    order.sort_by_key(|key| u64::MAX - expected[key]);
    let expected: Vec<_> = order.iter().map(|key| format!("{key},{}", expected[key])).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &log).unwrap();
    let args =
        ["parse", "kv", "--count-by", "key", "--to", "csv", "--stats=json", "--threads", "3"];
    let outcome = run(&[&args[..], &[file.path().to_str().unwrap()]].concat(), b"");
    assert!(outcome.stdout.lines().skip(1).eq(&expected));
    assert_eq!(entries(&outcome, ["copied_read", "copied_decode", "fields_copied"]), [0, 0, 0]);
    // A stream does not last as long as its keys: each is copied once.
    let outcome = run(&[&args[..], &["-"]].concat(), log.as_bytes());
    assert!(outcome.stdout.lines().skip(1).eq(&expected));
    let len: usize = order.iter().map(String::len).sum();
    assert_eq!(
        entries(&outcome, ["fields_copied", "copied_decode"]),
        [order.len() as u64, len as u64]
    );
}

#[test]
fn values_of_resp_are_counted_in_every_form() {
    let values = "%1\r\n+id\r\n:-7\r\n%1\r\n+id\r\n+a\r\n".repeat(2) + "%1\r\n+id\r\n*1\r\n_\r\n";
    check(
        &["resp", "--count-by", "id"],
        &values,
        &expect![[r#"
            {"id":-7,"count":2}
            {"id":"a","count":2}
            {"id":[null],"count":1}
        "#]],
    );
    let args = ["parse", "resp", "--count-by", "id", "--to", "msgpack"];
    let expected =
        b"\x82\xa2id\xf9\xa5count\x02\x82\xa2id\xa1a\xa5count\x02\x82\xa2id\x91\xc0\xa5count\x01";
    let outcome = run(&args, values.as_bytes());
    assert_eq!(outcome.stdout, String::from_utf8_lossy(expected));
}
