//! The report of an audit: one line a leaf, those that fail first.

use std::fmt;

use super::Audit;
use super::leaf::{Held, Leaf, Total};

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = Widths::of(self.leaves());
        let (failing, others): (Vec<&Leaf>, Vec<&Leaf>) =
            self.leaves().iter().partition(|leaf| leaf.fails());
        for leaf in failing.into_iter().chain(others) {
            widths.write(leaf, f)?;
        }
        if let Some(failure) = self.failure() {
            writeln!(f, "the value could not be walked to its end: {failure}")?;
        }
        self.write_totals(f)
    }
}

impl Audit {
    fn write_totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (name, total) in [
            ("borrowed", self.borrowed()),
            ("copied", self.copied()),
            ("converted", self.converted()),
            ("not visible", self.not_visible()),
            ("allowed", self.allowed()),
        ] {
            let Total { leaves: 1.., bytes } = total else { continue };
            write!(f, "{separator}{} {name} ({bytes} B)", total.leaves)?;
            separator = ", ";
        }
        writeln!(f, "{}", if separator.is_empty() { "nothing" } else { "" })
    }
}

/// How wide the columns are.
struct Widths {
    kind: usize,
    path: usize,
    bytes: usize,
}

impl Widths {
    fn of(leaves: &[Leaf]) -> Self {
        let widest = |width: fn(&Leaf) -> usize| leaves.iter().map(width).max().unwrap_or(0);
        Self {
            kind: widest(|leaf| kind(leaf).len()),
            path: widest(|leaf| path(leaf).chars().count()),
            bytes: widest(|leaf| leaf.bytes.checked_ilog10().unwrap_or(0) as usize + 1),
        }
    }

    fn write(&self, leaf: &Leaf, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: kind_width, path: path_width, bytes } = *self;
        let (kind, path) = (kind(leaf), path(leaf));
        write!(f, "{kind:kind_width$}  {path:path_width$}  {:>bytes$} B", leaf.bytes)?;
        if let Held::Borrowed { offset } = leaf.held {
            write!(f, " at {offset}")?;
        }
        writeln!(f)
    }
}

const fn kind(leaf: &Leaf) -> &'static str {
    match leaf.held {
        _ if leaf.is_allowed => "allowed",
        Held::Borrowed { .. } => "borrowed",
        Held::Copied => "copied",
        Held::Converted => "converted",
        Held::NotVisible => "not visible",
    }
}

fn path(leaf: &Leaf) -> &str {
    if leaf.path.is_empty() { "(the value)" } else { &leaf.path }
}
