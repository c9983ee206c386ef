//! `zc parse http`: heads of requests and responses, in every form.

mod run;

use expect_test::{Expect, expect};
use run::{entries, run, run_in_pieces};

const HEADS: &str = "GET /a?b HTTP/1.1\r\nHost: example.org\r\nX-Note:  say \"hi\" \r\n\r\n\r\nHTTP/1.0 404 Not Found\r\n\r\nHTTP/1.1 200 \nServer:\nserver: b\n\n";

/// Runs `zc parse http` on good input.
#[track_caller]
fn check(args: &[&str], stdin: &str, expected: &Expect) {
    run::check(&[&["http"], args].concat(), stdin, expected);
}

#[test]
fn heads_have_the_fields_of_their_kind_and_headers_as_pairs() {
    check(
        &[],
        HEADS,
        &expect![[r#"
            {"method":"GET","target":"/a?b","version":"HTTP/1.1","headers":[["Host","example.org"],["X-Note","say \"hi\""]]}
            {"version":"HTTP/1.0","status":404,"reason":"Not Found","headers":[]}
            {"version":"HTTP/1.1","status":200,"reason":"","headers":[["Server",""],["server","b"]]}
        "#]],
    );
}

#[test]
fn fields_that_were_selected_and_are_not_there_are_null() {
    check(
        &["--select", "status,method"],
        HEADS,
        &expect![[r#"
            {"status":null,"method":"GET"}
            {"status":404,"method":null}
            {"status":200,"method":null}
        "#]],
    );
}

#[test]
fn headers_are_json_in_csv() {
    check(
        &["--to", "csv"],
        HEADS,
        &expect![[r#"
            method,target,version,status,reason,headers
            GET,/a?b,HTTP/1.1,,,"[[""Host"",""example.org""],[""X-Note"",""say \""hi\""""]]"
            ,,HTTP/1.0,404,Not Found,[]
            ,,HTTP/1.1,200,,"[[""Server"",""""],[""server"",""b""]]"
        "#]],
    );
}

#[test]
fn filters_see_headers_as_the_text_of_their_lines() {
    for (filter, expected) in [
        ("headers ~ Host: example", "HTTP/1.1"),
        ("headers ~ 'server: b'", "HTTP/1.1"),
        ("headers = ", "HTTP/1.0"),
        ("status >= 300", "HTTP/1.0"),
        ("method != GET", "HTTP/1.0 HTTP/1.1"),
    ] {
        let args = ["parse", "http", "--select", "version", "--to", "csv", "--where", filter];
        let stdout = run(&args, HEADS.as_bytes()).stdout;
        assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>().join(" "), expected, "{filter}");
    }
}

#[test]
fn raw_gives_back_every_byte_of_good_heads() {
    let outcome = run(&["parse", "http", "--to", "raw"], HEADS.as_bytes());
    assert_eq!((outcome.status, outcome.stdout), (0, HEADS.replace("\r\n\r\n\r\n", "\r\n\r\n")));
}

#[test]
fn bad_heads_are_reported_where_they_are_bad_and_passed_over() {
    let heads = "GET / HTTP/1.1\r\nHost x\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n\r\nPUT\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n";
    let outcome = run(&["parse", "http", "--select", "method"], heads.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (1, "{\"method\":\"GET\"}\n"));
    expect![[r#"
        -:2:5: found a space; expected `:`
        -:7:4: found byte 0x0d; expected a space
        -:11:1: found the end of the input; expected a header or an empty line
    "#]]
    .assert_eq(&outcome.stderr);
}

#[test]
fn a_head_over_the_limit_is_a_bad_record() {
    let long = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n{HEADS}", "b".repeat(1 << 20));
    let outcome =
        run(&["parse", "http", "--max-record", "1000", "--select", "version"], long.as_bytes());
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (1, 3));
    assert_eq!(outcome.stderr, "-:1:1: found a longer record; expected at most 1000 bytes\n");
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_counted() {
    for (form, replaced) in [("ndjson", 3), ("csv", 2), ("raw", 0)] {
        let args = ["parse", "http", "--stats=json", "--to", form];
        let outcome = run(&args, b"GET /\xff HTTP/1.1\r\nA: \xfe\xfd\r\n\r\n");
        assert_eq!(entries(&outcome, ["replaced", "records"]), [replaced, 1], "{form}");
    }
}

#[test]
fn the_ledger_counts_headers_as_one_field_that_is_borrowed() {
    for form in ["ndjson", "csv", "raw"] {
        let outcome = run(&["parse", "http", "--stats=json", "--to", form], HEADS.as_bytes());
        let names = ["fields_borrowed", "fields_copied", "fields_converted", "copied_decode"];
        assert_eq!(entries(&outcome, names), [4 + 3 + 3, 0, 2, 0], "{form}");
    }
}

#[test]
fn pieces_give_what_the_whole_gives() {
    let heads = [HEADS, "BAD\r\n\r\n", HEADS].concat();
    let whole = run(&["parse", "http"], heads.as_bytes());
    for len in [1, 2, 5] {
        let pieces = run_in_pieces(&["parse", "http"], heads.as_bytes(), len);
        assert_eq!((&pieces.stdout, &pieces.stderr), (&whole.stdout, &whole.stderr), "{len}");
    }
}
