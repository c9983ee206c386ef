//! Any input as a program that writes messages into ropes, beside vectors of the same bytes.

use std::io::{self, IoSlice, Write};

use bytes::Bytes;
use zc_core::Source;
use zc_core::rope::RopeWriter;

/// How much of the input is the region that sources are cut from.
const REGION: usize = 64;

/// The bytes of a program, which has zeros behind its end.
struct Program<'p>(&'p [u8]);

impl Program<'_> {
    fn next(&mut self) -> usize {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first.into()
    }

    /// A part of a region of so many bytes.
    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.next() % (len + 1), self.next() % (len + 1));
        one.min(other)..one.max(other)
    }
}

/// Runs the input as a program; each message is the bytes that were written to it, is a reference
/// where it must be one, and passes any sink.
pub(crate) fn writes(input: &[u8]) {
    let (region, program) = input.split_at(input.len().min(REGION));
    let region = Bytes::copy_from_slice(region);
    let elsewhere = region.to_vec();
    let mut program = Program(program);
    let threshold = program.next() % 16;
    let mut sources = Vec::new();
    let mut writer = RopeWriter::new([]).with_threshold(threshold);
    let mut twin = Vec::new();
    while !program.0.is_empty() {
        match program.next() % 8 {
            0 => {
                sources = (0..program.next() % 4)
                    .map(|_| region.slice(program.range(region.len())))
                    .collect();
                writer.set_sources(sources.clone());
            }
            1 => deliver(&mut writer, &mut twin, &mut program),
            2 => write(&mut writer, &mut twin, &elsewhere[program.range(elsewhere.len())]),
            3 => write(&mut writer, &mut twin, &vec![7; 300 * program.next()]),
            _ => {
                let part = &region[program.range(region.len())];
                let before = writer.referenced();
                write(&mut writer, &mut twin, part);
                let count = writer.referenced() - before;
                let is_inside = sources.iter().any(|source| Source::new(source).borrows(part));
                if is_inside && part.len() >= threshold.max(1) {
                    assert_eq!(count, part.len() as u64);
                }
                assert!(is_inside || count == 0);
            }
        }
    }
    deliver(&mut writer, &mut twin, &mut program);
}

fn write(writer: &mut RopeWriter, twin: &mut Vec<u8>, part: &[u8]) {
    writer.write_all(part).expect("no write fails");
    twin.extend_from_slice(part);
}

/// Finishes the message, and writes it through a sink that takes as much as the program says.
fn deliver(writer: &mut RopeWriter, twin: &mut Vec<u8>, program: &mut Program<'_>) {
    let mut rope = writer.finish();
    assert_eq!(rope, twin[..]);
    // Megabytes a byte at a time would say nothing more, and take seconds.
    let most = 1 + program.next() + twin.len() / 4096;
    let mut sink = Sink { most, bytes: Vec::new() };
    let split = program.next().min(rope.len());
    rope.split_to(split).write_to(&mut sink).expect("a vector takes everything");
    rope.drain_to(&mut sink).expect("a vector takes everything");
    assert!(rope.is_empty());
    assert_eq!(sink.bytes, *twin);
    twin.clear();
}

/// A sink that takes at most so many bytes at a time.
struct Sink {
    most: usize,
    bytes: Vec<u8>,
}

impl Write for Sink {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(part)])
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let before = self.bytes.len();
        for part in parts {
            let room = self.most - (self.bytes.len() - before);
            self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        }
        Ok(self.bytes.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
