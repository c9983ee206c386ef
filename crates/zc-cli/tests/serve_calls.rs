//! The system calls that `zc serve` makes, as strace sees them, against the table in
//! `docs/serving.md`: each row of it is what a request costs here.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::Signal;
use run::lacks_strace;
use run::site::Site;
use tempfile::TempDir;

/// A server under strace.
struct Traced {
    site: Site,
    folder: TempDir,
}

impl Traced {
    fn start(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // With `-D` the process that is started is the tool, and gets the signal.
        let mut strace = Command::new("strace");
        strace.args(["-D", "-f", "-s", "0", "-o"]).arg(folder.path().join("trace"));
        strace.arg(env!("CARGO_BIN_EXE_zc"));
        Self { site: Site::start_as(strace, args), folder }
    }

    fn write(&self, name: &str, len: usize) {
        fs::write(self.site.directory.path().join("root").join(name), vec![b'x'; len]).unwrap();
    }

    /// Ends the server, and returns what strace saw.
    fn end(self) -> String {
        self.site.end(Signal::SIGTERM);
        run::finished_trace(&self.folder.path().join("trace"))
    }
}

/// Lets a client ask for `target` several times, `pause` apart, with a further header, and holds
/// what strace saw against a row of the table, found by the beginning of its first column.
#[track_caller]
fn check(row: &str, args: &[&str], target: &str, pause: Duration) {
    let server = Traced::start(args);
    for (name, len) in [("middle", 20_000), ("long", 100_000), ("longest", 3 << 20)] {
        server.write(name, len);
    }
    fs::create_dir(server.site.directory.path().join("root/folder")).unwrap();
    sleep(Duration::from_millis(30));
    let mut client = BufReader::new(server.site.server.connect());
    let port = client.get_ref().local_addr().unwrap().port();
    for _ in 0..6 {
        ask(&mut client, target);
        sleep(pause);
    }
    drop(client);
    check_costs(&by_request(&calls(&server.end()), port), row);
}

/// Holds what each of six requests cost against a row.
#[track_caller]
fn check_costs(costs: &[Vec<String>], row: &str) {
    let expected = documented(row);
    // The first ones find out what the others know, and the signal may meet the last one. Another
    // second may begin for one of the others, or the kernel be disturbed while it looks up a path.
    let as_expected = costs[2..5].iter().filter(|cost| **cost == expected).count();
    assert!(as_expected >= 2, "{expected:?}: {costs:?}");
}

/// Asks once, and reads the answer to its end.
fn ask(client: &mut BufReader<TcpStream>, target: &str) {
    let request = format!("GET {target}\r\nHost: a\r\n\r\n");
    client.get_ref().write_all(request.as_bytes()).unwrap();
    read_reply(client);
}

fn read_reply(client: &mut BufReader<TcpStream>) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(client.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let len = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let len: usize = len.map_or(0, |len| len.parse().unwrap());
    client.read_exact(&mut vec![0; len]).unwrap();
}

/// The calls in the second column of a row, in their order.
#[track_caller]
fn documented(row: &str) -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/serving.md");
    let page = fs::read_to_string(page).unwrap();
    let line = page.lines().find(|line| line.starts_with(&format!("| {row}"))).expect("a row");
    let column = line.split('|').nth(2).unwrap();
    column.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All calls, in the order in which they began.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut lines = trace.lines();
    let mut calls = Vec::new();
    while let Some(line) = lines.next() {
        // What resumes a call that another thread interrupted is a part of that one.
        let is_call = |line: &&str| !line.contains(" resumed>");
        let Some((name, arguments)) = Some(line).filter(is_call).and_then(|it| it.split_once('('))
        else {
            continue;
        };
        let name = match name.split_whitespace().next_back().unwrap() {
            "recvfrom" => "recv",
            "sendto" => "send",
            // strace before 6.5 does not know it.
            "syscall_0x1c3" => "cachestat",
            name => name,
        };
        let end = end(line, lines.clone());
        let outcome = end.rsplit_once("= ").map_or("", |(_, it)| it);
        calls.push(Call { thread: thread(line), name, arguments, end, outcome });
    }
    calls
}

#[derive(Debug, Clone, Copy)]
struct Call<'t> {
    thread: &'t str,
    name: &'t str,
    arguments: &'t str,
    /// The line that says how it ended.
    end: &'t str,
    outcome: &'t str,
}

impl Call<'_> {
    fn is_of(&self, descriptor: &str) -> bool {
        self.arguments.split([',', ')']).next() == Some(descriptor)
    }
}

/// The line with what the call of `line` returned: itself, or where its thread resumes it.
fn end<'t>(line: &'t str, mut behind: impl Iterator<Item = &'t str>) -> &'t str {
    if !line.ends_with("<unfinished ...>") {
        return line;
    }
    behind.find(|it| thread(it) == thread(line)).unwrap_or(line)
}

fn thread(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// The descriptor of the connection from `port`, and all calls since it was accepted.
fn behind_accept<'c, 't>(calls: &'c [Call<'t>], port: u16) -> (&'t str, &'c [Call<'t>]) {
    let accepted = format!("htons({port})");
    let is_it = |call: &Call<'_>| call.name == "accept4" && call.end.contains(&accepted);
    let place = calls.iter().position(is_it).unwrap();
    (calls[place].outcome, &calls[place + 1..])
}

/// Calls of the runtime, which wait for work of any connection and wake those that wait; and one by
/// which a development build looks whether what it closes is open.
const SHARED: [&str; 6] = ["epoll_wait", "epoll_pwait", "futex", "sched_yield", "write", "fcntl"];

/// Each read that got a request from `port`, and the calls that its thread made behind it. One that
/// is made several times, since the socket takes no more at once, is there once.
fn by_request(calls: &[Call<'_>], port: u16) -> Vec<Vec<String>> {
    let (descriptor, calls) = behind_accept(calls, port);
    let mut costs: Vec<Vec<String>> = Vec::new();
    let mut serving = "";
    for call in calls {
        let is_read = call.name == "recv" && call.is_of(descriptor);
        match call.outcome {
            // The kernel may tell of the first bytes twice.
            outcome if is_read && outcome.contains("EAGAIN") => continue,
            "0" if is_read => break,
            _ if call.name == "shutdown" || call.name == "close" && call.is_of(descriptor) => break,
            _ if is_read => {
                serving = call.thread;
                costs.push(Vec::new());
            }
            _ if call.thread != serving || SHARED.contains(&call.name) => continue,
            _ => {}
        }
        let Some(cost) = costs.last_mut() else { continue };
        if cost.last().is_none_or(|last| last != call.name) {
            cost.push(call.name.to_owned());
        }
    }
    costs
}

const AT_ONCE: Duration = Duration::ZERO;

/// Longer than a file counts as in the page cache that was found there.
const LATER: Duration = Duration::from_millis(1100);

#[test]
fn a_request_costs_what_the_table_says() {
    if lacks_strace() {
        return;
    }
    let known = ["--fresh-for", "60"];
    check("file in memory", &known, "/start.html HTTP/1.1", AT_ONCE);
    check("the same from 16 KiB on", &known, "/middle HTTP/1.1", AT_ONCE);
    check("the same, looked at again", &["--fresh-for", "0"], "/start.html HTTP/1.1", AT_ONCE);
    check("up to 1 MiB", &known, "/long HTTP/1.1", AT_ONCE);
    check("the same, looked up", &known, "/long HTTP/1.1", LATER);
    check("`304`", &known, "/start.html HTTP/1.1\r\nIf-None-Match: *", AT_ONCE);
    check("`404`", &known, "/none HTTP/1.1", AT_ONCE);
    check("`301`", &known, "/folder HTTP/1.1", AT_ONCE);
    check("longer", &known, "/longest HTTP/1.1", AT_ONCE);
}

#[test]
fn sixteen_requests_at_once_cost_as_many_calls_as_one() {
    if lacks_strace() {
        return;
    }
    let server = Traced::start(&["--fresh-for", "60"]);
    let mut client = BufReader::new(server.site.server.connect());
    let port = client.get_ref().local_addr().unwrap().port();
    for _ in 0..6 {
        let requests = "GET /start.html HTTP/1.1\r\nHost: a\r\n\r\n".repeat(16);
        client.get_ref().write_all(requests.as_bytes()).unwrap();
        (0..16).for_each(|_| read_reply(&mut client));
    }
    // The server closes the connection before the signal comes.
    client.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    let trace = server.end();
    let calls = calls(&trace);
    check_costs(&by_request(&calls, port), "of 16 pipelined requests");
    // What the connection costs beside its requests.
    let (descriptor, calls) = behind_accept(&calls, port);
    let is_of_it = |call: &&Call<'_>| {
        let place = if call.name == "epoll_ctl" { 2 } else { 0 };
        call.arguments.split([',', ')']).nth(place).map(str::trim_ascii) == Some(descriptor)
    };
    let others = calls.iter().filter(is_of_it).map(|call| call.name);
    let mut others: Vec<_> =
        others.filter(|name| !["recv", "send", "fcntl"].contains(name)).collect();
    others.truncate(4);
    others.sort_unstable();
    assert_eq!(others, ["close", "epoll_ctl", "epoll_ctl", "setsockopt"]);
}
