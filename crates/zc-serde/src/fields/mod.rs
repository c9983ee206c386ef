//! A few named fields of each line, without building the rest.
//!
//! ```
//! use std::ops::ControlFlow::Continue;
//! use zc_serde::fields::Fields;
//! use zc_serde::ndjson::Lines;
//!
//! let log = br#"{"level":"info","request":{"path":"/","status":200},"ms":1.5}
//! {"level":"info","request":{"path":"/new","status":20x},"ms":0.5}
//! {"request":{"status":500,"path":"/old"},"level":"error"}
//! "#;
//! let mut seen = Vec::new();
//! Fields::new(["level", "request.status"]).each(&mut Lines::new(log), |line, values| {
//!     match values {
//!         Ok(values) => seen.push(format!("{} {}", values[0].unwrap(), values[1].unwrap())),
//!         Err(error) => seen.push(error.to_string()),
//!     }
//!     Continue(())
//! });
//! let bad = "line 2, column 53 (byte 114): expected `,` or `}`";
//! assert_eq!(seen, ["\"info\" 200", bad, "\"error\" 500"]);
//! ```
//!
//! One vector pass marks where strings may end; a second pass walks from mark to mark, checks all
//! that lies between, and keeps the values that are asked for as slices of the text. A line is
//! refused if `serde_json` refuses it, however far from the sought fields the mistake lies:
//! [`Rules`] says in which sense. What the walk does not accept, `serde_json` reads once more, so
//! that refusals, places and messages are its own.
//!
//! If several members share a name, the last one counts, as for [`member`](crate::members::member)
//! and in most readers of JSON; what was found below an earlier one does not. Keys are compared
//! unescaped. A line that is no object has none of the fields.

mod judge;
mod paths;
mod rules;
mod value;
mod walk;

use std::ops::ControlFlow::{self, Continue};

use zc_core::mask::{Level, MaskBuffer};

pub use self::rules::Rules;
pub use self::value::{Kind, Value};

use self::judge::judge;
use self::paths::Node;
use self::walk::{Newline, STOPS, Walk};
use crate::Error;
use crate::ndjson::{Line, Lines, block, line_len};

/// The fields that are sought, and memory that is used again.
#[derive(Debug)]
pub struct Fields {
    sought: Sought,
    masks: MaskBuffer,
}

#[derive(Debug)]
struct Sought {
    paths: Vec<Box<[String]>>,
    root: Node,
    rules: Rules,
}

/// What was found of a line, one for each path, in the order of the paths; or why the line was
/// refused, with the place in the whole input.
///
/// ```
/// use std::ops::ControlFlow::Continue;
/// use zc_serde::fields::{Fields, Found};
/// use zc_serde::ndjson::Lines;
///
/// fn status(found: Found<'_, '_>) -> u16 {
///     let Ok([Some(status)]) = found else { return 0 };
///     status.parse().unwrap_or(0)
/// }
///
/// let mut seen = Vec::new();
/// let log = b"{\"status\":200}\n{\"status\":}\n{}\n";
/// Fields::new(["status"]).each(&mut Lines::new(log), |_, found| {
///     seen.push(status(found));
///     Continue(())
/// });
/// assert_eq!(seen, [200, 0, 0]);
/// ```
pub type Found<'v, 'de> = Result<&'v [Option<Value<'de>>], Error>;

/// # What `serde_json` decides
///
/// A line that the fast pass does not accept is read again by `serde_json`, which allocates: one
/// that is refused, and a good one with escapes in a key of an object that is looked into, with a
/// number of more than 200 bytes or three digits of exponent, or with more than 127 levels.
impl Fields {
    /// Seeks these fields; a dot leads into the object to its left.
    #[must_use]
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::at(names.into_iter().map(|name| name.split('.')))
    }

    /// Seeks the values at these paths, each the keys from the outside in, which may have dots.
    ///
    /// An empty path leads nowhere.
    ///
    /// ```
    /// use zc_serde::fields::Fields;
    ///
    /// let mut host = [None];
    /// let json = br#"{"labels": {"host.name": "a"}}"#;
    /// Fields::at([["labels", "host.name"]]).read(json, &mut host)?;
    /// assert_eq!(host[0].unwrap().as_plain_str(), Some("a"));
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    #[must_use]
    pub fn at<P, K>(paths: P) -> Self
    where
        P: IntoIterator<Item: IntoIterator<Item = K>>,
        K: Into<String>,
    {
        let keys = |path: P::Item| path.into_iter().map(Into::into).collect();
        let paths: Vec<Box<[String]>> = paths.into_iter().map(keys).collect();
        let sought = Sought { root: Node::of(&paths), paths, rules: Rules::default() };
        Self { sought, masks: MaskBuffer::new() }
    }

    /// The same under other rules.
    #[must_use]
    pub const fn with_rules(mut self, rules: Rules) -> Self {
        self.sought.rules = rules;
        self
    }

    /// The same with masks made at a given level.
    ///
    /// ```
    /// use zc_core::mask::Level;
    /// use zc_serde::fields::Fields;
    ///
    /// let mut id = [None];
    /// Fields::new(["id"]).with_level(Level::Portable).read(br#"{"id":7}"#, &mut id)?;
    /// assert_eq!(id[0].unwrap().get(), "7");
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.masks = MaskBuffer::with_level(level);
        self
    }

    /// How many fields are sought.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.sought.paths.len()
    }

    /// Reads the fields of the one JSON text that `json` is into `values`, in the order of the
    /// paths; `None` for what is not there.
    ///
    /// Nothing is allocated, once the masks of a text of this length have been; but see
    /// [what `serde_json` decides](Self#what-serde_json-decides).
    ///
    /// # Errors
    ///
    /// [`Error`] if the [`Rules`] refuse `json`; what `values` then holds is not said.
    ///
    /// # Panics
    ///
    /// If there are not as many `values` as paths.
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    pub fn read<'de>(
        &mut self,
        json: &'de [u8],
        values: &mut [Option<Value<'de>>],
    ) -> Result<(), Error> {
        assert_eq!(values.len(), self.count(), "one value for each path");
        let Self { sought, masks } = self;
        values.fill(None);
        if let Ok(text) = simdutf8::basic::from_utf8(json) {
            let finder = masks.scan(STOPS, json, json.len());
            let (newline, rules) = (Newline::Blank, sought.rules);
            let mut walk = Walk { text, finder, newline, rules, values };
            if walk.text(0, &sought.root).is_some() {
                return Ok(());
            }
        }
        judge(json, sought.rules, &sought.paths, values)
    }

    /// Reads the fields of each of `lines`, until `visit` breaks; then `lines` goes on behind the
    /// line at which it did.
    ///
    /// Nothing is allocated for a line; but see
    /// [what `serde_json` decides](Self#what-serde_json-decides).
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    #[inline]
    pub fn each<'de>(
        &mut self,
        lines: &mut Lines<'de>,
        mut visit: impl FnMut(Line<'de>, Found<'_, 'de>) -> ControlFlow<()>,
    ) {
        let mut values = vec![None; self.count()];
        while !lines.rest().is_empty() {
            let (bytes, text) = block(lines.rest());
            let flow = match text {
                // The masks of a line that is too long would be too long as well.
                Some(text) if text.len() <= lines.limit().max(MaskBuffer::WINDOW) => {
                    self.sought.each_of(text, &mut self.masks, lines, &mut values, &mut visit)
                }
                _ => self.each_by_itself(bytes.len(), lines, &mut values, &mut visit),
            };
            if flow.is_break() {
                break;
            }
        }
    }

    /// Reads the lines of the next `len` bytes one by one, since not all of them are UTF-8.
    fn each_by_itself<'de>(
        &mut self,
        len: usize,
        lines: &mut Lines<'de>,
        values: &mut [Option<Value<'de>>],
        visit: &mut impl FnMut(Line<'de>, Found<'_, 'de>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let end = lines.rest().len() - len;
        while lines.rest().len() > end {
            let Some(line) = lines.next() else { break };
            let found = match lines.too_long(&line) {
                Some(error) => Err(error),
                None => self
                    .read(line.bytes, values)
                    .map(|()| &*values)
                    .map_err(|error| error.starting_at(line.position)),
            };
            visit(line, found)?;
        }
        Continue(())
    }
}

impl Sought {
    /// Reads the lines of `text`, which the rest of `lines` begins with.
    #[inline(always)]
    fn each_of<'de>(
        &self,
        text: &'de str,
        masks: &mut MaskBuffer,
        lines: &mut Lines<'de>,
        values: &mut [Option<Value<'de>>],
        visit: &mut impl FnMut(Line<'de>, Found<'_, 'de>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let finder = masks.scan(STOPS, lines.rest(), text.len());
        let mut start = 0;
        while start < text.len() {
            values.fill(None);
            let (newline, rules) = (Newline::End, self.rules);
            let mut walk = Walk { text, finder, newline, rules, values };
            let ink = walk.ink(start);
            let is_blank = ink == text.len() || walk.peek(ink) == b'\n';
            let accepted = if is_blank { Some(ink) } else { walk.text(ink, &self.root) };
            let end = match accepted {
                Some(at) => (at + 1).min(text.len()),
                None => start + line_len(&text.as_bytes()[start..]),
            };
            let line = lines.take_line(end - start);
            start = end;
            let found = match lines.too_long(&line) {
                Some(error) => Err(error),
                None if is_blank => continue,
                None if accepted.is_some() => Ok(()),
                None => self.judge(&line, values),
            };
            visit(line, found.map(|()| &*values))?;
        }
        Continue(())
    }

    #[cold]
    fn judge<'de>(&self, line: &Line<'de>, values: &mut [Option<Value<'de>>]) -> Result<(), Error> {
        judge(line.bytes, self.rules, &self.paths, values)
            .map_err(|error| error.starting_at(line.position))
    }
}
