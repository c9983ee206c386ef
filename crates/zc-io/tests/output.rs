//! What goes into an output reaches the sink once and in order, and both sides are counted.

#![forbid(unsafe_code)]

use std::io::{self, ErrorKind, Write};

use zc_core::Copies;
use zc_io::Output;

const MARK: usize = 64 << 10;

/// A sink that follows a script: how many bytes each write accepts, or which error; then all.
#[derive(Default)]
struct Script {
    accepted: Vec<u8>,
    steps: Vec<Result<usize, ErrorKind>>,
    writes: usize,
}

impl Script {
    fn new(steps: &[Result<usize, ErrorKind>]) -> Self {
        Self { steps: steps.to_vec(), ..Self::default() }
    }
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let step = self.steps.get(self.writes).copied().unwrap_or(Ok(bytes.len()));
        self.writes += 1;
        let count = step?.min(bytes.len());
        self.accepted.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn check_copies(output: &Output<impl Write>, encode: usize, write: usize) {
    let expected = Copies { encode: encode as u64, write: write as u64, ..Copies::default() };
    assert_eq!(output.copies(), expected);
}

#[test]
fn partial_writes_lose_and_repeat_nothing_wherever_they_split() {
    for first in 1..=12 {
        for second in 1..=12 {
            let interrupted = Err(ErrorKind::Interrupted);
            let sink = Script::new(&[Ok(first), interrupted, Ok(second)]);
            let mut output = Output::new(sink);
            output.buffer().extend_from_slice(b"buffer");
            output.write_through(b"through").unwrap();
            check_copies(&output, 6, 13);
            assert_eq!(output.finish().unwrap().accepted, b"bufferthrough");
        }
    }
}

#[test]
fn after_an_error_what_was_accepted_is_not_written_again() {
    for split in 1..=6 {
        let sink = Script::new(&[Ok(split), Err(ErrorKind::StorageFull)]);
        let mut output = Output::new(sink);
        output.buffer().extend_from_slice(b"content");
        assert_eq!(output.flush().unwrap_err().kind(), ErrorKind::StorageFull);
        check_copies(&output, 7, split);
        assert_eq!(output.buffer().as_slice(), &b"content"[split..]);
        output.flush().unwrap();
        check_copies(&output, 7, 7);
        assert_eq!(output.finish().unwrap().accepted, b"content");
    }
}

#[test]
fn a_failed_write_through_counts_what_was_accepted() {
    let mut output = Output::new(Script::new(&[Ok(3), Err(ErrorKind::BrokenPipe)]));
    assert_eq!(output.write_through(b"content").unwrap_err().kind(), ErrorKind::BrokenPipe);
    check_copies(&output, 0, 3);
    let (sink, unwritten) = output.into_parts();
    assert_eq!((sink.accepted.as_slice(), unwritten.as_slice()), (&b"con"[..], &b""[..]));
}

#[test]
fn a_sink_that_accepts_nothing_is_an_error() {
    let mut output = Output::new(Script::new(&[Ok(0)]));
    output.buffer().push(b'x');
    assert_eq!(output.flush().unwrap_err().kind(), ErrorKind::WriteZero);
}

#[test]
fn a_sink_that_claims_too_much_is_an_error() {
    struct Liar;

    impl Write for Liar {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len() + 1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut output = Output::new(Liar);
    output.buffer().push(b'x');
    let error = output.flush().unwrap_err();
    assert_eq!(error.to_string(), "a sink claims more bytes than it was given");
}

#[test]
fn nothing_is_written_before_the_mark() {
    let mut output = Output::new(Script::default());
    output.buffer().resize(MARK - 1, b'x');
    output.spill().unwrap();
    check_copies(&output, MARK - 1, 0);
    output.buffer().push(b'x');
    output.spill().unwrap();
    check_copies(&output, MARK, MARK);
    assert_eq!(output.finish().unwrap().writes, 1);
}

#[test]
fn nothing_is_written_on_drop() {
    let mut sink = Script::default();
    let mut output = Output::new(&mut sink);
    output.buffer().push(b'x');
    drop(output);
    assert_eq!(sink.writes, 0);
}

#[test]
fn the_room_of_a_huge_record_is_given_back() {
    let mut output = Output::new(io::sink());
    output.buffer().resize(8 << 20, b'x');
    output.spill().unwrap();
    assert!(output.buffer().capacity() < 128 << 10);
    check_copies(&output, 8 << 20, 8 << 20);
}
