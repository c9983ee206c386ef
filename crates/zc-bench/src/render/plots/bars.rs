//! Panels of bars: one for each case, a bar for each of its engines.

use anyhow::Result;
use plotters::element::{Rectangle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use super::style::{Area, WIDTH, color, drawing, svg, text};
use crate::render::quantity::Quantity;
use crate::report::Report;

/// Pixels that a bar takes, with what is between it and the next.
const BAR: i32 = 20;
/// Pixels above the first bar of a panel, for its title.
const HEAD: i32 = 34;
/// Where bars begin: to the left stand the names.
const LEFT: i32 = 215;
/// Pixels that the longest bar leaves for its figure.
const RIGHT: i32 = 90;

/// Draws a panel for each of `reports`; nothing if there are none.
pub(super) fn draw(reports: &[&Report], quantity: Quantity) -> Result<Option<String>> {
    let panels: Vec<_> = reports.iter().map(|report| Panel::new(report, quantity)).collect();
    let height: i32 = panels.iter().map(Panel::height).sum();
    if panels.is_empty() {
        return Ok(None);
    }
    let svg = svg(height.unsigned_abs(), |area| {
        let mut top = 0;
        for panel in &panels {
            panel.draw(area, top)?;
            top += panel.height();
        }
        Ok(())
    });
    svg.map(Some)
}

struct Panel<'r> {
    title: String,
    quantity: Quantity,
    bars: Vec<(&'r str, f64)>,
}

impl<'r> Panel<'r> {
    fn new(report: &'r Report, quantity: Quantity) -> Self {
        let quantity = quantity.suited_to(report);
        let bars = report.engines.iter();
        let bars = bars.filter_map(|it| Some((&*it.name, quantity.of(report, it)?))).collect();
        let row = report.row.map(|row| format!("row {row}, ")).unwrap_or_default();
        let (name, what) = (&report.name, &report.what);
        let title = format!("{row}{name}: {what} ({})", quantity.title(&report.item));
        Self { title, quantity, bars }
    }

    fn height(&self) -> i32 {
        let bars = i32::try_from(self.bars.len()).expect("a case has few engines");
        HEAD + BAR * bars
    }

    fn draw(&self, area: &Area<'_>, top: i32) -> Result<()> {
        let title = Text::new(self.title.clone(), (4, top + 20), text(13, HPos::Left));
        area.draw(&title).map_err(drawing)?;
        let longest = self.bars.iter().map(|bar| bar.1).fold(f64::MIN_POSITIVE, f64::max);
        for (index, &(name, number)) in self.bars.iter().enumerate() {
            let row = i32::try_from(index).expect("a case has few engines");
            let y = top + HEAD + BAR * row;
            let end = LEFT + pixels(number / longest);
            let color = color(usize::from(index > 0 && !name.starts_with("zc")));
            let bar = Rectangle::new([(LEFT, y + 2), (end, y + BAR - 2)], color.filled());
            area.draw(&bar).map_err(drawing)?;
            let middle = y + BAR / 2;
            let name = Text::new(name.to_owned(), (LEFT - 8, middle), text(12, HPos::Right));
            area.draw(&name).map_err(drawing)?;
            let shown = self.quantity.show(number);
            let figure = Text::new(shown, (end + 6, middle), text(12, HPos::Left));
            area.draw(&figure).map_err(drawing)?;
        }
        Ok(())
    }
}

/// How long a bar is that is `share` of the longest; at least a hair.
#[expect(clippy::cast_possible_truncation, reason = "some hundred pixels")]
fn pixels(share: f64) -> i32 {
    let room = f64::from(WIDTH) - f64::from(LEFT) - f64::from(RIGHT);
    ((share * room) as i32).max(1)
}
