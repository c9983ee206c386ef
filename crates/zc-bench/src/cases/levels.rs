//! How much the vector instructions matter: the same grammars with masks that are made by the
//! best instructions of the processor, by those that all processors of the target have, and by
//! plain Rust.
//!
//! On x86-64 the baseline is SSE2. What was detected depends on the processor: it is AVX2 on all
//! that have no AVX-512, and there `detected` tells what AVX2 is good for.

use zc_core::mask::Level;

use super::{combined, csv, http_heads, lines, logfmt};
use crate::answer::Done;
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;

/// Small enough for the second-level cache, since from main memory its bandwidth is seen.
const SIZE: &str = "256KiB";

pub(super) const CASES: &[Case] = &[
    case::<Lines>("levels-lines", "access-log"),
    case::<Heads>("levels-http", "http"),
    case::<Combined>("levels-combined", "access-log"),
    case::<Csv>("levels-csv", "csv"),
    case::<Logfmt>("levels-logfmt", "logfmt"),
];

/// A grammar that reads all of a corpus, with masks of a given level.
trait Reads: 'static {
    const ITEM: &'static str;

    fn read(bytes: &[u8], level: Level) -> Done;
}

const fn case<R: Reads>(name: &'static str, kind: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "the same grammar on masks of several levels, in L2",
        corpus: Corpus::data(kind, SIZE),
        item: R::ITEM,
        figure: Figure::Rate,
        engines: const {
            &[
                Engine::bytes("detected", |bytes| R::read(bytes, Level::Detected)),
                Engine::bytes("baseline", |bytes| R::read(bytes, Level::Baseline)),
                Engine::bytes("portable", |bytes| R::read(bytes, Level::Portable)),
            ]
        },
        // The rows hold the grammars against naive readers.
        expected: |input| R::read(&input.bytes, Level::Portable).answer,
        targets: &[],
    }
}

struct Lines;
struct Heads;
struct Combined;
struct Csv;
struct Logfmt;

impl Reads for Lines {
    const ITEM: &'static str = "line";

    fn read(bytes: &[u8], level: Level) -> Done {
        lines::bulk(bytes, level)
    }
}

impl Reads for Heads {
    const ITEM: &'static str = "head";

    fn read(bytes: &[u8], level: Level) -> Done {
        http_heads::ours::bulk(bytes, level)
    }
}

impl Reads for Combined {
    const ITEM: &'static str = "line";

    fn read(bytes: &[u8], level: Level) -> Done {
        combined::ours::bulk(bytes, level)
    }
}

impl Reads for Csv {
    const ITEM: &'static str = "field";

    fn read(bytes: &[u8], level: Level) -> Done {
        csv::ours::bulk(bytes, level)
    }
}

impl Reads for Logfmt {
    const ITEM: &'static str = "pair";

    fn read(bytes: &[u8], level: Level) -> Done {
        logfmt::ours::bulk(bytes, level)
    }
}
