//! A directory that is served, and clients that say exactly what they are told to.

#![allow(dead_code, reason = "not every test looks at everything")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;
use zc_http::{Files, Options, Report, Server};
use zc_net::server::{self, Stopper};
use zc_parse::Grammar;
use zc_parse::http1::ResponseHead;

/// Longer than anything takes; who waits longer fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A directory that is served by this process.
pub(crate) struct Site {
    directory: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) stopper: Stopper,
    server: JoinHandle<Report>,
}

impl Site {
    #[track_caller]
    pub(crate) fn start(options: Options) -> Self {
        Self::start_with(options, server::Options::default())
    }

    #[track_caller]
    pub(crate) fn start_with(options: Options, bounds: server::Options) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs::create_dir(&root).unwrap();
        let files = Arc::new(Files::open(&root, options).unwrap());
        let server = Server::bind("127.0.0.1:0", files, bounds).unwrap();
        let (address, stopper) = (server.local_addr(), server.stopper());
        let server = thread::spawn(|| server.run().unwrap());
        Self { directory, address, stopper, server }
    }

    /// Where a path lies beneath the root.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join("root").join(path)
    }

    /// Writes a file, and the directories it is in.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    /// What a new client gets for `head`, a request of which the lines end with LF here, without
    /// the empty one.
    #[track_caller]
    pub(crate) fn ask(&self, head: &str) -> Reply {
        let mut client = self.client();
        client.send(&crlf(head));
        let reply = client.reply(!head.starts_with("HEAD"));
        client.stream.get_ref().shutdown(Shutdown::Write).unwrap();
        reply
    }

    /// What a new client gets for a file.
    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Reply {
        self.ask(&get(target))
    }

    #[track_caller]
    pub(crate) fn stop(self) -> Report {
        self.stopper.stop();
        self.server.join().unwrap()
    }
}

/// The lines of a request for `target`.
pub(crate) fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\nHost: a")
}

/// A request as it is sent, of one whose lines end with LF and that lacks the empty one.
pub(crate) fn crlf(head: &str) -> Vec<u8> {
    (head.replace('\n', "\r\n") + "\r\n\r\n").into_bytes()
}

/// Waits until a file that was just written counts as one that does not change any more.
pub(crate) fn settle() {
    thread::sleep(Duration::from_millis(30));
}

/// Waits until `is_so`, but not for ever.
#[track_caller]
pub(crate) fn wait_until(is_so: impl Fn() -> bool) {
    let steps = PATIENCE.as_millis() / 5;
    for _ in 0..steps {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("this does not happen");
}

pub(crate) struct Client {
    pub(crate) stream: BufReader<TcpStream>,
}

impl Client {
    #[track_caller]
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_ref().write_all(bytes).unwrap();
    }

    /// Sends what the server may refuse to take.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) {
        let _ = self.stream.get_ref().write_all(bytes);
    }

    /// Reads an answer, with its body if it is one to a GET.
    #[track_caller]
    pub(crate) fn reply(&mut self, has_body: bool) -> Reply {
        self.try_reply(has_body).expect("an answer, not the end of the connection")
    }

    /// The same; `None` if the connection is over.
    #[track_caller]
    pub(crate) fn try_reply(&mut self, has_body: bool) -> Option<Reply> {
        let mut reply = self.head()?;
        let has_body = has_body && reply.status != 304;
        let len = reply.header("content-length").filter(|_| has_body);
        let len: usize = len.map_or(0, |len| len.parse().unwrap());
        reply.body = vec![0; len];
        self.stream.read_exact(&mut reply.body).unwrap();
        Some(reply)
    }

    /// Reads the head of an answer.
    #[track_caller]
    pub(crate) fn head(&mut self) -> Option<Reply> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match self.stream.read_until(b'\n', &mut head) {
                Ok(0) | Err(_) if head.is_empty() => return None,
                Ok(count) => assert!(count > 0, "{:?}", head.escape_ascii().to_string()),
                Err(error) => panic!("{error}"),
            }
        }
        let (response, rest) = ResponseHead::new().parse_one(&head).unwrap();
        assert!(rest.is_empty());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers =
            response.headers.iter().map(|it| (text(it.name).to_lowercase(), text(it.value)));
        Some(Reply { status: response.status, headers: headers.collect(), body: Vec::new() })
    }

    /// Asserts that the server has closed the connection and has sent nothing more.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let mut rest = Vec::new();
        // One that was reset has ended, too.
        let _ = self.stream.read_to_end(&mut rest);
        assert!(rest.is_empty(), "{:?}", rest.escape_ascii().to_string());
    }

    pub(crate) fn shut_down_writing(&self) {
        self.stream.get_ref().shutdown(Shutdown::Write).unwrap();
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The value of the only header with this name.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(it, _)| it == name);
        let first = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice: {self:?}");
        first
    }

    /// Whether the server says that it closes the connection.
    #[track_caller]
    pub(crate) fn closes(&self) -> bool {
        self.header("connection") == Some("close")
    }
}

/// Bytes that look random and depend on their place.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mixed = (0..len.div_ceil(8) as u64).map(|index| {
        let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    });
    let mut bytes: Vec<u8> = mixed.flat_map(u64::to_le_bytes).collect();
    bytes.truncate(len);
    bytes
}
