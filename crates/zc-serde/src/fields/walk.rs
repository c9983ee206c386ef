//! [`Walk`]: one pass over one JSON text, which it checks whole and of which it keeps a few parts.
//!
//! Strings are not read: the masks say where each one ends, or has a backslash or a control
//! character. Everything between strings is read byte by byte, as RFC 8259 has it. What is rare and
//! hard to judge, such as numbers near the end of their range and keys with escapes, is refused
//! here, and `serde_json` decides: a text that is accepted here is one that it accepts.

use zc_core::mask::{Find, StopSet};

use super::Value;
use super::paths::Node;
use super::rules::Rules;
use crate::ndjson;

/// Where a string ends, or may have to be refused: quotes, backslashes, control characters.
pub(super) const STOPS: &[StopSet] = &[StopSet::from_table(string_stops())];
const IN_STRING: usize = 0;

const fn string_stops() -> [bool; 256] {
    let mut stops = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        stops[byte] = true;
        byte += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
}

/// How many levels are followed, each a bit of the stack of brackets.
#[expect(clippy::cast_possible_truncation, reason = "it is 127")]
const MAX_DEPTH: u32 = ndjson::MAX_DEPTH as u32;
/// A number of so many bytes, with an exponent of two digits at most, is in the range of `f64`.
const SAFE_NUMBER: usize = 200;

/// What a newline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Newline {
    /// White space, as in any JSON text.
    Blank,
    /// The end of the line, and of the text in it.
    End,
}

/// One text, of which `finder` knows the [`STOPS`].
///
/// Each step takes the offset at which it begins and returns that at which it ends, or `None` for
/// what is not accepted. The offset stays in a register so: every step waits for the one before.
pub(super) struct Walk<'v, 'de, F> {
    pub(super) text: &'de str,
    pub(super) finder: F,
    pub(super) newline: Newline,
    pub(super) rules: Rules,
    /// One for each path.
    pub(super) values: &'v mut [Option<Value<'de>>],
}

impl<F: Find> Walk<'_, '_, F> {
    /// Checks one text, with the white space around it; keeps what `root` leads to. Ends before the
    /// newline, or at the end.
    #[inline(always)]
    pub(super) fn text(&mut self, at: usize, root: &Node) -> Option<usize> {
        let at = self.ink(at);
        let end = match self.peek(at) {
            b'{' => self.object(at, root, 1)?,
            first => self.value(at, first, 0)?,
        };
        let end = self.ink(end);
        (self.peek(end) == b'\n' || end == self.text.len()).then_some(end)
    }

    /// The next byte that is no white space, or the end.
    #[inline(always)]
    pub(super) fn ink(&self, mut at: usize) -> usize {
        loop {
            match self.peek(at) {
                b' ' | b'\t' | b'\r' => at += 1,
                b'\n' if self.newline == Newline::Blank => at += 1,
                _ => return at,
            }
        }
    }

    /// The byte at an offset; 0, which stands nowhere between strings, at the end.
    #[inline(always)]
    pub(super) fn peek(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The two bytes at an offset, as machines write what stands between members: one look says
    /// that there is no white space. Zeros where there are not so many.
    #[inline(always)]
    fn pair(&self, at: usize) -> [u8; 2] {
        let rest = self.text.as_bytes().get(at..).and_then(<[u8]>::first_chunk);
        rest.copied().unwrap_or_default()
    }

    /// An object, which is level number `depth`.
    fn object(&mut self, start: usize, node: &Node, depth: u32) -> Option<usize> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut at = self.ink(start + 1);
        if self.peek(at) == b'}' {
            return Some(at + 1);
        }
        loop {
            let end = self.member(at, node, depth)?;
            if self.pair(end) == *b",\"" {
                at = end + 1;
                continue;
            }
            let end = self.ink(end);
            match self.peek(end) {
                b',' => at = self.ink(end + 1),
                b'}' => return Some(end + 1),
                _ => return None,
            }
        }
    }

    #[inline(always)]
    fn member(&mut self, at: usize, node: &Node, depth: u32) -> Option<usize> {
        let text = self.text;
        if self.peek(at) != b'"' {
            return None;
        }
        let end = self.finder.find(text.as_bytes(), at + 1, IN_STRING);
        // A key with escapes might be one that is sought.
        if self.peek(end) != b'"' {
            return None;
        }
        let key = text.as_bytes().get(at + 1..end)?;
        let start = self.colon(end + 1)?;
        let first = self.peek(start);
        let Some(edge) = node.find(key) else { return self.value(start, first, depth) };
        for &slot in &edge.below {
            self.values[slot] = None;
        }
        let end = match &edge.child {
            Some(child) if first == b'{' => self.object(start, child, depth + 1)?,
            _ => self.value(start, first, depth)?,
        };
        for &slot in &edge.slots {
            self.values[slot] = Some(Value::new(&text[start..end]));
        }
        Some(end)
    }

    /// Ends at what comes behind the colon and the white space around it.
    #[inline(always)]
    fn colon(&self, at: usize) -> Option<usize> {
        if let [b':', first] = self.pair(at)
            && first > b' '
        {
            return Some(at + 1);
        }
        let at = self.ink(at);
        (self.peek(at) == b':').then(|| self.ink(at + 1))
    }

    /// A value, which lies inside of `depth` levels.
    #[inline(always)]
    fn value(&self, at: usize, first: u8, depth: u32) -> Option<usize> {
        match first {
            b'{' | b'[' => self.nested(at, depth),
            first => self.scalar(at, first),
        }
    }

    #[inline(always)]
    fn scalar(&self, at: usize, first: u8) -> Option<usize> {
        match first {
            b'"' => self.string(at),
            b'-' | b'0'..=b'9' => self.number(at),
            b't' => self.word(at, *b"true"),
            b'n' => self.word(at, *b"null"),
            b'f' => self.word(at + 1, *b"alse"),
            _ => None,
        }
    }

    #[inline(always)]
    fn word(&self, at: usize, word: [u8; 4]) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        (rest.first_chunk() == Some(&word)).then_some(at + 4)
    }

    /// A string, on whose opening quote it stands.
    #[inline(always)]
    fn string(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = at + 1;
        loop {
            at = self.finder.find(bytes, at, IN_STRING);
            match bytes.get(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at = behind_escape(bytes, at, self.rules)?,
                _ => return None,
            }
        }
    }

    #[inline(always)]
    fn number(&self, start: usize) -> Option<usize> {
        let mut at = start + usize::from(self.peek(start) == b'-');
        at = if self.peek(at) == b'0' { at + 1 } else { self.digits(at)? };
        if self.peek(at) == b'.' {
            at = self.digits(at + 1)?;
        }
        let mut is_safe = true;
        if matches!(self.peek(at), b'e' | b'E') {
            at += 1;
            at += usize::from(matches!(self.peek(at), b'+' | b'-'));
            let exponent = at;
            at = self.digits(at)?;
            is_safe = at - exponent <= 2;
        }
        is_safe &= at - start <= SAFE_NUMBER;
        (is_safe || self.rules == Rules::Raw).then_some(at)
    }

    /// One digit or more.
    #[inline(always)]
    fn digits(&self, start: usize) -> Option<usize> {
        let mut at = start;
        while let Some(word) = self.text.as_bytes().get(at..).and_then(<[u8]>::first_chunk) {
            let others = not_digits(u64::from_le_bytes(*word));
            at += others.trailing_zeros() as usize / 8;
            if others != 0 {
                return (at > start).then_some(at);
            }
        }
        while self.peek(at).is_ascii_digit() {
            at += 1;
        }
        (at > start).then_some(at)
    }

    /// An array or object in which nothing is sought, and which lies inside of `depth` levels. It
    /// does not recurse.
    fn nested(&self, mut at: usize, depth: u32) -> Option<usize> {
        let mut brackets = Brackets { objects: 0, depth };
        loop {
            match self.peek(at) {
                bracket @ (b'{' | b'[') => {
                    brackets.open(bracket)?;
                    at = self.ink(at + 1);
                    if self.peek(at) != brackets.closing() {
                        at = self.key_in(at, &brackets)?;
                        continue;
                    }
                }
                first => at = self.ink(self.scalar(at, first)?),
            }
            while self.peek(at) != b',' {
                if self.peek(at) != brackets.closing() {
                    return None;
                }
                brackets.close();
                if brackets.depth == depth {
                    return Some(at + 1);
                }
                at = self.ink(at + 1);
            }
            at = self.key_in(self.ink(at + 1), &brackets)?;
        }
    }

    /// A key and its colon, if it stands in an object.
    #[inline(always)]
    fn key_in(&self, at: usize, brackets: &Brackets) -> Option<usize> {
        if brackets.closing() == b']' {
            return Some(at);
        }
        if self.peek(at) != b'"' {
            return None;
        }
        self.colon(self.string(at)?)
    }
}

/// The brackets that are open.
struct Brackets {
    /// A bit for each level, the innermost lowest: 1 where it is an object.
    objects: u128,
    /// How many are open, those outside included.
    depth: u32,
}

impl Brackets {
    #[inline(always)]
    fn open(&mut self, bracket: u8) -> Option<()> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.objects = self.objects << 1 | u128::from(bracket == b'{');
        self.depth += 1;
        Some(())
    }

    #[inline(always)]
    const fn close(&mut self) {
        self.objects >>= 1;
        self.depth -= 1;
    }

    #[inline(always)]
    const fn closing(&self) -> u8 {
        if self.objects & 1 == 1 { b'}' } else { b']' }
    }
}

/// The lowest bit that is set lies in the first byte of `word` that is no digit; how many digits a
/// number has cannot be foretold, and a branch for each would be.
#[inline(always)]
const fn not_digits(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    // Zero in the high half of each digit; a carry out of 9 + 6 into it for what lies above.
    let high = word ^ (ONES * 0x30);
    (high | (high & (ONES * 0x0f)).wrapping_add(ONES * 6)) & (ONES * 0xf0)
}

/// The offset behind the escape whose backslash lies at `at`; `None` if it is none, or half of a
/// pair of surrogates where those are judged.
#[inline(never)]
fn behind_escape(bytes: &[u8], at: usize, rules: Rules) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => match (hex_escape(bytes, at)?, rules) {
            (0xd800..=0xdbff, Rules::Value) => {
                let low = hex_escape(bytes, at + 6)?;
                matches!(low, 0xdc00..=0xdfff).then_some(at + 12)
            }
            (0xdc00..=0xdfff, Rules::Value) => None,
            _ => Some(at + 6),
        },
        _ => None,
    }
}

/// The code unit of the `\uXXXX` at `at`.
fn hex_escape(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}
