//! The examples print what they say.

use std::io;

#[path = "../examples/any_owner.rs"]
mod any_owner;
#[path = "../examples/url_scheme.rs"]
mod url_scheme;

#[track_caller]
fn check(run: fn(&mut Vec<u8>) -> io::Result<()>, main: fn() -> io::Result<()>, expected: &str) {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes everything");
    assert_eq!(str::from_utf8(&out), Ok(expected));
    main().expect("standard output takes everything");
}

#[test]
fn the_scheme_of_a_url_is_a_slice_of_it_or_http() {
    check(
        url_scheme::run,
        url_scheme::main,
        "https://example.org/a: https, a slice of the URL\n\
         ftp://example.org: ftp, a slice of the URL\n\
         example.org: http, the default\n",
    );
}

#[test]
fn one_function_borrows_from_five_owners() {
    check(
        any_owner::run,
        any_owner::main,
        "Vec<u8>: `vector`, borrowed\n\
         String: `string`, borrowed\n\
         &str: `literal`, borrowed\n\
         [u8; 14]: `array`, borrowed\n\
         Box<[u8]>: `boxed`, borrowed\n",
    );
}
