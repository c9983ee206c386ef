//! Bars of copies per byte, made of their four stages.

use anyhow::Result;
use plotters::element::{Rectangle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use super::style::{Area, OTHERS, OURS, WIDTH, drawing, svg, text};
use crate::data::Data;
use crate::report::CopyFigures;
use crate::table::digits;

const BAR: i32 = 18;
/// Pixels above the first bar, for the legend.
const HEAD: i32 = 30;
const LEFT: i32 = 330;
const RIGHT: i32 = 60;

const STAGES: [&str; 4] = ["read", "decode", "encode", "write"];

/// Draws a bar for each way whose copies are counted; nothing if there is none.
pub(super) fn draw(data: &Data) -> Result<Option<String>> {
    let bars: Vec<Bar> = bars(data).collect();
    if bars.is_empty() {
        return Ok(None);
    }
    let longest = bars.iter().map(|bar| bar.shares.iter().sum()).fold(1e-9, f64::max);
    let height = HEAD + BAR * i32::try_from(bars.len())? + 6;
    let svg = svg(height.unsigned_abs(), |area| {
        legend(area)?;
        let mut y = HEAD;
        for bar in &bars {
            bar.draw(area, y, longest)?;
            y += BAR;
        }
        Ok(())
    });
    svg.map(Some)
}

/// Groups whose cases differ in the size alone or the place of the input, and hardly in what is copied: they
/// are in the table.
const LEFT_OUT: [&str; 3] = ["threshold", "runs", "lines-l2"];

struct Bar {
    name: String,
    /// Copies per byte, stage by stage.
    shares: [f64; 4],
}

fn bars(data: &Data) -> impl Iterator<Item = Bar> {
    let is_drawn = |name: &str| !LEFT_OUT.iter().any(|group| name.starts_with(group));
    let reports = data.reports().filter(move |it| is_drawn(&it.name));
    reports.flat_map(|report| {
        report.engines.iter().filter_map(|engine| {
            let copies = engine.copies.as_ref()?;
            let name = format!("{}: {}", report.name, engine.name);
            Some(Bar { name, shares: shares(copies, report.bytes) })
        })
    })
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn shares(copies: &CopyFigures, bytes: u64) -> [f64; 4] {
    let stages = [copies.read, copies.decode, copies.encode, copies.write];
    stages.map(|copied| copied as f64 / bytes.max(1) as f64)
}

fn legend(area: &Area<'_>) -> Result<()> {
    let mut x = LEFT;
    for (name, color) in STAGES.into_iter().zip(colors()) {
        let square = Rectangle::new([(x, 10), (x + 12, 22)], color.filled());
        area.draw(&square).map_err(drawing)?;
        area.draw(&Text::new(name, (x + 18, 16), text(12, HPos::Left))).map_err(drawing)?;
        x += 90;
    }
    Ok(())
}

fn colors() -> [plotters::style::RGBColor; 4] {
    [OTHERS[0], OURS, OTHERS[1], OTHERS[3]]
}

impl Bar {
    fn draw(&self, area: &Area<'_>, y: i32, longest: f64) -> Result<()> {
        let middle = y + BAR / 2;
        let name = Text::new(self.name.clone(), (LEFT - 8, middle), text(12, HPos::Right));
        area.draw(&name).map_err(drawing)?;
        let (mut start, mut sum) = (LEFT, 0.0);
        for (share, color) in self.shares.into_iter().zip(colors()) {
            sum += share;
            let end = LEFT + pixels(sum / longest);
            let part = Rectangle::new([(start, y + 3), (end, y + BAR - 3)], color.filled());
            area.draw(&part).map_err(drawing)?;
            start = end;
        }
        let figure = Text::new(digits(sum), (start + 6, middle), text(12, HPos::Left));
        area.draw(&figure).map_err(drawing)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
fn pixels(share: f64) -> i32 {
    (share * (f64::from(WIDTH) - f64::from(LEFT) - f64::from(RIGHT))) as i32
}
