//! A server of files, as clients and scripts use one.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::server::Server;
use super::zc;

/// A server of a directory with a few files.
pub(crate) struct Site {
    pub(crate) directory: TempDir,
    pub(crate) server: Server,
}

impl Site {
    #[track_caller]
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_as(zc(), args)
    }

    /// Starts `command`, which is the tool or ends with it.
    #[track_caller]
    pub(crate) fn start_as(mut command: Command, args: &[&str]) -> Self {
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
    pub(crate) fn ask(&self, target: &str) -> String {
        let mut client = self.server.connect();
        write!(client, "GET {target} HTTP/1.0\r\nUser-Agent: \"me\"\r\n\r\n").unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        reply
    }

    #[track_caller]
    pub(crate) fn check(&self, target: &str, status: &str) {
        let reply = self.ask(target);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{target}: {reply}");
    }

    #[track_caller]
    pub(crate) fn end(self, signal: Signal) -> String {
        self.server.send(signal);
        let (status, stderr) = self.server.wait();
        assert_eq!(status.code(), Some(0), "{stderr}");
        stderr
    }
}
