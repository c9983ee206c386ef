//! Where masks begin to pay for one record alone: records of several lengths, each in memory of
//! its own, read on their bytes and on masks that are made for them, in storage that is used
//! again.
//!
//! A `key=value` line has one field that grows, a line of an access log too; a request head has
//! more headers the longer it is, and a line of logfmt more pairs.

use anyhow::{Result, ensure};
use zc_core::mask::MaskBuffer;
use zc_parse::access_log::Combined;
use zc_parse::http1::{Request, RequestHead};
use zc_parse::logfmt::Entries;
use zc_parse::{CombinedLog, Grammar, Kv, Logfmt, Pair};

use super::{combined, http_heads, logfmt, single};
use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run, Work};

/// Records that one run reads, so that little but reading is timed.
const COUNT: usize = 64;

pub(super) const CASES: &[Case] = &[
    case::<KvLine, 16>("crossing-kv-16"),
    case::<KvLine, 64>("crossing-kv-64"),
    case::<KvLine, 256>("crossing-kv-256"),
    case::<KvLine, 1024>("crossing-kv-1024"),
    case::<KvLine, 4096>("crossing-kv-4096"),
    case::<LogLine, 128>("crossing-log-128"),
    case::<LogLine, 256>("crossing-log-256"),
    case::<LogLine, 1024>("crossing-log-1024"),
    case::<LogLine, 4096>("crossing-log-4096"),
    case::<LogfmtLine, 16>("crossing-logfmt-16"),
    case::<LogfmtLine, 64>("crossing-logfmt-64"),
    case::<LogfmtLine, 256>("crossing-logfmt-256"),
    case::<LogfmtLine, 1024>("crossing-logfmt-1024"),
    case::<LogfmtLine, 4096>("crossing-logfmt-4096"),
    case::<Head, 64>("crossing-head-64"),
    case::<Head, 256>("crossing-head-256"),
    case::<Head, 1024>("crossing-head-1024"),
    case::<Head, 4096>("crossing-head-4096"),
];

const fn case<S: Shape, const LEN: usize>(name: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "one record alone, on masks and on slices",
        corpus: Corpus::Plain { len: COUNT * LEN },
        item: "record",
        figure: Figure::Rate,
        engines: const {
            &[
                Engine { name: "masks", run: Run::Prepared(masks::<S, LEN>) },
                Engine { name: "slices", run: Run::Prepared(slices::<S, LEN>) },
            ]
        },
        expected: |input| {
            let mut answer = Answer::default();
            let records = records::<S, LEN>(input);
            records.iter().filter_map(|record| S::expected(record)).for_each(|it| answer.add(it));
            answer
        },
        targets: &[],
    }
}

fn masks<S: Shape, const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let records = records::<S, LEN>(input);
    ensure!(records.len() == COUNT, "records of {LEN} bytes are too short for this shape");
    let mut masks = MaskBuffer::new();
    Ok(Box::new(move || {
        let (grammar, mut answer) = (S::Grammar::default(), Answer::default());
        let mut record = Default::default();
        for bytes in &records {
            if single::on_masks(&grammar, &mut masks, bytes, &mut record).is_some() {
                answer.add(S::weight(&record));
            }
        }
        Ok(answer.into())
    }))
}

fn slices<S: Shape, const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let records = records::<S, LEN>(input);
    Ok(Box::new(move || {
        let (grammar, mut answer) = (S::Grammar::default(), Answer::default());
        let mut record = Default::default();
        for bytes in &records {
            if single::on_slice(&grammar, bytes, &mut record).is_some() {
                answer.add(S::weight(&record));
            }
        }
        Ok(answer.into())
    }))
}

/// Records of `LEN` bytes, each in memory of its own, filled with letters of the corpus; none
/// where so few bytes do not make a record.
fn records<S: Shape, const LEN: usize>(input: &Input) -> Vec<Vec<u8>> {
    let Some(room) = LEN.checked_sub(S::BEGIN.len() + S::MIDDLE.len() + S::END.len()) else {
        return Vec::new();
    };
    let count = room.checked_div(S::FIELD.len()).unwrap_or(0);
    let fields = S::FIELD.repeat(count);
    let letters: Vec<u8> = input.bytes.iter().copied().filter(u8::is_ascii_alphabetic).collect();
    let fillers = letters.windows(room - fields.len()).cycle().take(COUNT);
    fillers.map(|filler| [S::BEGIN, filler, S::MIDDLE, &fields, S::END].concat()).collect()
}

/// A kind of record.
trait Shape: 'static {
    type Grammar: Grammar + Default;

    /// What stands before the letters that fill it up.
    const BEGIN: &'static [u8];
    const MIDDLE: &'static [u8];
    /// What stands behind it, as often as there is room.
    const FIELD: &'static [u8];
    const END: &'static [u8];

    /// Something that differs when a record was read differently.
    fn weight(record: &<Self::Grammar as Grammar>::Record<'_>) -> u64;

    /// The same of a record that is read in the plainest way.
    fn expected(record: &[u8]) -> Option<u64>;
}

struct KvLine;
struct LogLine;
struct LogfmtLine;
struct Head;

impl Shape for KvLine {
    type Grammar = Kv;

    const BEGIN: &'static [u8] = b"KEY=";
    const MIDDLE: &'static [u8] = b"";
    const FIELD: &'static [u8] = b"";
    const END: &'static [u8] = b"\n";

    #[inline(always)]
    fn weight(pair: &Pair<&[u8]>) -> u64 {
        pair.key.len() as u64 + 3 * pair.value.len() as u64
    }

    fn expected(line: &[u8]) -> Option<u64> {
        let (key, value) = str::from_utf8(line).ok()?.trim().split_once('=')?;
        Some(key.len() as u64 + 3 * value.len() as u64)
    }
}

impl Shape for LogLine {
    type Grammar = CombinedLog;

    const BEGIN: &'static [u8] = b"198.18.0.1 - - [01/Jan/2025:00:00:00 +0000] \"GET /";
    const MIDDLE: &'static [u8] = b" HTTP/1.1\" 200 1234 \"-\" \"curl/8.5.0\"";
    const FIELD: &'static [u8] = b"";
    const END: &'static [u8] = b"\n";

    #[inline(always)]
    fn weight(line: &Combined<&[u8]>) -> u64 {
        combined::ours::weigh(line)
    }

    fn expected(line: &[u8]) -> Option<u64> {
        combined::naive_weight(line.strip_suffix(b"\n")?)
    }
}

impl Shape for LogfmtLine {
    type Grammar = Logfmt;

    const BEGIN: &'static [u8] = b"id=";
    const MIDDLE: &'static [u8] = b"";
    const FIELD: &'static [u8] = b" host=198.18.0.1 msg=\"a b\"";
    const END: &'static [u8] = b"\n";

    #[inline(always)]
    fn weight(line: &Entries<&[u8]>) -> u64 {
        let mut answer = Answer::default();
        logfmt::ours::add(&mut answer, line);
        answer.sum
    }

    fn expected(line: &[u8]) -> Option<u64> {
        let mut answer = Answer::default();
        logfmt::naive::read(line.strip_suffix(b"\n")?, &mut answer)?;
        Some(answer.sum)
    }
}

impl Shape for Head {
    type Grammar = RequestHead;

    const BEGIN: &'static [u8] = b"GET /";
    const MIDDLE: &'static [u8] = b" HTTP/1.1\r\n";
    const FIELD: &'static [u8] = b"X-Forwarded-For: 198.18.0.1, 198.18.12.34\r\n";
    const END: &'static [u8] = b"\r\n";

    #[inline(always)]
    fn weight(head: &Request<&[u8]>) -> u64 {
        http_heads::ours::weight(head)
    }

    fn expected(head: &[u8]) -> Option<u64> {
        http_heads::naive::read(head).map(|(weight, _)| weight)
    }
}
