//! `zc completions` and `zc man`: what a shell and `man` read, made from the flags themselves.

use std::io::{Write, stdout};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::generate;
use clap_mangen::Man;

use crate::Verdict;
use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::input::output_error;

/// Prints the completions for a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    generate(args.shell, &mut Args::command(), "zc", &mut script);
    stdout().write_all(&script).map_err(output_error)?;
    Ok(Verdict::AllGood)
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
    stdout().write_all(&text).map_err(output_error)?;
    Ok(Verdict::AllGood)
}
