//! Whole processes that write the records of a file for which something holds.
//!
//! Rivals that are query engines only count them, which is less work.

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Read, Run};
use crate::target::Target;

use super::whole::first_number;

const JSON_STATUS: &[u8] = b"\"status\":5";

/// It stands in targets alone.
const NEEDLE: &[u8] = b"?id=77";

const DUCKDB_NDJSON: &str = "import duckdb
print(duckdb.sql(\"\"\"SELECT count(*) FROM read_json('{file}', format = 'newline_delimited',
    columns = {request: 'STRUCT(status INTEGER)'}) WHERE request.status >= 500\"\"\").fetchall()[0][0])";

const POLARS_NDJSON: &str = "import polars
status = polars.col('request').struct.field('status')
print(polars.scan_ndjson('{file}').filter(status >= 500).select(polars.len()).collect().item())";

const DUCKDB_COMBINED: &str = r#"import duckdb
names = "host ident login time zone request status bytes referer user_agent".split()
columns = {name: "INTEGER" if name == "status" else "VARCHAR" for name in names}
print(duckdb.sql(f"""SELECT count(*) FROM read_csv('{file}', delim = ' ', quote = '"',
    escape = '\\', header = false, auto_detect = false, strict_mode = false,
    columns = {columns}) WHERE status >= 500""").fetchall()[0][0])"#;

const WHY_NOT_SKIPPED: &str = "every line is read by the grammar, since a bad one is to be reported wherever it is; \
     ripgrep looks for the bytes alone, and passes over all other lines unread. Of the instructions (callgrind) the \
     grammar takes 60 %, its masks 15 % and the filter 25 %: 17 times as many in all as those of ripgrep, and 2.5 times \
     as many for the masks alone";

const NEXT_SKIP: &str = "one search over a window for the bytes, so that lines without them never reach the filter, and a \
     grammar that builds no fields for those: together less than half of the work, which does not reach ripgrep either";

const WHY_JUDGED: &str = "jq is a fixed point, and each line is judged whole: of the instructions (callgrind) three quarters \
     walk the tokens of all members, though one is compared, since what `serde_json` rejects is a bad record";

const NEXT_JUDGED: &str = "to expect in a line the keys of the line before, at which one comparison takes the place of a \
     search for the end of the key";

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(13),
        name: "filter-ndjson",
        what: "lines of NDJSON whose status is 500 or more, whole process",
        corpus: Corpus::data("ndjson", "256MiB"),
        item: "line that passes",
        figure: Figure::Rate,
        engines: &[
            process(
                "zc parse ndjson",
                Program::Zc,
                &["parse", "ndjson", "--where", "request.status>=500", "--to", "raw", "{file}"],
                |output| lines_with(output, JSON_STATUS),
            ),
            process("DuckDB", Program::Python("duckdb"), &["-c", DUCKDB_NDJSON], first_number),
            process("Polars", Program::Python("polars"), &["-c", POLARS_NDJSON], first_number),
            process(
                "jq",
                Program::Installed("jq"),
                &["-c", "select(.request.status >= 500)", "{file}"],
                |output| lines_with(output, JSON_STATUS),
            ),
            process(
                "Miller",
                Program::Installed("mlr"),
                &["--ijsonl", "--ojsonl", "filter", "$request[\"status\"] >= 500", "{file}"],
                |output| lines_with(output, b"\"status\": 5"),
            ),
        ],
        expected: |input| lines(input, JSON_STATUS),
        targets: &[
            Target::at_least(2.0, "DuckDB"),
            Target::at_least(50.0, "jq").why_missed(WHY_JUDGED).next(NEXT_JUDGED),
        ],
    },
    Case {
        row: Some(14),
        name: "filter-combined",
        what: "lines of an access log whose status is 500 or more, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line that passes",
        figure: Figure::Rate,
        engines: &[
            process(
                "zc parse combined",
                Program::Zc,
                &["parse", "combined", "--where", "status>=500", "--to", "raw", "{file}"],
                |output| lines_with(output, b"\" 5"),
            ),
            process("DuckDB", Program::Python("duckdb"), &["-c", DUCKDB_COMBINED], first_number),
            process("mawk", Program::Installed("mawk"), &["$9 >= 500", "{file}"], |output| {
                lines_with(output, b"\" 5")
            }),
            process("gawk", Program::Installed("gawk"), &["$9 >= 500", "{file}"], |output| {
                lines_with(output, b"\" 5")
            }),
        ],
        expected: |input| lines(input, b"\" 500 "),
        targets: &[Target::at_least(3.0, "DuckDB"), Target::at_least(6.0, "mawk")],
    },
    Case {
        row: None,
        name: "contains",
        what: "lines of an access log whose target contains some bytes, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line that passes",
        figure: Figure::Rate,
        engines: &[
            process(
                "zc parse combined",
                Program::Zc,
                &["parse", "combined", "--where", "target ~ ?id=77", "--to", "raw", "{file}"],
                |output| lines_with(output, NEEDLE),
            ),
            process("ripgrep", Program::Installed("rg"), &["-NF", "?id=77", "{file}"], |output| {
                lines_with(output, NEEDLE)
            }),
        ],
        expected: |input| lines(input, NEEDLE),
        targets: &[Target::at_least(1.0, "ripgrep").why_missed(WHY_NOT_SKIPPED).next(NEXT_SKIP)],
    },
];

const fn process(
    name: &'static str,
    program: Program,
    args: &'static [&'static str],
    answer: Read,
) -> Engine {
    Engine { name, run: Run::Process { program, args, answer } }
}

/// How many lines an engine wrote; no answer if one of them lacks what it was asked for.
fn lines_with(output: &[u8], needle: &[u8]) -> Option<Answer> {
    let items = count(output, needle);
    let all = memchr::memchr_iter(b'\n', output).count() as u64;
    (items == all).then_some(Answer { items, sum: 0 })
}

/// How many lines there are to be found.
fn lines(input: &Input, needle: &[u8]) -> Answer {
    Answer { items: count(&input.bytes, needle), sum: 0 }
}

fn count(bytes: &[u8], needle: &[u8]) -> u64 {
    let finder = memchr::memmem::Finder::new(needle);
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter(|line| finder.find(line).is_some()).count() as u64
}
