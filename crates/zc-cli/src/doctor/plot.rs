//! The costs as curves in an SVG: how many bytes a second each way shows, by the size of the file.

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{anyhow, ensure};
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

/// The size of a file as a power of two, and gigabytes a second.
type Point = (f64, f64);

/// Writes the curves to a file.
pub(super) fn write(path: &Path, costs: &[Costs]) -> anyhow::Result<()> {
    let curves = WAYS.map(|way| curve(way, costs));
    ensure!(curves.iter().any(|curve| !curve.is_empty()), "no way of reading worked");
    let mut svg = String::new();
    draw(&mut svg, curves).map_err(|error| anyhow!("the plot cannot be drawn: {error}"))?;
    fs::write(path, svg).map_err(plain)
}

#[expect(clippy::cast_precision_loss, reason = "points of a plot")]
fn curve(way: Way, costs: &[Costs]) -> Vec<Point> {
    let measured = costs.iter().filter_map(|costs| Some((costs.len as f64, costs.of(way)?.time)));
    measured.map(|(len, time)| (len.log2(), len / 1e9 / time.as_secs_f64().max(1e-9))).collect()
}

fn draw(svg: &mut String, curves: [Vec<Point>; WAYS.len()]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (sizes, rates) = (range(&curves, |point| point.0), range(&curves, |point| point.1));
    let mut chart = ChartBuilder::on(&root)
        .caption("Opening a file and looking at every byte", ("sans-serif", 22))
        .margin(20)
        .x_label_area_size(50)
        .y_label_area_size(70)
        .build_cartesian_2d(
            sizes.start..sizes.end + 0.5,
            (rates.start / 2.0..rates.end * 1.5).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("length of the file")
        .y_desc("GB/s (logarithmic)")
        .x_label_formatter(&|power| power_of_two(*power))
        .y_label_formatter(&|rate| rate.to_string())
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 16))
        .bold_line_style(RGBColor(200, 200, 200))
        .light_line_style(RGBColor(240, 240, 240))
        .x_max_light_lines(1)
        .draw()?;
    for ((way, colour), points) in WAYS.into_iter().zip(COLOURS).zip(curves) {
        let style = colour.stroke_width(2);
        if !points.is_empty() {
            chart
                .draw_series(LineSeries::new(points, style).point_size(3))?
                .label(way.to_string())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
        }
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
    Ok(root.present()?)
}

/// From the least to the most that the points have of something.
fn range(curves: &[Vec<Point>], of: fn(&Point) -> f64) -> Range<f64> {
    let all = || curves.iter().flatten().map(of);
    all().fold(f64::INFINITY, f64::min)..all().fold(0.0, f64::max)
}

/// The label of a power of two, which lies between whole ones where a plot has few sizes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a label")]
fn power_of_two(power: f64) -> String {
    bytes(power.exp2().round() as u64)
}
