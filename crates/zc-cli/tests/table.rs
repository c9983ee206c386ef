//! `--to table`: columns that fit, cells that are cut, and what a terminal must not be sent.

mod run;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use run::{Outcome, run, zc};
use unicode_width::UnicodeWidthStr;

const LOG: &str = r#"::1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a/rather/long/target?b=1 HTTP/1.0" 200 2326 "-" "curl/8"
10.0.0.7 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 500 - "http://a/" "-"
"#;

/// Writes a table on a screen that is so wide; without an end to it for 0.
fn table(args: &[&str], stdin: &str, width: usize) -> Outcome {
    let mut child = zc()
        .args(["parse"])
        .args(args)
        .args(["--to", "table"])
        .env("COLUMNS", width.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool was built");
    let mut pipe = child.stdin.take().expect("a pipe was asked for");
    pipe.write_all(stdin.as_bytes()).expect("it is read");
    drop(pipe);
    child.wait_with_output().expect("the tool ends").into()
}

#[track_caller]
fn check(args: &[&str], stdin: &str, width: usize, expected: &Expect) {
    let outcome = table(args, stdin, width);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    expected.assert_eq(&outcome.stdout);
}

#[test]
fn long_cells_are_cut_and_numbers_stand_to_the_right() {
    check(
        &["combined", "--select", "host,status,bytes,target"],
        LOG,
        44,
        &expect![[r#"
            host      status  bytes  target
            ::1          200   2326  /a/rather/long/tar…
            10.0.0.7     500      -  /
        "#]],
    );
}

#[test]
fn without_an_end_to_the_screen_nothing_is_cut() {
    check(
        &["combined", "--select", "target,user,status"],
        LOG,
        0,
        &expect![[r#"
            target                     user   status
            /a/rather/long/target?b=1  frank     200
            /                          -         500
        "#]],
    );
}

#[test]
fn columns_that_do_not_fit_are_left_out_and_it_is_said() {
    let outcome = table(&["combined"], LOG, 40);
    assert_eq!(outcome.status, 0);
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 40), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("columns are not shown"), "{}", outcome.stderr);
}

#[test]
fn records_with_fields_of_their_own_share_the_columns() {
    check(
        &["ndjson"],
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":22,\"c\":[1,2]}\n{\"b\":null}\n",
        80,
        &expect![[r#"
             a  b  c
             1  x
            22     [1,2]
                -
        "#]],
    );
    check(
        &["csv", "--no-header"],
        "a,1\nb,22\n",
        80,
        &expect![[r#"
        1   2
        a   1
        b  22
    "#]],
    );
}

#[test]
fn wide_characters_take_two_columns_and_hidden_ones_are_shown() {
    check(
        &["kv"],
        "city=東京都庁舎\nbell=\x07\u{1b}[2J\nnone=\n",
        16,
        &expect![[r#"
            key   value
            city  東京都庁舎
            bell  \u{7}\u{1…
            none
        "#]],
    );
}

#[test]
fn colours_are_there_only_if_asked_for_or_on_a_terminal() {
    let outcome = table(&["combined", "--select", "status,user", "--color", "always"], LOG, 80);
    let expected = "\u{1b}[1mstatus\u{1b}[0m  \u{1b}[1muser\u{1b}[0m\n   200  frank\n   \u{1b}[31m500\u{1b}[0m  \u{1b}[2m-\u{1b}[0m\n";
    assert_eq!(outcome.stdout, expected);
    assert!(!table(&["combined"], LOG, 80).stdout.contains('\u{1b}'));
}

#[test]
fn rows_come_while_a_stream_is_open_and_longer_cells_later_are_cut() {
    let mut child = zc()
        .args(["parse", "kv", "--to", "table"])
        .env("COLUMNS", "20")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    for (pair, rows) in
        [("a=1", ["key  value\n", "a        1\n"].as_slice()), ("b=123456789", &["b    1234…\n"])]
    {
        stdin.write_all(format!("{pair}\n").as_bytes()).unwrap();
        for row in rows {
            line.clear();
            stdout.read_line(&mut line).unwrap();
            assert_eq!(&line, row);
        }
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn many_names_of_fields_take_linear_time() {
    let members: Vec<_> = (0..50_000).map(|key| format!("\"k{key}\":{key}")).collect();
    let line = format!("{{{}}}\n", members.join(","));
    let outcome = run(&["parse", "ndjson", "--to", "table"], line.repeat(3).as_bytes());
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (0, 4));
}

#[test]
fn titles_never_move_the_cursor_either() {
    check(
        &["ndjson"],
        "{\"\\u001b[31ma\\n\":1,\"b\":\"\\u001b\"}\n",
        0,
        &expect![[r#"
            \u{1b}[31ma\n  b
                        1  \u{1b}
        "#]],
    );
}

#[test]
fn a_member_without_a_name_has_none_in_its_title_either() {
    check(
        &["ndjson"],
        "{\"\":1,\"b\":2}\n{\"b\":3,\"\":44}\n",
        0,
        &expect![[r#"
                b
             1  2
            44  3
        "#]],
    );
}

/// A cell as a record has it.
#[derive(Debug, Clone)]
enum Value {
    Absent,
    Null,
    Number(u32),
    Text(String),
}

impl Value {
    fn shown(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Null => "-".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    fn resp(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Null => "_\r\n".to_owned(),
            Self::Number(number) => format!(":{number}\r\n"),
            Self::Text(text) => format!("${}\r\n{text}\r\n", text.len()),
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Absent),
        Just(Value::Null),
        any::<u32>().prop_map(Value::Number),
        "[a-zäéα東🙂.-]{0,12}[a-z]".prop_map(Value::Text),
    ]
}

/// A map of RESP with what there is of two fields, one of them in a map of its own.
fn record([id, inner]: &[Value; 2]) -> String {
    let id_part = match id {
        Value::Absent => String::new(),
        id => format!("+id\r\n{}", id.resp()),
    };
    let inner_part = match inner {
        Value::Absent => "+k\r\n%0\r\n".to_owned(),
        inner => format!("+k\r\n%1\r\n+a\r\n{}", inner.resp()),
    };
    format!("%{}\r\n{id_part}{inner_part}", 1 + usize::from(!id_part.is_empty()))
}

/// A table made cell by cell: each column as wide as the widest of its first 200 cells, numbers
/// to the right where there is nothing else.
fn naive(titles: [&str; 3], rows: &[[Value; 3]]) -> String {
    let first = &rows[..rows.len().min(200)];
    let column = |at: usize| first.iter().map(move |row| &row[at]);
    let width = |at: usize| {
        let cells = column(at).map(|cell| cell.shown().width());
        cells.chain([titles[at].width()]).max().expect("there is a title")
    };
    let has_numbers = |at: usize| {
        column(at).any(|cell| matches!(cell, Value::Number(_)))
            && !column(at).any(|cell| matches!(cell, Value::Text(_)))
    };
    let columns = [0, 1, 2].map(|at| (width(at), has_numbers(at)));
    let line = |cells: [String; 3]| {
        let padded = cells.iter().zip(columns).map(|(cell, (width, is_right))| {
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if is_right { blanks + cell } else { cell.clone() + &blanks }
        });
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let header = line(titles.map(str::to_owned));
    header + &rows.iter().map(|row| line(row.each_ref().map(Value::shown))).collect::<String>()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_table_is_what_its_cells_make_of_it(
        values in prop::collection::vec([value(), value()], 1..300),
        errors in prop::collection::vec("[A-Za-zé ]{0,20}[a-z]", 0..4),
    ) {
        let mut rows: Vec<[Value; 3]> =
            values.iter().map(|[id, inner]| [id.clone(), inner.clone(), Value::Absent]).collect();
        let mut input: String = values.iter().map(record).collect();
        for error in errors {
            input += &format!("-{error}\r\n");
            rows.push([Value::Absent, Value::Absent, Value::Text(error)]);
        }
        let outcome = table(&["resp", "--select", "id,k.a,error"], &input, 0);
        prop_assert_eq!(outcome.status, 0);
        prop_assert_eq!(outcome.stdout, naive(["id", "k.a", "error"], &rows));
    }
}
