//! `zc parse auto`: the first lines decide.

mod run;

use expect_test::expect;
use run::{ledger, run, run_in_pieces};

const COMMON: &str = "::1 - - [now] \"GET / HTTP/1.1\" 200 5\n";
const COMBINED: &str = "::1 - - [now] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";

/// Checks what an input is taken for, also in pieces, and that it is read as if that was named.
#[track_caller]
fn check(input: &str, expected: &str) {
    let whole = run(&["parse", "auto", "--stats=json"], input.as_bytes());
    assert_eq!(ledger(&whole)["format"], expected, "{}", whole.stderr);
    let pieces = run_in_pieces(&["parse", "auto", "--stats=json"], input.as_bytes(), 1);
    assert_eq!(ledger(&pieces)["format"], expected);
    assert_eq!((pieces.stdout, pieces.status), (whole.stdout.clone(), whole.status));
    if expected != "csv" && expected != "none" {
        let named = run(&["parse", expected], input.as_bytes());
        assert_eq!((named.stdout, named.status), (whole.stdout, whole.status));
    }
}

/// Checks that nothing fits.
#[track_caller]
fn check_none(input: &str) {
    let outcome = run(&["parse", "auto"], input.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (2, ""));
    expect![[r#"
        zc: -: no format fits the first lines; name one of kv, command, common, combined, logfmt, csv, ndjson, http, resp
    "#]]
    .assert_eq(&outcome.stderr);
}

#[test]
fn each_format_is_found() {
    check("{\"a\":1}\n\n[1]\n", "ndjson");
    check(COMBINED, "combined");
    check(COMMON, "common");
    check("GET / HTTP/1.1\r\nHost: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "http");
    check("*1\r\n$4\r\nPING\r\n+PONG\r\n", "resp");
    check("GET /index.html\nPUT /a b\nOPTIONS *\n", "command");
    check("at=info msg=\"a b\" cached\nstatus=200\n", "logfmt");
    check("# a comment\nNAME=\"Some System\"\nID=x\n\nURL=https://a/?b=c\n", "kv");
    check("id,name\n1,\"Ann, B\"\n", "csv");
}

#[test]
fn an_input_of_nothing_but_blanks_has_no_records() {
    for input in ["", "\n", " \r\n\t\n"] {
        check(input, "none");
    }
}

#[test]
fn text_in_no_format_is_refused() {
    check_none("Dear all,\nhow are you, and what, do you do?\n");
    check_none("word\n");
    check_none("\0\u{1}\u{2}");
    check_none("{\n  \"a\": 1\n}\n");
}

#[test]
fn csv_is_found_with_its_delimiter() {
    for (input, delimiter, expected) in [
        ("a;b\n1,5;2\n", ";", "{\"a\":\"1,5\",\"b\":\"2\"}\n"),
        ("a\tb\n1\t2 x\n", "\t", "{\"a\":\"1\",\"b\":\"2 x\"}\n"),
        ("a|b\n1|2\n", "|", "{\"a\":\"1\",\"b\":\"2\"}\n"),
        ("\u{feff}a,b\n1,2\n", ",", "{\"a\":\"1\",\"b\":\"2\"}\n"),
        ("a,b;c,d\n1,2;3,4\n", ",", "{\"a\":\"1\",\"b;c\":\"2;3\",\"d\":\"4\"}\n"),
        ("a,filter\n1,x=y\n", ",", "{\"a\":\"1\",\"filter\":\"x=y\"}\n"),
        ("id,full name\n1,Ann Lee\n", ",", "{\"id\":\"1\",\"full name\":\"Ann Lee\"}\n"),
    ] {
        let outcome = run(&["parse", "auto", "--stats=json"], input.as_bytes());
        assert_eq!(outcome.stdout, expected);
        assert_eq!(ledger(&outcome)["delimiter"], delimiter);
    }
}

#[test]
fn flags_mean_what_they_do_for_the_format_that_was_found() {
    let outcome = run(&["parse", "auto", "--no-header", "--select", "2"], b"a;b\n1;2\n");
    assert_eq!(outcome.stdout, "[\"b\"]\n[\"2\"]\n");
    let outcome = run(&["parse", "auto", "--delimiter", ":"], b"a:b\n1:2\n");
    assert_eq!(outcome.stdout, "{\"a\":\"1\",\"b\":\"2\"}\n");
    let outcome =
        run(&["parse", "auto", "--where", "status=200", "--to", "raw"], COMMON.as_bytes());
    assert_eq!(outcome.stdout, COMMON);
    for (args, message) in [
        (&["--no-header"][..], "zc: `--no-header` goes with csv only, and this is common\n"),
        (&["--select", "agent"], "zc: there is no field `agent`; there are host,"),
    ] {
        let outcome = run(&[&["parse", "auto"], args].concat(), COMMON.as_bytes());
        assert_eq!((outcome.status, &*outcome.stdout), (2, ""));
        assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    }
}

#[test]
fn some_bad_lines_do_not_hide_a_format() {
    let input = COMBINED.repeat(12) + "bad\n" + &COMBINED.repeat(12);
    check(&input, "combined");
    check(&("a=1\n".repeat(4) + "bad\n"), "kv");
    check_none(&("a=1\n".repeat(3) + "bad\n"));
    let outcome = run(&["parse", "auto"], input.as_bytes());
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (1, 24));
    assert!(outcome.stderr.starts_with("-:13:4: found"), "{}", outcome.stderr);
}

#[test]
fn only_the_first_lines_are_looked_at() {
    let input = COMMON.repeat(32) + &"a=1\n".repeat(100);
    check(&input, "common");
    let blank = "\n".repeat(100) + COMMON;
    check(&blank, "common");
}

#[test]
fn a_first_record_longer_than_the_sample_is_still_found() {
    let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(200 << 10));
    let outcome = run(&["parse", "auto", "--stats=json"], long.as_bytes());
    assert_eq!((ledger(&outcome)["format"].as_str(), outcome.stdout), (Some("ndjson"), long));
    let long = format!("${}\r\n{}\r\n", 100_000, "x".repeat(100_000));
    let outcome = run(&["parse", "auto", "--stats=json"], long.as_bytes());
    assert_eq!(ledger(&outcome)["format"], "resp");
    let long = format!("GET / HTTP/1.1\r\n{}\r\n", "Name: value\r\n".repeat(50));
    let outcome = run(&["parse", "auto", "--stats=json"], long.as_bytes());
    assert_eq!(ledger(&outcome)["format"], "http");
}

#[test]
fn an_endless_line_ends_the_search_within_a_bound() {
    for byte in [b"x", b"\n"] {
        let input = byte.repeat(40 << 20);
        let outcome = run(&["parse", "auto", "--max-record", "100000"], &input);
        assert!(outcome.status == 2 || byte == b"\n", "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
}

#[test]
fn the_ledger_names_the_format_in_every_run() {
    let outcome = run(&["parse", "kv", "--stats"], b"a=1\n");
    assert!(outcome.stderr.contains("\nformat                kv\n"), "{}", outcome.stderr);
    let outcome = run(&["parse", "combined", "--stats=json"], b"");
    assert_eq!(ledger(&outcome)["format"], "combined");
    assert!(ledger(&run(&["count", "--stats=json"], b"")).get("format").is_none());
}

#[test]
fn who_named_the_wrong_format_is_told_the_right_one_once() {
    for (named, input, right) in [
        ("kv", COMBINED.repeat(20_000), "combined"),
        ("combined", "a=1\nb=2\n".to_owned(), "kv"),
        ("ndjson", "a,b\n1,2\n".to_owned(), "csv"),
        ("resp", "{\"a\":1}\n{\"a\":2}\n".to_owned(), "ndjson"),
        ("http", "at=1 b=2\nat=2 b=3\n".to_owned(), "logfmt"),
    ] {
        // Most of these come as a file does, and are seen at once.
        let outcome = run(&["parse", named], input.as_bytes());
        let hint = format!(
            "zc: -: no record is `{named}`; it seems to be `{right}`, which `zc parse \
             {right}` reads\n"
        );
        assert_eq!(outcome.stderr.matches("it seems to be").count(), 1, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(&hint), "{}", outcome.stderr);
    }
    let half_good = format!("{}{}", "a=1\n".repeat(100), COMBINED.repeat(100));
    for (named, input) in [("kv", &*half_good), ("kv", "bad\nworse\n"), ("kv", "bad\n")] {
        let outcome = run(&["parse", named], input.as_bytes());
        assert!(!outcome.stderr.contains("seems"), "{}", outcome.stderr);
    }
}
