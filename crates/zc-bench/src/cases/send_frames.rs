//! Frames with their length in front, sent on a connection: the processor time of the sender.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::Result;
use bytes::Bytes;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::runtime::Builder;
use zc_net::frames::{FrameWriter, LengthPrefix};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};
use crate::processor::{of_this_thread, on_core};
use crate::stream::{Stream, pattern};
use crate::target::Target;

/// Different frames, which are sent again and again.
const FRAMES: usize = 64;

const WHY_NO_BETTER: &str = "a byte costs no more than in frames of 64 KiB, which are not copied \
                             here: but for the copy that joins frames, what a profile shows is \
                             the kernel's, which copies and delivers it, and `FramedWrite` pays \
                             less than four times of that";

const WHY_NO_BETTER_LARGE: &str = "nearly all of it is the kernel's, which copies and delivers \
                                   what either sends; one more copy costs little beside it";

const SMALL: usize = 1 << 10;
const LARGE: usize = 64 << 10;

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(23),
        name: "send-frames-1KiB",
        what: "send frames of 1 KiB, processor time of the sender",
        corpus: Corpus::Stream { len: 128 << 20 },
        item: "frame",
        figure: Figure::Cpu,
        engines: &[
            engine("zc", |input| work(SMALL, ours, input)),
            engine("BufWriter", |input| work(SMALL, buf_writer, input)),
            #[cfg(feature = "rivals")]
            engine("FramedWrite", |input| work(SMALL, framed_write, input)),
        ],
        expected: |input| Answer { items: frames(SMALL, input), sum: 0 },
        targets: &[Target::at_most(0.25, "FramedWrite").why_missed(WHY_NO_BETTER)],
    },
    Case {
        row: Some(23),
        name: "send-frames-64KiB",
        what: "send frames of 64 KiB, processor time of the sender",
        corpus: Corpus::Stream { len: 512 << 20 },
        item: "frame",
        figure: Figure::Cpu,
        engines: &[
            engine("zc", |input| work(LARGE, ours, input)),
            engine("BufWriter", |input| work(LARGE, buf_writer, input)),
            #[cfg(feature = "rivals")]
            engine("FramedWrite", |input| work(LARGE, framed_write, input)),
        ],
        expected: |input| Answer { items: frames(LARGE, input), sum: 0 },
        targets: &[Target::at_most(0.9, "FramedWrite").why_missed(WHY_NO_BETTER_LARGE)],
    },
];

const fn engine(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// How many frames of `len` bytes a corpus makes: at least one, so that a small one works too.
fn frames(len: usize, input: &Input) -> u64 {
    (input.len / len as u64).max(1)
}

/// Sends so many frames, the first ones again after the last, and closes the connection.
type Send = fn(TcpStream, &[Bytes], u64) -> io::Result<()>;

fn work(len: usize, send: Send, input: &Input) -> Result<Work<'_>> {
    let pattern = Bytes::from(pattern());
    let place = |number: usize| number * (pattern.len() - len) / FRAMES;
    let payloads: Vec<_> = (0..FRAMES).map(|number| place(number)..place(number) + len).collect();
    let payloads: Vec<_> = payloads.into_iter().map(|range| pattern.slice(range)).collect();
    let count = frames(len, input);
    let sent = encode(&payloads);
    let len = count * (sent.len() / FRAMES) as u64;
    let mut stream = Stream::new(sent, len);
    Ok(Box::new(move || {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sender = TcpStream::connect(listener.local_addr()?)?;
        let (receiver, _) = listener.accept()?;
        let cpu = thread::scope(|scope| {
            let received = scope.spawn(|| on_core(1, || stream.receive(&receiver)));
            let cpu = on_core(0, || {
                let before = of_this_thread()?;
                send(sender, &payloads, count)?;
                Ok(of_this_thread()?.saturating_sub(before))
            });
            received.join().expect("the receiver does not panic")?;
            cpu
        })?;
        Ok(Done::with_cpu(Answer { items: count, sum: 0 }, cpu))
    }))
}

/// What is to arrive, in the plainest way.
fn encode(payloads: &[Bytes]) -> Vec<u8> {
    let length = |payload: &Bytes| u32::try_from(payload.len()).expect("it is short").to_be_bytes();
    payloads.iter().flat_map(|payload| [&length(payload)[..], payload].concat()).collect()
}

fn cycle(payloads: &[Bytes], count: u64) -> impl Iterator<Item = &Bytes> {
    payloads.iter().cycle().take(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Runs `send` on this thread with `stream` as one of tokio's.
fn block_on(
    stream: TcpStream,
    send: impl AsyncFnOnce(tokio::net::TcpStream) -> io::Result<()>,
) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    let runtime = Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async { send(tokio::net::TcpStream::from_std(stream)?).await })
}

fn ours(stream: TcpStream, payloads: &[Bytes], count: u64) -> io::Result<()> {
    block_on(stream, async |stream| {
        let mut writer = FrameWriter::new(stream).with_envelope(LengthPrefix::U32Be);
        for payload in cycle(payloads, count) {
            writer.feed(payload.clone()).await?;
        }
        writer.shutdown().await
    })
}

fn buf_writer(stream: TcpStream, payloads: &[Bytes], count: u64) -> io::Result<()> {
    block_on(stream, async |stream| {
        let mut writer = BufWriter::with_capacity(LARGE, stream);
        for payload in cycle(payloads, count) {
            writer.write_u32(u32::try_from(payload.len()).expect("it is short")).await?;
            writer.write_all(payload).await?;
        }
        writer.shutdown().await
    })
}

/// `feed` of the `Sink` that tokio-util makes, which flushes when more than 8 KiB wait.
#[cfg(feature = "rivals")]
fn framed_write(stream: TcpStream, payloads: &[Bytes], count: u64) -> io::Result<()> {
    use std::future::poll_fn;
    use std::pin::Pin;

    use futures_sink::Sink;
    use tokio_util::codec::{FramedWrite, LengthDelimitedCodec};

    block_on(stream, async |stream| {
        let mut writer = FramedWrite::new(stream, LengthDelimitedCodec::new());
        for payload in cycle(payloads, count) {
            poll_fn(|cx| Sink::<Bytes>::poll_ready(Pin::new(&mut writer), cx)).await?;
            Pin::new(&mut writer).start_send(payload.clone())?;
        }
        poll_fn(|cx| Sink::<Bytes>::poll_close(Pin::new(&mut writer), cx)).await
    })
}
