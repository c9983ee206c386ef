//! CSV against a naive twin that reads one byte after the other, and itself cut in many ways.

use proptest::prelude::*;
use zc_core::{FrameError, Framer, Position};
use zc_parse::{Csv, Grammar, Records};

use crate::twins;

/// The dialect that the twin reads.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: Option<u8>,
    width: Option<usize>,
    most: usize,
}

const USUAL: Dialect = Dialect { delimiter: b',', quote: Some(b'"'), width: None, most: 1 << 16 };

impl Dialect {
    fn grammar(self) -> Csv {
        // Without quotes first: a delimiter must differ from the quote that is there.
        let csv = Csv::new().with_quote(None).with_delimiter(self.delimiter);
        let csv = csv.with_quote(self.quote).with_most_fields(self.most);
        match self.width {
            Some(width) => csv.with_width(width),
            None => csv,
        }
    }
}

/// The text of each field and whether it stands in quotes, or where the row is bad.
type Read = Result<Vec<(Vec<u8>, bool)>, Position>;

/// A row by its quotes and delimiters, whatever the number of its fields.
struct Row {
    fields: Vec<(Vec<u8>, bool)>,
    /// Where the delimiters stand.
    delimiters: Vec<usize>,
    end: End,
}

/// Where a row ends.
#[derive(Clone, Copy)]
enum End {
    /// Before its line ending, or the end of the input.
    Line(usize),
    /// Nowhere: something stands here, behind a closing quote.
    Behind(usize),
    /// Nowhere: the quote that opens here is never closed.
    Unclosed(usize),
}

fn naive(dialect: Dialect, input: &[u8]) -> Vec<Read> {
    let mut rows = Vec::new();
    let (mut start, mut lines_until) = (0, 0);
    while let Some(begin) = naive_gap(input, start) {
        let line_end = begin + line_len(&input[begin..]);
        let is_line = begin < lines_until;
        let input = if is_line { &input[..line_end] } else { input };
        let row = naive_row(dialect, input, begin);
        match row.end {
            End::Behind(at) if !is_line => lines_until = at + 1,
            End::Unclosed(_) if !is_line => lines_until = input.len(),
            End::Behind(_) | End::Unclosed(_) => start = line_end,
            End::Line(end) => start = end + 1,
        }
        if matches!(row.end, End::Line(_)) || is_line {
            let outcome = naive_outcome(dialect, input, &row);
            rows.push(outcome.map_err(|at| Position::START.after(&input[..at])));
        }
    }
    rows
}

/// The fields of `row`, or where it stops to be a good one.
fn naive_outcome(dialect: Dialect, input: &[u8], row: &Row) -> Result<Vec<(Vec<u8>, bool)>, usize> {
    if let Some(surplus) = row.delimiters.get(dialect.width.unwrap_or(dialect.most) - 1) {
        return Err(*surplus);
    }
    match row.end {
        End::Behind(at) => Err(at),
        End::Unclosed(at) => {
            let line_end = at + line_len(&input[at..]);
            Err(line_end - usize::from(input[line_end - 1] == b'\n'))
        }
        End::Line(end) if dialect.width.is_some_and(|width| width != row.fields.len()) => Err(end),
        End::Line(_) => Ok(row.fields.clone()),
    }
}

/// Where the next row begins.
fn naive_gap(input: &[u8], mut start: usize) -> Option<usize> {
    loop {
        match input.get(start..)? {
            [] | [b'\r'] => return None,
            [b'\n', ..] => start += 1,
            [b'\r', b'\n', ..] => start += 2,
            _ => return Some(start),
        }
    }
}

/// The length of the first line with its `\n`.
fn line_len(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1)
}

fn naive_row(dialect: Dialect, input: &[u8], mut at: usize) -> Row {
    let (mut fields, mut delimiters) = (Vec::new(), Vec::new());
    loop {
        let is_quoted = dialect.quote.is_some() && input.get(at).copied() == dialect.quote;
        let text;
        if is_quoted {
            match naive_quoted(dialect, input, at) {
                Ok(read) => (text, at) = read,
                Err(end) => return Row { fields, delimiters, end },
            }
        } else {
            (text, at) = naive_plain(dialect, input, at);
        }
        fields.push((text, is_quoted));
        if input.get(at) != Some(&dialect.delimiter) {
            return Row { fields, delimiters, end: End::Line(at) };
        }
        delimiters.push(at);
        at += 1;
    }
}

fn naive_plain(dialect: Dialect, input: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    while let Some(&byte) = input.get(at) {
        if byte == b'\n' || byte == dialect.delimiter {
            break;
        }
        text.push(byte);
        at += 1;
    }
    if input.get(at) != Some(&dialect.delimiter) && text.last() == Some(&b'\r') {
        text.pop();
    }
    (text, at)
}

fn naive_quoted(dialect: Dialect, input: &[u8], start: usize) -> Result<(Vec<u8>, usize), End> {
    let mut text = Vec::new();
    let mut at = start + 1;
    loop {
        let Some(&byte) = input.get(at) else { return Err(End::Unclosed(start)) };
        at += 1;
        if Some(byte) != dialect.quote {
            text.push(byte);
        } else if input.get(at).copied() == dialect.quote {
            text.push(byte);
            at += 1;
        } else {
            break;
        }
    }
    match &input[at..] {
        [] | [b'\n', ..] => Ok((text, at)),
        [b'\r'] | [b'\r', b'\n', ..] => Ok((text, at + 1)),
        [byte, ..] if *byte == dialect.delimiter => Ok((text, at)),
        _ => Err(End::Behind(at)),
    }
}

fn read(csv: Csv, input: &[u8]) -> Vec<Read> {
    Records::new(csv, input)
        .map(|row| match row {
            Ok(row) => {
                Ok(row.iter().map(|field| (field.text().into_owned(), field.is_quoted())).collect())
            }
            Err(error) => Err(error.position()),
        })
        .collect()
}

/// Checks that the grammar reads what its twin reads, however the input is cut.
#[track_caller]
fn check(dialect: Dialect, input: &[u8]) {
    let grammar = dialect.grammar();
    let text = String::from_utf8_lossy(input);
    assert_eq!(read(grammar.clone(), input), naive(dialect, input), "{dialect:?} {text:?}");
    twins::check_grammar(&grammar, input);
    check_framer(dialect, input);
}

/// Checks that the framer ends a good row where the twin ends it, for every split of the input in
/// two and one byte at a time.
#[track_caller]
fn check_framer(dialect: Dialect, input: &[u8]) {
    let whole = dialect.grammar().framer().frame(input);
    if let Some(begin) = naive_gap(input, 0).filter(|begin| *begin == 0)
        && let End::Line(end) = naive_row(dialect, input, begin).end
    {
        let len = whole.as_ref().map_or(input.len(), |frame| frame.len);
        assert_eq!(len, (end + 1).min(input.len()), "{:?}", String::from_utf8_lossy(input));
    }
    for split in (0..=input.len()).take(500) {
        let mut framer = dialect.grammar().framer();
        let early = framer.frame(&input[..split]);
        let is_over = !early.as_ref().is_err_and(FrameError::is_incomplete);
        let framed = if is_over { early } else { framer.frame(input) };
        assert_eq!(framed, whole, "split at {split}");
    }
    let mut framer = dialect.grammar().framer();
    let mut ends = (0..=input.len()).map(|end| framer.frame(&input[..end]));
    let found = ends.find(|framed| !framed.as_ref().is_err_and(FrameError::is_incomplete));
    assert_eq!(found.unwrap_or_else(|| whole.clone()), whole, "one byte at a time");
}

const DIALECTS: [Dialect; 7] = [
    USUAL,
    Dialect { delimiter: b';', ..USUAL },
    Dialect { delimiter: b'\t', quote: Some(b'\''), ..USUAL },
    Dialect { quote: None, ..USUAL },
    Dialect { width: Some(2), ..USUAL },
    Dialect { width: Some(1), quote: Some(b'\''), ..USUAL },
    Dialect { most: 3, ..USUAL },
];

#[test]
fn every_short_input() {
    const BYTES: [u8; 5] = *b",\"\n\ra";
    for len in 0..=6_u32 {
        for number in 0..5_usize.pow(len) {
            let input: Vec<_> = (0..len).map(|at| BYTES[number / 5_usize.pow(at) % 5]).collect();
            assert_eq!(
                read(Csv::new(), &input),
                naive(USUAL, &input),
                "{:?}",
                String::from_utf8_lossy(&input)
            );
        }
    }
}

#[test]
fn every_dialect_on_the_same_rows() {
    let rows = "a,b\n'c','d\n'\n\"e\"\"\",f;\"g;\"\r\n\t'h''\t'\t\"\ni,j,k,l\n\"m\"n\n,,\n\"o";
    for dialect in DIALECTS {
        for end in 0..=rows.len() {
            check(dialect, &rows.as_bytes()[..end]);
        }
    }
    twins::check(rows.as_bytes());
}

/// A row of two fields, one of which goes on over a line ending, with something behind its last
/// quote: both lines are bad by themselves, whatever the number of fields.
#[test]
fn the_lines_of_a_row_with_something_behind_a_quote_are_judged_by_themselves() {
    for dialect in DIALECTS {
        check(dialect, b"\"\"\"\n\",\"\"'");
    }
}

/// Rows of which a quoted field with doubled quotes lies at every place around the end of a
/// window of 16 KiB.
#[test]
fn quotes_on_every_side_of_a_window_boundary() {
    let row = b"a,\"b \"\"c\"\"\r\n,d\",\"\",\"\"\"\"\r\n";
    for shift in 0..row.len() + 2 {
        let mut input = vec![b'x'; shift];
        input.extend_from_slice(b"\n");
        while input.len() < 33_000 {
            input.extend_from_slice(row);
        }
        assert_eq!(read(Csv::new(), &input), naive(USUAL, &input), "shift {shift}");
    }
}

#[test]
fn a_field_longer_than_a_window() {
    for len in [16_000, 16_382, 16_383, 16_384, 16_385, 50_000] {
        let plain = vec![b'v'; len];
        let quotes = "\"\"".repeat(len / 2);
        let lines = "l\n,\r\n".repeat(len / 5);
        for field in [&plain[..], quotes.as_bytes(), lines.as_bytes()] {
            let row = [b"a,\"", field, b"\",b\n"].concat();
            let bad = [b"a,\"", field, b"\"b\nc,d\n"].concat();
            let input = [&row[..], b"1,2\n", &plain, b",3\n", &row, &row, &bad, b"4\n"].concat();
            assert_eq!(read(Csv::new(), &input), naive(USUAL, &input), "{len}");
            let expected = twins::on_slices(&Csv::new(), &input);
            for piece in [1000, 16_384, usize::MAX] {
                let level = zc_core::mask::Level::Detected;
                assert_eq!(twins::on_masks(Csv::new(), &input, piece, level), expected, "{len}");
            }
        }
    }
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        6 => prop::sample::select(&b"\"\"\"',,;\t\n\n\rab "[..]),
        1 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..120)
}

/// Good rows, and what a writer would make of any texts.
fn written() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let text = prop::collection::vec(prop::sample::select(&b"\",\n\rab"[..]), 0..8);
    prop::collection::vec(prop::collection::vec(text, 1..6), 0..20)
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    (written(), any::<prop::sample::Index>(), prop::sample::select(&b"\",\n\rx"[..])).prop_map(
        |(rows, index, byte)| {
            let mut input = write(&rows);
            if !input.is_empty() {
                let at = index.index(input.len());
                input[at] = byte;
            }
            input
        },
    )
}

/// Rows as a writer writes them that puts every other field in quotes, and those that need it.
fn write(rows: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut output = Vec::new();
    for row in rows {
        for (index, field) in row.iter().enumerate() {
            if index > 0 {
                output.push(b',');
            }
            let needs_quotes = field.iter().any(|byte| b"\",\r\n".contains(byte));
            if needs_quotes || row.len() == 1 || index % 2 == 1 {
                output.push(b'"');
                for &byte in field {
                    output.extend(std::iter::repeat_n(byte, 1 + usize::from(byte == b'"')));
                }
                output.push(b'"');
            } else {
                output.extend_from_slice(field);
            }
        }
        output.extend_from_slice(if row.len() % 2 == 0 { b"\r\n" } else { b"\n" });
    }
    output
}

proptest! {
    #[test]
    fn any_input_in_any_dialect(input in hostile(), dialect in prop::sample::select(&DIALECTS[..])) {
        check(dialect, &input);
    }

    #[test]
    fn what_is_written_is_read(rows in written()) {
        let input = write(&rows);
        let read: Vec<Vec<Vec<u8>>> = read(Csv::new(), &input)
            .into_iter()
            .map(|row| row.unwrap().into_iter().map(|(text, _)| text).collect())
            .collect();
        prop_assert_eq!(read, rows);
        twins::check_grammar(&Csv::new(), &input);
    }

    #[test]
    fn damaged_rows(input in damaged()) {
        check(USUAL, &input);
        check(Dialect { width: Some(2), ..USUAL }, &input);
    }
}
