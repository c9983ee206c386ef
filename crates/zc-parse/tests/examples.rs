//! The examples print what they say.

use std::io;

#[path = "../examples/commands.rs"]
mod commands;
#[path = "../examples/parse_pair.rs"]
mod parse_pair;

#[track_caller]
fn check(run: fn(&mut Vec<u8>) -> io::Result<()>, main: fn() -> io::Result<()>, expected: &str) {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes everything");
    assert_eq!(str::from_utf8(&out), Ok(expected));
    main().expect("standard output takes everything");
}

#[test]
fn commands_are_split_into_method_and_path() {
    check(
        commands::run,
        commands::main,
        "one: GET | /index.html\n\
         many: GET at 0..3 | /index.html at 4..15\n\
         many: PUT at 16..19 | /new file at 20..29\n\
         bad: line 3, column 5 (byte 35): found the end of the line; expected a space\n\
         many: DELETE at 36..42 | /old at 43..47\n",
    );
}

#[test]
fn the_parser_by_hand_and_the_grammar_read_the_same_pairs() {
    check(
        parse_pair::run,
        parse_pair::main,
        "key=value: `key` and `value`, borrowed\n\
         url=a?b=c: `url` and `a?b=c`, borrowed\n\
         empty=: `empty` and ``, borrowed\n\
         no pair: neither parser takes it\n\
         =no key: neither parser takes it\n",
    );
}
