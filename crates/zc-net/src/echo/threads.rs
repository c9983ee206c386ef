//! [`echo_std`], and the threads that run it: one accepts, and one serves each connection.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::shared::Shared;
use super::streams::{Entry, Streams};
use super::wake::Waker;
use crate::Meter;
use crate::accept::{BACK_OFF, concerns_one_connection};
use crate::crew::Crew;
use crate::gate::Pass;

/// Sends back what `stream` receives until the client closes its side, then closes ours.
///
/// Nothing is read while a write waits for the client, so at most one buffer is held. Calls that
/// were interrupted are made again.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{Shutdown, TcpListener, TcpStream};
/// use zc_net::Meter;
/// use zc_net::echo::echo_std;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let mut client = TcpStream::connect(listener.local_addr()?)?;
/// client.write_all(b"hello")?;
/// client.shutdown(Shutdown::Write)?;
///
/// let meter = Meter::default();
/// echo_std(&listener.accept()?.0, &mut [0; 64 << 10], &meter)?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer)?;
/// assert_eq!((answer.as_str(), meter.copies().total()), ("hello", 10));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What a read or a write returned. `meter` has counted what was copied until then.
///
/// # Panics
///
/// If `buffer` is empty.
///
/// # Copies
///
/// Each byte twice: out of the kernel into `buffer`, and back from there.
pub fn echo_std(stream: &TcpStream, buffer: &mut [u8], meter: &Meter) -> io::Result<()> {
    assert!(!buffer.is_empty(), "a buffer needs room for a byte");
    let mut stream = stream;
    loop {
        let count = uninterrupted(|| stream.read(buffer))?;
        if count == 0 {
            return close(stream);
        }
        meter.add_read(count);
        let mut rest = &buffer[..count];
        while !rest.is_empty() {
            let count = uninterrupted(|| stream.write(rest))?;
            if count == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            meter.add_written(count);
            rest = &rest[count..];
        }
    }
}

fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Closes our side of a connection, of which the client may have left nothing to close.
fn close(stream: &TcpStream) -> io::Result<()> {
    match stream.shutdown(Shutdown::Write) {
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(()),
        outcome => outcome,
    }
}

/// A thread that accepts, and those that it started.
#[derive(Debug)]
pub(super) struct Threads {
    /// Until it is told to stop.
    acceptor: Option<(JoinHandle<()>, Waker)>,
    streams: Arc<Streams>,
    shared: Arc<Shared>,
}

impl Threads {
    pub(super) fn start(
        listener: TcpListener,
        local_addr: SocketAddr,
        shared: &Arc<Shared>,
    ) -> io::Result<Self> {
        let waker = Waker::new(&listener, local_addr)?;
        let streams = Arc::new(Streams::default());
        let acceptor = thread::Builder::new().name("zc-echo-accept".to_owned()).spawn({
            let (shared, streams) = (Arc::clone(shared), Arc::clone(&streams));
            move || accept_all(&listener, &shared, &streams)
        })?;
        Ok(Self { acceptor: Some((acceptor, waker)), streams, shared: Arc::clone(shared) })
    }
}

impl Crew for Threads {
    fn stop_accepting(&mut self) {
        if let Some((acceptor, waker)) = self.acceptor.take() {
            waker.wake();
            acceptor.join().expect("the loop that accepts does not panic");
        }
    }

    fn end(self) {
        // Wakes those that wait for their client; they find that nothing more comes.
        self.streams.shut_down_all();
        self.shared.gate.wait_until_empty(Duration::MAX);
    }
}

fn accept_all(listener: &TcpListener, shared: &Arc<Shared>, streams: &Arc<Streams>) {
    while shared.gate.wait_for_room() {
        let started = match listener.accept() {
            Ok((stream, _)) => start_connection(stream, shared, streams),
            Err(error) if concerns_one_connection(&error) => Ok(()),
            Err(error) => {
                shared.gate.add_accept_error();
                Err(error)
            }
        };
        if started.is_err() {
            shared.gate.wait_a_while(BACK_OFF);
        }
    }
}

fn start_connection(
    stream: TcpStream,
    shared: &Arc<Shared>,
    streams: &Arc<Streams>,
) -> io::Result<()> {
    let Some(pass) = shared.gate.enter() else { return Ok(()) };
    let connection = Connection { entry: Streams::enter(streams, stream), pass };
    let started = thread::Builder::new().name("zc-echo".to_owned()).spawn({
        let shared = Arc::clone(shared);
        move || {
            let mut buffer = vec![0; shared.options.buffer_len];
            connection.serve(&mut buffer, &shared.meter);
        }
    });
    started.map(drop).inspect_err(|_| shared.gate.add_failure())
}

/// What a thread owns of its connection: the stream is closed before the gate is told.
#[derive(Debug)]
struct Connection {
    entry: Entry,
    pass: Pass,
}

impl Connection {
    fn serve(mut self, buffer: &mut [u8], meter: &Meter) {
        let stream = self.entry.stream();
        // Answers to short messages are not held back; where that fails they only come later.
        let _ = stream.set_nodelay(true);
        if echo_std(stream, buffer, meter).is_err() {
            self.pass.fail();
        }
    }
}
