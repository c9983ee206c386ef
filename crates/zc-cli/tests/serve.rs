//! `zc serve` as scripts see it: its first line, its flags, its log, its signals and exit status.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use run::server::Server;
use run::site::Site;
use run::{run, zc};
use serde_json::Value;

#[test]
fn files_are_served_until_a_signal() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let site = Site::start(&[]);
        site.check("/start.html", "200 OK");
        site.check("/link", "200 OK");
        site.check("/.hidden", "404 Not Found");
        site.check("/none", "404 Not Found");
        assert_eq!(site.end(signal), "");
    }
}

#[test]
fn flags_say_what_is_served() {
    let args = ["--index", "start.html", "--header", "Cache-Control: max-age=60"];
    let more = ["--header", "X-A:b", "--symlinks", "refuse", "--dot-files", "serve"];
    let site = Site::start(&[&args[..], &more].concat());
    let reply = site.ask("/");
    assert!(reply.ends_with("\r\n\r\nhello\n"), "{reply}");
    for header in ["\r\nCache-Control: max-age=60\r\n", "\r\nX-A: b\r\n"] {
        assert!(reply.contains(header), "{reply}");
    }
    site.check("/.hidden", "200 OK");
    site.check("/link", "404 Not Found");
    site.end(Signal::SIGTERM);
}

#[test]
fn flags_say_what_a_client_may_cost() {
    let bounds = ["--max-head", "100", "--max-headers", "1", "--max-body", "9"];
    let site = Site::start(&[&bounds[..], &["--idle-timeout", "0.1"]].concat());
    site.check(&format!("/{}", "x".repeat(100)), "414 URI Too Long");
    site.check("/ HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "431 Request Header Fields Too Large");
    let reply = site.ask("/ HTTP/1.1\r\nHost: a\r\n\r\nPUT / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(reply.contains("405 Method Not Allowed"), "{reply}");
    // Who says nothing is closed in silence.
    let mut reply = String::new();
    assert_eq!(site.server.connect().read_to_string(&mut reply).unwrap(), 0);
    site.end(Signal::SIGTERM);
}

#[test]
fn the_log_is_what_the_tool_itself_reads() {
    for log in ["access.log", "-", "/dev/stderr"] {
        let mut site = Site::start(&["--access-log", log, "--stats=json"]);
        site.check("/start.html", "200 OK");
        site.check("/none\"\\", "404 Not Found");
        site.check("/../x", "400 Bad Request");
        let mut garbage = site.server.connect();
        garbage.write_all(b"\x16\x03\x01\n\n").unwrap();
        garbage.read_to_string(&mut String::new()).unwrap();
        drop(garbage);
        let stdout = site.server.take_stdout();
        let path = site.directory.path().join("access.log");
        let (_directory, server) = (site.directory, site.server);
        server.send(Signal::SIGTERM);
        let (status, stderr) = server.wait();
        assert_eq!(status.code(), Some(0), "{stderr}");
        let lines = match log {
            "access.log" => fs::read_to_string(path).unwrap(),
            "-" => std::io::read_to_string(stdout).unwrap(),
            _ => stderr
                .lines()
                .filter(|line| !line.starts_with('{'))
                .fold(String::new(), |all, line| all + line + "\n"),
        };
        let args = ["parse", "combined", "--select", "host,method,target,status,bytes,user_agent"];
        let outcome = run(&args, lines.as_bytes());
        assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{lines}");
        let records: Vec<Value> =
            outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let field = |name: &str| records.iter().map(|it| it[name].clone()).collect::<Vec<_>>();
        assert_eq!(field("host"), ["127.0.0.1"; 4], "{lines}");
        assert_eq!(field("status"), [200, 404, 400, 400]);
        assert_eq!(field("target")[..3], ["/start.html", "/none\\x22\\x5C", "/../x"]);
        assert_eq!(field("bytes")[0], 6);
        assert_eq!(field("user_agent")[0], "\\x22me\\x22");
        let ledger: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
        assert_eq!(
            (ledger["requests"].as_u64(), ledger["connections"].as_u64()),
            (Some(4), Some(4))
        );
    }
}

#[test]
fn a_log_that_cannot_be_written_is_an_error_at_once_or_at_the_end() {
    let args = ["serve", ".", "--listen", "127.0.0.1:0", "--access-log", "/none/log"];
    let outcome = run(&args, b"");
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stderr, "zc: /none/log: No such file or directory\n");
    if !fs::exists("/dev/full").unwrap() {
        return println!("skipped: there is no /dev/full");
    }
    let site = Site::start(&["--access-log", "/dev/full"]);
    site.check("/start.html", "200 OK");
    site.server.send(Signal::SIGTERM);
    let (status, stderr) = site.server.wait();
    let expected = "zc: the access log was not written: No space left on device\n";
    assert_eq!((status.code(), &*stderr), (Some(2), expected));
}

#[test]
fn the_ledger_counts_what_the_kernel_sent_and_what_a_signal_cut_off() {
    let site = Site::start(&["--stats=json", "--grace", "0"]);
    assert!(site.ask("/large").len() > 1 << 20);
    site.check("/start.html", "200 OK");
    // This one is ended while it is sent, since nobody reads it.
    let path = site.directory.path().join("root/huge");
    fs::File::create(path).unwrap().set_len(1 << 30).unwrap();
    let mut client = site.server.connect();
    client.write_all(b"GET /huge HTTP/1.0\r\n\r\n").unwrap();
    client.read_exact(&mut [0; 100]).unwrap();
    let stderr = site.end(Signal::SIGTERM);
    let ledger: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    let number = |name: &str| ledger[name].as_u64().unwrap();
    assert!(number("bytes_spliced") >= 1 << 20 && number("bytes_out") > 2 << 20, "{ledger}");
    assert_eq!(number("bytes_out"), number("copied_write") + number("bytes_spliced"));
    assert_eq!((number("requests"), number("connections_ended")), (3, 1));
}

#[test]
fn the_log_says_how_much_of_an_answer_had_left_that_was_cut_off() {
    let site = Site::start(&["--access-log", "access.log"]);
    let huge = site.directory.path().join("root/huge");
    fs::File::create(huge).unwrap().set_len(1 << 30).unwrap();
    let mut client = site.server.connect();
    client.write_all(b"GET /huge HTTP/1.0\r\n\r\n").unwrap();
    client.read_exact(&mut [0; 100_000]).unwrap();
    drop(client);
    let log = site.directory.path().join("access.log");
    let line = (0..6000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        fs::read(&log).ok().filter(|line| line.ends_with(b"\n"))
    });
    let line = line.expect("a line of the log");
    let outcome = run(&["parse", "combined", "--select", "status,bytes"], &line);
    let record: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let bytes = record["bytes"].as_u64().unwrap();
    assert!(record["status"] == 200 && (90_000..1 << 30).contains(&bytes), "{record}");
    site.end(Signal::SIGTERM);
}

/// The tool as somebody who is not allowed everything; nothing if it cannot be started so.
fn zc_of_nobody() -> Option<Command> {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let command = || {
        let mut command = zc();
        if is_root {
            command.uid(65_534);
        }
        command
    };
    command().arg("--version").output().is_ok().then(command)
}

#[test]
fn what_must_not_be_read_is_forbidden_and_a_folder_is_one_all_the_same() {
    let Some(mut command) = zc_of_nobody() else {
        return println!("skipped: nobody else can start the tool here");
    };
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let set_mode = |name: &str, mode| {
        fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for (folder, mode) in [("open", 0o111), ("closed", 0o000)] {
        fs::create_dir(path(folder)).unwrap();
        fs::write(path(folder).join("index.html"), "index\n").unwrap();
        set_mode(folder, mode);
    }
    fs::write(path("locked"), "").unwrap();
    set_mode("locked", 0o000);
    // The root itself need not be read either.
    set_mode("", 0o111);
    command.arg("serve").arg(directory.path()).args(["--listen", "127.0.0.1:0"]);
    let server = Server::start(command);
    for (target, status) in [
        ("/locked", "403 Forbidden"),
        ("/open", "301 Moved Permanently"),
        ("/open/", "200 OK"),
        ("/open/index.html", "200 OK"),
        ("/open/none", "404 Not Found"),
        ("/closed", "301 Moved Permanently"),
        ("/closed/", "403 Forbidden"),
        ("/closed/index.html", "403 Forbidden"),
        ("/locked/", "404 Not Found"),
    ] {
        let mut client = server.connect();
        client.write_all(format!("GET {target} HTTP/1.0\r\n\r\n").as_bytes()).unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{target}: {reply}");
    }
    server.send(Signal::SIGTERM);
    assert_eq!(server.wait().0.code(), Some(0));
    // So that the directory can be removed.
    ["", "open", "closed"].iter().for_each(|folder| set_mode(folder, 0o755));
}

#[test]
fn a_request_is_answered_within_the_grace_period_and_no_further_one() {
    let site = Site::start(&[]);
    let mut client = site.server.connect();
    client.write_all(b"GET /start.html HTTP/1.1\r\nHost:").unwrap();
    let idle = site.server.connect();
    // The server knows of both: a later connection is answered.
    site.check("/start.html", "200 OK");
    std::thread::sleep(Duration::from_millis(50));
    site.server.send(Signal::SIGTERM);
    assert_eq!((&idle).read(&mut [0; 9]).unwrap(), 0);
    site.server.wait_until_refused();
    client.write_all(b" a\r\n\r\n").unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("\r\nConnection: close\r\n") && reply.ends_with("hello\n"), "{reply}");
    drop(client);
    assert_eq!(site.server.wait().0.code(), Some(0));
}

#[track_caller]
fn check_refused(args: &[&str], expected: &str) {
    let outcome = run(&[&["serve"], args].concat(), b"");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{args:?}");
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
}

#[test]
fn wrong_usage_is_said() {
    check_refused(&["--listen", "127.0.0.1:0"], "<DIR>");
    check_refused(&["."], "--listen <ADDR>");
    check_refused(
        &["/none", "--listen", "127.0.0.1:0"],
        "zc: cannot serve /none: No such file or directory\n",
    );
    check_refused(&["Cargo.toml", "--listen", "127.0.0.1:0"], "Not a directory");
    check_refused(&[".", "--listen", "nowhere"], "zc: cannot listen on nowhere: ");
    let valid = [".", "--listen", "127.0.0.1:0"];
    let with = |more: &[&'static str]| [&valid[..], more].concat();
    check_refused(&with(&["--header", "x"]), "expected NAME:VALUE");
    check_refused(&with(&["--header", "a b: c"]), "`a b` is no name of a header");
    check_refused(&with(&["--header", "Content-Length: 5"]), "written by the server itself");
    check_refused(&with(&["--index", "a/b"]), "`a/b` is no name of a file");
    check_refused(&with(&["--max-connections", "0"]), "between 1 and");
    check_refused(&with(&["--idle-timeout", "soon"]), "a number of seconds");
}
