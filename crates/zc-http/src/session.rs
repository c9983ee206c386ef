//! [`Session`]: requests of one connection, answered in turn.

use std::future::ready;
use std::io;
use std::pin::Pin;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;
use tokio::sync::watch;
use tokio::time::timeout;
use zc_net::frames::{FrameReadError, FrameReadErrorKind, FrameReader, ReadOptions};
use zc_parse::http1::{Body, Request};

use crate::Options;
use crate::answer::{Answer, Persistence};
use crate::framer::RequestFramer;
use crate::heads;
use crate::log::ClientLog;
use crate::outgoing::Outgoing;
use crate::request::{Asked, Method};
use crate::served::Served;
use crate::site::Site;
use crate::status::Status;

/// How many empty lines may stand before a request; RFC 9112, section 2.2, asks for one.
const MOST_EMPTY_LINES: usize = 8;

/// The requests of one connection and what is done about them.
pub(crate) struct Session<'c> {
    reader: FrameReader<ReadHalf<'c>, RequestFramer>,
    outgoing: Outgoing<'c>,
    site: Site<'c>,
    log: Option<ClientLog>,
    stop: Option<watch::Receiver<bool>>,
    /// Waits for that to turn true; made once, so that it is not registered for each request.
    stopped: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    has_failed: bool,
}

/// How a session ends.
#[derive(Debug)]
enum Ending {
    /// The client has ended it, or says nothing.
    Over,
    /// The server ends it, while the client may be sending.
    Closing,
    /// With the head of a request that somebody else answers.
    Foreign(Bytes),
}

impl<'c> Session<'c> {
    pub(crate) fn new(
        stream: &'c mut TcpStream,
        site: Site<'c>,
        buffered: Bytes,
        mut stop: Option<watch::Receiver<bool>>,
        log: Option<ClientLog>,
    ) -> Self {
        if let Some(stop) = &mut stop {
            heed(stop);
        }
        let options = &site.files.options;
        let bounds = ReadOptions {
            max_frame: options.max_head,
            max_buffered: options.max_head,
            frame_deadline: Some(options.head_deadline),
            idle_deadline: Some(options.idle_deadline),
            ..ReadOptions::default()
        };
        let (reader, writer) = stream.split();
        let reader = FrameReader::new(reader, RequestFramer::new(options.max_head));
        Self {
            reader: reader.with_options(bounds).with_buffered(buffered),
            outgoing: Outgoing::new(writer, site.files),
            site,
            log,
            stopped: stop.clone().map(|stop| Box::pin(wait_for(stop)) as _),
            stop,
            has_failed: false,
        }
    }

    /// Answers all requests; returns the head of one that somebody else answers.
    pub(crate) async fn run(&mut self) -> Option<Bytes> {
        match self.answer_all().await {
            Ok(Ending::Over) => None,
            Ok(Ending::Closing) => {
                let stream = self.reader.reader().as_ref();
                Box::pin(self.outgoing.linger(stream)).await;
                None
            }
            Ok(Ending::Foreign(head)) => Some(head),
            Err(_) => {
                self.has_failed = true;
                None
            }
        }
    }

    /// What was done so far.
    pub(crate) fn served(&self) -> Served {
        let copies = self.reader.copies() + self.outgoing.copies();
        let spliced = self.outgoing.spliced();
        Served {
            requests: self.outgoing.answers(),
            bytes_in: self.reader.copies().read,
            bytes_out: copies.write + spliced,
            spliced,
            copies,
            has_failed: self.has_failed,
        }
    }

    /// What was read and not answered.
    pub(crate) fn into_unread(self) -> Bytes {
        self.reader.into_parts().2
    }

    fn options(&self) -> &'c Options {
        &self.site.files.options
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
                        Ok(None) => return Ok(Ending::Over),
                        Err(error) => return self.give_up(&error).await,
                    }
                }
            };
            if matches!(&*head, b"\r\n" | b"\n") {
                empty_lines += 1;
                if empty_lines > MOST_EMPTY_LINES {
                    return self.refuse(&head, Status::BAD_REQUEST, Method::Get).await;
                }
                continue;
            }
            empty_lines = 0;
            if let Some(ending) = self.exchange(&head).await? {
                self.flush().await?;
                return Ok(ending);
            }
        }
    }

    /// Waits for the next head, but between two requests no longer than the server works.
    async fn next_head(&mut self) -> Result<Option<Bytes>, FrameReadError> {
        let Self { reader, stopped, .. } = self;
        let Some(stopped) = stopped else { return reader.next_frame().await.transpose() };
        tokio::select! {
            biased;
            head = reader.next_frame() => return head.transpose(),
            // It must not be asked again, and says the same from now on.
            () = &mut *stopped => *stopped = Box::pin(ready(())),
        }
        match reader.buffered() {
            0 => Ok(None),
            _ => reader.next_frame().await.transpose(),
        }
    }

    /// Whether this is the last request. It is looked at for each one, and so without a lock
    /// until the server says something.
    fn is_stopping(&self) -> bool {
        let Some(stop) = &self.stop else { return false };
        stop.has_changed().map_or(true, |has_changed| has_changed && *stop.borrow())
    }

    /// Answers one request, and reads its body; returns how the session ends, if it does.
    async fn exchange(&mut self, head: &Bytes) -> io::Result<Option<Ending>> {
        let options = self.options();
        let Some(request) = heads::parse(head, options.max_headers) else {
            let status = status_of_malformed(head, options.max_headers);
            return self.refuse(head, status, Method::Get).await.map(Some);
        };
        if !self.site.has(request.target) {
            return Ok(Some(Ending::Foreign(head.clone())));
        }
        let asked = match Asked::read(&request) {
            Ok(asked) => asked,
            Err(status) => {
                let method = Method::of(request.method);
                return self.refuse(head, status, method).await.map(Some);
            }
        };
        let remainder = Remainder::of(request.body, asked.waits, options.max_drained);
        let persistence = match remainder == Remainder::Left || self.is_stopping() {
            true => Persistence::Close,
            false => asked.persistence,
        };
        let answer = self.site.answer(&request, &asked).await;
        self.send(head, Some(&request), &answer, asked.method, persistence).await?;
        let body = request.body;
        heads::recycle(request);
        let goes_on = persistence != Persistence::Close
            && (remainder == Remainder::None || self.drain(body).await?);
        Ok((!goes_on).then_some(Ending::Closing))
    }

    /// Passes over a body; says whether the next request can be reached.
    async fn drain(&mut self, body: Body) -> io::Result<bool> {
        self.flush().await?;
        let Options { max_drained, head_deadline, .. } = self.options();
        self.reader.framer_mut().expect(body);
        let end = self.reader.offset().saturating_add(*max_drained);
        let reader = &mut self.reader;
        let pass_over = async {
            while !reader.framer().is_at_head() {
                match reader.next_frame().await {
                    Some(Ok(_)) if reader.offset() <= end => {}
                    _ => return false,
                }
            }
            true
        };
        // The deadlines of the reader are for a piece each, of which there may be many.
        Ok(timeout(*head_deadline, pass_over).await.unwrap_or(false))
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
            FrameReadErrorKind::IdleDeadline(_) => return Ok(Ending::Over),
            _ => return Err(io::ErrorKind::ConnectionAborted.into()),
        };
        self.refuse(b"", status, Method::Get).await
    }

    /// Answers a request that ends the connection.
    async fn refuse(&mut self, head: &[u8], status: Status, method: Method) -> io::Result<Ending> {
        self.send(head, None, &Answer::Refused(status), method, Persistence::Close).await?;
        self.flush().await?;
        Ok(Ending::Closing)
    }

    /// Queues or sends an answer, and notes it.
    async fn send(
        &mut self,
        head: &[u8],
        request: Option<&Request<&[u8]>>,
        answer: &Answer,
        method: Method,
        persistence: Persistence,
    ) -> io::Result<()> {
        let stream = self.reader.reader().as_ref();
        let sent = self.outgoing.send(stream, answer, method, persistence).await;
        if let Some(log) = &mut self.log {
            log.add(head, answer.status().code, self.outgoing.body_len(), request);
        }
        sent
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.outgoing.flush(self.reader.reader().as_ref()).await?;
        if let Some(log) = &mut self.log {
            log.hand_over();
        }
        Ok(())
    }
}

/// Lets `stop` count as changed from when it says so, whatever others have seen of it.
fn heed(stop: &mut watch::Receiver<bool>) {
    if *stop.borrow_and_update() {
        stop.mark_changed();
    }
}

/// Waits until the server stops, or nobody can say it any more.
async fn wait_for(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|is_stopped| *is_stopped).await;
}

/// What a head is that is none of HTTP/1.
fn status_of_malformed(head: &[u8], max_headers: usize) -> Status {
    let lines = head.iter().filter(|byte| **byte == b'\n').count();
    // The request line and the empty one are no headers.
    let has_too_many = lines.saturating_sub(2) > max_headers;
    if has_too_many { Status::HEADERS_TOO_LARGE } else { Status::BAD_REQUEST }
}

/// What becomes of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remainder {
    None,
    /// It is passed over.
    Drained,
    /// It is left unread, and the connection closed.
    Left,
}

impl Remainder {
    const fn of(body: Body, waits: bool, max_drained: u64) -> Self {
        match body {
            Body::Empty | Body::Length(0) | Body::UntilClose => Self::None,
            _ if waits => Self::Left,
            Body::Length(len) if len > max_drained => Self::Left,
            Body::Length(_) | Body::Chunked => Self::Drained,
        }
    }
}
