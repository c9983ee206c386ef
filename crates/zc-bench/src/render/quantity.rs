//! [`Quantity`]: what is shown of an engine, as a number and as text with its unit.

use crate::case::Figure;
use crate::report::{Figures, Report};
use crate::table::digits;

/// What is shown of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// Gigabytes a second.
    Rate,
    /// Seconds an item, by the clock on the wall.
    Time,
    /// Seconds of processor time an item.
    Cpu,
    /// Seconds of processor time a gigabyte.
    CpuPerGigabyte,
    /// Ours to this engine.
    Ratio,
    /// This engine to ours.
    Inverse,
    /// Bytes copied for each byte.
    Copies,
    /// In one run.
    Allocations,
}

impl Quantity {
    /// The quantity by its name in a page.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "rate" => Self::Rate,
            "time" => Self::Time,
            "cpu" => Self::Cpu,
            "cpu/GB" => Self::CpuPerGigabyte,
            "ratio" => Self::Ratio,
            "inverse" => Self::Inverse,
            "copies" => Self::Copies,
            "allocations" => Self::Allocations,
            _ => return None,
        })
    }

    /// The same, or what says more of a case whose figure is processor time, or whose items are
    /// bytes: a byte takes a fraction of a nanosecond.
    pub(super) fn suited_to(self, report: &Report) -> Self {
        match (self, report.figure) {
            (Self::Rate, Figure::Cpu) => Self::CpuPerGigabyte,
            (Self::Cpu, _) if report.item == "byte" => Self::CpuPerGigabyte,
            _ => self,
        }
    }

    /// The number in its basic unit; nothing where it was not measured.
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    pub(super) fn of(self, report: &Report, figures: &Figures) -> Option<f64> {
        let cpu = figures.cpu_seconds_per_gigabyte.median;
        let number = match self {
            Self::Rate => figures.gigabytes_per_second.median,
            Self::Time => figures.nanoseconds_per_item.median / 1e9,
            Self::Cpu => cpu * report.bytes as f64 / 1e9 / report.items.max(1) as f64,
            Self::CpuPerGigabyte => cpu,
            Self::Ratio => figures.ratio.median,
            Self::Inverse => 1.0 / figures.ratio.median,
            Self::Copies => figures.copies.as_ref()?.per_byte,
            Self::Allocations => figures.allocations? as f64,
        };
        number.is_finite().then_some(number)
    }

    /// A number of this quantity with its unit.
    pub(super) fn show(self, number: f64) -> String {
        match self {
            Self::Rate => format!("{} GB/s", digits(number)),
            Self::Time | Self::Cpu => seconds(number),
            Self::CpuPerGigabyte => format!("{} s/GB", digits(number)),
            Self::Ratio | Self::Inverse | Self::Copies => digits(number),
            Self::Allocations => format!("{number:.0}"),
        }
    }

    /// What its axis says, for items of that name.
    pub(super) fn title(self, item: &str) -> String {
        match self {
            Self::Rate => "GB/s, more is better".to_owned(),
            Self::Time => format!("time a {item}, less is better"),
            Self::Cpu => format!("processor time a {item}, less is better"),
            Self::CpuPerGigabyte => "processor seconds a GB, less is better".to_owned(),
            Self::Ratio => "ours to it".to_owned(),
            Self::Inverse => "it to ours".to_owned(),
            Self::Copies => "bytes copied for each byte".to_owned(),
            Self::Allocations => "allocations in one run".to_owned(),
        }
    }
}

/// A time with three digits that count, in the unit that suits it.
fn seconds(number: f64) -> String {
    match number {
        long if long >= 1.0 => format!("{} s", digits(long)),
        short if short >= 1e-3 => format!("{} ms", digits(short * 1e3)),
        short if short >= 1e-6 => format!("{} µs", digits(short * 1e6)),
        short => format!("{} ns", digits(short * 1e9)),
    }
}

/// What stands where nothing was measured.
pub(super) const NOTHING: &str = "–";

/// The quantity of an engine as text.
pub(super) fn text(quantity: Quantity, report: &Report, engine: &str) -> String {
    let number = report.engine(engine).and_then(|it| quantity.of(report, it));
    number.map_or_else(|| NOTHING.to_owned(), |number| quantity.show(number))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_time_has_the_unit_that_suits_it() {
        let shown = [2.5, 0.0123, 4.56e-5, 7.5e-8, 2e-11].map(seconds);
        assert_eq!(shown, ["2.50 s", "12.3 ms", "45.6 µs", "75.0 ns", "0.0200 ns"]);
    }
}
