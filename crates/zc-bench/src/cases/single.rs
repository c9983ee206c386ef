//! One record at a time, in storage that is used again: on its bytes, and on masks that are made
//! for it alone.

use zc_core::mask::{Find, MaskBuffer, Scanner, Slice};
use zc_parse::Grammar;

/// Reads the record at the beginning of `input` on its bytes; returns what lies behind its end,
/// `None` where there is no record.
#[inline(always)]
pub(super) fn on_slice<'i, G: Grammar>(
    grammar: &G,
    input: &'i [u8],
    record: &mut G::Record<'i>,
) -> Option<&'i [u8]> {
    read(grammar, Scanner::new(input, Slice::new(grammar.stops())), record)
}

/// The same on masks of all of `input`.
#[inline(always)]
pub(super) fn on_masks<'i, G: Grammar>(
    grammar: &G,
    masks: &mut MaskBuffer,
    input: &'i [u8],
    record: &mut G::Record<'i>,
) -> Option<&'i [u8]> {
    let masks = masks.scan(grammar.stops(), input, input.len());
    read(grammar, Scanner::new(input, masks), record)
}

#[inline(always)]
fn read<'i, G: Grammar, F: Find>(
    grammar: &G,
    mut input: Scanner<'i, F>,
    record: &mut G::Record<'i>,
) -> Option<&'i [u8]> {
    grammar.parse(&mut input, record).ok()?;
    grammar.end(&mut input).ok()?;
    Some(input.rest())
}
