//! The servers, each with the settings that are best for it, and the directory that they serve.

use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use tempfile::TempDir;

use crate::answer::{Answer, Done};
use crate::child::Server;
use crate::ports;
use crate::processor::on_core;
use crate::stream::pattern;

/// The name of the only file.
pub(super) const NAME: &str = "file.bin";

/// Starts the server of which the program is at the first path, on the directory at the second.
pub(super) type Start = fn(&Path, &Path) -> Result<Server>;

/// A directory with one file, and a server of it on a core of its own.
#[derive(Debug)]
pub(super) struct Site {
    directory: TempDir,
    server: Server,
}

impl Site {
    /// Serves a file of `len` bytes.
    pub(super) fn start(program: &Path, start: Start, len: u64) -> Result<Self> {
        // In memory as all of them expect it: files of a RAM disk some of them read otherwise.
        let directory = TempDir::with_prefix("zc-bench-serve-")?;
        write_file(&directory.path().join(NAME), len)?;
        // Until then we take a file for one that may still change.
        std::thread::sleep(Duration::from_millis(50));
        let server = on_core(0, || start(program, directory.path()))?;
        Ok(Self { directory, server })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// What the server spends on what `client` does.
    pub(super) fn measure(
        &self,
        client: impl FnOnce(SocketAddr) -> Result<Answer>,
    ) -> Result<Done> {
        self.server.measure(client)
    }

    /// Where the file lies.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join(NAME)
    }
}

/// Writes the pattern of all streams, over and over.
fn write_file(path: &Path, len: u64) -> Result<()> {
    let pattern = pattern();
    let mut file = File::create(path)?;
    let mut left = len;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(pattern.len());
        file.write_all(&pattern[..count])?;
        left -= count as u64;
    }
    Ok(())
}

pub(super) fn zc(program: &Path, directory: &Path) -> Result<Server> {
    let mut command = Command::new(program);
    Server::start(command.arg("serve").arg(directory).args(["--listen", "127.0.0.1:0"]))
}

/// As it comes, but without the headers that it adds to answers. It compresses for those who ask for
/// it, and here nobody does.
pub(super) fn static_web_server(program: &Path, directory: &Path) -> Result<Server> {
    let address = ports::free()?;
    let mut command = Command::new(program);
    command.arg("--host").arg(address.ip().to_string());
    command.arg("--port").arg(address.port().to_string()).arg("--root").arg(directory);
    command.args(["--log-level", "error", "--cache-control-headers", "false"]);
    Server::start_at(&mut command, address)
}

/// Writes the file from a map, to one client after the other.
pub(super) fn mapped(program: &Path, directory: &Path) -> Result<Server> {
    Server::start(Command::new(program).arg("serve-mapped").arg(directory.join(NAME)))
}

#[cfg(feature = "rivals")]
pub(super) fn serve_dir(program: &Path, directory: &Path) -> Result<Server> {
    Server::start(Command::new(program).arg("serve-dir").arg(directory))
}

/// Short files it reads: one call less than `sendfile` takes.
pub(super) fn nginx(program: &Path, directory: &Path) -> Result<Server> {
    start_nginx(program, directory, "sendfile off;")
}

pub(super) fn nginx_sendfile(program: &Path, directory: &Path) -> Result<Server> {
    start_nginx(program, directory, "sendfile on; tcp_nopush off;")
}

pub(super) fn nginx_nopush(program: &Path, directory: &Path) -> Result<Server> {
    start_nginx(program, directory, "sendfile on; tcp_nopush on;")
}

/// One process, which knows its files and writes no log.
fn start_nginx(program: &Path, directory: &Path, sending: &str) -> Result<Server> {
    let address = ports::free()?;
    // Its name in the directory that is served begins with a dot, and nobody asks for it.
    let own = directory.join(".nginx");
    fs::create_dir_all(&own)?;
    let config = format!(
        "daemon off;
master_process off;
error_log stderr crit;
pid {own}/pid;
events {{ worker_connections 1024; multi_accept on; }}
http {{
    access_log off;
    {sending}
    tcp_nodelay on;
    keepalive_requests 1000000000;
    keepalive_timeout 60s;
    reset_timedout_connection off;
    open_file_cache max=100 inactive=600s;
    open_file_cache_valid 600s;
    open_file_cache_min_uses 1;
    etag on;
    default_type application/octet-stream;
    client_body_temp_path {own}/body;
    proxy_temp_path {own}/proxy;
    fastcgi_temp_path {own}/fastcgi;
    uwsgi_temp_path {own}/uwsgi;
    scgi_temp_path {own}/scgi;
    server {{
        listen {address} backlog=1024;
        root {root};
    }}
}}
",
        own = own.display(),
        root = directory.display(),
    );
    let file = own.join("nginx.conf");
    fs::write(&file, config)?;
    let mut command = Command::new(program);
    command.arg("-p").arg(&own).arg("-c").arg(&file).stderr(Stdio::inherit());
    Server::start_at(&mut command, address)
}
