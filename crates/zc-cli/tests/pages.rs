//! Completions and manual pages are made from the flags, and hold what a user looks for.

mod run;

use run::run;

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
    let (_, examples) = page.split_once("\nExamples:\n.nf\n").unwrap();
    let (examples, after) = examples.split_once("\n.fi\n.PP\n").unwrap();
    assert!(examples.lines().all(|line| line.starts_with("  zc ")), "{examples}");
    assert!(after.starts_with("Exit status: 0 all good;"), "{after}");
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
    for command in ["count", "parse", "echo"] {
        assert!(zc.stdout.contains(command), "{command}");
        let page = run(&["man", command], b"").stdout;
        assert!(page.contains(&format!(".TH zc-{command} 1")), "{page}");
        assert!(page.contains(&format!("\\fBzc {command}\\fR")), "{page}");
    }
    let none = run(&["man", "none"], b"");
    assert_eq!((none.status, &*none.stderr), (2, "zc: there is no command `none`\n"));
}
