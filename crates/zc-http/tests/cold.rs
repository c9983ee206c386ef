//! Files that are not in memory: the thread that serves connections does not wait for them, and
//! answers others meanwhile.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use rustix::fs::{Advice, fadvise};
use support::{Client, PATIENCE, crlf, get, noise, settle};
use tempfile::TempDir;
use zc_http::{Connection, Files, Options};
use zc_io::residency::is_resident;

/// One that is read, and those that the kernel sends: in a few calls, and in windows.
const LENGTHS: [usize; 3] = [10_000, 1 << 20, 9 << 20];

/// Serves a directory on this thread and on one more that may wait, which is taken until `client`
/// lets go of what it gets.
fn serve(directory: &Path, client: impl FnOnce(SocketAddr, Box<dyn Send>) + Send + 'static) {
    let files = Arc::new(Files::open(directory, Options::default()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (taken, until_free) = channel::<()>();
        tokio::task::spawn_blocking(move || until_free.recv());
        let (over, is_over) = tokio::sync::oneshot::channel::<()>();
        let client = thread::spawn(move || {
            client(address, Box::new(taken));
            drop(over);
        });
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let files = Arc::clone(&files);
                tokio::spawn(async move { Connection::new(stream, peer).serve(&files).await });
            }
        });
        let _ = is_over.await;
        client.join().unwrap();
    });
}

/// A client that has asked for `name`.
fn ask(address: SocketAddr, name: &str) -> Client {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut client = Client { stream: BufReader::new(stream) };
    client.send(&crlf(&get(&format!("/{name}"))));
    client
}

/// Files of all lengths of which the kernel has nothing in memory, each called by its length.
fn cold_files() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for len in LENGTHS {
        let path = directory.path().join(len.to_string());
        fs::write(&path, noise(len)).unwrap();
        File::open(path).unwrap().sync_all().unwrap();
    }
    settle();
    for len in LENGTHS {
        fadvise(open(&directory, len), 0, None, Advice::DontNeed).unwrap();
    }
    directory
}

fn open(directory: &TempDir, len: usize) -> File {
    File::open(directory.path().join(len.to_string())).unwrap()
}

/// Whether all between two places of a file is in memory, as far as one can tell.
fn is_warm(file: &File, start: usize, end: usize) -> bool {
    is_resident(file, start as u64..end as u64).unwrap_or(true)
}

/// Bytes that were fetched from a device, by a thread or by all of a process.
fn fetched(whose: &str) -> Option<u64> {
    let counters = fs::read_to_string(format!("/proc/{whose}/io")).ok()?;
    let line = counters.lines().find_map(|line| line.strip_prefix("read_bytes: "))?;
    line.parse().ok()
}

/// Whether nothing has come but perhaps a head, which may leave before its body is there.
fn has_no_more(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let mut room = [0; 1000];
    let early = stream.peek(&mut room);
    stream.set_nonblocking(false).unwrap();
    match early {
        Ok(count) => room[..count].ends_with(b"\r\n\r\n"),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

#[test]
fn a_thread_that_serves_leaves_it_to_others_to_fetch_from_a_device() {
    let directory = cold_files();
    let (Some(ours), Some(all)) = (fetched("thread-self"), fetched("self")) else {
        return println!("skipped: the kernel does not count what a thread fetches");
    };
    serve(directory.path(), |address, taken| {
        drop(taken);
        for len in LENGTHS {
            assert!(ask(address, &len.to_string()).reply(true).body == noise(len), "{len}");
        }
    });
    if fetched("self") == Some(all) {
        return println!("skipped: there is no device below this directory");
    }
    let total = LENGTHS.iter().sum::<usize>() as u64;
    assert!(fetched("self").unwrap() >= all + total);
    // Asked whether a read would wait, the kernel begins to fetch a few pages, and waits for none.
    let begun = fetched("thread-self").unwrap() - ours;
    assert!(begun < total / 100, "{begun} of {total} bytes");
}

#[test]
fn others_are_answered_while_a_cold_file_is_loaded() {
    let directory = cold_files();
    fs::write(directory.path().join("warm"), "warm").unwrap();
    settle();
    if LENGTHS.iter().any(|len| is_warm(&open(&directory, *len), 0, *len)) {
        return println!("skipped: files stay in memory here");
    }
    serve(directory.path(), |address, taken| {
        let mut waiting = LENGTHS.map(|len| ask(address, &len.to_string()));
        for _ in 0..10 {
            assert_eq!(ask(address, "warm").reply(true).body, b"warm");
        }
        for client in &waiting {
            assert!(has_no_more(client.stream.get_ref()));
        }
        drop(taken);
        for (client, len) in waiting.iter_mut().zip(LENGTHS) {
            assert!(client.reply(true).body == noise(len), "{len}");
        }
    });
}

#[test]
fn the_end_of_a_file_may_be_cold_alone() {
    const LEN: usize = LENGTHS[2];
    const END: usize = LEN - (64 << 10);
    let directory = cold_files();
    let file = open(&directory, LEN);
    // Nothing is read ahead, and so the last bytes stay where they are.
    fadvise(&file, 0, None, Advice::Random).unwrap();
    file.read_exact_at(&mut vec![0; END], 0).unwrap();
    if !is_warm(&file, 0, END) || is_warm(&file, END, LEN) {
        return println!("skipped: no part of a file stays in memory alone here");
    }
    serve(directory.path(), |address, taken| {
        let mut client = ask(address, &LEN.to_string());
        client.head().unwrap();
        let mut body = vec![0; LEN];
        client.stream.read_exact(&mut body[..END]).unwrap();
        let mut second = ask(address, "none");
        assert!(client.stream.buffer().is_empty() && has_no_more(client.stream.get_ref()));
        drop(taken);
        client.stream.read_exact(&mut body[END..]).unwrap();
        assert!(body == noise(LEN));
        assert_eq!(second.reply(true).status, 404);
    });
}
