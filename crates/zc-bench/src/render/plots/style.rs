//! What all plots look like: on light and on dark pages alike, and for eyes that tell few colours
//! apart (the palette of Okabe and Ito).

use anyhow::{Result, anyhow};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBAColor, RGBColor, TextStyle};

/// The width of all plots, in pixels.
pub(super) const WIDTH: u32 = 880;

/// Grey that is read on white and on black.
pub(super) const TEXT: RGBColor = RGBColor(118, 118, 118);

/// Ours.
pub(super) const OURS: RGBColor = RGBColor(213, 94, 0);

/// Others; each line has a mark of its own besides.
pub(super) const OTHERS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(118, 118, 118),
];

/// Lines of the grid.
pub(super) fn grid() -> RGBAColor {
    TEXT.mix(0.25)
}

/// The colour of the engine at `index`, of which the first is ours.
pub(super) fn color(index: usize) -> RGBColor {
    index.checked_sub(1).map_or(OURS, |other| OTHERS[other % OTHERS.len()])
}

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws a picture that is `height` pixels high.
pub(super) fn svg(height: u32, draw: impl FnOnce(&Area<'_>) -> Result<()>) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        draw(&area)?;
        area.present().map_err(drawing)?;
    }
    Ok(svg)
}

/// Why nothing could be drawn, in our words.
pub(super) fn drawing(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("it cannot be drawn: {error}")
}

/// Text of so many pixels, anchored in its middle line at the left, in the centre or at the right.
pub(super) fn text(size: u32, anchor: HPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", size)).color(&TEXT).pos(Pos::new(anchor, VPos::Center))
}
