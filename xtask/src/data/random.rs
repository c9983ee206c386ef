//! [`Random`]: numbers that look random and are the same each time.

/// `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at most 2^32.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        scale(self.next() >> 32, bound)
    }

    /// True once in `times`, on average.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of `items`, each as likely as the others.
    pub(super) fn pick<'p, T>(&mut self, items: &'p [T]) -> &'p T {
        &items[index(self.below(items.len() as u64))]
    }

    /// One of `items`, the first ones much more often than the last ones, as is so with paths,
    /// hosts and users.
    pub(super) fn pick_skewed<'p, T>(&mut self, items: &'p [T]) -> &'p T {
        let draw = self.next();
        let bound = scale(draw >> 32, items.len() as u64) + 1;
        &items[index(scale(draw & 0xffff_ffff, bound))]
    }
}

/// Takes a number below 2^32 to one below `bound`.
fn scale(number: u64, bound: u64) -> u64 {
    (number * bound) >> 32
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("an index is below a length")
}

/// Appends the decimal digits of `number`.
pub(super) fn push_number(buffer: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + u8::try_from(number % 10).expect("a digit is below 10");
        number /= 10;
        if number == 0 {
            return buffer.extend_from_slice(&digits[start..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, push_number};

    #[test]
    fn numbers_stay_below_their_bound() {
        let mut random = Random::new(1);
        for bound in [1, 2, 10, 1 << 32] {
            assert!((0..1000).all(|_| random.below(bound) < bound));
        }
        let mut seen = [false; 10];
        (0..1000).for_each(|_| seen[usize::try_from(random.below(10)).unwrap()] = true);
        assert_eq!(seen, [true; 10]);
    }

    #[test]
    fn the_sequence_is_that_of_the_paper() {
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_are_printed_as_the_standard_library_prints_them() {
        for number in [0, 9, 10, 1234, u64::MAX] {
            let mut buffer = Vec::new();
            push_number(&mut buffer, number);
            assert_eq!(buffer, number.to_string().into_bytes());
        }
    }
}
