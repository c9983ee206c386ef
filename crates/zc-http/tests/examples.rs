//! The example of files beside a program of hyper, as a client sees it.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

#[path = "../examples/beside_hyper.rs"]
#[expect(dead_code, reason = "`main` is for the program")]
mod beside_hyper;
mod support;

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};

use support::{Client, PATIENCE, crlf, get};

#[test]
fn files_and_answers_of_hyper_come_over_one_connection() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "file").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    std::thread::spawn(move || beside_hyper::run(listener, directory.path()));
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut client = Client { stream: BufReader::new(stream) };
    // All at once, so that requests for hyper are read before it comes to them.
    let targets = ["/static/file", "/static/none", "/hello", "/static/file", "/bye"];
    client.send(&targets.map(|target| crlf(&get(target))).concat());
    let replies = targets.map(|_| client.reply(true));
    let text = replies.map(|reply| String::from_utf8(reply.body).unwrap());
    // What hyper has once, it keeps.
    let hyper = |target| format!("hyper answers {target}\n");
    let expected = [
        "file".to_owned(),
        "404 Not Found\n".to_owned(),
        hyper("/hello"),
        hyper("/static/file"),
        hyper("/bye"),
    ];
    assert_eq!(text, expected);
}
