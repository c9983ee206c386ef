//! What `strace` sees of a file that is sent: a header that waits for it, and one call for the rest.
//!
//! The test runs itself once more, under the tracer, with a file to send.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread::spawn;

use zc_net::Meter;
use zc_net::send_file::send_file;

/// Names the file that the process under the tracer sends.
const FILE: &str = "ZC_TEST_SEND_FILE";

const LEN: usize = 100_000;

#[test]
fn the_header_waits_for_the_file_which_one_call_sends() {
    if let Some(path) = std::env::var_os(FILE) {
        return send(Path::new(&path));
    }
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "strace is not installed");
        return println!("skipped: strace is not installed");
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, trace) = (folder.path().join("file"), folder.path().join("trace"));
    std::fs::write(&file, vec![b'f'; LEN]).unwrap();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-s", "16", "-e", "trace=sendto,sendfile,sendmsg,setsockopt"]);
    strace.arg("-o").arg(&trace).arg(std::env::current_exe().unwrap()).env(FILE, &file);
    let output = strace.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let calls = |name: &str| trace.lines().filter(|line| line.contains(name)).collect::<Vec<_>>();
    let [header] = calls("sendto(")[..] else { panic!("{trace}") };
    assert!(header.contains("\"header\", 6, MSG_NOSIGNAL|MSG_MORE"), "{header}");
    let [sent] = calls("sendfile(")[..] else { panic!("{trace}") };
    assert!(sent.ends_with(&format!(" = {LEN}")), "{sent}");
    assert!(trace.find("sendto(") < trace.find("sendfile("), "{trace}");
    assert!(calls("TCP_CORK").is_empty(), "{trace}");
}

/// Sends a file behind a header to a client that reads all of it.
fn send(path: &Path) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    // All of it fits, so that one call can take it.
    socket2::SockRef::from(&stream).set_send_buffer_size(4 * LEN).unwrap();
    stream.set_nonblocking(true).unwrap();
    let reader = spawn(move || {
        let mut received = Vec::new();
        client.read_to_end(&mut received).unwrap();
        received.len()
    });
    let file = File::open(path).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let meter = Meter::default();
        send_file(&stream, &file, 0..LEN as u64, b"header", &meter).await.unwrap();
    });
    assert_eq!(reader.join().unwrap(), 6 + LEN);
}
