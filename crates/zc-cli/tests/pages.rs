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
