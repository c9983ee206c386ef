//! [`Session`]: requests of one connection, answered in turn.

use std::io;
use std::ops::Range;

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use zc_net::Meter;
use zc_net::frames::{FrameReadError, FrameReadErrorKind, FrameReader, FrameWriter, ReadOptions};
use zc_net::send_file::send_file;
use zc_parse::Grammar;
use zc_parse::http1::{Body, Request, RequestHead};

use crate::answer::{Answer, Persistence, Tail};
use crate::connection::Served;
use crate::framer::RequestFramer;
use crate::linger::linger;
use crate::log::ClientLog;
use crate::pace::at_pace;
use crate::representation::{Content, Representation};
use crate::request::{Asked, Method};
use crate::site::Site;
use crate::status::Status;

/// How many empty lines may stand before a request; RFC 9112, section 2.2, asks for one.
const MOST_EMPTY_LINES: usize = 8;

/// The requests of one connection and what is done about them.
#[derive(Debug)]
pub(crate) struct Session<'c> {
    reader: FrameReader<ReadHalf<'c>, RequestFramer>,
    writer: FrameWriter<WriteHalf<'c>>,
    site: Site<'c>,
    log: Option<ClientLog>,
    stop: Option<watch::Receiver<bool>>,
    meter: Meter,
    requests: u64,
    has_failed: bool,
}

/// How a session ends.
#[derive(Debug)]
enum Ending {
    /// There is nothing more to say.
    Done,
    /// There is nothing more to say, but perhaps to read.
    Unread,
    /// With the head of a request that somebody else answers.
    Foreign(Bytes),
}

impl<'c> Session<'c> {
    pub(crate) fn new(
        stream: &'c mut TcpStream,
        site: Site<'c>,
        buffered: Bytes,
        stop: Option<watch::Receiver<bool>>,
        log: Option<ClientLog>,
    ) -> Self {
        let options = &site.files.options;
        let bounds = ReadOptions {
            max_frame: options.max_head,
            max_buffered: options.max_head,
            frame_deadline: Some(options.head_deadline),
            idle_deadline: Some(options.idle_deadline),
            ..ReadOptions::default()
        };
        let (reader, writer) = stream.split();
        let reader = FrameReader::new(reader, RequestFramer::new()).with_options(bounds);
        Self {
            reader: reader.with_buffered(buffered),
            writer: FrameWriter::new(writer),
            site,
            log,
            stop,
            meter: Meter::default(),
            requests: 0,
            has_failed: false,
        }
    }

    /// Answers all requests; returns the head of one that somebody else answers.
    pub(crate) async fn run(&mut self) -> Option<Bytes> {
        match self.answer_all().await {
            Ok(Ending::Done) => None,
            Ok(Ending::Unread) => {
                let Self { reader, writer, .. } = self;
                Box::pin(linger(reader.reader().as_ref(), writer)).await;
                None
            }
            Ok(Ending::Foreign(head)) => Some(head),
            Err(_) => {
                self.has_failed = true;
                None
            }
        }
    }

    /// What was done, and what was read and not answered.
    pub(crate) fn end(self) -> (Served, Bytes) {
        let copies = self.reader.copies() + self.writer.copies() + self.meter.copies();
        let (bytes_in, spliced) = (self.reader.copies().read, self.meter.spliced());
        let served = Served {
            requests: self.requests,
            bytes_in,
            bytes_out: copies.write + spliced,
            spliced,
            copies,
            has_failed: self.has_failed,
        };
        (served, self.reader.into_parts().2)
    }

    async fn answer_all(&mut self) -> io::Result<Ending> {
        let mut empty_lines = 0;
        loop {
            let head = match self.reader.buffered_frame() {
                Some(head) => head,
                None => {
                    self.flush().await?;
                    match self.next_head().await {
                        Ok(Some(head)) => head,
                        Ok(None) => return Ok(Ending::Done),
                        Err(error) => return self.give_up(&error).await,
                    }
                }
            };
            if matches!(&*head, b"\r\n" | b"\n") {
                empty_lines += 1;
                if empty_lines > MOST_EMPTY_LINES {
                    return self.refuse(&head, Status::BAD_REQUEST).await;
                }
                continue;
            }
            empty_lines = 0;
            if let Some(ending) = self.exchange(head).await? {
                self.flush().await?;
                return Ok(ending);
            }
        }
    }

    /// Waits for the next head, but between two requests no longer than the server works.
    async fn next_head(&mut self) -> Result<Option<Bytes>, FrameReadError> {
        let Self { reader, stop, .. } = self;
        let Some(stop) = stop else { return reader.next_frame().await.transpose() };
        tokio::select! {
            biased;
            head = reader.next_frame() => return head.transpose(),
            _ = stop.wait_for(|is_stopped| *is_stopped) => {}
        }
        match reader.buffered() {
            0 => Ok(None),
            _ => reader.next_frame().await.transpose(),
        }
    }

    fn is_stopping(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop.borrow())
    }

    /// Answers one request, and reads its body; returns how the session ends, if it does.
    async fn exchange(&mut self, head: Bytes) -> io::Result<Option<Ending>> {
        let options = &self.site.files.options;
        let grammar = RequestHead::new().with_most_headers(options.max_headers);
        let Ok((request, _)) = grammar.parse_one(&head) else {
            let lines = head.iter().filter(|byte| **byte == b'\n').count();
            // The request line, and the empty one.
            let has_many = lines.saturating_sub(2) > options.max_headers;
            let status = if has_many { Status::HEADERS_TOO_LARGE } else { Status::BAD_REQUEST };
            return self.refuse(&head, status).await.map(Some);
        };
        if !self.site.has(request.target) {
            return Ok(Some(Ending::Foreign(head.clone())));
        }
        let asked = match Asked::read(&request) {
            Ok(asked) => asked,
            Err(status) => return self.refuse(&head, status).await.map(Some),
        };
        let has_body = !matches!(request.body, Body::Empty | Body::Length(0));
        let may_drain = match request.body {
            Body::Length(len) => len <= options.max_drained,
            _ => true,
        };
        let leaves_body = has_body && (asked.waits || !may_drain);
        let persistence = match leaves_body || self.is_stopping() {
            true => Persistence::Close,
            false => asked.persistence,
        };
        let answer = self.site.answer(&request, &asked).await;
        let sent = self.send(&answer, asked.method, persistence).await;
        self.note(&head, answer.status(), &sent, Some(&request));
        sent?;
        if leaves_body {
            return Ok(Some(Ending::Unread));
        }
        if has_body && !self.drain(request.body).await? {
            return Ok(Some(Ending::Unread));
        }
        Ok((persistence == Persistence::Close).then_some(Ending::Done))
    }

    /// Passes over a body; says whether the next request can be reached.
    async fn drain(&mut self, body: Body) -> io::Result<bool> {
        self.flush().await?;
        self.reader.framer_mut().expect(body);
        let end = self.reader.offset().saturating_add(self.site.files.options.max_drained);
        while !self.reader.framer().is_at_head() {
            match self.reader.next_frame().await {
                Some(Ok(_)) if self.reader.offset() <= end => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Answers what cannot be read, behind which nothing can.
    async fn give_up(&mut self, error: &FrameReadError) -> io::Result<Ending> {
        let status = match error.kind() {
            FrameReadErrorKind::TooLong { .. } | FrameReadErrorKind::BufferFull { .. } => {
                let has_line = self.reader.framer().has_line();
                if has_line { Status::HEADERS_TOO_LARGE } else { Status::URI_TOO_LONG }
            }
            FrameReadErrorKind::Malformed(_) => Status::BAD_REQUEST,
            FrameReadErrorKind::FrameDeadline(_) => Status::REQUEST_TIMEOUT,
            FrameReadErrorKind::IdleDeadline(_) => return Ok(Ending::Done),
            _ => return Err(io::ErrorKind::ConnectionAborted.into()),
        };
        self.refuse(b"", status).await
    }

    /// Answers a request that ends the connection.
    async fn refuse(&mut self, head: &[u8], status: Status) -> io::Result<Ending> {
        let answer = Answer::Refused(status);
        let sent = self.send(&answer, Method::Get, Persistence::Close).await;
        self.note(head, status, &sent, None);
        sent?;
        self.flush().await?;
        Ok(Ending::Unread)
    }

    /// Queues or sends an answer; returns the bytes of its body.
    async fn send(
        &mut self,
        answer: &Answer,
        method: Method,
        persistence: Persistence,
    ) -> io::Result<u64> {
        self.requests += 1;
        let (tail, is_head) = (Tail::new(persistence), method == Method::Head);
        match answer {
            Answer::Whole(file) if is_head => self.feed(file.whole_head[..].chain(tail)).await,
            Answer::Whole(file) => {
                self.send_content(&file.whole_head, tail, file, 0..file.stamp.len).await
            }
            Answer::Part(file, range) => {
                self.send_content(&answer.head().0, tail, file, range.clone()).await
            }
            _ => {
                let (head, body) = answer.head();
                let body = if is_head { &[][..] } else { &body };
                self.feed(head.chain(tail).chain(body)).await?;
                Ok(body.len() as u64)
            }
        }
    }

    async fn send_content(
        &mut self,
        head: &[u8],
        tail: Tail,
        file: &Representation,
        range: Range<u64>,
    ) -> io::Result<u64> {
        let len = range.end - range.start;
        match &file.content {
            Content::Memory(body) => {
                let place = |offset| usize::try_from(offset).expect("it lies in memory");
                let body = body.slice(place(range.start)..place(range.end));
                self.feed(head.chain(tail).chain(body)).await?;
            }
            Content::File(file) => {
                self.flush().await?;
                let mut header = head.to_vec();
                header.extend_from_slice(tail.chunk());
                let stream = self.reader.reader().as_ref();
                let sending = async {
                    let sent = send_file(stream, file, range, &header, &self.meter).await;
                    sent.map_err(io::Error::from)
                };
                let rate = self.site.files.options.min_send_rate;
                Box::pin(at_pace(stream, rate, sending)).await?;
            }
        }
        Ok(len)
    }

    /// Queues bytes, behind others that are written if there are many.
    async fn feed(&mut self, bytes: impl Buf) -> io::Result<u64> {
        let rate = self.site.files.options.min_send_rate;
        at_pace(self.reader.reader().as_ref(), rate, self.writer.feed(bytes)).await?;
        Ok(0)
    }

    async fn flush(&mut self) -> io::Result<()> {
        if self.writer.queued() > 0 {
            let rate = self.site.files.options.min_send_rate;
            at_pace(self.reader.reader().as_ref(), rate, self.writer.flush()).await?;
        }
        if let Some(log) = &mut self.log {
            log.hand_over();
        }
        Ok(())
    }

    fn note(
        &mut self,
        head: &[u8],
        status: Status,
        sent: &io::Result<u64>,
        request: Option<&Request<&[u8]>>,
    ) {
        if let Some(log) = &mut self.log {
            log.add(head, status.code, *sent.as_ref().unwrap_or(&0), request);
        }
    }
}
