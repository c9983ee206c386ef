//! `key=value` lines, as in `/etc/os-release` and `.env` files.
//!
//! The key ends at the first `=`. One pair of the same quotes around the value is taken off, and
//! nothing inside it is unescaped. Lines of nothing but spaces and tabs, and lines whose first
//! other byte is `#`, are no records.

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch, SliceExt};

use crate::framing::Newline;
use crate::{Fields, Grammar, Record, Value};

const EQUALS: usize = 0;
const NEWLINE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::of(b"=\n"), StopSet::of(b"\n")];

/// The grammar of `key=value` lines.
///
/// ```
/// use zc_parse::{Kv, Records};
///
/// let file = b"# who we are\nID=debian\nNAME=\"Debian GNU/Linux\"\n";
/// let pairs: Vec<_> = Records::new(Kv, file).flatten().collect();
/// assert_eq!((pairs[0].key, pairs[1].value), (&b"ID"[..], &b"Debian GNU/Linux"[..]));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Kv;

/// A key and its value.
///
/// ```
/// use zc_parse::{Grammar, Kv, Pair};
///
/// let (pair, rest) = Kv.parse_one(b"PATH='a=b'\n")?;
/// assert_eq!((pair, rest), (Pair { key: &b"PATH"[..], value: b"a=b" }, &b"\n"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Pair<S> {
    /// What lies before the first `=`; never empty.
    pub key: S,
    /// What lies after it, without quotes around it.
    pub value: S,
}

impl Grammar for Kv {
    type Record<'i> = Pair<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        while let Some(b'\n' | b'\r' | b' ' | b'\t' | b'#') = input.peek() {
            let start = input.offset();
            let line = input.run(NEWLINE);
            let ink = line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            if !matches!(ink, None | Some(b'#')) {
                input.set_offset(start);
                return;
            }
            input.eat(b'\n');
        }
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        pair: &mut Pair<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        if input.peek() == Some(b'=') {
            return Err(input.mismatch(Expected::Named("a key")));
        }
        pair.key = input.until(EQUALS, b'=')?;
        pair.value = input.run(NEWLINE).trim_carriage_return().trim_quotes();
        Ok(())
    }
}

impl<S> Record for Pair<S> {
    type Slice = S;
    type Of<T> = Pair<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Pair<T> {
        Pair { key: f(&self.key), value: f(&self.value) }
    }
}

impl<'i> Fields<'i> for Pair<&'i [u8]> {
    const NAMES: &'static [&'static str] = &["key", "value"];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match index {
            0 => Value::Text(self.key),
            1 => Value::Text(self.value),
            _ => Value::Absent,
        }
    }
}
