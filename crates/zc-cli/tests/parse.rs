//! `zc parse`: formats, filters, forms, errors and exit statuses.

mod run;

use std::fs::File;
use std::io::{Seek, Write};

use expect_test::{Expect, expect};
use run::{check, refused, run};

const LOG: &str = r#"::1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.0" 200 2326 "-" "curl/8"
10.0.0.7 - - [10/Oct/2000:13:55:37 -0700] "\x16\x03" 400 - "http://a/\"b\"" "-"
10.0.0.8 - - [10/Oct/2000:13:55:38 -0700] "-" 408 0 "" ""
"#;

const EVENTS: &str = r#"{"id": 1, "request": {"status": 500}, "a.b": "x", "name": "caf\u00e9"}
 {"id": 20, "request": {"status": 200}, "name": null, "tags": ["a", "b"]} 

{"id": 3, "name": "say \"hi\", then go"}
"#;

/// A file to be read from its beginning, which is gone when it is closed.
fn temporary(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(content).expect("room for it");
    file.rewind().expect("a file has a beginning");
    file
}

/// Runs `zc parse` on input of which some is bad: exit status 1.
#[track_caller]
fn check_bad(args: &[&str], stdin: &[u8], expected: &Expect) {
    let outcome = run(&[&["parse"], args].concat(), stdin);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    expected.assert_eq(&(outcome.stdout + "---\n" + &outcome.stderr));
}

/// Runs `zc parse` in a way that it refuses: exit status 2, nothing on standard output.
#[track_caller]
fn check_refused(args: &[&str], expected: &Expect) {
    expected.assert_eq(&refused(args, ""));
}

#[test]
fn kv_takes_quotes_off_and_passes_over_comments() {
    check(
        &["kv"],
        "# comment\nA=1\n\n  # more\nB=\"two words\"\r\nC='x'\nD=a=b\nE=\nF=\"open",
        &expect![[r#"
            {"key":"A","value":"1"}
            {"key":"B","value":"two words"}
            {"key":"C","value":"x"}
            {"key":"D","value":"a=b"}
            {"key":"E","value":""}
            {"key":"F","value":"\"open"}
        "#]],
    );
}

#[test]
fn command_splits_at_the_first_space() {
    check(
        &["command", "-"],
        "GET /index.html\nPUT /a b\n",
        &expect![[r#"
            {"method":"GET","path":"/index.html"}
            {"method":"PUT","path":"/a b"}
        "#]],
    );
}

#[test]
fn combined_has_numbers_nulls_and_requests_that_are_none() {
    check(
        &["combined"],
        LOG,
        &expect![[r#"
            {"host":"::1","ident":null,"user":"frank","time":"10/Oct/2000:13:55:36 -0700","method":"GET","target":"/a?b=1","protocol":"HTTP/1.0","status":200,"bytes":2326,"referer":null,"user_agent":"curl/8"}
            {"host":"10.0.0.7","ident":null,"user":null,"time":"10/Oct/2000:13:55:37 -0700","status":400,"bytes":null,"referer":"http://a/\\\"b\\\"","user_agent":null,"request":"\\x16\\x03"}
            {"host":"10.0.0.8","ident":null,"user":null,"time":"10/Oct/2000:13:55:38 -0700","status":408,"bytes":0,"referer":"","user_agent":"","request":null}
        "#]],
    );
}

#[test]
fn common_ends_after_the_bytes() {
    check(
        &["common", "--select", "protocol,bytes,host"],
        "::1 - - [now] \"GET / HTTP/1.1\" 304 -\n::2 - - [now] \"GET /\" 200 1\n",
        &expect![[r#"
            {"protocol":"HTTP/1.1","bytes":null,"host":"::1"}
            {"protocol":null,"bytes":1,"host":"::2"}
        "#]],
    );
}

#[test]
fn filters_must_all_hold() {
    check(
        &["combined", "--where", "status >= 400", "--where=bytes!=0", "--to", "raw"],
        LOG,
        &expect![[r#"
            10.0.0.7 - - [10/Oct/2000:13:55:37 -0700] "\x16\x03" 400 - "http://a/\"b\"" "-"
        "#]],
    );
    check(
        &["combined", "--where", "target ~ '?b'", "--select", "user"],
        LOG,
        &expect![[r#"
            {"user":"frank"}
        "#]],
    );
}

#[test]
fn raw_gives_back_every_byte_of_good_records() {
    for input in [LOG, &LOG.replace('\n', "\r\n"), LOG.trim_end()] {
        let outcome = run(&["parse", "combined", "--to", "raw"], input.as_bytes());
        assert_eq!((outcome.status, &*outcome.stdout), (0, input));
    }
    let long = LOG.repeat(20_000);
    let outcome = run(&["parse", "combined", "--to", "raw"], long.as_bytes());
    assert!(outcome.stdout == long);
}

#[test]
fn csv_has_a_header_and_quotes_what_needs_it() {
    check(
        &["kv", "--to", "csv"],
        "a=1,2\nb=say \"hi\"\nc=\n",
        &expect![[r#"
            key,value
            a,"1,2"
            b,"say ""hi"""
            c,
        "#]],
    );
    check(
        &["kv", "--to", "csv", "--select", "value"],
        "c=\n",
        &expect![[r#"
            value
            ""
        "#]],
    );
}

#[test]
fn ndjson_passes_through_unchanged_but_for_blanks_around_it() {
    check(
        &["ndjson"],
        EVENTS,
        &expect![[r#"
            {"id": 1, "request": {"status": 500}, "a.b": "x", "name": "caf\u00e9"}
            {"id": 20, "request": {"status": 200}, "name": null, "tags": ["a", "b"]}
            {"id": 3, "name": "say \"hi\", then go"}
        "#]],
    );
}

#[test]
fn ndjson_fields_are_found_by_dots_and_quotes() {
    check(
        &["ndjson", "--select", "request.status,\"a.b\",name,tags"],
        EVENTS,
        &expect![[r#"
            {"request.status":500,"a.b":"x","name":"caf\u00e9","tags":null}
            {"request.status":200,"a.b":null,"name":null,"tags":["a", "b"]}
            {"request.status":null,"a.b":null,"name":"say \"hi\", then go","tags":null}
        "#]],
    );
    check(
        &["ndjson", "--where", "request.status < 1000", "--where", "id>3", "--select", "id"],
        EVENTS,
        &expect![[r#"
            {"id":20}
        "#]],
    );
    check(
        &["ndjson", "--where", "name = café", "--to", "csv", "--select", "id,name,request"],
        EVENTS,
        &expect![[r#"
            id,name,request
            1,café,"{""status"": 500}"
        "#]],
    );
}

#[test]
fn ndjson_as_csv_takes_its_columns_from_the_first_record() {
    let outcome = run(&["parse", "ndjson", "--to", "csv"], b"{\"a\":1}\n{\"b\":2,\"a\":3}\n");
    assert_eq!((outcome.status, &*outcome.stdout), (0, "a\n1\n3\n"));
    assert!(outcome.stderr.contains("1 values are in no column"), "{}", outcome.stderr);
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_in_json_and_kept_in_raw() {
    let outcome = run(&["parse", "kv", "--stats=json"], b"k=a\xff\xfeb\x00\n");
    assert_eq!(outcome.stdout, "{\"key\":\"k\",\"value\":\"a\u{fffd}\u{fffd}b\\u0000\"}\n");
    assert!(outcome.stderr.contains("\"replaced\":2"), "{}", outcome.stderr);
    let mut raw = run::zc();
    raw.args(["parse", "kv", "--to", "raw"]).stdin(temporary(b"k=\xff\n"));
    assert_eq!(raw.output().unwrap().stdout, b"k=\xff\n");
}

#[test]
fn bad_records_are_reported_and_passed_over() {
    check_bad(
        &["command"],
        b"GET /\nPING\n\nPUT /x\n",
        &expect![[r#"
            {"method":"GET","path":"/"}
            {"method":"PUT","path":"/x"}
            ---
            -:2:5: found the end of the line; expected a space
            -:3:1: found the end of the line; expected a method
        "#]],
    );
    check_bad(
        &["ndjson", "--select", "a"],
        b"{\"a\":1}\n{\"a\":tru}\n{\"a\":2\n\xff\n{\"a\":3}",
        &expect![[r#"
            {"a":1}
            {"a":3}
            ---
            -:2:9: found `}`; expected ident
            -:3:7: found the end of the line; expected JSON (end of input while parsing an object)
            -:4:1: found byte 0xff; expected value
        "#]],
    );
}

#[test]
fn a_run_may_stop_at_the_first_bad_record() {
    check_bad(
        &["kv", "--on-error", "stop"],
        b"a=1\nbad\nb=2\n",
        &expect![[r#"
            {"key":"a","value":"1"}
            ---
            -:2:4: found the end of the line; expected `=`
        "#]],
    );
}

#[test]
fn ten_bad_records_are_shown_and_the_others_counted() {
    let outcome = run(&["parse", "kv"], &b"bad\n".repeat(12));
    assert_eq!(outcome.stderr.lines().count(), 11);
    assert!(outcome.stderr.ends_with("-: 2 more bad records\n"), "{}", outcome.stderr);
}

#[test]
fn a_record_over_the_limit_is_a_bad_record() {
    check_bad(
        &["kv", "--max-record", "5"],
        b"a=345\nb=3456\nc=\n",
        &expect![[r#"
            {"key":"a","value":"345"}
            {"key":"c","value":""}
            ---
            -:2:1: found a longer record; expected at most 5 bytes
        "#]],
    );
}

#[test]
fn a_number_of_bytes_may_have_a_unit() {
    let line = b"key=value\n";
    for (limit, status) in [("8", 1), ("9", 0), ("1K", 0), ("1k", 0), ("16MiB", 0), ("1 kB", 0)] {
        assert_eq!(run(&["parse", "kv", "--max-record", limit], line).status, status, "{limit}");
    }
    for limit in ["", "K", "1.5M", "-1", "+1", "1KX", "1 2", "x"] {
        let outcome = run(&["parse", "kv", &format!("--max-record={limit}")], line);
        assert_eq!(outcome.status, 2, "{limit}");
        let is_told = outcome.stderr.contains("expected a number of bytes, such as 65536, 64K")
            || outcome.stderr.contains("a value is required");
        assert!(is_told, "{}", outcome.stderr);
    }
    for limit in ["99999999999999999999", "99999999999999999G"] {
        let outcome = run(&["parse", "kv", "--max-record", limit], line);
        assert!(outcome.stderr.contains("more than this machine can address"), "{limit}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_record() {
    for (format, line) in [
        ("kv", "k=v\n"),
        ("command", "GET /\n"),
        ("common", "::1 - - [now] \"GET / HTTP/1.1\" 304 -\n"),
        ("combined", "::1 - - [now] \"GET / HTTP/1.1\" 304 - \"-\" \"-\"\n"),
        ("logfmt", "a=1 b=2\n"),
        ("csv", "a,b\n1,2\n"),
        ("ndjson", "{\"a\":1}\n"),
    ] {
        let marked = format!("\u{feff}{line}bad \u{7f}\"\n");
        for form in ["ndjson", "raw"] {
            let args = ["parse", format, "--to", form];
            let plain = run(&args, line.as_bytes());
            assert!(plain.status == 0 && !plain.stdout.is_empty(), "{}", plain.stderr);
            for len in [1, 2, marked.len()] {
                let outcome = run::run_in_pieces(&args, marked.as_bytes(), len);
                assert!(outcome.stdout.starts_with(&plain.stdout), "{format}: {}", outcome.stdout);
                assert!(!outcome.stdout.contains('\u{feff}'), "{format}: {}", outcome.stdout);
            }
            let auto = run(&["parse", "auto", "--to", form], format!("\u{feff}{line}").as_bytes());
            assert_eq!(auto.stdout, plain.stdout, "{format}: {}", auto.stderr);
        }
    }
    // Places are counted in bytes of the file.
    let outcome = run(&["parse", "ndjson"], "\u{feff}[x\n\u{feff}1\n".as_bytes());
    let places: Vec<_> = outcome.stderr.lines().map(|line| &line[..6]).collect();
    assert_eq!(places, ["-:1:5:", "-:2:1:"]);
    assert_eq!(run(&["parse", "kv"], "\u{feff}".as_bytes()).stdout, "");
}

#[test]
fn empty_input_has_no_records() {
    let formats =
        ["kv", "command", "common", "combined", "logfmt", "csv", "ndjson", "http", "resp", "auto"];
    for format in formats {
        check(&[format], "", &expect![""]);
    }
    check(&["kv", "--to", "csv"], "", &expect![["key,value\n"]]);
}

#[test]
fn what_cannot_be_is_refused() {
    check_refused(
        &["kv", "--select", "key,colour"],
        &expect![["zc: there is no field `colour`; there are key, value\n"]],
    );
    check_refused(
        &["kv", "--where", "colour = red"],
        &expect![["zc: there is no field `colour`; there are key, value\n"]],
    );
    check_refused(
        &["kv", "--where", "key"],
        &expect![["zc: `key` has no operator; use = != < <= > >= or ~\n"]],
    );
    check_refused(
        &["kv", "--to", "raw", "--select", "key"],
        &expect![["zc: `--select` does not go with `--to raw`, which writes whole records\n"]],
    );
    check_refused(
        &["ndjson", "--select", "a,b.c,\"b.c\""],
        &expect![["zc: `--select` names the field `b.c` twice\n"]],
    );
    check_refused(
        &["kv", "/no/such/file"],
        &expect![["zc: /no/such/file: No such file or directory\n"]],
    );
    check_refused(&["kv", "/"], &expect![["zc: /: is a directory\n"]]);
    let outcome = run(&["parse", "pcap"], b"");
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("[possible values: kv, command,"), "{}", outcome.stderr);
}
