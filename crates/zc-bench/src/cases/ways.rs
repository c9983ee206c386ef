//! The ways to run a grammar over a whole input, each with `add` for what a record counts for.

use std::ops::ControlFlow::Continue;

use zc_core::mask::Level;
use zc_parse::{Bulk, Grammar, Records};

use super::single;
use crate::answer::{Answer, Done};

/// On masks, window by window.
#[inline(always)]
pub(super) fn bulk<G: Grammar>(
    grammar: G,
    bytes: &[u8],
    level: Level,
    add: impl Fn(&mut Answer, &G::Record<'_>),
) -> Done {
    let mut answer = Answer::default();
    Bulk::new(grammar).with_level(level).finish(bytes, |outcome| {
        if let Ok(parsed) = outcome {
            add(&mut answer, parsed.record);
        }
        Continue(())
    });
    answer.into()
}

/// The same behind an iterator.
#[inline(always)]
pub(super) fn records<G: Grammar>(
    grammar: G,
    bytes: &[u8],
    add: impl Fn(&mut Answer, &G::Record<'_>),
) -> Done {
    let mut answer = Answer::default();
    for record in Records::new(grammar, bytes).flatten() {
        add(&mut answer, &record);
    }
    answer.into()
}

/// On slices, record by record, up to the first that is bad.
#[inline(always)]
pub(super) fn slices<G: Grammar>(
    grammar: &G,
    mut bytes: &[u8],
    add: impl Fn(&mut Answer, &G::Record<'_>),
) -> Done {
    let (mut answer, mut record) = (Answer::default(), G::Record::default());
    while !bytes.is_empty()
        && let Some(rest) = single::on_slice(grammar, bytes, &mut record)
    {
        add(&mut answer, &record);
        bytes = rest;
    }
    answer.into()
}
