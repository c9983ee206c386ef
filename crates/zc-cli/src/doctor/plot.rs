//! The costs as curves in an SVG: how many bytes a second each way shows, by the size of the file.

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::anyhow;
use plotters::prelude::*;
use zc_io::probe::{Costs, Way};

use super::bench::WAYS;
use super::units::bytes;
use crate::input::plain;

/// Width and height in pixels.
const SIZE: (u32, u32) = (960, 600);

/// Colours that people who see few of them can tell apart (Okabe and Ito), a way each.
const COLOURS: [RGBColor; WAYS.len()] = [
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(240, 170, 0),
    RGBColor(230, 120, 0),
    RGBColor(213, 60, 0),
    RGBColor(0, 128, 96),
    RGBColor(120, 120, 120),
];

/// Writes the curves to a file.
pub(super) fn write(path: &Path, costs: &[Costs]) -> anyhow::Result<()> {
    let mut svg = String::new();
    draw(&mut svg, costs).map_err(|error| anyhow!("the plot cannot be drawn: {error}"))?;
    fs::write(path, svg).map_err(plain)
}

/// The size of a file as a power of two, and gigabytes a second.
type Point = (f64, f64);

type Drawn<T = ()> = Result<T, Box<dyn Error>>;

fn draw(svg: &mut String, costs: &[Costs]) -> Drawn {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let curves = WAYS.map(|way| curve(way, costs));
    let (sizes, rates) = ranges(&curves);
    let mut chart = ChartBuilder::on(&root)
        .caption("Opening a file and looking at every byte", ("sans-serif", 22))
        .margin(20)
        .x_label_area_size(50)
        .y_label_area_size(70)
        .build_cartesian_2d(sizes, rates.log_scale())?;
    chart
        .configure_mesh()
        .x_desc("length of the file")
        .y_desc("GB/s (logarithmic)")
        .x_label_formatter(&|power| bytes(power.exp2().round() as u64))
        .y_label_formatter(&|rate| rate.to_string())
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 16))
        .bold_line_style(RGBColor(200, 200, 200))
        .light_line_style(RGBColor(240, 240, 240))
        .x_max_light_lines(1)
        .draw()?;
    for ((way, colour), points) in WAYS.into_iter().zip(COLOURS).zip(curves) {
        if points.is_empty() {
            continue;
        }
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points, style).point_size(3))?
            .label(way.to_string())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font(("sans-serif", 15))
        .legend_area_size(32)
        .margin(12)
        .background_style(WHITE)
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    root.present()?;
    drop(chart);
    drop(root);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "points of a plot")]
fn curve(way: Way, costs: &[Costs]) -> Vec<Point> {
    let measured = costs.iter().filter_map(|costs| Some((costs.len as f64, costs.of(way)?.time)));
    measured.map(|(len, time)| (len.log2(), len / 1e9 / time.as_secs_f64().max(1e-9))).collect()
}

/// What the axes have to show: all points, and a little more.
fn ranges(curves: &[Vec<Point>]) -> (Range<f64>, Range<f64>) {
    let points = || curves.iter().flatten();
    let least = |of: fn(&Point) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Point) -> f64| points().map(of).fold(0.0, f64::max);
    let (sizes, rates): (fn(&Point) -> f64, fn(&Point) -> f64) = (|point| point.0, |point| point.1);
    (least(sizes)..most(sizes) + 0.5, least(rates) / 2.0..most(rates) * 1.5)
}
