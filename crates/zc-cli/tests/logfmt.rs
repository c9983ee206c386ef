//! `zc parse logfmt`: fields as the lines have them, in every form.

mod run;

use expect_test::{Expect, expect};
use run::run;
use serde_json::Value;

const LOG: &str = r#"at=info method=GET path="/a b" status=200 cached

level=error msg="say \"hi\"\n" status=500 took= method=PUT
"#;

/// Runs `zc parse logfmt` on good input.
#[track_caller]
fn check(args: &[&str], stdin: &str, expected: &Expect) {
    run::check(&[&["logfmt"], args].concat(), stdin, expected);
}

/// Runs `zc parse logfmt` with `--stats=json`; returns its output and its ledger.
fn ledger(args: &[&str], stdin: &[u8]) -> (String, Value) {
    let outcome = run(&[&["parse", "logfmt", "--stats=json"], args].concat(), stdin);
    let line = outcome.stderr.lines().last().expect("a line of statistics");
    (outcome.stdout, serde_json::from_str(line).expect("one JSON object on one line"))
}

#[test]
fn fields_are_the_keys_of_each_line_in_their_order() {
    check(
        &[],
        LOG,
        &expect![[r#"
            {"at":"info","method":"GET","path":"/a b","status":"200","cached":true}
            {"level":"error","msg":"say \"hi\"\n","status":"500","took":"","method":"PUT"}
        "#]],
    );
}

#[test]
fn a_bare_key_is_true_and_not_the_text() {
    check(
        &[],
        "a b=true c=\"true\" d=\n",
        &expect![[r#"
            {"a":true,"b":"true","c":"true","d":""}
        "#]],
    );
}

#[test]
fn of_entries_that_share_a_key_the_last_one_is_shown_in_the_place_of_the_first() {
    let doubled = "a=1 b a=2 c=3 a=\"4\\t\" b=5\n";
    check(
        &[],
        doubled,
        &expect![[r#"
            {"a":"4\t","b":"5","c":"3"}
        "#]],
    );
    check(
        &["--select", "a", "--where", "a > 3", "--where", "b=5"],
        "a=4 b a=3\na=3 b=5 a=5\n",
        &expect![[r#"
            {"a":"5"}
        "#]],
    );
    check(
        &["--to", "raw"],
        doubled,
        &expect![[r#"
        a=1 b a=2 c=3 a="4\t" b=5
    "#]],
    );
}

#[test]
fn a_line_of_many_keys_shows_each_once() {
    let line: String = (0..100).map(|i| format!("k{}={i} ", i % 60)).collect();
    let outcome = run(&["parse", "logfmt"], line.as_bytes());
    let fields: Vec<String> =
        (0..60).map(|i| format!("\"k{i}\":\"{}\"", if i < 40 { i + 60 } else { i })).collect();
    assert_eq!(outcome.stdout, format!("{{{}}}\n", fields.join(",")));
    let outcome = run(&["parse", "logfmt", "--select", "k39,none"], line.as_bytes());
    assert_eq!(outcome.stdout, "{\"k39\":\"99\",\"none\":null}\n");
}

#[test]
fn selected_fields_are_null_where_a_line_lacks_them() {
    check(
        &["--select", "status,level,cached"],
        LOG,
        &expect![[r#"
            {"status":"200","level":null,"cached":true}
            {"status":"500","level":"error","cached":null}
        "#]],
    );
}

#[test]
fn a_dot_is_a_part_of_a_key() {
    check(
        &["--select", "http.status,\"a.b\"", "--where", "http.status >= 500"],
        "http.status=200\na.b=c http.status=503\n",
        &expect![[r#"
            {"http.status":"503","a.b":"c"}
        "#]],
    );
}

#[test]
fn filters_see_numbers_bare_keys_and_unescaped_text() {
    for (filter, expected) in [
        ("status >= 300", "500"),
        ("status < 1000.5", "200 500"),
        ("cached = true", "200"),
        ("cached != true", "500"),
        ("msg ~ '\"hi\"'", "500"),
        ("took =", "500"),
        ("path = /a b", "200"),
    ] {
        let args = ["parse", "logfmt", "--select", "status", "--to", "csv", "--where", filter];
        let stdout = run(&args, LOG.as_bytes()).stdout;
        assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>().join(" "), expected, "{filter}");
    }
}

#[test]
fn csv_takes_its_columns_from_the_first_line() {
    let outcome = run(&["parse", "logfmt", "--to", "csv"], LOG.as_bytes());
    assert_eq!(outcome.status, 0);
    let expected = "at,method,path,status,cached\ninfo,GET,/a b,200,true\n,PUT,,500,\n";
    assert_eq!(outcome.stdout, expected);
    assert!(outcome.stderr.contains("3 values are in no column"), "{}", outcome.stderr);
    check(
        &["--to", "csv", "--select", "msg,level"],
        LOG,
        &expect![[r#"
        msg,level
        ,
        "say ""hi""
        ",error
    "#]],
    );
}

#[test]
fn raw_gives_back_every_byte_of_good_lines() {
    let input = "a=\"\\t\"  b \r\n\nc=\"é\"\nbad=\"\n\nd=1";
    let outcome = run(&["parse", "logfmt", "--to", "raw"], input.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (1, "a=\"\\t\"  b \r\nc=\"é\"\nd=1"));
}

#[test]
fn bad_lines_are_reported_and_passed_over() {
    let outcome = run(&["parse", "logfmt"], b"a=1\nb=\"open\n\n=c\nd=e=f\ng=\"h\"i\nj=2\n");
    assert_eq!(outcome.status, 1);
    assert_eq!(outcome.stdout, "{\"a\":\"1\"}\n{\"j\":\"2\"}\n");
    expect![[r#"
        -:2:8: found the end of the line; expected `"`
        -:4:1: found `=`; expected a key
        -:5:4: found `=`; expected a blank or the end of the line
        -:6:6: found `i`; expected a blank or the end of the line
    "#]]
    .assert_eq(&outcome.stderr);
}

#[test]
fn the_ledger_counts_what_was_unescaped_by_its_address() {
    let input = b"a=1 b=\"two\" c d=\"x\\ty\"\n";
    for form in ["ndjson", "csv"] {
        let (_, ledger) = ledger(&["--to", form], input);
        let fields = ["fields_borrowed", "fields_copied", "fields_converted", "copied_decode"];
        assert_eq!(fields.map(|name| ledger[name].as_u64()), [2, 1, 1, 3].map(Some), "{form}");
    }
    let (stdout, ledger) = ledger(&["--to", "raw"], input);
    assert_eq!(stdout.as_bytes(), input);
    assert_eq!((&ledger["fields_borrowed"], &ledger["copied_decode"]), (&3.into(), &0.into()));
}

#[test]
fn the_number_of_allocations_does_not_grow_with_the_lines() {
    let allocations = |count| {
        let line = b"at=info msg=\"a b\" status=200 cached\n".repeat(count);
        ledger(&[], &line).1["allocations"].as_u64().unwrap()
    };
    let (few, many) = (allocations(10), allocations(50_000));
    assert!(many < few + 100, "{few} for 10 lines, {many} for 50,000");
}

#[test]
fn keys_that_are_not_utf8_are_replaced_and_still_shown_once() {
    let (stdout, ledger) = ledger(&[], b"\xff=1 \xfe=2 \xc3\xa9=3\n");
    assert_eq!(stdout, "{\"\u{fffd}\":\"2\",\"é\":\"3\"}\n");
    assert_eq!(ledger["replaced"], 1);
}

#[test]
fn every_byte_ends_without_a_panic() {
    let every_byte: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for form in ["ndjson", "csv", "raw"] {
        let outcome = run(&["parse", "logfmt", "--to", form], &every_byte);
        assert_eq!(outcome.status, 1, "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    }
}

#[test]
fn a_line_of_very_many_keys_takes_no_more_than_its_share_of_time() {
    let long: String = (0..60_000).map(|i| format!("key{i} ")).collect();
    let short = "a=1 b=2\n".repeat(10_000);
    for (form, input) in
        [("ndjson", format!("{long}\n{short}{long}\n")), ("csv", format!("{long}\n{long}\n"))]
    {
        let outcome = run(&["parse", "logfmt", "--to", form], input.as_bytes());
        assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
        assert!(outcome.stdout.contains("key59999"));
    }
}
