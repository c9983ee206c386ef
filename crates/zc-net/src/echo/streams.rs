//! [`Streams`]: the open connections, by which threads that wait for a client can be woken.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A register of streams; it shares them, and so costs no descriptors.
#[derive(Debug, Default)]
pub(super) struct Streams(Mutex<Register>);

#[derive(Debug, Default)]
struct Register {
    next: u64,
    open: HashMap<u64, Arc<TcpStream>>,
}

impl Streams {
    /// Enters `stream` until the entry is dropped.
    pub(super) fn enter(streams: &Arc<Self>, stream: TcpStream) -> Entry {
        let stream = Arc::new(stream);
        let mut register = streams.register();
        let number = register.next;
        register.next += 1;
        register.open.insert(number, Arc::clone(&stream));
        drop(register);
        Entry { number, stream, streams: Arc::clone(streams) }
    }

    /// Ends all connections: reads find the end, and writes fail, also those that wait.
    pub(super) fn shut_down_all(&self) {
        for stream in self.register().open.values() {
            // It fails for one that the client has reset, where nobody waits.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn register(&self) -> MutexGuard<'_, Register> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that is closed and taken from its register when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    number: u64,
    stream: Arc<TcpStream>,
    streams: Arc<Streams>,
}

impl Entry {
    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.streams.register().open.remove(&self.number);
    }
}
