//! A server under the load of `wrk`; what it sends is compared byte by byte before.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::REQUESTS;
use super::servers::{NAME, Site, Start};
use crate::answer::{Answer, Done};
use crate::child;
use crate::engine::Work;

/// What clients do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    /// Bytes of the file.
    pub(super) len: u64,
    pub(super) connections: usize,
    /// Requests of a connection that are sent at a time.
    pub(super) pipelined: usize,
    /// How long they do it in each run.
    pub(super) seconds: u32,
}

/// How long an answer may take.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Starts a server and checks what it sends. In each run `wrk` asks for a while, and the
/// processor time is that of [`REQUESTS`].
pub(super) fn load(program: &Path, start: Start, load: Load) -> Result<Work<'static>> {
    let site = Site::start(program, start, load.len)?;
    check(site.address(), &fs::read(site.path())?, load.pipelined)?;
    let scripts = TempDir::with_prefix("zc-bench-wrk-")?;
    let script = scripts.path().join("pipelined.lua");
    fs::write(&script, pipelining(load.pipelined))?;
    Ok(Box::new(move || {
        // It lives as long as this does.
        let _ = &scripts;
        let mut requests = 0;
        let done = site.measure(|address| {
            requests = run(address, load, &script)?;
            Ok(Answer { items: REQUESTS, sum: 0 })
        })?;
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = REQUESTS as f64 / requests as f64;
        Ok(Done { cpu: done.cpu.map(|cpu| cpu.mul_f64(share)), ..done })
    }))
}

/// What makes `wrk` send so many requests at a time.
fn pipelining(count: usize) -> String {
    format!(
        "init = function(args)
  local one = wrk.format()
  all = string.rep(one, {count})
end
request = function() return all end
"
    )
}

/// Lets `wrk` ask for a while; returns how often it was answered.
fn run(address: SocketAddr, load: Load, script: &Path) -> Result<u64> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--timeout", "30s", "--duration"]).arg(load.seconds.to_string());
    wrk.arg("--connections").arg(load.connections.to_string());
    if load.pipelined > 1 {
        wrk.arg("--script").arg(script);
    }
    let output = child::output(wrk.arg(format!("http://{address}/{NAME}")))?;
    requests(&String::from_utf8_lossy(&output))
}

/// Reads how often `wrk` was answered; an answer that is none is an error.
fn requests(output: &str) -> Result<u64> {
    let is_fine = !output.contains("Socket errors") && !output.contains("Non-2xx");
    ensure!(is_fine, "wrk met errors: {output}");
    let line = output.lines().find_map(|line| line.trim().split_once(" requests in "));
    let count = line.and_then(|(count, _)| count.parse().ok()).filter(|count| *count > 0);
    count.with_context(|| format!("wrk was not answered: {output}"))
}

/// Asks so many times at once, and compares what comes back.
pub(super) fn check(address: SocketAddr, expected: &[u8], count: usize) -> Result<()> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(LIMIT))?;
    let request = format!("GET /{NAME} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    socket.write_all(request.repeat(count).as_bytes())?;
    let mut replies = BufReader::new(socket);
    for _ in 0..count {
        let len = read_head(&mut replies)?;
        ensure!(len == expected.len(), "an answer of {len} bytes, not {}", expected.len());
        let mut body = vec![0; len];
        replies.read_exact(&mut body)?;
        ensure!(body == expected, "other bytes came back than the file has");
    }
    Ok(())
}

/// Reads the head of an answer; returns the length of its body.
pub(super) fn read_head(replies: &mut impl BufRead) -> Result<usize> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        ensure!(replies.read_line(&mut head)? > 0, "the server closed the connection: {head:?}");
    }
    ensure!(head.starts_with("HTTP/1.1 200 "), "{head:?}");
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let len = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let len = len.with_context(|| format!("no length in {head:?}"))?.1;
    Ok(len.parse()?)
}

#[cfg(test)]
mod tests {
    use super::{read_head, requests};

    #[test]
    fn the_number_of_requests_is_read_unless_there_were_errors() {
        let output = "Running 1s test\n  123 requests in 1.00s, 1.0MB read\n";
        assert_eq!(requests(output).unwrap(), 123);
        for bad in ["  Non-2xx or 3xx responses: 5\n", "  Socket errors: connect 0, read 1\n"] {
            assert!(requests(&format!("{output}{bad}")).is_err());
        }
        assert!(requests("  0 requests in 1.00s, 0B read\n").is_err());
        assert!(requests("").is_err());
    }

    #[test]
    fn the_length_of_a_body_is_read() {
        let read = |head: &str| read_head(&mut head.as_bytes());
        assert_eq!(read("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").unwrap(), 5);
        for bad in
            ["HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
