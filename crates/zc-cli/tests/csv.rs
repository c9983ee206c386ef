//! `zc parse csv`: headers, rows and fields, in every form.

mod run;

use expect_test::{Expect, expect};
use run::{entries, refused, run, run_in_pieces};

const TABLE: &str = "id,name,\"a \"\"note\"\"\"\r\n1,Ann,\"two\nlines\"\r\n20,\"Bo, the 2nd\",\"say \"\"hi\"\"\"\r\n\r\n3,5\" disk,\r\n";

/// Runs `zc parse csv` on good input.
#[track_caller]
fn check(args: &[&str], stdin: &str, expected: &Expect) {
    run::check(&[&["csv"], args].concat(), stdin, expected);
}

/// Runs `zc parse csv` on input of which some is bad: exit status 1.
#[track_caller]
fn check_bad(args: &[&str], stdin: &str, expected: &Expect) {
    let outcome = run(&[&["parse", "csv"], args].concat(), stdin.as_bytes());
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    expected.assert_eq(&(outcome.stdout + "---\n" + &outcome.stderr));
}

/// Runs `zc parse csv` in a way that it refuses: exit status 2, nothing on standard output.
#[track_caller]
fn check_refused(args: &[&str], stdin: &str, expected: &Expect) {
    expected.assert_eq(&refused(args, stdin));
}

#[test]
fn the_header_names_the_fields_and_quotes_are_undone() {
    check(
        &[],
        TABLE,
        &expect![[r#"
            {"id":"1","name":"Ann","a \"note\"":"two\nlines"}
            {"id":"20","name":"Bo, the 2nd","a \"note\"":"say \"hi\""}
            {"id":"3","name":"5\" disk","a \"note\"":""}
        "#]],
    );
    check(
        &["--to", "csv"],
        TABLE,
        &expect![[r#"
            id,name,"a ""note"""
            1,Ann,"two
            lines"
            20,"Bo, the 2nd","say ""hi"""
            3,"5"" disk",
        "#]],
    );
}

#[test]
fn fields_are_selected_and_compared_as_numbers_or_text() {
    check(
        &["--where", "id > 3", "--where", "a \"note\" ~ \"hi\"", "--select", "name,id"],
        &TABLE.replace("\"a \"\"note\"\"\"", "a \"note\""),
        &expect![[r#"
            {"name":"Bo, the 2nd","id":"20"}
        "#]],
    );
    check(
        &["--select", "b.c", "--where", "b.c != x"],
        "a,b.c\n1,x\n2,y\n",
        &expect![[r#"
            {"b.c":"y"}
        "#]],
    );
}

#[test]
fn raw_gives_back_every_byte_of_the_rows_that_passed_but_not_the_header() {
    let rows = TABLE.split_once("\r\n").unwrap().1;
    let outcome = run(&["parse", "csv", "--to", "raw"], TABLE.as_bytes());
    assert_eq!((outcome.status, outcome.stdout), (0, rows.replace("\r\n\r\n", "\r\n")));
    let outcome = run(&["parse", "csv", "--to", "raw", "--where", "id=1"], TABLE.as_bytes());
    assert_eq!(outcome.stdout, "1,Ann,\"two\nlines\"\r\n");
}

#[test]
fn without_a_header_rows_are_arrays_of_any_width_and_fields_are_numbered() {
    let rows = "a,b\n1\n\"\"\"\",,x\n";
    check(
        &["--no-header"],
        rows,
        &expect![[r#"
            ["a","b"]
            ["1"]
            ["\"","","x"]
        "#]],
    );
    check(
        &["--no-header", "--select", "3,1", "--where", "1 != a"],
        rows,
        &expect![[r#"
            [null,"1"]
            ["x","\""]
        "#]],
    );
    check(
        &["--no-header", "--to", "csv"],
        rows,
        &expect![[r#"
            a,b
            1
            """",,x
        "#]],
    );
    check(
        &["--no-header", "--to", "csv", "--select", "2"],
        rows,
        &expect![[r#"
            b
            ""
            ""
        "#]],
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    for (table, expected) in [
        ("\u{feff}a,b\n1,2\n", "{\"a\":\"1\",\"b\":\"2\"}\n"),
        ("\u{feff}\"a\",b\n1,2\n", "{\"a\":\"1\",\"b\":\"2\"}\n"),
        ("\u{feff}\n\na\n1\n", "{\"a\":\"1\"}\n"),
        ("\u{feff}", ""),
    ] {
        for len in [1, 100] {
            let outcome = run_in_pieces(&["parse", "csv"], table.as_bytes(), len);
            assert_eq!((&*outcome.stderr, &*outcome.stdout), ("", expected));
        }
    }
    check(
        &["--no-header"],
        "\u{feff}\"a\"\n",
        &expect![[r#"
        ["a"]
    "#]],
    );
}

#[test]
fn offsets_and_columns_count_the_byte_order_mark() {
    check_bad(
        &["--no-header"],
        "\u{feff}\"a\"b\n\"a\"b\n",
        &expect![[r#"
            ---
            -:1:7: found `b`; expected a delimiter or the end of the line
            -:2:4: found `b`; expected a delimiter or the end of the line
        "#]],
    );
    check_bad(
        &[],
        "\u{feff}a,\"b\n",
        &expect![[r#"
            ---
            -:1:8: found the end of the line; expected `"`
            zc: -: the header is bad, so no row was read; --no-header takes all rows for records
        "#]],
    );
}

#[test]
fn the_last_of_columns_that_share_a_name_counts_in_the_place_of_the_first() {
    check(
        &["--where", "a=3"],
        "a,b,a\n1,2,3\n4,5,6\n",
        &expect![[r#"
            {"a":"3","b":"2"}
        "#]],
    );
    check(
        &["--to", "csv"],
        "a,b,a\n1,2,3\n",
        &expect![[r#"
            a,b
            3,2
        "#]],
    );
}

#[test]
fn another_delimiter_may_be_named() {
    for (delimiter, table) in
        [(";", "a;b\n1,5;2\n"), ("tab", "a\tb\n1,5\t2\n"), ("\\t", "a\tb\n1,5\t2\n")]
    {
        let outcome = run(&["parse", "csv", "--delimiter", delimiter], table.as_bytes());
        assert_eq!(outcome.stdout, "{\"a\":\"1,5\",\"b\":\"2\"}\n");
    }
    for delimiter in ["", "ab", "\"", "\n", "é"] {
        assert_eq!(run(&["parse", "csv", "--delimiter", delimiter], b"").status, 2, "{delimiter}");
    }
}

#[test]
fn names_that_are_not_in_the_header_are_refused_before_anything_is_written() {
    let unknown = expect![["zc: there is no field `c`; there are a, b\n"]];
    check_refused(&["csv", "--select", "a,c"], "a,b\n1,2\n", &unknown);
    check_refused(&["csv", "--where", "c = 1", "--to", "raw"], "a,b\n1,2\n", &unknown);
    check_refused(
        &["csv", "--no-header", "--select", "a"],
        "a,b\n",
        &expect![[r#"
            zc: there is no field `a`; without a header fields are named by their numbers, from 1 on
        "#]],
    );
    check_refused(
        &["kv", "--no-header"],
        "a=1\n",
        &expect![["zc: `--no-header` goes with csv only, and this is kv\n"]],
    );
    check_refused(
        &["ndjson", "--delimiter", ";"],
        "1\n",
        &expect![["zc: `--delimiter` goes with csv only, and this is ndjson\n"]],
    );
}

#[test]
fn a_file_without_rows_has_no_records() {
    for table in ["", "\n\r\n", "a,b", "a,b\n\n"] {
        check(&[], table, &expect![""]);
    }
    check(&["--to", "csv"], "a,b\n", &expect![["a,b\n"]]);
    check(&["--to", "csv"], "", &expect![""]);
}

#[test]
fn rows_of_another_width_are_bad_with_all_their_lines() {
    check_bad(
        &[],
        "a,b\n1\n2,3,4\n\n5,\"6\n7,8\n\",9\n10,\"\n\"\n11,12\r\n\"13\n14\"\n",
        &expect![[r#"
            {"a":"10","b":"\n"}
            {"a":"11","b":"12"}
            ---
            -:2:2: found the end of the line; expected 2 fields
            -:3:4: found `,`; expected 2 fields
            -:7:2: found `,`; expected 2 fields
            -:12:4: found the end of the line; expected 2 fields
        "#]],
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    check_bad(
        &["--select", "a"],
        "a,b\n3,\"quoted\"more\n1,\"open\n2,x\n4,y\n",
        &expect![[r#"
            {"a":"2"}
            {"a":"4"}
            ---
            -:2:11: found `m`; expected a delimiter or the end of the line
            -:3:8: found the end of the line; expected `"`
        "#]],
    );
}

#[test]
fn a_row_over_the_limit_is_a_bad_record_and_so_is_a_header() {
    check_bad(
        &["--max-record", "9"],
        "a,b\n123456,89\n1234567,8\n1234567,89\n\"1\n34\",78\n",
        &expect![[r#"
            {"a":"123456","b":"89"}
            {"a":"1234567","b":"8"}
            {"a":"1\n34","b":"78"}
            ---
            -:4:1: found a longer record; expected at most 9 bytes
        "#]],
    );
    let long = format!("{}\n1\n", "a".repeat(1 << 20));
    let outcome = run(&["parse", "csv", "--max-record", "1000"], long.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (1, ""));
    assert!(outcome.stderr.starts_with("-:1:1: found a longer record"), "{}", outcome.stderr);
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_counted() {
    let outcome = run(&["parse", "csv", "--stats=json"], b"\xff,b\n\xfe,2\n");
    assert_eq!(outcome.stdout, "{\"\u{fffd}\":\"\u{fffd}\",\"b\":\"2\"}\n");
    assert_eq!(entries(&outcome, ["replaced"]), [1]);
}

#[test]
fn the_ledger_counts_fields_by_their_address() {
    let table = b"a,b\n1,\"two\"\n3,\"\"\"4\"\n";
    for form in ["ndjson", "csv"] {
        let outcome = run(&["parse", "csv", "--to", form, "--stats=json"], table);
        let names = ["fields_borrowed", "fields_copied", "fields_converted", "copied_decode"];
        assert_eq!(entries(&outcome, names), [3, 1, 0, 2], "{form}");
        assert_eq!(entries(&outcome, ["records", "bytes_in"]), [2, table.len() as u64]);
        assert_eq!(run::ledger(&outcome)["delimiter"], ",");
    }
    let outcome = run(&["parse", "csv", "--to", "raw", "--stats=json"], table);
    assert_eq!(entries(&outcome, ["fields_borrowed", "copied_decode"]), [4, 0]);
}

#[test]
fn the_number_of_allocations_does_not_grow_with_the_rows() {
    let allocations = |count| {
        let table = ["a,b\n", &"1,\"two\"\n".repeat(count)].concat();
        let outcome = run(&["parse", "csv", "--stats=json"], table.as_bytes());
        entries(&outcome, ["allocations"])[0]
    };
    let (few, many) = (allocations(10), allocations(100_000));
    assert!(many < few + 100, "{few} for 10 rows, {many} for 100,000");
}

#[test]
fn pieces_give_what_the_whole_gives() {
    let bad = "x\n\"y\",z\"\n";
    let table = [TABLE, bad, TABLE, "\"open"].concat();
    for args in [&["parse", "csv"][..], &["parse", "csv", "--no-header", "--to", "raw"]] {
        let whole = run(args, table.as_bytes());
        for len in [1, 2, 3, 7] {
            let pieces = run_in_pieces(args, table.as_bytes(), len);
            assert_eq!((&pieces.stdout, &pieces.stderr), (&whole.stdout, &whole.stderr), "{len}");
        }
    }
}

/// Texts of all kinds that a table may hold, the same on every run.
fn texts() -> impl Iterator<Item = String> {
    let mut state = 1_u64;
    std::iter::from_fn(move || {
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let characters = ["a", " ", ",", "\"", "\n", "\r", "é", ";", "1"];
        let len = next(12);
        Some(
            (0..len)
                .filter_map(|_| characters.get(usize::try_from(next(9)).ok()?))
                .copied()
                .collect(),
        )
    })
}

#[test]
fn tables_of_any_text_come_back_as_they_were_written() {
    let mut texts = texts();
    let rows: Vec<Vec<String>> = (0..5000).map(|_| texts.by_ref().take(4).collect()).collect();
    let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let mut table = "a,b,c,d\n".to_owned();
    for row in &rows {
        table += &(row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n");
    }
    let outcome = run(&["parse", "csv"], table.as_bytes());
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    for (line, row) in outcome.stdout.lines().zip(&rows) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(["a", "b", "c", "d"].map(|name| read[name].as_str().unwrap()), row[..]);
    }
    assert_eq!(outcome.stdout.lines().count(), rows.len());
    // What is written as CSV is read as the same table again.
    let again = run(&["parse", "csv", "--to", "csv"], table.as_bytes()).stdout;
    assert_eq!(run(&["parse", "csv"], again.as_bytes()).stdout, outcome.stdout);
}
