//! Files beside a program of hyper, on one port: what lies beneath `/static/` is sent by the kernel,
//! everything else is answered by hyper.
//!
//! ```text
//! client ──▶ zc_http::Connection ──▶ files beneath /static/
//!                  │ the first other request, with all that was read
//!                  ╰──▶ hyper, to the end of the connection
//! ```
//!
//! A `Router` of axum goes where `service_fn(greet)` stands, as `TowerToHyperService` of hyper-util.
//!
//! `cargo run --example beside_hyper -- DIRECTORY` prints where it listens.

use std::convert::Infallible;
use std::io::{self, Write, stdout};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, join};
use tokio::net::{TcpListener, TcpStream};
use zc_http::{Connection, Files, Options, Outcome};

fn main() -> io::Result<()> {
    let Some(directory) = std::env::args_os().nth(1) else {
        println!("usage: beside_hyper DIRECTORY");
        return Ok(());
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    writeln!(stdout(), "listening on {}", listener.local_addr()?)?;
    run(listener, Path::new(&directory))
}

/// Serves whoever connects to `listener`.
pub(crate) fn run(listener: std::net::TcpListener, directory: &Path) -> io::Result<()> {
    let files = Arc::new(Files::open(directory, Options::default())?);
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        loop {
            let (stream, peer) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(serve(stream, peer, Arc::clone(&files)));
        }
    })
}

/// Answers the requests of a connection for files, and leaves it to hyper at the first other one.
async fn serve(stream: TcpStream, peer: SocketAddr, files: Arc<Files>) {
    let connection = Connection::new(stream, peer).beneath("/static/");
    if let Outcome::Foreign { stream, buffered, .. } = connection.serve(&files).await {
        // Who goes away is no concern of ours.
        let _ = leave_to_hyper(stream, buffered).await;
    }
}

/// Lets hyper read what was read before, and then the rest.
async fn leave_to_hyper(stream: TcpStream, buffered: Bytes) -> hyper::Result<()> {
    let (reader, writer) = stream.into_split();
    let stream = join(io::Cursor::new(buffered).chain(reader), writer);
    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(greet)).await
}

async fn greet(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    Ok(Response::new(format!("hyper answers {}\n", request.uri())))
}
