//! The page of all figures.

use std::fmt::Write as _;

use super::plots::Drawn;
use super::{cases, targets};
use crate::data::Data;
use crate::machine::{Machine, Versions};

const INTRODUCTION: &str = "\
# Figures

<!-- Written by `cargo xtask bench render` from benchmarks/data.json; do not edit it by hand. -->

What the workspace measures, against the copying way and against rivals, where it wins and where it
loses. All of it is made again by

```sh
cargo xtask bench report          # measures all cases, and writes this page and its plots
cargo xtask bench report combined # measures one, and keeps the figures of the others
cargo xtask bench render          # only writes the page again
```

The engines of a case take turns in one run, in a default release build without `target-cpu`, after
each has given the right answer. A ratio is ours to theirs, taken round by round, and the median of
the rounds is shown, with the least and the greatest. Times of different runs are not compared.
Where less is better, as with processor time, a ratio below 1 is a win.
";

/// The whole page.
pub(super) fn page(data: &Data, plots: &[Drawn]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text += &machine(&data.machine);
    text += &versions(&data.versions);
    text += "\n## Targets\n\n";
    text += &targets::table(data);
    text += "\n## What is missed, and why\n\n";
    text += &targets::missed(data);
    text += "\n## Plots\n";
    for plot in plots {
        let Drawn { name, title, caption, .. } = plot;
        let _ = write!(text, "\n### {title}\n\n![{title}](benchmarks/{name}.svg)\n\n{caption}\n");
    }
    text += "\n## Copies per byte\n\nCounted by what system calls returned and by where slices \
             lie, for each byte of the input.\n\n";
    text += &cases::copies(data);
    text += "\n## All figures\n";
    text += &cases::all(data);
    text
}

fn machine(machine: &Machine) -> String {
    let unknown = || "unknown".to_owned();
    let count = |number: Option<u64>| number.map_or_else(unknown, |it| it.to_string());
    let build =
        if machine.has_debug_assertions { "\n\n**This was no release build.**" } else { "" };
    format!(
        "\n## The machine\n\n{}, {} cores, caches of a core {}, {} GiB of memory, Linux {}.{build}\n",
        machine.processor.clone().unwrap_or_else(unknown),
        count(machine.cores.map(|it| it as u64)),
        machine.caches.join(", "),
        count(machine.memory_gib),
        machine.kernel.clone().unwrap_or_else(unknown),
    )
}

fn versions(versions: &Versions) -> String {
    let Versions { compiler, crates, programs } = versions;
    let crates = crates.iter().map(|(name, versions)| format!("{name} {}", versions.join(" and ")));
    let programs = programs.iter().map(|(name, version)| format!("{name} ({version})"));
    format!(
        "\nCompiled by {}. Crates: {}. Programs: {}.\n",
        compiler.as_deref().unwrap_or("an unknown compiler"),
        crates.collect::<Vec<_>>().join(", "),
        programs.collect::<Vec<_>>().join(", "),
    )
}
