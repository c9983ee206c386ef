//! Access logs in the Combined format: all fields of each line, borrowed.

mod by_hand;
mod naive;
mod nom_grammar;
pub(super) mod ours;
#[cfg(feature = "rivals")]
mod regex_engine;

use zc_core::mask::Level;

use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

pub(super) const CASES: &[Case] = &[Case {
    row: Some(6),
    name: "combined",
    what: "Combined access log, all fields borrowed",
    corpus: Corpus::access_log("64MiB"),
    item: "line",
    figure: Figure::Rate,
    engines: &[
        Engine::bytes("zc", |bytes| ours::bulk(bytes, Level::Detected)),
        Engine::bytes("zc Records", ours::records),
        Engine::bytes("zc parse_one", ours::parse_one),
        Engine::bytes("nom", |bytes| each_line(bytes, nom_grammar::read)),
        #[cfg(feature = "rivals")]
        Engine::bytes("regex", regex_engine::read_all),
        Engine::bytes("memchr", |bytes| each_line(bytes, by_hand::read)),
        Engine::bytes("copying", by_hand::read_all_owned),
    ],
    expected: |input| each_line(&input.bytes, naive::read).answer,
    targets: &[
        Target::at_least(2.3, "nom").why_missed(WHY_NO_FASTER).next(NEXT),
        Target::at_least(10.0, "regex").why_missed(WHY_NO_FASTER).next(NEXT),
    ],
}];

const NEXT: &str = "the stops of a line walked instead of searched for, as those of logfmt are";

const WHY_NO_FASTER: &str = "nine searches, each from where the one before ended, and the masks of two sets leave \
     900 instructions a line, against 1940 of nom and 7900 of regex";

/// A line, with every `-` as it stands.
struct Line<S> {
    host: S,
    ident: S,
    user: S,
    time: S,
    request: Request<S>,
    /// 0 for a `-`.
    status: u16,
    /// 0 for a `-`.
    bytes: u64,
    referer: S,
    user_agent: S,
}

enum Request<S> {
    Line { method: S, target: S, protocol: S },
    Other(S),
}

/// What a line counts for that is read in the plainest way.
pub(super) fn naive_weight(line: &[u8]) -> Option<u64> {
    naive::read(line).map(|line| line.weight())
}

/// Reads the lines of `bytes` one by one with `read`, which leaves out those it cannot read.
#[inline(always)]
fn each_line<'i, S: AsRef<[u8]>>(
    bytes: &'i [u8],
    mut read: impl FnMut(&'i [u8]) -> Option<Line<S>>,
) -> Done {
    let mut answer = Answer::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        if let Some(line) = read(&bytes[start..end]) {
            answer.add(line.weight());
        }
        start = end + 1;
    }
    answer.into()
}

/// What each field counts for, so that two that change places are seen.
mod weight {
    pub(super) const HOST: u64 = 1;
    pub(super) const IDENT: u64 = 3;
    pub(super) const USER: u64 = 5;
    pub(super) const TIME: u64 = 7;
    pub(super) const METHOD: u64 = 11;
    pub(super) const TARGET: u64 = 13;
    pub(super) const PROTOCOL: u64 = 17;
    pub(super) const OTHER: u64 = 19;
    pub(super) const STATUS: u64 = 23;
    pub(super) const BYTES: u64 = 29;
    pub(super) const REFERER: u64 = 31;
    pub(super) const USER_AGENT: u64 = 37;
}

impl<S> Line<S> {
    #[inline(always)]
    fn map<T>(self, mut f: impl FnMut(S) -> T) -> Line<T> {
        let request = match self.request {
            Request::Line { method, target, protocol } => {
                Request::Line { method: f(method), target: f(target), protocol: f(protocol) }
            }
            Request::Other(whole) => Request::Other(f(whole)),
        };
        Line {
            host: f(self.host),
            ident: f(self.ident),
            user: f(self.user),
            time: f(self.time),
            request,
            status: self.status,
            bytes: self.bytes,
            referer: f(self.referer),
            user_agent: f(self.user_agent),
        }
    }
}

impl<S: AsRef<[u8]>> Line<S> {
    #[inline(always)]
    fn weight(&self) -> u64 {
        let len = |field: &S| field.as_ref().len() as u64;
        let request = match &self.request {
            Request::Line { method, target, protocol } => {
                weight::METHOD * len(method)
                    + weight::TARGET * len(target)
                    + weight::PROTOCOL * len(protocol)
            }
            Request::Other(whole) => weight::OTHER * len(whole),
        };
        weight::HOST * len(&self.host)
            + weight::IDENT * len(&self.ident)
            + weight::USER * len(&self.user)
            + weight::TIME * len(&self.time)
            + request
            + weight::STATUS * u64::from(self.status)
            + weight::BYTES * self.bytes
            + weight::REFERER * len(&self.referer)
            + weight::USER_AGENT * len(&self.user_agent)
    }
}
