//! Twice the input costs twice the steps: what is searched, and what framers look at, is counted
//! for every grammar on input that was made to be slow.
//!
//! A step is a byte that a search passes, one that a framer looks at for the first time, or one
//! that is passed over as bad. What is not seen: bytes that a grammar compares on its own, which
//! are those of a literal, a number, or a part that a search has found; and the making of the
//! masks, which is a pass over each window.

use std::cell::Cell;
use std::ops::ControlFlow::Continue;

use zc_core::mask::{Find, Scanner, Slice, StopSet};
use zc_core::{Frame, FrameError, Framer, Mismatch};
use zc_parse::http1::{Head, RequestHead, ResponseHead, Trailers};
use zc_parse::{
    Bulk, CombinedLog, CommandLine, CommonLog, Csv, Grammar, Kv, Logfmt, Resp, UriReference,
};

/// A grammar that counts its steps.
#[derive(Debug)]
struct Counted<'c, G> {
    grammar: G,
    steps: &'c Cell<u64>,
}

fn count(steps: &Cell<u64>, bytes: usize) {
    steps.set(steps.get() + bytes as u64);
}

/// A back end that counts the bytes that another one passes.
struct CountedFind<'s, 'i, F> {
    scanner: &'s Scanner<'i, F>,
    steps: &'s Cell<u64>,
}

impl<F> Clone for CountedFind<'_, '_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for CountedFind<'_, '_, F> {}

impl<F: Find> Find for CountedFind<'_, '_, F> {
    fn find(self, _haystack: &[u8], offset: usize, set: usize) -> usize {
        let found = self.scanner.find(set, offset);
        count(self.steps, found.saturating_sub(offset) + 1);
        found
    }
}

/// A framer that counts the bytes that another one looks at.
#[derive(Debug)]
struct CountedFramer<'c, F> {
    framer: F,
    /// Bytes of the frame that were looked at.
    seen: usize,
    steps: &'c Cell<u64>,
}

impl<F: Framer> Framer for CountedFramer<'_, F> {
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let framed = self.framer.frame(buffer);
        let end = match &framed {
            Ok(frame) => frame.len,
            Err(FrameError::Malformed(mismatch)) => mismatch.offset,
            Err(_) => buffer.len(),
        };
        count(self.steps, end.saturating_sub(self.seen) + 1);
        self.seen = if framed.is_ok() { 0 } else { end };
        framed
    }

    fn discard(&mut self, count: usize) {
        self.framer.discard(count);
        self.seen = self.seen.saturating_sub(count);
    }
}

impl<G> Counted<'_, G> {
    /// Runs `read` on a scanner that counts, and moves `input` to where that one ends.
    fn on_counted<'i, F: Find, T>(
        &self,
        input: &mut Scanner<'i, F>,
        read: impl FnOnce(&G, &mut Scanner<'i, CountedFind<'_, 'i, F>>) -> T,
    ) -> T {
        let inner = input.clone();
        let mut counted =
            Scanner::new(input.input(), CountedFind { scanner: &inner, steps: self.steps });
        counted.set_offset(input.offset());
        let result = read(&self.grammar, &mut counted);
        input.set_offset(counted.offset());
        count(self.steps, 1);
        result
    }
}

impl<'c, G: Grammar> Grammar for Counted<'c, G> {
    type Record<'i> = G::Record<'i>;
    type Framer = CountedFramer<'c, G::Framer>;

    const SPANS_LINES: bool = G::SPANS_LINES;
    const FALLS_BACK_TO_LINES: bool = G::FALLS_BACK_TO_LINES;

    fn framer(&self) -> Self::Framer {
        CountedFramer { framer: self.grammar.framer(), seen: 0, steps: self.steps }
    }

    fn stops(&self) -> &[StopSet] {
        self.grammar.stops()
    }

    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        let start = input.offset();
        self.on_counted(input, |grammar, input| grammar.skip_gap(input));
        count(self.steps, input.offset().saturating_sub(start));
    }

    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        record: &mut G::Record<'i>,
    ) -> Result<(), Mismatch> {
        self.on_counted(input, |grammar, input| grammar.parse(input, record))
    }

    fn end<F: Find>(&self, input: &mut Scanner<'_, F>) -> Result<(), Mismatch> {
        self.on_counted(input, |grammar, input| grammar.end(input))
    }
}

/// Steps of a grammar on slices: on each frame of `input`, and on what is left behind the last.
fn on_slices<G: Grammar>(grammar: G, input: &[u8]) -> u64 {
    let steps = Cell::new(0);
    let counted = Counted { grammar, steps: &steps };
    let mut record = G::Record::default();
    let mut rest = input;
    while !rest.is_empty() {
        let framed = counted.framer().frame(rest);
        let (frame, behind) = rest.split_at(framed.map_or(rest.len(), |frame| frame.len));
        let mut scanner = Scanner::new(frame, Slice::new(counted.stops()));
        counted.skip_gap(&mut scanner);
        // Whether it is good is not asked here.
        let _ = counted.parse(&mut scanner, &mut record);
        rest = behind;
    }
    steps.get()
}

/// Steps of `Bulk` that is fed pieces of `piece` bytes.
fn in_pieces<G: Grammar>(grammar: G, input: &[u8], piece: usize, limit: usize) -> u64 {
    let steps = Cell::new(0);
    let mut bulk = Bulk::new(Counted { grammar, steps: &steps }).with_limit(limit);
    let (mut start, mut end) = (0, 0);
    while end < input.len() {
        end = end.saturating_add(piece).min(input.len());
        let part = &input[start..end];
        start += if end < input.len() {
            bulk.feed(part, |_| Continue(()))
        } else {
            bulk.finish(part, |_| Continue(()))
        };
    }
    steps.get()
}

/// Asserts that the steps of twice as many units are about twice as many; `n` is in bytes.
#[track_caller]
fn check_twice(what: &str, (first, unit): (&str, &str), n: usize, steps: impl Fn(&[u8]) -> u64) {
    // An even number, so that both inputs end in the same way.
    let units = n / unit.len() / 2 * 2;
    let steps_of = |units: usize| steps([first, &unit.repeat(units)].concat().as_bytes());
    let (once, twice) = (steps_of(units), steps_of(2 * units));
    if std::env::var_os("ZC_SHOW_STEPS").is_some() {
        println!("{once}\t{twice}\t{n}\t{what}\t{first:?}\t{unit:?}");
        return;
    }
    let most = once * 22 / 10 + 1000;
    assert!(
        twice <= most,
        "{what} on {first:?} and {unit:?}: {once} steps, then {twice} for twice"
    );
}

/// Checks `grammar` on each of `units`, over and over, by itself and in a quote that is open.
#[track_caller]
fn check<G: Grammar + Clone>(grammar: &G, units: &[&str]) {
    let name = std::any::type_name::<G>();
    let usual = Bulk::<G>::DEFAULT_LIMIT;
    // More than a window.
    let n = 17 << 10;
    for input in units.iter().flat_map(|unit| [("", *unit), ("\"", *unit)]) {
        check_twice(&format!("{name}, slices"), input, n, |input| {
            on_slices(grammar.clone(), input)
        });
        for (piece, n, limit) in
            [(usize::MAX, n, usual), (4096, n, 1000), (1, 1 << 9, usual), (1, 1 << 9, 100)]
        {
            let what = format!("{name}, pieces of {piece}, limit {limit}");
            check_twice(&what, input, n, |input| in_pieces(grammar.clone(), input, piece, limit));
        }
    }
}

/// What no grammar may be slow on.
const HOSTILE: &[&str] = &[
    "\"",
    "'",
    ",",
    "\n",
    "\r",
    "\r\n",
    "%",
    "%4",
    "\\",
    "\\\"",
    " ",
    "\t",
    "=",
    ":",
    "/",
    "#",
    "[",
    "]",
    "-",
    "x",
    "\0",
    "a=",
    "a=\"",
    "\"\n",
    "\"x\n",
    "x\n",
    "\"\",",
    " \"",
    " \n",
    "\r\r\n",
    "\"\"\n",
    "\"\\\n",
    "- ",
    "[ ",
    "\" \"",
    "//",
    "http://",
    "a:a",
    "@",
    ":@",
    "?",
    "1",
    "\"a,b\"\n",
    "a: b\r\n",
    "a: b\n",
    "a: \t",
    "*1\r\n",
    "*\r\n",
    "$1\r\n",
    "*",
    "$",
    "+",
    "*0\r\n",
    "|1\r\n",
    "%1\r\n",
    "*?\r\n",
    ".\r\n",
];

#[test]
fn pairs_are_linear() {
    check(&Kv, HOSTILE);
}

#[test]
fn commands_are_linear() {
    check(&CommandLine, HOSTILE);
}

#[test]
fn logfmt_is_linear() {
    check(&Logfmt::new(), HOSTILE);
}

#[test]
fn logs_are_linear() {
    check(&CommonLog, &["h - - [t] \"", " ", "- ", "\"\n"]);
    check(&CombinedLog, HOSTILE);
    let log = "h - - [t] \"";
    check(&CombinedLog, &[log, "h - - [t] \"\\", "h - - [t] \"GET / HTTP/1.1\" 200 5 \"\n"]);
}

#[test]
fn references_are_linear() {
    check(&UriReference, HOSTILE);
}

#[test]
fn rows_are_linear() {
    let csv = Csv::new().with_most_fields(1 << 20);
    check(&csv, HOSTILE);
    check(&csv.clone().with_quote(None), &["\"", ",", "\n"]);
    check(&csv.with_width(3), &["\"", ",", "\n", "\"\n", "\"\","]);
}

/// Rows that are bad, and whose end is sought in all that follows: one quote of each line opens a
/// field, whatever the one before it did.
#[test]
fn bad_rows_are_linear() {
    let csv = Csv::new().with_most_fields(1 << 20);
    let units = ["\"a\"b,\"\n", "a\",\"\n", "a\",\",\n", "a,\"\n"];
    for unit in units {
        check(&csv, &[unit]);
        check(&csv.clone().with_width(3), &[unit]);
    }
}

#[test]
fn heads_are_linear() {
    check(&Head::new(), HOSTILE);
    check(&ResponseHead::new(), &["\n", "\r\n", "HTTP/1.1 200\r\n", "a: b\r\n"]);
    check(&Trailers::new(), &["\n", "\r\n", "a: b\r\n", "a:", "x"]);
    check(&RequestHead::new().with_most_headers(1 << 20), &["a: b\r\n"]);
}

#[test]
fn values_are_linear() {
    check(&Resp::new(), HOSTILE);
    check(&Resp::new().with_depth(1 << 20), &["*1\r\n", "*?\r\n", "|1\r\n", "%1\r\n+a\r\n"]);
}
