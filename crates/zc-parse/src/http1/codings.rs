//! [`Codings`]: the list in a `Transfer-Encoding`, with its parameters.

use zc_core::mask::{Scanner, Slice};
use zc_core::{Expected, Mismatch};

use super::{NAME, STOPS};

/// The names in one `Transfer-Encoding`.
#[derive(Debug, Clone)]
pub(super) struct Codings<'v> {
    rest: Scanner<'v, Slice<'static>>,
}

/// A transfer coding: RFC 9112, section 7.
pub(super) struct Coding<'v> {
    pub(super) name: &'v [u8],
    /// Where it stands in the value.
    pub(super) offset: usize,
    pub(super) has_parameters: bool,
}

impl<'v> Codings<'v> {
    pub(super) const fn new(value: &'v [u8]) -> Self {
        Self { rest: Scanner::new(value, Slice::new(STOPS)) }
    }

    /// The next coding; moves past the comma behind it.
    pub(super) fn read(&mut self) -> Result<Coding<'v>, Mismatch> {
        let rest = &mut self.rest;
        skip_blanks(rest);
        let offset = rest.offset();
        let name = rest.run(NAME);
        if name.is_empty() {
            return Err(rest.mismatch(Expected::Named("a transfer coding")));
        }
        let mut has_parameters = false;
        skip_blanks(rest);
        while rest.eat(b';') {
            has_parameters = true;
            parameter(rest)?;
            skip_blanks(rest);
        }
        if !rest.eat(b',') {
            if !rest.is_at_end() {
                return Err(rest.mismatch(Expected::Byte(b',')));
            }
        } else if rest.is_at_end() {
            return Err(rest.mismatch(Expected::Named("a transfer coding")));
        }
        Ok(Coding { name, offset, has_parameters })
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_at_end()
    }
}

impl<'v> Iterator for Codings<'v> {
    type Item = &'v [u8];

    fn next(&mut self) -> Option<&'v [u8]> {
        if self.is_at_end() {
            return None;
        }
        Some(self.read().ok()?.name)
    }
}

/// `name=value`, with blanks around each.
fn parameter(rest: &mut Scanner<'_, Slice<'static>>) -> Result<(), Mismatch> {
    skip_blanks(rest);
    if rest.run(NAME).is_empty() {
        return Err(rest.mismatch(Expected::Named("the name of a parameter")));
    }
    skip_blanks(rest);
    rest.literal(b"=")?;
    skip_blanks(rest);
    if rest.eat(b'"') {
        return quoted(rest);
    }
    if rest.run(NAME).is_empty() {
        return Err(rest.mismatch(Expected::Named("the value of a parameter")));
    }
    Ok(())
}

/// What lies before the closing quote; the value holds no control characters but HTAB.
fn quoted(rest: &mut Scanner<'_, Slice<'static>>) -> Result<(), Mismatch> {
    loop {
        match rest.peek() {
            None => return Err(rest.mismatch(Expected::Byte(b'"'))),
            Some(b'"') => break,
            Some(b'\\') => rest.set_offset(rest.offset() + 2),
            Some(_) => rest.set_offset(rest.offset() + 1),
        }
    }
    rest.set_offset(rest.offset() + 1);
    Ok(())
}

fn skip_blanks(rest: &mut Scanner<'_, Slice<'static>>) {
    while let Some(b' ' | b'\t') = rest.peek() {
        rest.set_offset(rest.offset() + 1);
    }
}
