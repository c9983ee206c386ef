//! Bytes pass between sockets whole and in order, copied or spliced, and nothing is held in vain.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread::spawn;

use support::{PATIENCE, expect_end, fill, pass, reset, round_trip, stream_from_to, wait_until};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use zc_net::Meter;
use zc_net::splice::{
    Error, HalfClose, Meters, Options, Party, Resources, copy, copy_bidirectional,
};

/// Two ends of which one is given to the runtime, with the rest of a passage between two peers.
struct Passage {
    runtime: Runtime,
    resources: Arc<Resources>,
    meters: Arc<Meters>,
    task: JoinHandle<Result<(), Error>>,
    a: TcpStream,
    b: TcpStream,
}

impl Passage {
    fn start(half_close: HalfClose, options: Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let (resources, meters) = (Arc::new(Resources::new(options)), Arc::<Meters>::default());
        let ((a, near), (b, far)) = (pair(), pair());
        let task = runtime.spawn({
            let (resources, meters) = (Arc::clone(&resources), Arc::clone(&meters));
            async move {
                let (near, far) = (tokio_stream(near), tokio_stream(far));
                copy_bidirectional(&near, &far, half_close, &resources, &meters).await
            }
        });
        Self { runtime, resources, meters, task, a, b }
    }

    /// Closes both peers' sending sides, and returns what became of the passage.
    fn end(self) -> (Result<(), Error>, Arc<Meters>) {
        for peer in [&self.a, &self.b] {
            // It fails for one that was closed already, in both directions.
            let _ = peer.shutdown(Shutdown::Write);
        }
        (self.runtime.block_on(self.task).unwrap(), self.meters)
    }

    fn lent(&self) -> (usize, usize) {
        (self.resources.pipes_lent(), self.resources.buffers_lent())
    }
}

fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let far = listener.accept().unwrap().0;
    for stream in [&near, &far] {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
    }
    (near, far)
}

fn tokio_stream(stream: TcpStream) -> tokio::net::TcpStream {
    stream.set_nonblocking(true).unwrap();
    tokio::net::TcpStream::from_std(stream).unwrap()
}

fn tokio_unix(stream: UnixStream) -> tokio::net::UnixStream {
    stream.set_nonblocking(true).unwrap();
    tokio::net::UnixStream::from_std(stream).unwrap()
}

#[test]
fn small_messages_are_copied_one_byte_at_a_time_as_well() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    for byte in 0..=255 {
        pass(&passage.a, &passage.b, &[byte]);
        pass(&passage.b, &passage.a, &[byte, byte]);
    }
    let (outcome, meters) = passage.end();
    outcome.unwrap();
    assert_eq!((meters.a_to_b.bytes(), meters.b_to_a.bytes()), (256, 512));
    assert_eq!((meters.a_to_b.spliced(), meters.b_to_a.spliced()), (0, 0));
    assert_eq!(meters.b_to_a.copies().total(), 1024);
}

#[test]
fn a_long_stream_each_way_at_once_arrives_whole_and_is_spliced() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    std::thread::scope(|scope| {
        scope.spawn(|| stream_from_to(&passage.a, &passage.b, 64 << 20));
        stream_from_to(&passage.b, &passage.a, 64 << 20);
    });
    let (outcome, meters) = passage.end();
    outcome.unwrap();
    for meter in [&meters.a_to_b, &meters.b_to_a] {
        assert_eq!((meter.bytes(), meter.bytes_out()), (64 << 20, 64 << 20));
        assert_eq!(meter.copies().read, meter.copies().write);
        assert_eq!(meter.copies().write + meter.spliced(), 64 << 20);
        assert!(meter.spliced() > 32 << 20, "{meter:?}");
    }
}

#[test]
fn without_pipes_everything_is_copied() {
    let options = Options { max_pipes: 0, ..Options::default() };
    let passage = Passage::start(HalfClose::Propagate, options);
    stream_from_to(&passage.a, &passage.b, 8 << 20);
    let (outcome, meters) = passage.end();
    outcome.unwrap();
    assert_eq!((meters.a_to_b.spliced(), meters.a_to_b.copies().total()), (0, 16 << 20));
}

#[test]
fn a_stream_that_becomes_small_messages_is_copied_again() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    stream_from_to(&passage.a, &passage.b, 16 << 20);
    // A message may still fill a pipe until it is known that they are small.
    (0..9).for_each(|_| pass(&passage.a, &passage.b, &[b'x'; 100]));
    let spliced = passage.meters.a_to_b.spliced();
    (0..100).for_each(|_| pass(&passage.a, &passage.b, &[b'x'; 100]));
    assert_eq!(passage.meters.a_to_b.spliced(), spliced);
    passage.end().0.unwrap();
}

#[test]
fn an_idle_passage_holds_no_pipe_and_no_buffer() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    assert_eq!(passage.lent(), (0, 0));
    stream_from_to(&passage.a, &passage.b, 16 << 20);
    wait_until(|| passage.lent() == (0, 0));
    pass(&passage.b, &passage.a, b"answer");
    wait_until(|| passage.lent() == (0, 0));
    passage.end().0.unwrap();
}

#[test]
fn of_one_that_never_reads_a_buffer_and_a_pipe_are_held_and_no_more() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    fill(&passage.a);
    let meter = &passage.meters.a_to_b;
    let ahead = meter.bytes() - meter.bytes_out();
    assert!(ahead <= (1 << 20) + (16 << 10), "{ahead}");
    assert!(passage.lent() <= (1, 1));
    // The other direction does not mind.
    pass(&passage.b, &passage.a, b"answer");
    let resources = Arc::clone(&passage.resources);
    drop((passage.a, passage.b));
    let _ = passage.runtime.block_on(passage.task).unwrap();
    assert_eq!((resources.pipes_lent(), resources.buffers_lent()), (0, 0));
}

#[test]
fn the_end_of_one_direction_is_passed_on_and_the_other_goes_on() {
    for is_first in [true, false] {
        let passage = Passage::start(HalfClose::Propagate, Options::default());
        let (ends, goes_on) =
            if is_first { (&passage.a, &passage.b) } else { (&passage.b, &passage.a) };
        pass(ends, goes_on, b"last words");
        ends.shutdown(Shutdown::Write).unwrap();
        expect_end(goes_on);
        stream_from_to(goes_on, ends, 4 << 20);
        goes_on.shutdown(Shutdown::Write).unwrap();
        expect_end(ends);
        passage.end().0.unwrap();
    }
}

#[test]
fn the_end_of_one_direction_closes_both_if_that_is_asked_for() {
    let passage = Passage::start(HalfClose::CloseBoth, Options::default());
    pass(&passage.a, &passage.b, b"last words");
    passage.a.shutdown(Shutdown::Write).unwrap();
    expect_end(&passage.b);
    expect_end(&passage.a);
    passage.runtime.block_on(passage.task).unwrap().unwrap();
    assert_eq!(passage.meters.a_to_b.bytes_out(), 10);
}

#[test]
fn a_reset_is_an_error_of_that_side_and_what_was_moved_stays_counted() {
    for is_first in [true, false] {
        let passage = Passage::start(HalfClose::Propagate, Options::default());
        pass(&passage.a, &passage.b, b"to b");
        pass(&passage.b, &passage.a, b"to a");
        let Passage { runtime, meters, task, a, b, .. } = passage;
        let (leaves, stays) = if is_first { (a, b) } else { (b, a) };
        reset(leaves);
        let error = runtime.block_on(task).unwrap().unwrap_err();
        let party = if is_first { Party::First } else { Party::Second };
        assert_eq!((error.party, error.error.kind()), (party, ErrorKind::ConnectionReset));
        assert_eq!((meters.a_to_b.bytes_out(), meters.b_to_a.bytes_out()), (4, 4));
        drop(stays);
    }
}

#[test]
fn a_reset_within_a_long_stream_closes_the_pipe_with_what_it_holds() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    fill(&passage.a);
    let Passage { runtime, resources, meters, task, a, b } = passage;
    reset(b);
    let error = runtime.block_on(task).unwrap().unwrap_err();
    assert_eq!(error.party, Party::Second);
    assert!(meters.a_to_b.bytes_out() > 0);
    assert_eq!((resources.pipes_lent(), resources.buffers_lent()), (0, 0));
    drop(a);
}

#[test]
fn unix_sockets_are_spliced_too() {
    let runtime = Runtime::new().unwrap();
    let ((mut a, near), (far, mut b)) = (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
    let sent: Vec<u8> =
        (0..8 << 20).map(|index: u32| ((index >> 7) ^ index).to_le_bytes()[0]).collect();
    let writer = spawn({
        let sent = sent.clone();
        move || {
            a.write_all(&sent).unwrap();
            a.shutdown(Shutdown::Write).unwrap();
        }
    });
    let reader = spawn(move || {
        let mut received = Vec::new();
        b.read_to_end(&mut received).unwrap();
        received
    });
    let (resources, meter) = (Resources::default(), Meter::default());
    runtime.block_on(async {
        let (near, far) = (tokio_unix(near), tokio_unix(far));
        copy(&near, &far, &resources, &meter).await.unwrap();
    });
    writer.join().unwrap();
    assert!(reader.join().unwrap() == sent);
    assert_eq!(meter.bytes_out(), 8 << 20);
    assert!(meter.spliced() > 4 << 20, "{meter:?}");
}

#[test]
fn one_socket_with_itself_is_an_echo() {
    let runtime = Runtime::new().unwrap();
    let (near, far) = pair();
    let client = spawn(move || {
        round_trip(&near, b"hello");
        stream_from_to(&near, &near, 8 << 20);
        near.shutdown(Shutdown::Write).unwrap();
    });
    let (resources, meter) = (Resources::default(), Meter::default());
    runtime.block_on(async {
        let far = tokio_stream(far);
        copy(&far, &far, &resources, &meter).await.unwrap();
    });
    client.join().unwrap();
    assert_eq!(meter.bytes(), (8 << 20) + 5);
}

#[test]
fn a_dropped_future_gives_everything_back_and_stays_counted() {
    let passage = Passage::start(HalfClose::Propagate, Options::default());
    fill(&passage.a);
    passage.task.abort();
    assert!(passage.runtime.block_on(passage.task).unwrap_err().is_cancelled());
    assert_eq!((passage.resources.pipes_lent(), passage.resources.buffers_lent()), (0, 0));
    assert!(passage.meters.a_to_b.bytes() > 0);
}
