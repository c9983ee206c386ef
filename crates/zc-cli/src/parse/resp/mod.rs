//! [`RespReader`]: values of RESP, which are JSON to whoever looks at them.

pub(crate) mod described;
mod names;
mod pack;
mod part;
mod render;

use std::cell::RefCell;

use zc_core::Position;
use zc_io::Window;
use zc_parse::Bulk;
use zc_parse::resp::{self, Item, Resp};

use crate::parse::cell::Cell;
use crate::parse::place::Place;
use crate::parse::plan::Plan;
use crate::parse::reader::{Reader, bulk, read, restarts_as_its_bulk};
use crate::parse::row::{Done, Packer, Row};
use crate::parse::session::Session;
use crate::parse::target::Target;

use self::described::Described;
use self::names::{Names, not_finite};
use self::part::Part;

/// Reads values of RESP.
#[derive(Debug)]
pub(crate) struct RespReader {
    bulk: Bulk<Resp>,
    names: RefCell<Names>,
    paths: Vec<Vec<String>>,
}

impl RespReader {
    /// For what a plan needs of values of at most so many bytes, from a place of the input on.
    pub(crate) fn new(plan: &Plan, bounds: (usize, Position)) -> Self {
        let paths = plan.paths.clone();
        Self { bulk: bulk(Resp::new(), bounds), names: RefCell::default(), paths }
    }
}

impl Reader for RespReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let Self { bulk, names, paths } = self;
        read(bulk, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => {
                let root = parsed.record.root().expect("a value was read");
                session.record(&Value { root, paths, names }, parsed.raw, window.bytes)
            }
            Err(bad) => session.bad(&bad, window),
        })
    }

    restarts_as_its_bulk!(bulk);
}

/// A value, of which nothing is made before somebody asks for it.
struct Value<'i> {
    root: Item<'i, &'i [u8]>,
    /// Of the fields that are asked for.
    paths: &'i [Vec<String>],
    names: &'i RefCell<Names>,
}

impl<'i> Value<'i> {
    /// What a part is to whoever looks at it.
    fn cell_of(&self, part: Part<'i>) -> Cell<'i> {
        if let Part::Text(text) = part {
            return Cell::Text(text);
        }
        let described = Cell::Resp(Described { part, names: self.names });
        let Some(item) = part.item() else { return described };
        match item.value() {
            resp::Value::Null(_) => Cell::Null,
            resp::Value::Boolean(true) => Cell::True,
            resp::Value::Simple(text)
            | resp::Value::Bulk(text)
            | resp::Value::Verbatim { text, .. } => Cell::Text(text),
            resp::Value::Integer(integer) => match u64::try_from(*integer) {
                Ok(number) => Cell::Number(number),
                Err(_) => described,
            },
            resp::Value::Double(digits) => {
                not_finite(digits).map_or(described, |name| Cell::Text(name.as_bytes()))
            }
            _ => described,
        }
    }

    /// The part at a place; the whole for none.
    fn part(&self, place: Option<&Place>) -> Option<Part<'i>> {
        let path = match place {
            Some(Place::Index(slot)) => &self.paths[*slot][..],
            Some(Place::Key(_)) => return None,
            None => &[],
        };
        let names = &mut self.names.borrow_mut();
        let root = Part::Whole(self.root);
        if path == [Part::ONLY] && root.is_single(names) {
            return Some(root);
        }
        path.iter().try_fold(root, |part, key| part.child(key, names))
    }
}

impl<'i> Row<'i> for Value<'i> {
    fn cell(&self, place: &Place) -> Cell<'i> {
        self.part(Some(place)).map_or(Cell::Absent, |part| self.cell_of(part))
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        Part::Whole(self.root).each_child(self.names, |name, part| {
            visit(&name, self.cell_of(part));
        });
    }

    fn whole(&self) -> Option<Cell<'i>> {
        Some(self.cell_of(Part::Whole(self.root)))
    }

    fn pack(&self, place: Option<&Place>, packer: &mut Packer<'_>) -> Done {
        let part = self.part(place);
        if place.is_none() {
            self.each_field(|_, cell| cell.tally_packed(packer.source, packer.tally));
        }
        let cell = part.map_or(Cell::Null, |part| self.cell_of(part));
        if place.is_some() {
            cell.tally_packed(packer.source, packer.tally);
        }
        match part {
            Some(part) => self.names.borrow_mut().pack(part, packer.out.buffer()),
            None => crate::parse::pack::null(packer.out.buffer()),
        }
        Done::Yes
    }
}
