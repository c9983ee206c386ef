//! Commands such as `GET /index.html`: a method and a path, split at the first space.

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch, SliceExt};

use crate::framing::Newline;
use crate::{Fields, Grammar, Record, Value};

const SPACE: usize = 0;
const NEWLINE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::of(b" \n"), StopSet::of(b"\n")];

/// The grammar of lines that hold a command.
///
/// ```
/// use zc_parse::{CommandLine, Grammar};
///
/// let (command, rest) = CommandLine.parse_one(b"PUT /new file\nGET /")?;
/// assert_eq!((command.method, command.path), (&b"PUT"[..], &b"/new file"[..]));
/// assert_eq!(rest, b"\nGET /");
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CommandLine;

/// A method and a path.
///
/// ```
/// use zc_parse::{Command, CommandLine, Grammar};
///
/// let input = b"GET /index.html";
/// let (command, _) = CommandLine.parse_one(input)?;
/// assert_eq!(command, Command { method: &b"GET"[..], path: b"/index.html" });
/// zc_core::assert_borrows!(input, command.path);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Command<S> {
    /// What lies before the first space; never empty.
    pub method: S,
    /// What lies after it, to the end of the line; never empty.
    pub path: S,
}

impl Grammar for CommandLine {
    type Record<'i> = Command<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        command: &mut Command<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        if let None | Some(b' ' | b'\r' | b'\n') = input.peek() {
            return Err(input.mismatch(Expected::Named("a method")));
        }
        command.method = input.until(SPACE, b' ')?;
        let path = input.offset();
        command.path = input.run(NEWLINE).trim_carriage_return();
        if command.path.is_empty() {
            input.set_offset(path);
            return Err(input.mismatch(Expected::Named("a path")));
        }
        Ok(())
    }
}

impl<S> Record for Command<S> {
    type Slice = S;
    type Of<T> = Command<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Command<T> {
        Command { method: f(&self.method), path: f(&self.path) }
    }
}

impl<'i> Fields<'i> for Command<&'i [u8]> {
    const NAMES: &'static [&'static str] = &["method", "path"];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match index {
            0 => Value::Text(self.method),
            1 => Value::Text(self.path),
            _ => Value::Absent,
        }
    }
}
