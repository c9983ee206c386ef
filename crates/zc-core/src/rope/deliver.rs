//! Segments to a sink, right at every partial write.

use std::collections::vec_deque;
use std::io::{self, ErrorKind, IoSlice, Write};

use bytes::Bytes;

/// Slices for one call where there are few segments: an array of them costs nothing to fill.
const FEW: usize = 16;

/// Slices for one call: `IOV_MAX` of Linux and the BSDs, past which a vectored write fails.
const MOST: usize = 1024;

/// Writes `segments` to `out`; says how many bytes were written, and what stopped it.
pub(super) fn write(
    mut segments: vec_deque::Iter<'_, Bytes>,
    mut out: impl Write,
) -> (usize, io::Result<()>) {
    let mut written = 0;
    let mut result = Ok(());
    while result.is_ok() && segments.len() > 0 {
        result = if segments.len() <= FEW {
            write_batch::<FEW>(&mut segments, &mut out, &mut written)
        } else {
            write_batch::<MOST>(&mut segments, &mut out, &mut written)
        };
    }
    (written, result)
}

/// Writes the first `N` of `segments`, and adds to `written` also where it fails.
fn write_batch<const N: usize>(
    segments: &mut vec_deque::Iter<'_, Bytes>,
    out: &mut impl Write,
    written: &mut usize,
) -> io::Result<()> {
    let mut slices = [IoSlice::new(&[]); N];
    let mut count = 0;
    let mut remaining = 0;
    for (slice, segment) in slices.iter_mut().zip(segments) {
        *slice = IoSlice::new(segment);
        count += 1;
        remaining += segment.len();
    }
    let mut slices = &mut slices[..count];
    while remaining > 0 {
        let taken = write_once(slices, remaining, out)?;
        *written += taken;
        remaining -= taken;
        IoSlice::advance_slices(&mut slices, taken);
    }
    Ok(())
}

/// One write, of at least 1 and at most `remaining` bytes; repeated while it is interrupted.
fn write_once(slices: &[IoSlice<'_>], remaining: usize, out: &mut impl Write) -> io::Result<usize> {
    loop {
        let taken = match slices {
            [slice] => out.write(slice),
            _ => out.write_vectored(slices),
        };
        return match taken {
            Ok(0) => Err(io::Error::new(ErrorKind::WriteZero, "the sink takes no more bytes")),
            Ok(taken) if taken > remaining => {
                Err(io::Error::other("the sink says that it took more bytes than it was given"))
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            taken => taken,
        };
    }
}
