//! Every example of the help and of the README runs, and prints what stands below it.

mod run;

use std::fs;
use std::path::Path;
use std::process::Command;

use nix::sys::signal::Signal;
use run::server::Server;
use run::{Outcome, in_bash, run};

const LINE: &str =
    "203.0.113.9 - - [10/Oct/2025:13:55:36 +0000] \"GET /cart HTTP/1.1\" 503 512 \"-\" \"curl\"\n";

/// A folder with the files that the examples name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in [
        ("access.log", LINE.to_owned() + &LINE.replace("503", "200").replace("/cart", "/login")),
        ("events.ndjson", "{\"user\":{\"name\":\"ann\"},\"ok\":true}\n{\"ok\":false}\n".to_owned()),
        ("table.csv", "id;name;price\n1;a;99\n2;b;250\n".to_owned()),
        ("app.log", "time=12:00 level=info msg=started\n".to_owned()),
        ("unknown.txt", "a=1\nb=2\n".to_owned()),
        ("disk.img", "0123456789".repeat(10_000)),
    ] {
        fs::write(folder.path().join(name), content).expect("room for a small file");
    }
    for name in ["backup", "public"] {
        fs::create_dir(folder.path().join(name)).expect("room for a folder");
    }
    folder
}

/// A line that is typed, and what it prints if that is said.
struct Example<'t> {
    line: &'t str,
    output: String,
}

/// Runs an example, if what it needs is there.
#[track_caller]
fn check(folder: &Path, example: &Example<'_>) {
    let Example { line, output } = example;
    if line.contains("man -l") && run::lacks("man") {
        return;
    }
    // A port that is free, and little to measure.
    let mut runs = line.replace("--listen 127.0.0.1:7000", "--listen 127.0.0.1:0");
    runs = runs.replace("--listen 127.0.0.1:8000", "--listen 127.0.0.1:0");
    if line.starts_with("zc doctor") && !line.contains("--up-to") {
        runs += " --up-to 16K";
    }
    if line.contains("--listen") {
        return check_server(in_bash(&format!("exec {runs}")).current_dir(folder), line);
    }
    let outcome = in_bash(&runs).current_dir(folder).output();
    let outcome = Outcome::from(outcome.expect("bash is there"));
    let is_bad = output.contains("; expected ");
    assert_eq!(outcome.status, i32::from(is_bad), "{line}: {}", outcome.stderr);
    if !output.is_empty() {
        assert_eq!(outcome.stdout + &outcome.stderr, *output, "{line}");
    }
}

/// Starts a server and stops it again.
#[track_caller]
fn check_server(command: &mut Command, line: &str) {
    let server = Server::start(std::mem::replace(command, Command::new("true")));
    server.send(Signal::SIGINT);
    let (status, stderr) = server.wait();
    assert!(status.success(), "{line}: {stderr}");
}

/// The examples at the end of a help.
fn of_help(help: &str) -> Vec<Example<'_>> {
    let (_, examples) = help.split_once("\nExamples:\n").expect("each help has examples");
    let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
    lines.map(|line| Example { line, output: String::new() }).collect()
}

/// The examples in the blocks for consoles of a page.
fn of_page(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let (block, _) = block.split_once("```").expect("a block has an end");
        for line in block.lines() {
            match (line.strip_prefix("$ "), examples.last_mut()) {
                (Some(line), _) => examples.push(Example { line, output: String::new() }),
                (None, Some(example)) => example.output += &format!("{line}\n"),
                (None, None) => panic!("{line} is printed by nothing"),
            }
        }
    }
    examples
}

#[test]
fn every_example_of_the_help_runs() {
    if run::lacks("bash") {
        return;
    }
    let folder = folder();
    let commands =
        ["", "count", "parse", "copy", "echo", "proxy", "serve", "doctor", "completions", "man"];
    for command in commands {
        let args: Vec<_> = [command, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        let help = run(&args, b"").stdout;
        for example in of_help(&help) {
            check(folder.path(), &example);
        }
    }
}

#[test]
fn every_example_of_the_readme_runs_and_prints_what_it_shows() {
    if run::lacks("bash") {
        return;
    }
    let folder = folder();
    let examples = of_page(include_str!("../README.md"));
    assert!(examples.len() > 10);
    examples.iter().for_each(|example| check(folder.path(), example));
}
