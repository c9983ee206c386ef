//! `zc completions` and `zc man`: what a shell and `man` read, made from the flags themselves.

use std::io::{Write, stdout};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::generate;
use clap_mangen::Man;

use crate::Verdict;
use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::descriptors::check_output;
use crate::input::output_error;

/// Prints the completions for a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    generate(args.shell, &mut Args::command(), "zc", &mut script);
    print(&script)
}

/// Prints the manual page of `zc`, or of one of its commands.
pub(crate) fn man(args: &ManArgs) -> anyhow::Result<Verdict> {
    let mut zc = Args::command();
    // It gives each command its whole name.
    zc.build();
    let page = match &args.command {
        None => zc,
        Some(name) => {
            let command = zc.find_subcommand(name);
            command.with_context(|| format!("there is no command `{name}`"))?.clone()
        }
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    print(with_examples_unfilled(&String::from_utf8(text)?).as_bytes())
}

/// The page with its examples a line each, however long they are.
fn with_examples_unfilled(page: &str) -> String {
    let Some((before, examples)) = page.split_once("\nExamples:\n") else { return page.to_owned() };
    let (examples, after) = examples.split_once("\n\n").unwrap_or((examples, ""));
    format!("{before}\nExamples:\n.nf\n{examples}\n.fi\n.PP\n{after}")
}

/// Writes a text to standard output, whole.
pub(crate) fn print(text: &[u8]) -> anyhow::Result<Verdict> {
    let mut output = stdout();
    check_output()
        .and_then(|()| output.write_all(text))
        .and_then(|()| output.flush())
        .map_err(output_error)?;
    Ok(Verdict::AllGood)
}
