//! An echo server with a thread for each connection, and a client that says hello to it.
//!
//! `cargo run --example echo_std`

#![forbid(unsafe_code)]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use zc_net::Meter;
use zc_net::echo::echo_std;

pub(crate) fn main() -> io::Result<()> {
    println!("{}", run()?);
    Ok(())
}

pub(crate) fn run() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let client = thread::spawn(move || say(address, "hello"));

    let (stream, _) = listener.accept()?;
    let meter = Meter::default();
    // The buffer is the whole difference between a slow echo and a fast one.
    echo_std(&stream, &mut [0; 64 << 10], &meter)?;

    let answer = client.join().expect("the client does not panic")?;
    Ok(format!("{answer}: {}", meter.copies()))
}

/// Sends `text`, closes that side, and reads what comes back.
fn say(address: SocketAddr, text: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(text.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
