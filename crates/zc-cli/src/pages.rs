//! `zc completions` and `zc man`: what a shell and `man` read, made from the flags themselves.

use std::io::{self, Write, stdout};

use clap::builder::PossibleValue;
use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::Verdict;
use crate::args::{Args, CompletionsArgs, ManArgs};
use crate::descriptors::check_output;
use crate::input::output_error;

/// Prints the completions for a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    let mut zc = Args::command();
    generate(args.shell, &mut zc, "zc", &mut script);
    if args.shell == Shell::Fish {
        let commands = zc.get_subcommands();
        commands.for_each(|command| script.extend(first_words_for_fish(command).bytes()));
    }
    print(&script)
}

/// What fish offers behind a command that takes one of some words, which `clap_complete` leaves out:
/// only these, until one of them is there.
fn first_words_for_fish(command: &Command) -> String {
    let Some(first) = command.get_positionals().next() else { return String::new() };
    let (name, values) = (command.get_name(), first.get_possible_values());
    let words: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
    // Behind `man`, that word alone does not say that there is one.
    let others: Vec<_> = words.iter().filter(|word| **word != name).copied().collect();
    let is_first = format!(
        "__fish_zc_using_subcommand {name}; and not __fish_seen_subcommand_from {}",
        others.join(" ")
    );
    let line = |value: &PossibleValue| {
        let help = value.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.replace('\\', r"\\").replace('\'', r"\'");
        format!("complete -c zc -n \"{is_first}\" -f -a {} -d '{help}'\n", value.get_name())
    };
    values.iter().map(line).collect()
}

/// Prints the manual page of `zc`, or of one of its commands.
pub(crate) fn man(args: &ManArgs) -> anyhow::Result<Verdict> {
    let mut zc = Args::command();
    // It gives each command its whole name.
    zc.build();
    let page = match &args.command {
        None => zc,
        Some(name) => zc.find_subcommand(name).expect("only names of commands are taken").clone(),
    };
    print(&rendered(page)?)
}

/// A page, with sections of its own for what stands below the flags in the help.
fn rendered(command: Command) -> io::Result<Vec<u8>> {
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut page = Vec::new();
    Man::new(command.after_help(None::<&str>)).render(&mut page)?;
    for part in below.split("\n\n") {
        if let Some(examples) = part.strip_prefix("Examples:\n") {
            // A line each, however long they are.
            page.extend(section("EXAMPLES", &format!(".nf\n{}\n.fi", escaped(examples))));
        } else if let Some(status) = part.strip_prefix("Exit status: ") {
            page.extend(section("\"EXIT STATUS\"", &escaped(status)));
        }
    }
    Ok(page)
}

fn section(title: &str, text: &str) -> Vec<u8> {
    format!(".SH {title}\n{text}\n").into_bytes()
}

/// A text with what roff would read as its own escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq")
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
