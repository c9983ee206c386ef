//! [`Sink`]: records that passed, in the form that was asked for.

mod csv;
mod doubling;
mod json;

use std::io;
use std::mem;
use std::ops::{AddAssign, Range};

use zc_core::{Source, Tally};

use crate::parse::args::Form;
use crate::parse::out::{Held, Out};
use crate::parse::pack;
use crate::parse::place::Shape;
use crate::parse::plan::{Column, Plan};
use crate::parse::row::{Packer, Row};
use crate::parse::table::Block;
use crate::parse::target::Target;

/// From how many bytes on raw records are written before there are more of them.
const LONGEST_RUN: usize = 1 << 20;

/// Writes records.
#[derive(Debug)]
pub(crate) struct Sink<'s> {
    plan: &'s Plan,
    pub(crate) out: Out,
    /// The first records of a table, until it is laid out.
    block: Block,
    /// Raw records that lie one behind the other, as a range of their window.
    run: Range<usize>,
    pub(crate) sums: Sums,
}

/// What is counted while records are read and written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// Good records, whether they passed the filters or not.
    pub(crate) records: u64,
    /// How many of them were written.
    pub(crate) written: u64,
    pub(crate) tally: Tally,
    /// Replacement characters that were written for bytes that are not UTF-8.
    pub(crate) replaced: u64,
    /// Fields, and records without fields, that are in no column.
    pub(crate) left_out: u64,
    /// Bytes that were formatted by another thread than the one that writes.
    pub(crate) held: u64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.written += other.written;
        self.tally += other.tally;
        self.replaced += other.replaced;
        self.left_out += other.left_out;
        self.held += other.held;
    }
}

impl<'s> Sink<'s> {
    pub(crate) fn new(plan: &'s Plan, out: Out) -> Self {
        Self { plan, out, block: Block::default(), run: 0..0, sums: Sums::default() }
    }

    /// Writes what comes before all records.
    pub(crate) fn begin(&mut self) {
        if let (Form::Csv, Shape::Object, Some(columns)) =
            (self.plan.form, self.plan.shape, &self.plan.columns)
        {
            let titles = columns.iter().map(|column| &*column.title);
            let Ok(()) = csv::write_header(self.out.buffer(), titles);
        }
    }

    /// Whether another record can be written: where it must be held, not before it is known what
    /// columns there are.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        match &self.out {
            Out::Direct(_) => true,
            Out::Held(_) => self.out.has_room() && self.has_columns(),
        }
    }

    fn has_columns(&self) -> bool {
        let Plan { form, shape, columns, .. } = self.plan;
        match form {
            Form::Table => self.plan.layout.get().is_some(),
            Form::Csv if columns.is_none() && *shape == Shape::Object => {
                self.plan.header.get().is_some()
            }
            Form::Csv | Form::Ndjson | Form::Msgpack | Form::Raw => true,
        }
    }

    /// Writes one record, whose bytes are `raw` and lie in `window`.
    #[inline]
    pub(crate) fn write<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> io::Result<()> {
        self.sums.written += 1;
        match self.plan.form {
            Form::Raw => return self.write_raw(row, raw, window),
            Form::Ndjson => self.write_json(row, window)?,
            Form::Csv => self.write_csv(row, Source::new(window))?,
            Form::Table => self.write_table(row, Source::new(window))?,
            Form::Msgpack => {
                let Self { out, sums: Sums { tally, .. }, .. } = self;
                let source = Source::new(window);
                pack::record(&mut Packer { out, source, tally }, self.plan, row)?;
            }
        }
        self.out.spill()
    }

    /// Writes out what still lies in `window`, which is about to go.
    #[inline]
    pub(crate) fn end_window(&mut self, window: &[u8]) -> io::Result<()> {
        let run = mem::take(&mut self.run);
        if run.is_empty() { Ok(()) } else { self.out.add(&window[run], window) }
    }

    /// Writes out everything; a table is laid out for the records that are there.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.block.is_empty() {
            self.lay_out();
        }
        self.out.flush()
    }

    /// Takes what was held while another thread read `window`.
    pub(crate) fn release(&mut self, held: &mut Held, window: &[u8]) -> io::Result<()> {
        self.sums.held += held.bytes.len() as u64;
        self.out.release(held, window)?;
        held.clear();
        Ok(())
    }

    /// What is held of `window`, all of which was read.
    pub(crate) fn take_held(&mut self, window: &[u8]) -> Held {
        self.end_window(window).expect("what is held is not written");
        match mem::replace(&mut self.out, Out::Held(Held::default())) {
            Out::Held(held) => held,
            Out::Direct(_) => Held::default(),
        }
    }

    #[inline]
    fn write_raw<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> io::Result<()> {
        let source = Source::new(window);
        if self.plan.has_stats {
            row.each_field(|_, cell| cell.tally(source, &mut self.sums.tally));
        }
        let start = source.offset_of(raw).expect("a record lies in its window");
        if start != self.run.end || self.run.len() > LONGEST_RUN {
            self.end_window(window)?;
            self.run = start..start;
        }
        self.run.end = start + raw.len();
        Ok(())
    }

    fn write_table<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) -> io::Result<()> {
        let Self { plan, out, block, sums, .. } = self;
        row.each_field(|_, cell| cell.tally(source, &mut sums.tally));
        let cells =
            |columns: &'s [_]| columns.iter().map(|column: &Column| row.cell(&column.place));
        match (plan.layout.get(), &plan.columns) {
            (Some(layout), Some(columns)) => layout.write_cells(cells(columns), out.buffer()),
            (Some(layout), None) => {
                sums.left_out += layout.write_fields(row, plan.shape, out.buffer());
            }
            (None, Some(columns)) => {
                let titles = columns.iter().map(|column| &*column.title);
                block.add(titles, cells(columns));
            }
            (None, None) => block.add_fields(row, plan.shape),
        }
        if self.block.is_full() {
            self.lay_out();
        }
        Ok(())
    }

    #[cold]
    fn lay_out(&mut self) {
        let mut block = mem::take(&mut self.block);
        let layout = self.plan.layout.get_or_init(|| block.layout(self.plan.screen));
        block.write(layout, self.out.buffer());
    }
}

/// What stands around the members of a record in JSON.
const fn brackets(shape: Shape) -> (u8, u8) {
    match shape {
        Shape::Object => (b'{', b'}'),
        Shape::Array => (b'[', b']'),
    }
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
