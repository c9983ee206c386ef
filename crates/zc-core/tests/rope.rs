//! Ropes against a vector of the same bytes, through sinks that take what they like.

#![cfg(feature = "rope")]

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read, Write};

use bytes::{Buf, Bytes};
use proptest::prelude::*;
use zc_core::assert_borrows;
use zc_core::rope::{Rope, RopeWriter};

const TEXT: &[u8] = b"zero copies are fewer than one";

fn rope(segments: &[&[u8]]) -> Rope {
    segments.iter().map(|segment| Bytes::copy_from_slice(segment)).collect()
}

/// What a sink does with a write.
#[derive(Debug, Clone)]
enum Step {
    Take(usize),
    Fail(ErrorKind),
}

/// A sink that follows its steps, and takes everything once they are used up.
#[derive(Debug, Default)]
struct Sink {
    steps: VecDeque<Step>,
    bytes: Vec<u8>,
    calls: usize,
}

impl Sink {
    fn following(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), ..Self::default() }
    }
}

impl Write for Sink {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(part)])
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        assert!(!parts.is_empty() && parts.len() <= 1024, "{} slices in a call", parts.len());
        self.calls += 1;
        let room = match self.steps.pop_front() {
            Some(Step::Fail(kind)) => return Err(kind.into()),
            Some(Step::Take(room)) => room,
            None => usize::MAX,
        };
        let before = self.bytes.len();
        for part in parts {
            let room = room - (self.bytes.len() - before);
            self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        }
        Ok(self.bytes.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_partial_write_may_end_anywhere() {
    for cut in 1..TEXT.len() {
        for split in 1..TEXT.len() {
            let rope = rope(&[&TEXT[..cut], &TEXT[cut..]]);
            let mut sink = Sink::following([Step::Take(split)]);
            assert_eq!(rope.write_to(&mut sink).unwrap(), TEXT.len() as u64);
            assert_eq!((&sink.bytes[..], sink.calls), (TEXT, 2), "cut {cut}, split {split}");
        }
    }
}

#[test]
fn a_sink_that_takes_one_byte_at_a_time_gets_all() {
    let rope = rope(&TEXT.chunks(3).collect::<Vec<_>>());
    let mut sink = Sink::following(vec![Step::Take(1); TEXT.len()]);
    assert_eq!(rope.write_to(&mut sink).unwrap(), TEXT.len() as u64);
    assert_eq!((&sink.bytes[..], sink.calls), (TEXT, TEXT.len()));
}

#[test]
fn no_call_gets_more_slices_than_the_system_takes() {
    for count in [0usize, 1, 16, 17, 1024, 1025, 5000] {
        let bytes: Vec<u8> = (0..=255).cycle().take(count).collect();
        let rope = rope(&bytes.chunks(1).collect::<Vec<_>>());
        let mut sink = Sink::default();
        rope.write_to(&mut sink).unwrap();
        assert_eq!((&sink.bytes, sink.calls), (&bytes, count.div_ceil(1024)));
        let mut sink = Sink::following(vec![Step::Take(700); 10]);
        rope.clone().drain_to(&mut sink).unwrap();
        assert_eq!(sink.bytes, bytes);
    }
}

#[test]
fn five_thousand_segments_pass_a_pipe() {
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let rope = rope(&bytes.chunks(40).collect::<Vec<_>>());
    assert_eq!(rope.segments().len(), 5000);
    let (mut reader, writer) = io::pipe().unwrap();
    let reading = std::thread::spawn(move || {
        let mut read = Vec::new();
        reader.read_to_end(&mut read).map(|_| read)
    });
    assert_eq!(rope.write_to(writer).unwrap(), 200_000);
    assert_eq!(reading.join().unwrap().unwrap(), bytes);
}

#[test]
fn an_interrupted_write_is_repeated() {
    let interrupted = Step::Fail(ErrorKind::Interrupted);
    let mut sink =
        Sink::following([interrupted.clone(), Step::Take(4), interrupted.clone(), interrupted]);
    rope(&[&TEXT[..5], &TEXT[5..]]).write_to(&mut sink).unwrap();
    assert_eq!(sink.bytes, TEXT);
}

#[test]
fn what_is_not_written_stays_for_the_next_call() {
    for split in 1..TEXT.len() {
        let mut rope = rope(&TEXT.chunks(4).collect::<Vec<_>>());
        let mut sink = Sink::following([Step::Take(split), Step::Fail(ErrorKind::WouldBlock)]);
        assert_eq!(rope.drain_to(&mut sink).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(rope, TEXT[split..]);
        assert_eq!(rope.drain_to(&mut sink).unwrap(), (TEXT.len() - split) as u64);
        assert!(rope.is_empty());
        assert_eq!(sink.bytes, TEXT);
    }
}

#[test]
fn a_sink_that_takes_nothing_is_an_error() {
    let mut rope = rope(&[TEXT, TEXT]);
    let error = rope.drain_to(Sink::following([Step::Take(3), Step::Take(0)])).unwrap_err();
    assert_eq!((error.kind(), rope.len()), (ErrorKind::WriteZero, 2 * TEXT.len() - 3));
    assert_eq!(Rope::new().write_to(Sink::following([Step::Take(0)])).unwrap(), 0);
}

#[test]
fn a_sink_that_claims_too_much_is_an_error() {
    struct Liar;
    impl Write for Liar {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            Ok(part.len() + 1)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut rope = rope(&[TEXT]);
    assert_eq!(rope.drain_to(Liar).unwrap_err().kind(), ErrorKind::Other);
    assert_eq!(rope, TEXT[..]);
}

#[test]
fn empty_segments_are_left_out() {
    let rope = rope(&[b"", b"a", b"", b"", b"b", b""]);
    assert_eq!((rope.len(), rope.segments().len()), (2, 2));
    let empty = Rope::from(Bytes::new());
    assert!(empty.is_empty() && empty.segments().len() == 0);
    assert_eq!(empty, Rope::new());
    assert_eq!(empty.into_bytes(), Bytes::new());
}

#[test]
fn one_segment_becomes_bytes_without_a_copy() {
    let bytes = Bytes::copy_from_slice(TEXT);
    let mut rope = Rope::from(bytes.clone());
    let (whole, head) = (rope.clone().into_bytes(), rope.copy_to_bytes(4));
    assert_borrows!(bytes, whole, head, rope.chunk());
    assert_eq!(rope, TEXT[4..]);
}

#[test]
fn to_split_a_segment_copies_nothing() {
    let bytes = Bytes::copy_from_slice(TEXT);
    let mut rest = Rope::from_iter([bytes.clone(), bytes.clone()]);
    let head = rest.split_to(TEXT.len() + 5);
    head.segments().chain(rest.segments()).for_each(|segment| assert_borrows!(bytes, segment));
    assert_eq!((head.segments().len(), rest.segments().len()), (2, 1));
    assert_eq!(head, *[TEXT, &TEXT[..5]].concat());
}

#[test]
fn as_many_slices_are_lent_as_there_is_room_for() {
    let rope = rope(&[b"a", b"b", b"c"]);
    for room in 0..5 {
        let mut slices = vec![IoSlice::new(b"untouched"); room];
        assert_eq!(rope.chunks_vectored(&mut slices), room.min(3));
        let lent: Vec<&[u8]> = slices.iter().take(3).map(|slice| &**slice).collect();
        assert_eq!(lent.concat(), b"abc"[..room.min(3)]);
    }
}

#[test]
#[should_panic(expected = "cannot pass over 4 bytes of 3")]
fn to_advance_past_the_end_panics() {
    rope(&[b"a", b"bc"]).advance(4);
}

#[test]
#[should_panic(expected = "cannot split at byte 4 of 3")]
fn to_split_past_the_end_panics() {
    let _ = rope(&[b"a", b"bc"]).split_to(4);
}

#[test]
fn a_queue_of_ropes_does_not_grow() {
    let segment = Bytes::copy_from_slice(TEXT);
    let mut queue = Rope::new();
    for _ in 0..10_000 {
        queue.append(Rope::from_iter([segment.clone(), segment.clone()]));
        queue.advance(2 * TEXT.len());
    }
    assert!(queue.is_empty() && queue.segments().len() == 0);
}

#[test]
fn ropes_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Rope>();
    check::<RopeWriter>();
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1usize..40).prop_map(Step::Take),
        1 => Just(Step::Fail(ErrorKind::Interrupted)),
    ]
}

proptest! {
    #[test]
    fn a_rope_is_the_vector_of_its_bytes(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..60),
        steps in prop::collection::vec(step(), 0..200),
        at in any::<prop::sample::Index>(),
    ) {
        let segments: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let (whole, twin) = (rope(&segments), segments.concat());
        let at = at.index(twin.len() + 1);

        let mut sink = Sink::following(steps);
        prop_assert_eq!(whole.write_to(&mut sink).unwrap(), twin.len() as u64);
        prop_assert_eq!(&sink.bytes, &twin);

        let mut rest = whole.clone();
        prop_assert_eq!(rest.split_to(at), &twin[..at]);
        prop_assert!(rest == twin[at..]);

        let mut rest = whole.clone();
        prop_assert_eq!(rest.copy_to_bytes(at), &twin[..at]);
        prop_assert_eq!(rest.remaining(), twin.len() - at);

        let mut rest = whole.clone();
        rest.advance(at);
        prop_assert_eq!(&rest, &Rope::from(Bytes::copy_from_slice(&twin[at..])));
        prop_assert_eq!(rest.into_bytes(), &twin[at..]);
        prop_assert_eq!(whole, &twin[..]);
    }

    #[test]
    fn ropes_are_equal_where_their_bytes_are(
        bytes in prop::collection::vec(0u8..2, 0..40),
        other in prop::collection::vec(0u8..2, 0..40),
        (one_cut, other_cut) in (1usize..8, 1usize..8),
    ) {
        let cut = |bytes: &[u8], at| rope(&bytes.chunks(at).collect::<Vec<_>>());
        prop_assert_eq!(cut(&bytes, one_cut), cut(&bytes, other_cut));
        prop_assert_eq!(cut(&bytes, one_cut) == cut(&other, other_cut), bytes == other);
        prop_assert_eq!(cut(&bytes, one_cut) == other[..], bytes == other);
        let mut changed = bytes.clone();
        if let Some(last) = changed.last_mut() {
            *last ^= 1;
            prop_assert_ne!(cut(&bytes, one_cut), cut(&changed, other_cut));
        }
    }
}
