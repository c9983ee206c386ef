//! Completions and manual pages are made from the flags, and hold what a user looks for.

mod run;

use run::{Outcome, in_bash, run};

const COMMANDS: [&str; 9] =
    ["count", "parse", "copy", "echo", "proxy", "serve", "doctor", "completions", "man"];

#[test]
fn completions_are_made_for_each_shell() {
    for (shell, sign) in
        [("bash", "complete -F _zc"), ("zsh", "#compdef zc"), ("fish", "complete -c zc")]
    {
        let outcome = run(&["completions", shell], b"");
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.contains(sign), "{shell}: {}", outcome.stdout);
        for word in ["count", "parse", "--where", "ndjson"] {
            // Bash and zsh escape some words, but not these.
            assert!(outcome.stdout.contains(word.trim_start_matches('-')), "{shell}: {word}");
        }
    }
    assert_eq!(run(&["completions", "none"], b"").status, 2);
}

#[test]
fn examples_of_the_manual_page_are_a_line_each() {
    let page = run(&["man"], b"").stdout;
    let (_, examples) = page.split_once("\n.SH EXAMPLES\n.nf\n").unwrap();
    let (examples, after) = examples.split_once("\n.fi\n.SH \"EXIT STATUS\"\n").unwrap();
    assert!(examples.lines().all(|line| line.starts_with("  zc ")), "{examples}");
    assert!(after.starts_with("0 all good;"), "{after}");
}

/// What bash offers for the last of the words of a line.
fn offered(words: &[&str]) -> Vec<String> {
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "source <(zc completions bash)\n\
         compopt() {{ :; }}  # It works while a line is typed only.\n\
         COMP_WORDS=(zc {words}) COMP_CWORD={last}\n\
         _zc zc \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words = quoted.join(" "),
        last = words.len(),
    );
    let outcome = Outcome::from(in_bash(&script).output().expect("bash is there"));
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{script}");
    outcome.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_values_and_files() {
    if run::lacks("bash") {
        return;
    }
    let commands = offered(&[""]);
    for command in COMMANDS {
        assert!(commands.iter().any(|word| word == command), "{command}: {commands:?}");
    }
    assert_eq!(offered(&["do"]), ["doctor"]);
    assert_eq!(offered(&["parse", "comb"]), ["combined"]);
    assert_eq!(offered(&["parse", "ndjson", "--to", "r"]), ["raw"]);
    assert_eq!(offered(&["echo", "--mode", "s"]), ["std", "splice"]);
    assert_eq!(offered(&["copy", "--via", "send"]), ["sendfile"]);
    assert_eq!(offered(&["parse", "--on-e"]), ["--on-error"]);
    assert_eq!(offered(&["man", "pa"]), ["parse"]);
    // Bash itself offers files where nothing is offered, and directories where it is told to.
    assert_eq!(offered(&["count", "Cargo.t"]), [""]);
    let script = run(&["completions", "bash"], b"").stdout;
    assert!(script.contains("-o bashdefault -o default") && script.contains("plusdirs"));
    assert_eq!(offered(&["doctor", "--dir", "sr"]), [""]);
}

#[test]
fn fish_completes_formats_shells_and_pages() {
    if run::lacks("fish") {
        return;
    }
    let offered = |line: &str| {
        let script = format!("fish -c 'zc completions fish | source; complete -C \"{line}\"'");
        let outcome = Outcome::from(in_bash(&script).output().expect("bash is there"));
        assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{line}");
        let words = outcome.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered("zc parse c"), ["combined", "command", "common", "csv"]);
    assert_eq!(offered("zc parse combined --to r"), ["raw"]);
    assert_eq!(offered("zc man d"), ["doctor"]);
    assert_eq!(offered("zc completions z"), ["zsh"]);
    assert_eq!(offered("zc parse combined Cargo"), ["Cargo.toml"]);
}

#[test]
fn manual_pages_are_what_man_takes_without_a_warning() {
    if run::lacks("man") {
        return;
    }
    for command in [""].iter().chain(&COMMANDS) {
        let script = format!("zc man {command} | MANWIDTH=80 man --warnings -l -");
        let outcome = Outcome::from(in_bash(&script).output().unwrap());
        assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{command}");
        for section in ["NAME", "SYNOPSIS", "EXAMPLES"] {
            assert!(outcome.stdout.contains(section), "{section}: {}", outcome.stdout);
        }
    }
}

#[test]
fn what_cannot_be_printed_is_an_error_and_a_closed_pipe_is_none() {
    for args in
        [&["--help"][..], &["--version"], &["parse", "--help"], &["man"], &["completions", "zsh"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = run::zc().args(args).stdout(writer).output().unwrap();
        assert_eq!((closed.status.code(), closed.stderr.is_empty()), (Some(0), true), "{args:?}");
        let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else {
            println!("skipped: there is no /dev/full");
            continue;
        };
        let full = run::zc().args(args).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&full.stderr);
        assert_eq!(
            (full.status.code(), &*stderr),
            (Some(2), "zc: standard output: No space left on device\n"),
            "{args:?}"
        );
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let zc = run(&["man"], b"");
    assert_eq!(zc.status, 0, "{}", zc.stderr);
    assert!(zc.stdout.contains(".TH zc 1"), "{}", zc.stdout);
    for command in COMMANDS {
        assert!(zc.stdout.contains(command), "{command}");
        let page = run(&["man", command], b"").stdout;
        assert!(page.contains(&format!(".TH zc-{command} 1")), "{page}");
        assert!(page.contains(&format!("\\fBzc {command}\\fR")), "{page}");
    }
    assert_eq!(run(&["man", "none"], b"").status, 2);
}
