//! Values as `MessagePack`, in the shortest form that each has.

mod json;
mod record;

use rmp::encode;

pub(crate) use self::record::record;

/// Why none of the writes fails.
const TAKEN: &str = "a vector takes everything";

/// Appends the header of a map of so many entries, which follow.
pub(crate) fn map(out: &mut Vec<u8>, count: usize) {
    encode::write_map_len(out, length(count)).expect(TAKEN);
}

/// Appends the header of an array of so many values, which follow.
pub(crate) fn array(out: &mut Vec<u8>, count: usize) {
    encode::write_array_len(out, length(count)).expect(TAKEN);
}

/// A map or an array whose header is written last, since only then it is known how many values
/// it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open(usize);

impl Open {
    /// Leaves room for the header of a small one.
    pub(crate) fn at_end(out: &mut Vec<u8>) -> Self {
        out.push(0);
        Self(out.len() - 1)
    }

    /// Ends a map of so many entries.
    pub(crate) fn end_map(self, out: &mut Vec<u8>, count: usize) {
        let mut header = Vec::with_capacity(5);
        map(&mut header, count);
        self.end(out, &header);
    }

    /// Ends an array of so many values.
    pub(crate) fn end_array(self, out: &mut Vec<u8>, count: usize) {
        let mut header = Vec::with_capacity(5);
        array(&mut header, count);
        self.end(out, &header);
    }

    /// What has 16 values or more moves up by the length of its header, once for each level that
    /// it lies in.
    fn end(self, out: &mut Vec<u8>, header: &[u8]) {
        match header {
            [small] => out[self.0] = *small,
            _ => drop(out.splice(self.0..=self.0, header.iter().copied())),
        }
    }
}

/// A length as `MessagePack` has it; records are shorter.
fn length(count: usize) -> u32 {
    u32::try_from(count).expect("a record has fewer values than 4 GiB has bytes")
}

/// Appends text, or bytes where it is none.
pub(crate) fn text(out: &mut Vec<u8>, text: &[u8]) {
    match std::str::from_utf8(text) {
        Ok(text) => string(out, text),
        Err(_) => encode::write_bin(out, text).expect(TAKEN),
    }
}

/// Appends text that is known to be UTF-8.
fn string(out: &mut Vec<u8>, text: &str) {
    encode::write_str(out, text).expect(TAKEN);
}

pub(crate) fn null(out: &mut Vec<u8>) {
    encode::write_nil(out).expect(TAKEN);
}

pub(crate) fn boolean(out: &mut Vec<u8>, boolean: bool) {
    encode::write_bool(out, boolean).expect(TAKEN);
}

pub(crate) fn unsigned(out: &mut Vec<u8>, number: u64) {
    encode::write_uint(out, number).expect(TAKEN);
}

pub(crate) fn signed(out: &mut Vec<u8>, number: i64) {
    encode::write_sint(out, number).expect(TAKEN);
}

pub(crate) fn float(out: &mut Vec<u8>, number: f64) {
    encode::write_f64(out, number).expect(TAKEN);
}
