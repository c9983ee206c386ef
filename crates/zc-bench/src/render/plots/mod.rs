//! The plots: what each shows, and of which cases. A case that has a row is drawn with its row.

use anyhow::{Context, Result};

use super::quantity::Quantity;
use crate::data::Data;
use crate::report::Report;

mod bars;
mod copies;
mod lines;
mod style;

/// What is drawn, and from what.
struct Plot {
    /// The name of its file.
    name: &'static str,
    title: &'static str,
    caption: &'static str,
    kind: Kind,
}

enum Kind {
    /// A panel for each group of cases that differ in the size of an item, a line for each engine.
    BySize {
        groups: &'static [&'static str],
        quantity: Quantity,
        /// Two engines, of which the caption says where they meet.
        meet: (&'static str, &'static str),
    },
    /// A panel for each case, a bar for each engine.
    Bars { of: Pick, quantity: Quantity },
    /// A bar for each way whose copies are counted.
    Copies,
}

enum Pick {
    Rows(&'static [u8]),
    Group(&'static str),
}

const PLOTS: &[Plot] = &[
    Plot {
        name: "files",
        title: "Mapping against reading",
        caption: "Newlines of a warm file are counted, from opening it to the end: of one that was \
                  written in long strides, which the page cache holds in large folios, and of one \
                  that was written page by page. `docs/files.md` says which way is taken when.",
        kind: Kind::BySize {
            groups: &["input", "pages"],
            quantity: Quantity::Rate,
            meet: ("zc by a map", "zc by reads"),
        },
    },
    Plot {
        name: "tool",
        title: "The tool beside other tools",
        caption: "Whole processes, from start to exit.",
        kind: Kind::Bars { of: Pick::Rows(&[1, 2, 13, 14]), quantity: Quantity::Rate },
    },
    Plot {
        name: "grammars",
        title: "Each grammar beside its rivals",
        caption: "Bytes in memory, each field looked at. The first bar of each panel is ours.",
        kind: Kind::Bars {
            of: Pick::Rows(&[3, 4, 5, 6, 7, 8, 9, 10, 12]),
            quantity: Quantity::Rate,
        },
    },
    Plot {
        name: "levels",
        title: "What vector instructions are worth",
        caption: "The same grammars on masks made by the best instructions of the processor, by \
                  those that every processor of the target has, and by plain Rust.",
        kind: Kind::Bars { of: Pick::Group("levels"), quantity: Quantity::Rate },
    },
    Plot {
        name: "crossing",
        title: "One record alone: masks against slices",
        caption: "A single record, read on its bytes and on masks made for it alone.",
        kind: Kind::BySize {
            groups: &["crossing-kv", "crossing-log", "crossing-logfmt", "crossing-head"],
            quantity: Quantity::Time,
            meet: ("masks", "slices"),
        },
    },
    Plot {
        name: "ropes",
        title: "Encoding and delivering a message with a payload",
        caption: "A message with a binary field, encoded; and encoded and written to a file in \
                  memory. Where the payload is referenced, the cost no longer grows with it.",
        kind: Kind::BySize {
            groups: &["message", "message-delivered"],
            quantity: Quantity::Time,
            meet: ("zc", "rmp-serde"),
        },
    },
    Plot {
        name: "threshold",
        title: "From which size on a rope references",
        caption: "The same rope with its payload referenced, and copied; the threshold of \
                  `zc_core::rope` lies where the two meet.",
        kind: Kind::BySize {
            groups: &["threshold"],
            quantity: Quantity::Time,
            meet: ("referenced", "copied"),
        },
    },
    Plot {
        name: "runs",
        title: "Many runs of a file: by the kernel, or gathered",
        caption: "Every other run of a file is moved to another file.",
        kind: Kind::BySize {
            groups: &["runs"],
            quantity: Quantity::Rate,
            meet: ("zc, by the kernel", "zc, gathered"),
        },
    },
    Plot {
        name: "transfer",
        title: "Files copied to files",
        caption: "A warm file of 256 MiB, to a new file and over another one.",
        kind: Kind::Bars { of: Pick::Group("transfer"), quantity: Quantity::Rate },
    },
    Plot {
        name: "servers",
        title: "Static files: processor time a request",
        caption: "User and system time of the server; in row 18 that of server and client together.",
        kind: Kind::Bars { of: Pick::Rows(&[15, 16, 17, 18]), quantity: Quantity::Cpu },
    },
    Plot {
        name: "proxy",
        title: "Proxies: processor time",
        caption: "User and system time of the proxy.",
        kind: Kind::Bars { of: Pick::Rows(&[19, 20]), quantity: Quantity::Cpu },
    },
    Plot {
        name: "frames",
        title: "Frames, echo and RESP: processor time",
        caption: "Frames in memory and into sockets, a stream that comes back, commands answered.",
        kind: Kind::Bars { of: Pick::Rows(&[21, 22, 23, 24, 25]), quantity: Quantity::Cpu },
    },
    Plot {
        name: "compare",
        title: "The same work in C and C++",
        caption: "What `cargo xtask compare` builds, beside the Rust that does the same.",
        kind: Kind::Bars { of: Pick::Group("compare"), quantity: Quantity::Rate },
    },
    Plot {
        name: "copies",
        title: "Copies per byte",
        caption: "Of the ways whose copies are counted, by the stage in which a byte was copied. The \
                  table below has all of them.",
        kind: Kind::Copies,
    },
];

/// A plot that is drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) caption: String,
    pub(super) svg: String,
}

/// Draws those plots for which there are figures.
pub(super) fn draw(data: &Data) -> Result<Vec<Drawn>> {
    let mut drawn = Vec::new();
    for plot in PLOTS {
        let Plot { name, title, caption, kind } = plot;
        if let Some((svg, found)) = kind.draw(data).with_context(|| format!("the plot {name}"))? {
            drawn.push(Drawn { name, title, caption: format!("{caption}{found}"), svg });
        }
    }
    Ok(drawn)
}

impl Kind {
    /// The picture, and what is to be said of it that only the figures know.
    fn draw(&self, data: &Data) -> Result<Option<(String, String)>> {
        match self {
            Self::BySize { groups, quantity, meet } => lines::draw(data, groups, *quantity, *meet),
            Self::Bars { of, quantity } => {
                let reports: Vec<_> = data.reports().filter(|it| of.holds(it)).collect();
                Ok(bars::draw(&reports, *quantity)?.map(|svg| (svg, String::new())))
            }
            Self::Copies => Ok(copies::draw(data)?.map(|svg| (svg, String::new()))),
        }
    }
}

impl Pick {
    fn holds(&self, report: &Report) -> bool {
        match self {
            Self::Rows(rows) => report.row.is_some_and(|row| rows.contains(&row)),
            Self::Group(group) => {
                report.name.strip_prefix(group).is_some_and(|rest| rest.starts_with('-'))
            }
        }
    }
}
