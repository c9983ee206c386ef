//! [`Copies`]: the ledger of bytes copied between the kernel's buffer and their use.

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign};

/// Bytes copied, by the stage in which they were copied.
///
/// Readers, parsers and writers each return or expose one of these; added up, they say how often
/// each payload byte was copied on its way from the kernel to its use and out again.
///
/// ```text
/// kernel ──read──▶ window ──decode──▶ values ──encode──▶ output buffer ──write──▶ kernel
/// ```
///
/// ```
/// use zc_core::Copies;
///
/// let reader = Copies { read: 4096, ..Copies::default() };
/// let writer = Copies { encode: 512, write: 512, ..Copies::default() };
/// let run = reader + writer;
/// assert_eq!(run.total(), 5120);
/// assert_eq!(run.per_byte(4096), 1.25);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Copies {
    /// Bytes that system calls copied from the kernel into our memory.
    pub read: u64,
    /// Bytes that were unescaped, percent-decoded or made owned while values were built.
    pub decode: u64,
    /// Bytes that were formatted or copied into an output buffer.
    pub encode: u64,
    /// Bytes that system calls copied from our memory into the kernel.
    pub write: u64,
}

impl Copies {
    /// The sum of all stages, in bytes.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.read.saturating_add(self.decode).saturating_add(self.encode).saturating_add(self.write)
    }

    /// Copies per byte: [`total`](Self::total) over `bytes_in`, and 0 where nothing came in.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
    pub const fn per_byte(self, bytes_in: u64) -> f64 {
        if bytes_in == 0 { 0.0 } else { self.total() as f64 / bytes_in as f64 }
    }
}

impl Add for Copies {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            read: self.read.saturating_add(other.read),
            decode: self.decode.saturating_add(other.decode),
            encode: self.encode.saturating_add(other.encode),
            write: self.write.saturating_add(other.write),
        }
    }
}

impl AddAssign for Copies {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Copies {
    fn sum<I: Iterator<Item = Self>>(copies: I) -> Self {
        copies.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Copies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read, decode, encode, write } = self;
        write!(f, "read {read}, decode {decode}, encode {encode}, write {write} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::Copies;

    const ONE_OF_EACH: Copies = Copies { read: 1, decode: 2, encode: 3, write: 4 };

    #[test]
    fn sums_add_up_stage_by_stage() {
        let sum: Copies = [ONE_OF_EACH; 3].into_iter().sum();
        assert_eq!(sum, Copies { read: 3, decode: 6, encode: 9, write: 12 });
        assert_eq!(sum.total(), 30);
    }

    #[test]
    fn nothing_in_means_nothing_per_byte() {
        assert_eq!(ONE_OF_EACH.per_byte(0), 0.0);
    }

    #[test]
    fn counts_saturate_instead_of_wrapping() {
        let full = Copies { read: u64::MAX, ..Copies::default() };
        assert_eq!((full + ONE_OF_EACH).read, u64::MAX);
        assert_eq!((full + ONE_OF_EACH).total(), u64::MAX);
    }
}
