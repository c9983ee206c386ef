//! [`StopSet`]: the bytes at which a grammar stops.

use core::iter;

/// A set of stop bytes.
///
/// Up to three bytes are compared one by one. Larger sets are looked up by nibble where the
/// processor can, for which all bytes from 0x80 on must be in the set, or none of them.
///
/// ```
/// use zc_core::mask::StopSet;
///
/// const BLANK: StopSet = StopSet::of(b" \t\n");
/// assert!(BLANK.contains(b'\t'));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StopSet {
    table: [bool; 256],
    bytes: [u8; 3],
    count: usize,
    rows: [u8; 16],
}

impl StopSet {
    /// The set of exactly these bytes.
    ///
    /// # Panics
    ///
    /// As [`from_table`](Self::from_table); in a constant this is an error of the compiler.
    #[must_use]
    pub const fn of(bytes: &[u8]) -> Self {
        let mut table = [false; 256];
        let mut i = 0;
        while i < bytes.len() {
            table[bytes[i] as usize] = true;
            i += 1;
        }
        Self::from_table(table)
    }

    /// The set of every byte whose entry is true.
    ///
    /// ```
    /// use zc_core::mask::StopSet;
    ///
    /// const CONTROL: StopSet = StopSet::from_table({
    ///     let mut table = [false; 256];
    ///     let mut byte = 0;
    ///     while byte < b' ' {
    ///         table[byte as usize] = true;
    ///         byte += 1;
    ///     }
    ///     table
    /// });
    /// assert!(CONTROL.contains(b'\n') && !CONTROL.contains(b' '));
    /// assert!(!CONTROL.is_small());
    /// ```
    ///
    /// # Panics
    ///
    /// If the set is empty, or if it has more than three bytes and holds some of those from 0x80
    /// on but not all.
    #[must_use]
    pub const fn from_table(table: [bool; 256]) -> Self {
        let mut set = Self { table, bytes: [0; 3], count: 0, rows: [0; 16] };
        let mut byte = 0;
        while byte < 256 {
            if table[byte] {
                #[expect(clippy::cast_possible_truncation, reason = "byte < 256")]
                if set.count < 3 {
                    set.bytes[set.count] = byte as u8;
                }
                set.count += 1;
            }
            // A row has a bit for each high nibble below 8 whose byte differs from those above.
            if byte < 128 && table[byte] != table[255] {
                set.rows[byte & 15] |= 1 << (byte >> 4);
            }
            byte += 1;
        }
        assert!(set.count > 0, "a stop set needs a byte to stop at");
        set.check_upper_half();
        set
    }

    const fn check_upper_half(&self) {
        let mut byte = 128;
        while byte < 256 {
            assert!(
                self.count <= 3 || self.table[byte] == self.table[255],
                "a set of more than three bytes holds all from 0x80 on, or none of them"
            );
            byte += 1;
        }
    }

    /// Whether `byte` is a stop.
    #[must_use]
    #[inline]
    pub const fn contains(&self, byte: u8) -> bool {
        self.table[byte as usize]
    }

    /// Whether there are at most three bytes in it, which are compared one by one.
    #[must_use]
    pub const fn is_small(&self) -> bool {
        self.count <= 3
    }

    /// The bytes themselves, where there are at most three.
    pub(super) const fn few(&self) -> Few {
        let [a, b, c] = self.bytes;
        match self.count {
            1 => Few::One(a),
            2 => Few::Two(a, b),
            3 => Few::Three(a, b, c),
            _ => Few::Many,
        }
    }

    /// The set as ranges of bytes, each with its first and its last.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u8, u8)> {
        let is_stop = |byte: &u8| self.contains(*byte);
        let mut next = Some(0);
        iter::from_fn(move || {
            let first = (next?..=u8::MAX).find(is_stop)?;
            let last = (first..=u8::MAX).take_while(is_stop).last()?;
            next = last.checked_add(1);
            Some((first, last))
        })
    }

    /// For each low nibble, a bit for each high nibble from 0 to 7 whose byte is in the set,
    /// or is not in the set where [`has_upper_half`](Self::has_upper_half) holds.
    pub(super) const fn rows(&self) -> [u8; 16] {
        self.rows
    }

    /// Whether the bytes from 0x80 on are stops, in a set of more than three.
    pub(super) const fn has_upper_half(&self) -> bool {
        self.table[255]
    }
}

/// A set's bytes, where they are few enough to be compared one by one.
#[derive(Clone, Copy)]
pub(super) enum Few {
    One(u8),
    Two(u8, u8),
    Three(u8, u8, u8),
    Many,
}
