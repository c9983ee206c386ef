//! [`Search`]: looks for bytes in text that is made piece by piece, and kept nowhere.

use std::convert::Infallible;

use memchr::memmem::Finder;

use crate::parse::target::{PIECE, Target};

/// Looks for a needle in what is appended.
#[derive(Debug)]
pub(crate) struct Search<'f> {
    finder: &'f Finder<'static>,
    /// What the needle may still begin in, and what was not looked at.
    text: Vec<u8>,
    is_found: bool,
}

impl<'f> Search<'f> {
    pub(crate) fn new(finder: &'f Finder<'static>) -> Self {
        Self { finder, text: Vec::new(), is_found: false }
    }

    /// Whether the needle was there.
    pub(crate) fn finish(mut self) -> bool {
        self.look();
        self.is_found
    }

    fn look(&mut self) {
        self.is_found |= self.finder.find(&self.text).is_some();
        let kept = self.finder.needle().len().saturating_sub(1).min(self.text.len());
        self.text.drain(..self.text.len() - kept);
    }
}

impl Target for Search<'_> {
    type Error = Infallible;

    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    fn spill(&mut self) -> Result<(), Infallible> {
        // A long needle is not carried on for little.
        if self.text.len() >= PIECE + 2 * self.finder.needle().len() {
            self.look();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use memchr::memmem::Finder;

    use super::Search;
    use crate::parse::target::Target;

    #[track_caller]
    fn check(text: &[u8], needle: &[u8]) {
        let finder = Finder::new(needle).into_owned();
        let mut search = Search::new(&finder);
        let Ok(()) = search.append(text);
        assert_eq!(search.finish(), finder.find(text).is_some());
    }

    #[test]
    fn a_needle_is_found_wherever_pieces_meet() {
        let text: Vec<u8> = (0..30_000_u32).flat_map(u32::to_le_bytes).collect();
        for at in [0, 1, 8190, 8191, 8192, 8193, 16_383, 16_384, 99_999, 119_990] {
            check(&text, &text[at..at + 7]);
            check(&text, &[&text[at..at + 7], b"no"].concat());
        }
        check(&text, &text[5..50_000]);
        check(&text, b"");
        check(b"", b"x");
    }
}
