//! Progress is shown on a terminal, after a second, and nowhere else; records never mix with it.

mod run;

use run::{Outcome, in_bash};

/// What a script prints on a terminal of its own; nothing if there is no program that makes one.
fn on_terminal(script: &str) -> Option<String> {
    if run::lacks("script") {
        return None;
    }
    let mut script = in_bash(&format!("script -qec \"{script}\" /dev/null"));
    Some(Outcome::from(script.env("TERM", "xterm").output().expect("bash is there")).stdout)
}

#[test]
fn a_run_that_waits_for_its_input_says_so_and_cleans_up() {
    let Some(shown) = on_terminal("(sleep 1.5; echo a b) | zc count") else { return };
    assert!(shown.contains("0 B/s"), "{shown:?}");
    let (_, last) = shown.rsplit_once("\u{1b}[").expect("the bar is taken off again");
    assert!(last.contains("      1       2       4\r\n"), "{shown:?}");
}

#[test]
fn a_short_run_shows_nothing() {
    let Some(shown) = on_terminal("echo a b | zc count") else { return };
    assert_eq!(shown, "      1       2       4\r\n");
}

#[test]
fn records_on_the_same_terminal_are_not_mixed_with_progress() {
    let script = "(echo a=1; sleep 1.5; echo b=2) | zc parse kv --to raw";
    let Some(shown) = on_terminal(script) else { return };
    assert_eq!(shown, "a=1\r\nb=2\r\n");
}

#[test]
fn messages_stand_above_the_bar_whole() {
    let script = "(sleep 1.5; echo bad; sleep 0.5) | zc parse kv > /dev/null";
    let Some(shown) = on_terminal(script) else { return };
    assert!(shown.contains(" B/s"), "{shown:?}");
    // Each picture of the bar ends with what clears its line.
    let pieces = shown.split("\r\u{1b}[2K").map(|piece| match piece.rsplit_once('\n') {
        Some((messages, _bar)) => format!("{messages}\n"),
        None => String::new(),
    });
    let message = "-:1:4: found the end of the line; expected `=`\r\n  bad\r\n     ^\r\n";
    assert_eq!(pieces.collect::<String>(), message, "{shown:?}");
}

#[test]
fn nothing_is_shown_in_a_pipe() {
    if run::lacks("bash") {
        return;
    }
    let script = "(sleep 1.5; echo a b) | zc count";
    let outcome = Outcome::from(in_bash(script).output().expect("bash is there"));
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    assert_eq!(outcome.stdout, "      1       2       4\n");
}
