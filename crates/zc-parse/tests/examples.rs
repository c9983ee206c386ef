//! The examples print what they say.

use std::io;

#[path = "../examples/commands.rs"]
mod commands;
#[path = "../examples/grammar_in_nom.rs"]
mod grammar_in_nom;
#[path = "../examples/nom_in_grammar.rs"]
mod nom_in_grammar;
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

#[test]
fn a_nom_parser_of_sections_reads_their_pairs_by_a_grammar() {
    check(
        grammar_in_nom::run,
        grammar_in_nom::main,
        "server.listen: 127.0.0.1:8080\nserver.root: /srv\nlog.level: info\n",
    );
}

#[test]
fn a_grammar_of_answers_reads_their_addresses_by_nom() {
    check(
        nom_in_grammar::run,
        nom_in_grammar::main,
        "example.org: 192.0.2.7\n\
         line 2, column 11 (byte 34): found `9`; expected an IPv4 address\n\
         example.com: 198.51.100.1\n",
    );
}
