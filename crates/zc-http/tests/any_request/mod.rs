//! Any bytes as requests of one connection: what a fuzzer and a test of its seeds hold of them.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use zc_http::{Connection, Files, Options, Outcome};
use zc_parse::Grammar;
use zc_parse::http1::ResponseHead;

/// What lies beside the root, and no request may get.
const SECRET: &[u8] = b"there is a secret beside the root";

struct Fixture {
    runtime: Runtime,
    files: Arc<Files>,
    _directory: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(directory.path().join("secret"), SECRET).unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink("..", root.join("up")).unwrap();
        fs::write(root.join("index.html"), "0123456789").unwrap();
        fs::write(root.join("a/b"), "b").unwrap();
        fs::write(root.join("long"), vec![b'l'; 5000]).unwrap();
        sleep(Duration::from_millis(50));
        let options = Options {
            memory_up_to: 4096,
            fresh_for: Duration::from_secs(3600),
            head_deadline: Duration::from_secs(60),
            ..Options::default()
        };
        let files = Arc::new(Files::open(root, options).unwrap());
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, files, _directory: directory }
    }

    /// All that is answered to `input`, which is sent in two parts.
    async fn answers(&self, input: &[u8], cut: usize) -> Vec<u8> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connect = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(connect, listener.accept());
        let (stream, peer) = accepted.unwrap();
        let mut client = client.unwrap();
        let (mut reader, mut writer) = client.split();
        let (first, second) = input.split_at(cut);
        let send = async move {
            // Nobody reads what stands behind a request that ends the connection.
            let _ = writer.write_all(first).await;
            tokio::task::yield_now().await;
            let _ = writer.write_all(second).await;
            let _ = writer.shutdown().await;
        };
        let mut answers = Vec::new();
        let serve = Connection::new(stream, peer).serve(&self.files);
        let (outcome, (), _) = tokio::join!(serve, send, reader.read_to_end(&mut answers));
        assert!(matches!(outcome, Outcome::Closed(_)), "{outcome:?}");
        answers
    }
}

thread_local! {
    static FIXTURE: Fixture = Fixture::new();
}

/// Serves `seed`, of which the first byte says where the rest is cut: it must not matter.
pub(crate) fn check(seed: &[u8]) {
    let Some((cut, input)) = seed.split_first() else { return };
    FIXTURE.with(|fixture| {
        let cut = usize::from(*cut).min(input.len());
        let whole = fixture.runtime.block_on(fixture.answers(input, 0));
        let parted = fixture.runtime.block_on(fixture.answers(input, cut));
        assert_eq!(without_dates(&whole), without_dates(&parted), "cut at {cut}");
        assert!(!whole.windows(SECRET.len()).any(|bytes| bytes == SECRET));
        if !input.windows(4).any(|bytes| bytes == b"HEAD") {
            walk(&whole);
        }
    });
}

/// Looks at one answer after the other; the one that ends the connection is the last.
fn walk(mut answers: &[u8]) {
    while !answers.is_empty() {
        let (head, rest) = ResponseHead::new().parse_one(answers).unwrap();
        assert!(matches!(head.status, 200..600), "{head:?}");
        let len = head
            .headers
            .get(b"content-length")
            .map_or(0, |len| str::from_utf8(len).unwrap().parse().unwrap());
        assert!(head.status != 304 || len == 0, "{head:?}");
        answers = &rest[len..];
        let closes = head.headers.get(b"connection").is_some_and(|value| *value == b"close");
        assert!(!closes || answers.is_empty(), "something follows {head:?}");
    }
}

/// The answers with the digits of their dates made alike.
fn without_dates(answers: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"\r\nDate: ";
    let mut answers = answers.to_vec();
    for start in 0..answers.len() {
        if answers[start..].starts_with(NAME) {
            let end = (start + NAME.len() + 29).min(answers.len());
            answers[start + NAME.len()..end].fill(b'-');
        }
    }
    answers
}
