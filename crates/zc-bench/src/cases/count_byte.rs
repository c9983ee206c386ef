//! Counting a byte in a haystack that lies in the second-level cache.

use zc_core::mask;

use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

pub(super) const CASES: &[Case] = &[Case {
    row: Some(3),
    name: "count-byte",
    what: "count a byte in L2",
    corpus: Corpus::access_log_head("64MiB", 256 << 10),
    item: "newline",
    figure: Figure::Rate,
    engines: &[
        Engine::bytes("zc", |bytes| count(mask::count_byte(bytes, b'\n'))),
        #[cfg(feature = "rivals")]
        Engine::bytes("bytecount", |bytes| count(bytecount::count(bytes, b'\n'))),
        Engine::bytes("memchr_iter", |bytes| count(memchr::memchr_iter(b'\n', bytes).count())),
        Engine::bytes("naive", |bytes| count(naive(bytes))),
    ],
    expected: |input| count(naive(&input.bytes)).answer,
    targets: &[Target::at_least(0.95, "bytecount")],
}];

fn count(items: usize) -> Done {
    Answer { items: items as u64, sum: 0 }.into()
}

fn naive(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}
