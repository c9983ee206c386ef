//! CSV: which rows an input holds, which are bad and where, in each dialect.

use std::ops::ControlFlow::Continue;

use zc_core::{Framer, Position, Span, assert_borrows};
use zc_parse::csv::{CsvRow, Header, Quoting, trim_byte_order_mark};
use zc_parse::{Bulk, Csv, Grammar, Outcome, Record, Records};

use crate::twins;

/// The texts of each row, or the error of each bad one.
fn read(csv: &Csv, input: &[u8]) -> Vec<Result<Vec<String>, String>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Records::new(csv.clone(), input)
        .map(|row| match row {
            Ok(row) => Ok(row.iter().map(|field| text(&field.text())).collect()),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

/// Asserts the texts of each row of `input`, however it arrives.
#[track_caller]
fn check_in(csv: &Csv, input: &str, expected: &[&[&str]]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|row| Ok(row.iter().map(|text| (*text).to_owned()).collect()))
        .collect();
    assert_eq!(read(csv, input.as_bytes()), expected, "{input:?}");
    twins::check_grammar(csv, input.as_bytes());
}

#[track_caller]
fn check(input: &str, expected: &[&[&str]]) {
    check_in(&Csv::new(), input, expected);
}

/// Asserts what the bad rows of `input` are reported as, and the texts of the good ones.
#[track_caller]
fn check_bad_in(csv: &Csv, input: &str, errors: &[&str], good: &[&[&str]]) {
    let (rows, bad): (Vec<_>, Vec<_>) =
        read(csv, input.as_bytes()).into_iter().partition(Result::is_ok);
    let bad: Vec<_> = bad.into_iter().map(Result::unwrap_err).collect();
    let rows: Vec<_> = rows.into_iter().map(Result::unwrap).collect();
    assert_eq!(bad, errors, "{input:?}");
    assert_eq!(rows, good, "{input:?}");
    twins::check_grammar(csv, input.as_bytes());
}

#[track_caller]
fn check_bad(input: &str, errors: &[&str], good: &[&[&str]]) {
    check_bad_in(&Csv::new(), input, errors, good);
}

#[test]
fn rows_end_with_lf_crlf_or_the_input() {
    for input in ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\nc,d", "a,b\r\nc,d", "a,b\nc,d\r"] {
        check(input, &[&["a", "b"], &["c", "d"]]);
    }
    check("a\nb\r\nc", &[&["a"], &["b"], &["c"]]);
    check("", &[]);
}

#[test]
fn every_field_may_be_empty() {
    check(",", &[&["", ""]]);
    check("a,\n,b\r\n,\n,,", &[&["a", ""], &["", "b"], &["", ""], &["", "", ""]]);
    check("a,b,,,c\n,,d,,\n", &[&["a", "b", "", "", "c"], &["", "", "d", "", ""]]);
    check("\"\",\"\"\r\na,\"\"", &[&["", ""], &["a", ""]]);
}

#[test]
fn an_empty_line_is_no_row() {
    for input in ["\n", "\r\n", "\n\r\n\n", "\r", "\n\r"] {
        check(input, &[]);
    }
    check("\n\r\na\n\n\nb\r\n\r\n", &[&["a"], &["b"]]);
}

#[test]
fn a_line_of_one_empty_field_in_quotes_is_a_row() {
    check("\"\"", &[&[""]]);
    check("a\n\"\"\n\n\"\"\r\n", &[&["a"], &[""], &[""]]);
}

#[test]
fn a_line_of_blanks_is_a_row() {
    check(" \n\t\n", &[&[" "], &["\t"]]);
    check("a\n \nb", &[&["a"], &[" "], &["b"]]);
}

#[test]
fn blanks_around_a_field_belong_to_it() {
    check(" a, b ,c \n", &[&[" a", " b ", "c "]]);
    check("\" a \",\"\tb\"", &[&[" a ", "\tb"]]);
}

#[test]
fn quotes_keep_delimiters_and_line_endings() {
    check("a,\"b,b\",c", &[&["a", "b,b", "c"]]);
    check(
        "\"a\nb\",\"c\r\nd\",\"e\rf\"\ng,h,i\n",
        &[&["a\nb", "c\r\nd", "e\rf"], &["g", "h", "i"]],
    );
    check("a,\"\n\n\"\n\"\r\n\"\n", &[&["a", "\n\n"], &["\r\n"]]);
    check("\",\"\n\",,\",\"\n,\"\n", &[&[","], &[",,", "\n,"]]);
}

#[test]
fn a_doubled_quote_is_one() {
    check("\"\"\"\"", &[&["\""]]);
    check("\"a \"\"b\"\"\"\n\"\"\"\"\"\"\n", &[&["a \"b\""], &["\"\""]]);
    check("\"\"\",\"\"\",\",\"\"\",\"\"\",\"\n", &[&["\",\"", ",\"", "\","]]);
    check("\"1\",\"n=\"\"\"\",m=\"\"\"\"\"\n", &[&["1", "n=\"\",m=\"\""]]);
    check("\"a\n\"\"b\"\"\n\"\n", &[&["a\n\"b\"\n"]]);
    check("{\"\"a\"\":1},\"{\"\"a\"\":[1,2]}\"\n", &[&["{\"\"a\"\":1}", "{\"a\":[1,2]}"]]);
}

#[test]
fn a_quote_inside_a_plain_field_is_a_byte_as_any_other() {
    check("5\" disk,a\"b\"\nc\",\"d\"\n", &[&["5\" disk", "a\"b\""], &["c\"", "d"]]);
    check(" \"a\",b\n", &[&[" \"a\"", "b"]]);
    check("a\"\nb\"\n", &[&["a\""], &["b\""]]);
    check("a\"\"b,\u{feff}\"c\"", &[&["a\"\"b", "\u{feff}\"c\""]]);
}

#[test]
fn something_behind_a_closing_quote_is_refused() {
    let at = |column: usize, found: &str| {
        let offset = column - 1;
        format!(
            "line 1, column {column} (byte {offset}): found {found}; expected a delimiter or the end of the line"
        )
    };
    let good: &[&[&str]] = &[&["x", "y"]];
    check_bad("\"a\"b,c\nx,y\n", &[&at(4, "`b`")], good);
    check_bad("\"a\" ,c\nx,y\n", &[&at(4, "a space")], good);
    check_bad("c,\"a\" \nx,y\n", &[&at(6, "a space")], good);
    check_bad("\"a\"\rb\nx,y\n", &[&at(4, "byte 0x0d")], good);
    check_bad("\"a\"\r,b\nx,y\n", &[&at(4, "byte 0x0d")], good);
    check_bad("\"a\"\r\r\nx,y\n", &[&at(4, "byte 0x0d")], good);
    check_bad("\"a \"word\" b\",c\nx,y\n", &[&at(5, "`w`")], good);
    check_bad("\"\"a\"\nx,y\n", &[&at(3, "`a`")], good);
    check_bad("\"a\\\"b\"\nx,y\n", &[&at(5, "`b`")], good);
    check_bad("\"a\"b", &[&at(4, "`b`")], &[]);
    check_bad("\"a\"\r\r", &[&at(4, "byte 0x0d")], &[]);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_first_line() {
    let error = "line 1, column 5 (byte 4): found the end of the line; expected `\"`";
    check_bad("a,\"b\nc,d\ne,f\n", &[error], &[&["c", "d"], &["e", "f"]]);
    // What looks like the closing quote opens the next one.
    check_bad("a,\"b\nc,\"d\"\ne,f\n", &[error], &[&["c", "d"], &["e", "f"]]);
    let error = "line 1, column 5 (byte 4): found the end of the input; expected `\"`";
    check_bad("a,\"b", &[error], &[]);
    check_bad("\"", &["line 1, column 2 (byte 1): found the end of the input; expected `\"`"], &[]);
    check_bad(
        "a\n\"b\"\"",
        &["line 2, column 5 (byte 6): found the end of the input; expected `\"`"],
        &[&["a"]],
    );
    check_bad(
        "\"a\r\nb\n",
        &["line 1, column 4 (byte 3): found the end of the line; expected `\"`"],
        &[&["b"]],
    );
}

#[test]
fn a_carriage_return_inside_a_row_is_a_byte_as_any_other() {
    check("a\rb,c\r,d\n", &[&["a\rb", "c\r", "d"]]);
    check("a\r\r\nb\r\r", &[&["a\r"], &["b\r"]]);
    check("\r\r\n\ra\n", &[&["\r"], &["\ra"]]);
    check("\"a\"\r\n\"b\"\r", &[&["a"], &["b"]]);
    check("\"a\r\"\r\n\"b\r\n\"\r\n", &[&["a\r"], &["b\r\n"]]);
    check(",\r\n,\r", &[&["", ""], &["", ""]]);
}

#[test]
fn bytes_that_are_no_text_stay_as_they_are() {
    let input = b"\xff,\"\x00\xfe\"\n\xc3,\x85\n";
    let (row, rest) = Csv::new().parse_one(input).unwrap();
    assert_eq!(
        (row[0].value, row[1].value, rest),
        (&b"\xff"[..], &b"\x00\xfe"[..], &b"\n\xc3,\x85\n"[..])
    );
    check(
        "\0,\0\0\n\u{2028},ʤ,七\u{1f}\x1e\n",
        &[&["\0", "\0\0"], &["\u{2028}", "ʤ", "七\u{1f}\x1e"]],
    );
}

#[test]
fn there_are_no_comments_and_no_other_escapes() {
    check("#a,b\n\\,c\n\"\\\\\",d\\\n", &[&["#a", "b"], &["\\", "c"], &["\\\\", "d\\"]]);
    check("sep=,\na,b\n", &[&["sep=", ""], &["a", "b"]]);
}

#[test]
fn another_delimiter() {
    check_in(&Csv::new().with_delimiter(b';'), "a;b,c;\"d;\"\n", &[&["a", "b,c", "d;"]]);
    check_in(&Csv::new().with_delimiter(b'\t'), "a\t b \t\t\"\t\"\n", &[&["a", " b ", "", "\t"]]);
    check_in(&Csv::new().with_delimiter(b'|'), "a|\"b\"\"|\"|\n", &[&["a", "b\"|", ""]]);
    check_in(&Csv::new().with_delimiter(b' '), "a  \"b c\"\n", &[&["a", "", "b c"]]);
    check_in(&Csv::new().with_delimiter(b'\x1f'), "a\x1fb\x1e\n", &[&["a", "b\x1e"]]);
    check_in(&Csv::new().with_delimiter(b'\0'), "a\0b\n", &[&["a", "b"]]);
    let (row, _) = Csv::new().with_delimiter(b'\xa7').parse_one(b"a\xa7b").unwrap();
    assert_eq!(row.len(), 2);
}

#[test]
fn another_quote_and_none() {
    let single = Csv::new().with_quote(Some(b'\''));
    check_in(&single, "'a,''b''\n',\"c\",d'\n''\n", &[&["a,'b'\n", "\"c\"", "d'"], &[""]]);
    let none = Csv::new().with_quote(None);
    check_in(&none, "\"a,b\"\n\"\n'\r\n", &[&["\"a", "b\""], &["\""], &["'"]]);
    check_bad_in(
        &single,
        "'a\nb\n",
        &["line 1, column 3 (byte 2): found the end of the line; expected `'`"],
        &[&["b"]],
    );
    let swapped = Csv::new().with_quote(None).with_delimiter(b'"').with_quote(Some(b','));
    check_in(&swapped, "a\",b\",\"c\n", &[&["a", "b\"", "c"]]);
}

#[test]
fn a_byte_order_mark_is_taken_off_where_it_is_asked_for() {
    assert_eq!(trim_byte_order_mark(b"\xef\xbb\xbfa,b"), b"a,b");
    for input in [&b"a\xef\xbb\xbf"[..], b"\xef\xbb", b"", b"\xfe\xff"] {
        assert_eq!(trim_byte_order_mark(input), input);
    }
    check("\u{feff}a,b\n", &[&["\u{feff}a", "b"]]);
    let marked = "\u{feff}\"a\",b\n";
    let trimmed = trim_byte_order_mark(marked.as_bytes());
    assert_eq!(read(&Csv::new(), trimmed), [Ok(vec!["a".to_owned(), "b".to_owned()])]);
}

#[test]
fn a_row_of_another_width_is_bad() {
    let csv = Csv::new().with_width(2);
    check_bad_in(
        &csv,
        "a,b\nc\nd,\"e\ne\",f\ng,h,i\n,\nj,k\n",
        &[
            "line 2, column 2 (byte 5): found the end of the line; expected 2 fields",
            "line 4, column 3 (byte 13): found `,`; expected 2 fields",
            "line 5, column 4 (byte 19): found `,`; expected 2 fields",
        ],
        &[&["a", "b"], &["", ""], &["j", "k"]],
    );
}

/// A row with too many fields is not read on for the sake of what follows them.
#[test]
fn a_row_of_another_width_is_judged_before_what_is_behind_it() {
    let csv = Csv::new().with_width(1);
    check_bad_in(
        &csv,
        "a,\"b\nc\n",
        &["line 1, column 2 (byte 1): found `,`; expected 1 fields"],
        &[&["c"]],
    );
}

#[test]
fn a_row_of_too_many_fields_is_bad() {
    let csv = Csv::new().with_most_fields(3);
    check_bad_in(
        &csv,
        "a,b,c\nd,e,f,g,h\n,,,\ni\n",
        &[
            "line 2, column 6 (byte 11): found `,`; expected at most 3 fields",
            "line 3, column 3 (byte 18): found `,`; expected at most 3 fields",
        ],
        &[&["a", "b", "c"], &["i"]],
    );
    let many = ",".repeat(Csv::DEFAULT_FIELD_LIMIT);
    assert!(Csv::new().parse_one(many.as_bytes()).is_err());
    let (row, _) = Csv::new().parse_one(&many.as_bytes()[1..]).unwrap();
    assert_eq!(row.len(), Csv::DEFAULT_FIELD_LIMIT);
}

#[test]
fn positions_count_the_newlines_in_quotes() {
    let input = "\"a\n\nb\",c\r\n\"d\n\"\"e\",f\n\ng,\"h\"i\n\"j\n\nk\"l\nm\n";
    check_bad(
        input,
        &[
            "line 7, column 6 (byte 26): found `i`; expected a delimiter or the end of the line",
            "line 8, column 3 (byte 30): found the end of the line; expected `\"`",
        ],
        &[&["a\n\nb", "c"], &["d\n\"e", "f"], &["k\"l"], &["m"]],
    );
    let mut places = Vec::new();
    Bulk::new(Csv::new()).finish(input.as_bytes(), |outcome| {
        places.push(match outcome {
            Ok(mut parsed) => (parsed.position().line, parsed.position().offset),
            Err(bad) => (bad.error.position().line, bad.error.position().offset),
        });
        Continue(())
    });
    assert_eq!(places, [(1, 0), (4, 10), (7, 26), (8, 30), (10, 32), (11, 36)]);
}

/// The texts of the first fields of good rows, and where rows are too long or otherwise bad, of an
/// input that arrives in pieces.
fn with_limit(input: &[u8], limit: usize, piece: usize) -> (Vec<String>, Vec<(Position, bool)>) {
    let (mut firsts, mut bad) = (Vec::new(), Vec::new());
    let mut bulk = Bulk::new(Csv::new()).with_limit(limit);
    let (mut start, mut end) = (0, 0);
    while end < input.len() {
        end = (end + piece).min(input.len());
        let keep = |outcome: Outcome<'_, '_, Csv>| {
            match outcome {
                Ok(parsed) => {
                    firsts.push(String::from_utf8_lossy(parsed.record[0].value).into_owned());
                }
                Err(failed) => bad.push((failed.error.position(), failed.error.is_too_long())),
            }
            Continue(())
        };
        start += if end < input.len() {
            bulk.feed(&input[start..end], keep)
        } else {
            bulk.finish(&input[start..end], keep)
        };
        assert!(end - start <= limit + 2, "{} bytes are held back", end - start);
    }
    (firsts, bad)
}

#[track_caller]
fn check_limit(input: &str, limit: usize, firsts: &[&str], bad: &[(u64, bool)]) {
    for piece in (1..=input.len()).chain([usize::MAX / 2]) {
        let (found, errors) = with_limit(input.as_bytes(), limit, piece);
        assert_eq!(found, firsts, "pieces of {piece}");
        let errors: Vec<_> = errors.iter().map(|(place, is_long)| (place.line, *is_long)).collect();
        assert_eq!(errors, bad, "pieces of {piece}");
    }
}

#[test]
fn a_limit_counts_the_newlines_in_quotes() {
    check_limit("\"12\n4\",7\n\"12\n4\"\r\na\n", 8, &["12\n4", "12\n4", "a"], &[]);
    check_limit("a\n\"12\n4\",78\nb\n", 8, &["a", "4\"", "b"], &[(2, true)]);
}

#[test]
fn an_unclosed_quote_beyond_the_limit_costs_its_first_line() {
    let good = "b,c\n".repeat(20);
    let input = format!("a\n\"1234567\n{good}");
    check_limit(&input, 10, &[&["a"][..], &["b"; 20]].concat(), &[(2, true)]);
    let input = format!("a\n\"long, longer, longest\n{good}");
    check_limit(&input, 10, &[&["a"][..], &["b"; 20]].concat(), &[(2, true)]);
}

#[test]
fn a_row_is_a_list_of_fields() {
    let input = &b"plain,\"in quotes\",\"a \"\"b\"\"\",\n"[..];
    let (on_slice, rest) = Csv::new().parse_one(input).unwrap();
    assert_borrows!(input, rest);
    for row in Records::new(Csv::new(), input).map(Result::unwrap).chain([on_slice]) {
        for field in &row {
            assert_borrows!(input, field.value);
        }
        let [plain, quoted, doubled, empty] = &row[..] else { panic!("{row:?}") };
        assert_eq!((plain.quoting, plain.is_quoted()), (Quoting::Plain, false));
        assert_eq!((quoted.quoting, quoted.is_quoted()), (Quoting::Quoted, true));
        assert_eq!((doubled.quoting, doubled.is_quoted()), (Quoting::Doubled(b'"'), true));
        assert_eq!((empty.quoting, empty.value), (Quoting::Plain, &b""[..]));
        assert_eq!((doubled.value, &*doubled.text()), (&b"a \"\"b\"\""[..], &b"a \"b\""[..]));
        let (plain, quoted) = (plain.text(), quoted.text());
        assert_borrows!(input, &*plain, &*quoted);
    }
}

#[test]
fn rows_outlive_their_borrow() {
    let input = b"a,\"b \"\"c\"\"\",\"\"\n";
    let (row, _) = Csv::new().parse_one(input).unwrap();
    let spans = row.to_spans(input).unwrap();
    assert_eq!(spans[1].value, Span::new(3, 7));
    let copy = input.to_vec();
    let resolved = spans.resolve(&copy).unwrap();
    assert_eq!(resolved, row);
    assert_eq!(resolved[1].text(), &b"b \"c\""[..]);
    let vecs = row.to_vecs();
    assert_eq!(vecs.as_slices(), row);
    assert_eq!(
        vecs.into_iter().map(|field| field.value).collect::<Vec<_>>().concat(),
        b"ab \"\"c\"\""
    );
}

#[test]
fn a_header_names_the_columns() {
    let input = b"id,\"a \"\"name\"\"\",id\n1,2,3\n4,5\n";
    let mut rows = Records::new(Csv::new(), input);
    let header = Header::new(&rows.next().unwrap().unwrap());
    assert_eq!(header.names().collect::<Vec<_>>(), [&b"id"[..], b"a \"name\"", b"id"]);
    assert_eq!((header.index(b"id"), header.index(b"a \"name\"")), (Some(0), Some(1)));
    assert_eq!((header.index(b"x"), header.width()), (None, 3));
    let csv = Csv::new().with_width(header.width());
    assert_eq!(
        Records::new(csv, input).map(|row| row.is_ok()).collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn a_framer_ends_rows_where_lines_end_outside_of_quotes() {
    let input = b"a,\"b\n\"\"\r\n\",c\r\nd\n\n\"e\"";
    let mut framer = CsvRow::new(b',', Some(b'"'));
    let mut rest = &input[..];
    let mut payloads = Vec::new();
    while let Ok(frame) = framer.frame(rest) {
        payloads.push(&rest[frame.payload]);
        rest = &rest[frame.len..];
    }
    assert_eq!(payloads, [&b"a,\"b\n\"\"\r\n\",c"[..], b"d", b""]);
    assert_eq!(rest, b"\"e\"");
}

#[test]
fn a_delimiter_that_is_no_delimiter_panics() {
    let panics = |make: fn() -> Csv| std::panic::catch_unwind(make).is_err();
    assert!(panics(|| Csv::new().with_delimiter(b'\n')));
    assert!(panics(|| Csv::new().with_delimiter(b'\r')));
    assert!(panics(|| Csv::new().with_delimiter(b'"')));
    assert!(panics(|| Csv::new().with_quote(Some(b','))));
    assert!(panics(|| Csv::new().with_quote(Some(b'\r'))));
    assert!(panics(|| Csv::new().with_quote(None).with_delimiter(b'\n')));
}

#[test]
fn other_grammars_read_rows_alike_on_slices_and_on_masks() {
    twins::check(
        b"id,\"said \"\"it\"\"\",5\" disk\r\n1,\"two\nlines\",\n\"unterminated\n\"a\"b,c\n,,\n",
    );
}
