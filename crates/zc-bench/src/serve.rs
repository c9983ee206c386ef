//! The echo servers that ours is held against: a thread and a buffer for each connection.
//!
//! With 1 KiB it is the server of many an article; 64 KiB is all it takes to make it fast.

use std::io::{self, Read, Write, stdout};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Echoes on a free port until the process is ended.
pub(crate) fn echo(buffer_len: usize) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut stdout = stdout();
    writeln!(stdout, "listening on {}", listener.local_addr()?)?;
    stdout.flush()?;
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
