//! [`RespReader`]: values of RESP, made JSON.

mod pack;
mod render;

use std::cell::RefCell;
use std::ops::ControlFlow;

use zc_core::Position;
use zc_io::Window;
use zc_parse::resp::{Resp, Tree};
use zc_parse::{Bulk, Parsed};
use zc_serde::fields::{self, Fields, Rules};
use zc_serde::members::Member;

use crate::parse::args::Form;
use crate::parse::plan::Plan;
use crate::parse::reader::{Reader, bulk, read, restarts_as_its_bulk};
use crate::parse::row::Json;
use crate::parse::session::Session;

use self::pack::Packed;
use self::render::{Names, Renderer};

/// Reads values of RESP.
#[derive(Debug)]
pub(crate) struct RespReader {
    bulk: Bulk<Resp>,
    maker: Maker,
}

impl RespReader {
    /// For what a plan needs of values of at most so many bytes, from a place of the input on.
    pub(crate) fn new(plan: &Plan, bounds: (usize, Position)) -> Self {
        Self { bulk: bulk(Resp::new(), bounds), maker: Maker::new(plan) }
    }
}

impl Reader for RespReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let Self { bulk, maker } = self;
        read(bulk, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => maker.value(session, &parsed, window.bytes),
            Err(bad) => session.bad(&bad, window),
        })
    }

    restarts_as_its_bulk!(bulk);
}

/// Makes rows of values.
#[derive(Debug)]
struct Maker {
    renderer: Renderer,
    names: RefCell<Names>,
    paths: Vec<Vec<String>>,
    /// What is sought in the JSON of a value.
    fields: Fields,
    /// Storage for what is found.
    found: Vec<Option<fields::Value<'static>>>,
    members: Vec<Member<'static>>,
}

impl Maker {
    fn new(plan: &Plan) -> Self {
        let fields = Fields::at(plan.paths.iter().cloned()).with_rules(Rules::Raw);
        let (found, members) = (Vec::with_capacity(fields.count()), Vec::new());
        let paths = plan.paths.clone();
        let (renderer, names) = (Renderer::default(), RefCell::default());
        Self { renderer, names, paths, fields, found, members }
    }

    /// Hands over a value.
    fn value(
        &mut self,
        session: &mut Session<'_>,
        parsed: &Parsed<'_, '_, Tree<&[u8]>>,
        window: &[u8],
    ) -> ControlFlow<()> {
        let plan = session.plan;
        let is_packed = plan.form == Form::Msgpack;
        let is_raw = plan.form == Form::Raw && !plan.has_stats;
        let is_unseen = (is_raw || is_packed) && plan.filters.is_empty();
        let Self { renderer, fields, found, members, .. } = self;
        let root = parsed.record.root().expect("a value was read");
        if is_unseen {
            renderer.json.clear();
        }
        let replaced = if is_unseen { 0 } else { renderer.render(root) };
        let text = &renderer.json[..];
        let mut values = reused(std::mem::take(found));
        values.resize(fields.count(), None);
        if !is_unseen && fields.count() > 0 {
            fields.read(text, &mut values).expect("what was just rendered is JSON");
        }
        let storage = RefCell::new(reused(std::mem::take(members)));
        let before = session.sink.sums;
        let row = Json { text, values: &values, members: &storage };
        let flow = if is_packed {
            let (names, paths) = (&self.names, &self.paths[..]);
            session.record(&Packed { row, root, paths, names }, parsed.raw, window)
        } else {
            session.record(&row, parsed.raw, window)
        };
        let is_json = !is_packed && plan.form != Form::Raw;
        let sums = &mut session.sink.sums;
        if sums.written > before.written && is_json {
            sums.replaced += replaced;
        }
        // All of the value was copied, of which fields that were looked at are counted already.
        let counted = sums.tally.copied_bytes - before.tally.copied_bytes;
        sums.rendered += (text.len() as u64).saturating_sub(counted);
        *found = reused(values);
        *members = reused(storage.into_inner());
        flow
    }
}

/// The storage of a vector, for items that borrow from something else.
fn reused<A, B>(mut items: Vec<A>) -> Vec<B> {
    items.clear();
    items.into_iter().map(|_| unreachable!("it was cleared")).collect()
}
