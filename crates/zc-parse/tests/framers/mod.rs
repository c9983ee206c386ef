//! Runs every framer on an input that arrives whole, in parts, and with its beginning discarded,
//! and compares what was found.

#![allow(dead_code, reason = "each binary uses what it needs")]

use std::fmt::Debug;

use zc_core::{FrameError, Framer, Incomplete};
use zc_parse::framing::{BlankLine, Integer, LengthField, Netstring, Newline, Tlv, Varint};
use zc_parse::resp::Resp;
use zc_parse::{Csv, Grammar};

/// Where one frame lies in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    start: usize,
    end: usize,
    payload: (usize, usize),
}

/// How an input ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// Behind a frame, or within one.
    Open,
    /// At this offset, for this reason.
    Malformed(usize, String),
}

type Found = (Vec<Place>, End);

/// The frames of an input that arrives as a whole.
fn whole<F: Framer>(mut framer: F, input: &[u8]) -> Found {
    let (mut places, mut start) = (Vec::new(), 0);
    while start < input.len() {
        match framer.frame(&input[start..]) {
            Ok(frame) => {
                let payload = (start + frame.payload.start, start + frame.payload.end);
                let end = start + frame.len;
                assert!(start < end && end <= input.len(), "a frame lies in its buffer");
                assert!(payload.0 <= payload.1 && payload.1 <= end, "a payload lies in its frame");
                places.push(Place { start, end, payload });
                start = end;
            }
            Err(FrameError::Incomplete(Incomplete { needed })) => {
                assert_ne!(needed, 0);
                return (places, End::Open);
            }
            Err(FrameError::Malformed(bad)) => {
                assert!(start + bad.offset < input.len(), "an error is in what has arrived");
                return (places, End::Malformed(start + bad.offset, bad.expected.to_string()));
            }
            Err(error) => panic!("{error}"),
        }
    }
    (places, End::Open)
}

/// What becomes of the beginning of a frame whose end has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Kept,
    /// All of it.
    Discarded,
    /// All but the last byte.
    NearlyDiscarded,
}

/// The frames of an input of which `cuts` say how much has arrived each time.
fn parts<F: Framer>(
    mut framer: F,
    input: &[u8],
    cuts: impl Iterator<Item = usize>,
    beginning: Beginning,
) -> Found {
    let (mut places, mut start, mut left) = (Vec::new(), 0, 0);
    let mut earliest = 0;
    for end in cuts {
        while left < end {
            match framer.frame(&input[left..end]) {
                Ok(frame) => {
                    let payload = (left + frame.payload.start, left + frame.payload.end);
                    let end = left + frame.len;
                    assert!(end >= earliest, "no more was needed than that");
                    places.push(Place { start, end, payload });
                    (start, left, earliest) = (end, end, 0);
                }
                Err(FrameError::Incomplete(Incomplete { needed })) => {
                    assert_ne!(needed, 0);
                    earliest = end.saturating_add(needed);
                    let count = match beginning {
                        Beginning::Kept => 0,
                        Beginning::Discarded => end - left,
                        Beginning::NearlyDiscarded => (end - left).saturating_sub(1),
                    };
                    if count > 0 {
                        framer.discard(count);
                        left += count;
                    }
                    break;
                }
                Err(FrameError::Malformed(bad)) => {
                    let reason = bad.expected.to_string();
                    return (places, End::Malformed(left + bad.offset, reason));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    (places, End::Open)
}

/// What is known of frames whose beginning was discarded: where they end. An error may lie at what
/// is gone.
fn ends((places, end): &Found) -> (Vec<(usize, usize)>, Option<&str>) {
    let reason = match end {
        End::Open => None,
        End::Malformed(_, reason) => Some(reason.as_str()),
    };
    (places.iter().map(|place| (place.start, place.end)).collect(), reason)
}

/// Checks that `framer` finds the same in `input` however it arrives.
#[track_caller]
pub(crate) fn check<F: Framer + Clone + Debug>(framer: &F, input: &[u8], cuts: &[usize]) {
    let expected = whole(framer.clone(), input);
    let cuts = || cuts.iter().map(|&cut| cut.min(input.len())).chain([input.len()]);
    let kept = parts(framer.clone(), input, cuts(), Beginning::Kept);
    assert_eq!(kept, expected, "{framer:?}");
    for beginning in [Beginning::Discarded, Beginning::NearlyDiscarded] {
        let found = parts(framer.clone(), input, cuts(), beginning);
        assert_eq!(ends(&found), ends(&expected), "{beginning:?}, {framer:?}");
    }
}

/// Checks that each framer finds the same in `input` however it arrives; `cuts` say how much has
/// arrived each time, and never fall.
#[track_caller]
pub(crate) fn check_all(input: &[u8], cuts: &[usize]) {
    // The framers of records.
    check(&Newline::new(), input, cuts);
    check(&BlankLine::new(), input, cuts);
    check(&Csv::new().framer(), input, cuts);
    check(&Resp::new().framer(), input, cuts);
    check(&Resp::new().with_depth(2).with_nodes(8).framer(), input, cuts);
    // Those of messages.
    for framer in length_fields() {
        check(&framer, input, cuts);
    }
    check(&Varint::new(), input, cuts);
    check(&Varint::padded(), input, cuts);
    check(&Netstring::new(), input, cuts);
    check(&Tlv::new(Integer::U8, Integer::U8), input, cuts);
    check(&Tlv::new(Integer::U8, Integer::U8).counting_header(), input, cuts);
    check(&Tlv::new(Integer::U16Be, Integer::U16Be).with_alignment(4), input, cuts);
}

/// Length fields of every kind.
pub(crate) fn length_fields() -> Vec<LengthField> {
    let integers = [
        Integer::U8,
        Integer::U16Be,
        Integer::U16Le,
        Integer::U24Be,
        Integer::U24Le,
        Integer::U32Be,
        Integer::U32Le,
        Integer::U64Be,
        Integer::U64Le,
    ];
    let variants = |integer| {
        let plain = LengthField::new(integer);
        [
            plain.clone().with_bytes_before(1),
            plain.clone().with_bytes_behind(2).counting_header(),
            plain.clone().with_bytes_before(3).with_bytes_behind(1).with_alignment(4),
            plain.clone().with_adjustment(-3),
            plain.clone().counting_header().with_adjustment(5),
            plain,
        ]
    };
    integers.into_iter().flat_map(variants).collect()
}

/// The cuts that the first bytes of `seed` choose, and where the input behind them begins: a byte
/// says how many cuts there are, up to seven, and each how far it is from the one before.
pub(crate) fn cuts(seed: &[u8]) -> (Vec<usize>, usize) {
    let Some((count, rest)) = seed.split_first() else { return (Vec::new(), 0) };
    let mut cut = 0;
    let steps = rest.iter().take(usize::from(count % 8));
    let cuts: Vec<_> = steps
        .map(|&step| {
            cut += usize::from(step);
            cut
        })
        .collect();
    let start = 1 + cuts.len();
    (cuts, start)
}
