//! Panels of lines: a group of cases that differ in the size of an item, a line for each engine.
//! Both axes are logarithmic.

use anyhow::Result;
use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::combinators::{BindKeyPoints, IntoLogRange, LogCoord, WithKeyPoints};
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, PathElement, Text};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor, ShapeStyle};

use super::style::{self, Area, color, drawing, svg, text};
use crate::data::Data;
use crate::render::quantity::Quantity;
use crate::render::size;
use crate::report::Report;

/// Pixels of a panel, from its title to its axis.
const PANEL: u32 = 300;
/// Pixels to the right of a panel, for the names of its lines.
const NAMES: u32 = 120;
/// The least distance of two names, in pixels.
const NAME: i32 = 14;

/// Draws a panel for each of `groups`, and says where the lines of `meet` meet; nothing if none
/// was measured.
pub(super) fn draw(
    data: &Data,
    groups: &[&str],
    quantity: Quantity,
    meet: (&str, &str),
) -> Result<Option<(String, String)>> {
    let panels = groups.iter().filter_map(|group| Panel::new(data, group, quantity));
    let panels: Vec<_> = panels.collect();
    if panels.is_empty() {
        return Ok(None);
    }
    let mut engines: Vec<&str> = Vec::new();
    for line in panels.iter().flat_map(|panel| &panel.lines) {
        if !engines.contains(&&*line.engine) {
            engines.push(&line.engine);
        }
    }
    let columns = panels.len().min(2);
    let rows = panels.len().div_ceil(columns);
    let svg = svg(PANEL * u32::try_from(rows)?, |area| {
        for (panel, area) in panels.iter().zip(area.split_evenly((rows, columns))) {
            panel.draw(&area, &engines, quantity, columns)?;
        }
        Ok(())
    })?;
    let found = panels.iter().filter_map(|panel| panel.meeting(meet, quantity));
    Ok(Some((svg, found.collect())))
}

/// Sizes by their logarithm, and figures on a logarithmic scale.
type Chart<'a, 'b> =
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, WithKeyPoints<LogCoord<f64>>>>;

struct Panel {
    group: String,
    item: String,
    title: String,
    lines: Vec<Line>,
}

/// Points of one engine: the size of an item in bytes, and the figure.
struct Line {
    engine: String,
    points: Vec<(f64, f64)>,
}

impl Panel {
    fn new(data: &Data, group: &str, quantity: Quantity) -> Option<Self> {
        let mut lines: Vec<Line> = Vec::new();
        let mut first = None;
        for (report, size) in data.reports().filter_map(|it| Some((it, size_in(group, it)?))) {
            first.get_or_insert(report);
            for engine in &report.engines {
                let Some(number) = quantity.of(report, engine) else { continue };
                match lines.iter_mut().find(|line| line.engine == engine.name) {
                    Some(line) => line.points.push((size, number)),
                    None => lines
                        .push(Line { engine: engine.name.clone(), points: vec![(size, number)] }),
                }
            }
        }
        let report = first?;
        let title = format!("{group}: {}", quantity.title(&report.item));
        Some(Self { group: group.to_owned(), item: report.item.clone(), title, lines })
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.lines.iter().flat_map(|line| line.points.iter().copied())
    }

    /// Draws the lines in the colours that `engines` have in all panels.
    fn draw(
        &self,
        area: &Area<'_>,
        engines: &[&str],
        quantity: Quantity,
        columns: usize,
    ) -> Result<()> {
        let title = Text::new(self.title.clone(), (8, 14), text(13, HPos::Left));
        area.draw(&title).map_err(drawing)?;
        let mut chart = self.axes(area, quantity, columns)?;
        let mut names = Vec::new();
        for line in &self.lines {
            let color = color(engines.iter().position(|it| *it == line.engine).unwrap_or(0));
            let points: Vec<_> =
                line.points.iter().map(|point| (point.0.log2(), point.1)).collect();
            let last = *points.last().expect("a line has points");
            names.push((chart.backend_coord(&last), color, &*line.engine));
            let marks = points.iter().map(|&point| Circle::new(point, 3, color.filled()));
            chart.draw_series(marks).map_err(drawing)?;
            let path = PathElement::new(points, ShapeStyle::from(&color).stroke_width(2));
            chart.draw_series([path]).map_err(drawing)?;
        }
        write_names(area, names)
    }

    /// Draws the grid, and what stands beside it.
    fn axes<'a, 'b>(
        &self,
        area: &'a Area<'b>,
        quantity: Quantity,
        columns: usize,
    ) -> Result<Chart<'a, 'b>> {
        let (left, right) = bounds(self.points().map(|point| point.0.log2()));
        let (low, high) = bounds(self.points().map(|point| point.1));
        let (low, high) = (low / 1.3, high * 1.3);
        let rates = (low..high).log_scale().with_key_points(steps(low, high));
        let mut chart = ChartBuilder::on(area)
            .margin_top(30)
            .margin_right(NAMES)
            .x_label_area_size(40)
            .y_label_area_size(64)
            .build_cartesian_2d(left - 0.2..right + 0.2, rates)
            .map_err(drawing)?;
        chart
            .configure_mesh()
            .x_labels(12 / columns)
            .y_labels(6)
            .x_desc(format!("size of a {}", self.item))
            .axis_desc_style(text(11, HPos::Center))
            .x_label_formatter(&|power| size::text(power.exp2()))
            .y_label_formatter(&|number| quantity.show(*number))
            .x_max_light_lines(0)
            .light_line_style(style::grid().mix(0.4))
            .bold_line_style(style::grid())
            .axis_style(style::TEXT)
            .label_style(text(11, HPos::Center))
            .draw()
            .map_err(drawing)?;
        Ok(chart)
    }

    /// Where two lines meet, in a sentence.
    fn meeting(&self, (one, other): (&str, &str), quantity: Quantity) -> Option<String> {
        let line = |name| self.lines.iter().find(|line| line.engine == name);
        let (a, b) = (line(one)?, line(other)?);
        let group = &self.group;
        let is_ahead = is_better(quantity, *a.points.last()?, *b.points.last()?);
        let (ahead, behind) = if is_ahead { (one, other) } else { (other, one) };
        Some(match crossing(&a.points, &b.points) {
            Some(at) => {
                let at = size::text(at);
                format!(" `{group}`: from about {at} on `{ahead}` leads `{behind}`.")
            }
            None => format!(" `{group}`: `{ahead}` leads `{behind}` at every size."),
        })
    }
}

/// Writes the name of each line beside its end, without one covering another.
fn write_names(area: &Area<'_>, mut names: Vec<((i32, i32), RGBColor, &str)>) -> Result<()> {
    let (x_range, y_range) = area.get_pixel_range();
    names.sort_by_key(|&((_, y), ..)| y);
    let mut least = i32::MIN;
    for ((x, y), color, name) in names {
        let y = (y - y_range.start).max(least);
        least = y + NAME;
        let style = text(12, HPos::Left).color(&color);
        let name = Text::new(name.to_owned(), (x - x_range.start + 10, y), style);
        area.draw(&name).map_err(drawing)?;
    }
    Ok(())
}

fn is_better(quantity: Quantity, one: (f64, f64), other: (f64, f64)) -> bool {
    if quantity == Quantity::Rate { one.1 > other.1 } else { one.1 < other.1 }
}

/// The size of an item of a case of `group`, by the name of the case.
fn size_in(group: &str, report: &Report) -> Option<f64> {
    size::parse(report.name.strip_prefix(group)?.strip_prefix('-')?)
}

fn bounds(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let wide = (f64::INFINITY, f64::NEG_INFINITY);
    numbers.fold(wide, |(low, high), number| (low.min(number), high.max(number)))
}

/// Where lines of the grid lie: at 1, 2 and 5 of each power of ten, or at the powers alone where
/// these would be many.
#[expect(clippy::cast_possible_truncation, reason = "exponents are small")]
fn steps(low: f64, high: f64) -> Vec<f64> {
    let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let digits: &[f64] = if powers.clone().count() > 3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let steps = powers.flat_map(|power| digits.iter().map(move |digit| digit * 10_f64.powi(power)));
    steps.filter(|step| (low..high).contains(step)).collect()
}

/// The last size at which two lines meet, between their points by logarithms.
fn crossing(a: &[(f64, f64)], b: &[(f64, f64)]) -> Option<f64> {
    let gaps: Vec<_> = a.iter().zip(b).map(|(a, b)| (a.0.ln(), (a.1 / b.1).ln())).collect();
    let step = gaps.windows(2).rev().find(|step| step[0].1 * step[1].1 < 0.0)?;
    let (left, right) = (step[0], step[1]);
    let share = left.1 / (left.1 - right.1);
    Some((left.0 + share * (right.0 - left.0)).exp())
}

#[cfg(test)]
mod tests {
    use super::{crossing, steps};

    #[track_caller]
    fn check_steps(low: f64, high: f64, expected: &[f64]) {
        assert_eq!(steps(low, high), expected);
    }

    #[test]
    fn an_axis_has_some_lines_and_not_many() {
        check_steps(1.5, 30.0, &[2.0, 5.0, 10.0, 20.0]);
        check_steps(1.5, 30_000.0, &[10.0, 100.0, 1000.0, 10_000.0]);
    }

    #[test]
    fn lines_meet_between_their_points() {
        let flat = [(1.0, 10.0), (100.0, 10.0), (10_000.0, 10.0)];
        let rising = [(1.0, 1.0), (100.0, 100.0), (10_000.0, 10_000.0)];
        assert!((crossing(&flat, &rising).unwrap() - 10.0).abs() < 1e-9);
        assert_eq!(crossing(&flat, &flat.map(|(size, cost)| (size, 2.0 * cost))), None);
    }
}
