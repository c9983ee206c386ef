//! `zc serve` as scripts see it: its first line, its flags, its log, its signals and exit status.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use run::server::Server;
use run::{lacks_strace, run, zc};
use serde_json::Value;
use tempfile::TempDir;

/// A server of a directory with a few files.
struct Site {
    directory: TempDir,
    server: Server,
}

impl Site {
    #[track_caller]
    fn start(args: &[&str]) -> Self {
        Self::start_as(zc(), args)
    }

    /// Starts `command`, which is the tool or ends with it.
    #[track_caller]
    fn start_as(mut command: Command, args: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("start.html"), "hello\n").unwrap();
        fs::write(root.join(".hidden"), "hidden\n").unwrap();
        symlink("start.html", root.join("link")).unwrap();
        fs::write(root.join("large"), vec![b'x'; 1 << 20]).unwrap();
        // So long a file may still change at the time that it bears, and is not kept in memory.
        std::thread::sleep(Duration::from_millis(30));
        command.arg("serve").arg(&root).args(["--listen", "127.0.0.1:0"]).args(args);
        command.current_dir(directory.path());
        Self { directory, server: Server::start(command) }
    }

    /// All that comes back for a request of HTTP/1.0, whose connection is closed then.
    #[track_caller]
    fn ask(&self, target: &str) -> String {
        let mut client = self.server.connect();
        write!(client, "GET {target} HTTP/1.0\r\nUser-Agent: \"me\"\r\n\r\n").unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        reply
    }

    #[track_caller]
    fn check(&self, target: &str, status: &str) {
        let reply = self.ask(target);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{target}: {reply}");
    }

    #[track_caller]
    fn end(self, signal: Signal) -> String {
        self.server.send(signal);
        let (status, stderr) = self.server.wait();
        assert_eq!(status.code(), Some(0), "{stderr}");
        stderr
    }
}

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

/// Starts the tool under strace; the trace is written to the returned path.
fn start_traced(args: &[&str]) -> (Site, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    // With `-D` the process that is started is the tool, and gets the signal.
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-s", "0", "-o"]).arg(folder.path().join("trace"));
    strace.arg(env!("CARGO_BIN_EXE_zc"));
    (Site::start_as(strace, args), folder)
}

#[test]
fn strace_sees_two_calls_for_a_request_and_one_write_for_many() {
    if lacks_strace() {
        return;
    }
    let (site, folder) = start_traced(&["--fresh-for", "60"]);
    let mut client = site.server.connect();
    let request = b"GET /start.html HTTP/1.1\r\nHost: a\r\n\r\n";
    let reply_len = reply_len(&client, request);
    let mut replies = vec![0; 16 * reply_len];
    for _ in 0..10 {
        client.write_all(request).unwrap();
        client.read_exact(&mut replies[..reply_len]).unwrap();
    }
    client.write_all(&request.repeat(16)).unwrap();
    client.read_exact(&mut replies).unwrap();
    let peer = client.local_addr().unwrap();
    drop(client);
    site.end(Signal::SIGTERM);
    let trace = run::finished_trace(&folder.path().join("trace"));
    let calls = calls_of(&trace, peer.port());
    let of = |name: &str| calls.iter().filter(|call| **call == name).count();
    // The one that warms up, ten, and sixteen at once; the end is read unless the signal is faster.
    assert_eq!(of("sendto"), 1 + 10 + 1, "{calls:?}");
    assert!((12..=13).contains(&of("recvfrom")), "{calls:?}");
    let others = calls.iter().filter(|call| !matches!(**call, "recvfrom" | "sendto"));
    let others: Vec<_> = others.copied().collect();
    let once = ["epoll_ctl", "setsockopt", "epoll_ctl", "fcntl", "close"];
    assert!(
        others.iter().all(|call| once.contains(call)) && others.len() <= once.len(),
        "{others:?}"
    );
}

#[test]
fn strace_sees_a_head_and_a_file_that_is_not_read() {
    if lacks_strace() {
        return;
    }
    let (site, folder) = start_traced(&[]);
    let mut client = site.server.connect();
    for _ in 0..3 {
        client.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut reply = vec![0; 1 << 20];
        client.read_exact(&mut reply).unwrap();
        // What is left is as long as the head, which is read then.
        let head = reply.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
        client.read_exact(&mut reply[..head]).unwrap();
    }
    let peer = client.local_addr().unwrap();
    drop(client);
    site.end(Signal::SIGTERM);
    let trace = run::finished_trace(&folder.path().join("trace"));
    let calls = calls_of(&trace, peer.port());
    let of = |name: &str| calls.iter().filter(|call| **call == name).count();
    assert_eq!(of("sendto"), 3, "{calls:?}");
    assert!((3..=4).contains(&of("recvfrom")) && of("sendfile") >= 3, "{calls:?}");
    let known = ["recvfrom", "sendto", "sendfile", "setsockopt", "epoll_ctl", "fcntl", "close"];
    assert!(calls.iter().all(|call| known.contains(call)), "{calls:?}");
}

/// Asks once, and returns how long the answer is.
fn reply_len(mut client: &TcpStream, request: &[u8]) -> usize {
    client.write_all(request).unwrap();
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\nhello\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        reply.push(byte[0]);
    }
    reply.len()
}

/// The names of all calls on the connection that came from `port`, from when it was accepted until
/// it was closed; behind that its descriptor may be another's. A read that found nothing is left
/// out: the kernel may tell of the first bytes twice, and no more often.
fn calls_of(trace: &str, port: u16) -> Vec<&str> {
    let accepted = format!("sin_port=htons({port})");
    let mut lines = trace.lines().skip_while(|line| !line.contains(&accepted));
    let descriptor = lines.next().unwrap().rsplit_once("= ").unwrap().1;
    let (mut calls, mut vain) = (Vec::new(), 0);
    while let Some(line) = lines.next() {
        // What resumes a call that another thread interrupted has no such beginning.
        let Some((name, arguments)) = line.split_once('(') else { continue };
        let name = name.split_whitespace().next_back().unwrap();
        let mut arguments = arguments.split([',', ')']).map(str::trim_ascii);
        let place = if name == "epoll_ctl" { 2 } else { 0 };
        if arguments.nth(place) != Some(descriptor) {
            continue;
        }
        if name == "recvfrom" && outcome(line, lines.clone()).contains("EAGAIN") {
            vain += 1;
        } else {
            calls.push(name);
        }
        if name == "close" {
            break;
        }
    }
    assert!(vain <= 1, "{calls:?}");
    calls
}

/// The line with what the call of `line` returned: itself, or where its thread resumes it.
fn outcome<'t>(line: &'t str, mut behind: impl Iterator<Item = &'t str>) -> &'t str {
    if !line.ends_with("<unfinished ...>") {
        return line;
    }
    let thread = line.split_whitespace().next();
    let is_it = |it: &&str| it.split_whitespace().next() == thread;
    behind.find(is_it).unwrap_or(line)
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
