//! The servers that this program itself runs as a process of their own.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::io::{self, Read, Write, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
#[cfg(any(feature = "rivals", target_os = "linux"))]
use std::path::Path;
use std::thread;

#[cfg(feature = "rivals")]
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
#[cfg(target_os = "linux")]
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::runtime::Builder;
#[cfg(feature = "rivals")]
use tower_http::services::ServeDir;
#[cfg(target_os = "linux")]
use zc_net::{Meter, send_file::send_mapped};

#[path = "../../zc-net/examples/resp_server.rs"]
#[expect(dead_code, reason = "the example has a `main` of its own")]
mod resp_server;

/// Echoes on a free port until the process is ended, with a thread and a buffer for each
/// connection. With 1 KiB it is the server of many an article; 64 KiB is all it takes to make it
/// fast.
pub(crate) fn echo(buffer_len: usize) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(listener.local_addr()?)?;
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || {
            if let Err(error) = serve(stream, buffer_len) {
                eprintln!("a connection failed: {error}");
            }
        });
    }
    Ok(())
}

fn serve(mut stream: TcpStream, buffer_len: usize) -> io::Result<()> {
    let mut buffer = vec![0; buffer_len];
    loop {
        let len = stream.read(&mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..len])?;
    }
}

/// Echoes short messages on a free port until the process is ended, by tasks of one runtime.
pub(crate) fn scheduled() -> io::Result<()> {
    Builder::new_multi_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(ANY_PORT).await?;
        say(listener.local_addr()?)?;
        echo_messages(listener).await
    })
}

/// The same by a runtime of one thread for each core, each with a listener of its own at the same
/// port (`SO_REUSEPORT`, socket(7)).
pub(crate) fn by_core() -> io::Result<()> {
    let mut address = ANY_PORT;
    let mut threads = Vec::new();
    for _ in 0..thread::available_parallelism()?.get() {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let listener = {
            let _context = runtime.enter();
            let listener = TcpSocket::new_v4()?;
            #[cfg(unix)]
            listener.set_reuseport(true)?;
            listener.bind(address)?;
            listener.listen(BACKLOG)?
        };
        address = listener.local_addr()?;
        threads.push(thread::spawn(move || runtime.block_on(echo_messages(listener))));
    }
    say(address)?;
    threads.into_iter().try_for_each(|thread| thread.join().expect("a server does not panic"))
}

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const BACKLOG: u32 = 1024;

async fn echo_messages(listener: tokio::net::TcpListener) -> io::Result<()> {
    loop {
        let (mut client, _) = listener.accept().await?;
        tokio::spawn(async move {
            client.set_nodelay(true)?;
            let mut buffer = [0; 1 << 10];
            loop {
                match client.read(&mut buffer).await? {
                    0 => return io::Result::Ok(()),
                    len => client.write_all(&buffer[..len]).await?,
                }
            }
        });
    }
}

/// Passes connections on to `to` until the process is ended, in the way that tokio offers.
pub(crate) fn copy_bidirectional(to: SocketAddr) -> io::Result<()> {
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        say(listener.local_addr()?)?;
        loop {
            let (mut client, _) = listener.accept().await?;
            tokio::spawn(async move {
                let mut upstream = tokio::net::TcpStream::connect(to).await?;
                client.set_nodelay(true)?;
                upstream.set_nodelay(true)?;
                tokio::io::copy_bidirectional(&mut client, &mut upstream).await
            });
        }
    })
}

/// Serves the files of a directory on a free port until the process is ended, by `ServeDir` of
/// tower-http on hyper.
#[cfg(feature = "rivals")]
pub(crate) fn serve_dir(directory: &Path) -> io::Result<()> {
    let service = TowerToHyperService::new(ServeDir::new(directory));
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        say(listener.local_addr()?)?;
        loop {
            let (client, _) = listener.accept().await?;
            client.set_nodelay(true)?;
            let service = service.clone();
            tokio::spawn(async move {
                let mut http = hyper::server::conn::http1::Builder::new();
                http.pipeline_flush(true).serve_connection(TokioIo::new(client), service).await
            });
        }
    })
}

/// Serves one file on a free port until the process is ended, by writing from a map that only the
/// kernel looks into.
#[cfg(target_os = "linux")]
pub(crate) fn mapped(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n");
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(ANY_PORT).await?;
        say(listener.local_addr()?)?;
        loop {
            let (client, _) = listener.accept().await?;
            client.set_nodelay(true)?;
            let mut client = BufReader::new(client);
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") && client.read_line(&mut request).await? > 0 {}
            send_mapped(client.get_ref(), &file, 0..len, head.as_bytes(), &Meter::default())
                .await?;
        }
    })
}

/// Serves RESP on a free port until the process is ended, by the example of zc-net.
pub(crate) fn resp() -> io::Result<()> {
    let server = resp_server::Server::bind("127.0.0.1:0", 1 << 30)?;
    say(server.local_addr())?;
    server.run()
}

/// Tells whoever started the process where it listens.
fn say(address: SocketAddr) -> io::Result<()> {
    let mut stdout = stdout();
    writeln!(stdout, "listening on {address}")?;
    stdout.flush()
}
