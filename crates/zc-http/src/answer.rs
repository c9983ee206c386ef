//! [`Answer`]: what is said back, written as the head of a response.

use std::ops::Range;
use std::sync::Arc;

use bytes::Buf;

use crate::clock::{DATE_LINE_LEN, date_line};
use crate::representation::Representation;
use crate::status::Status;

/// What a request gets.
#[derive(Debug)]
pub(crate) enum Answer {
    /// All of a file.
    Whole(Arc<Representation>),
    /// A part of it.
    Part(Arc<Representation>, Range<u64>),
    /// The client has it.
    NotModified(Arc<Representation>),
    /// The range lies behind the end of a file with so many bytes.
    Unsatisfiable { len: u64 },
    /// What is asked for lies at another path.
    Moved { location: Vec<u8> },
    /// There is nothing for it.
    Refused(Status),
}

impl Answer {
    pub(crate) const fn status(&self) -> Status {
        match self {
            Self::Whole(_) => Status::OK,
            Self::Part(..) => Status::PARTIAL_CONTENT,
            Self::NotModified(_) => Status::NOT_MODIFIED,
            Self::Unsatisfiable { .. } => Status::RANGE_NOT_SATISFIABLE,
            Self::Moved { .. } => Status::MOVED_PERMANENTLY,
            Self::Refused(status) => *status,
        }
    }

    /// The head up to what [`Tail`] adds, and behind it the body where that is not a file's. The
    /// head of [`Whole`](Self::Whole) is there already.
    pub(crate) fn head(&self) -> (Vec<u8>, Vec<u8>) {
        let Status { code, reason } = self.status();
        let mut head = format!("HTTP/1.1 {code} {reason}\r\n").into_bytes();
        let mut line = |line: &str| {
            head.extend_from_slice(line.as_bytes());
            head.extend_from_slice(b"\r\n");
        };
        match self {
            Self::Whole(file) => return (file.whole_head.to_vec(), Vec::new()),
            Self::Part(file, range) => {
                line(&format!("Content-Type: {}", file.content_type));
                line(&content_range(range, file.stamp.len));
                line(&format!("Content-Length: {}", range.end - range.start));
                head.extend_from_slice(file.fields.as_bytes());
                return (head, Vec::new());
            }
            Self::NotModified(file) => {
                head.extend_from_slice(file.fields.as_bytes());
                return (head, Vec::new());
            }
            Self::Unsatisfiable { len } => line(&format!("Content-Range: bytes */{len}")),
            Self::Moved { location } => {
                head.extend_from_slice(b"Location: ");
                head.extend_from_slice(location);
                head.extend_from_slice(b"\r\n");
            }
            Self::Refused(Status::METHOD_NOT_ALLOWED) => line("Allow: GET, HEAD"),
            Self::Refused(_) => {}
        }
        let body = format!("{code} {reason}\n").into_bytes();
        let length = format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", body.len());
        head.extend_from_slice(length.as_bytes());
        (head, body)
    }
}

fn content_range(range: &Range<u64>, len: u64) -> String {
    format!("Content-Range: bytes {}-{}/{len}", range.start, range.end - 1)
}

/// What the connection does behind an answer, as the client must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// It stays open, as a client of HTTP/1.1 takes for granted.
    Open,
    /// It stays open, as a client of HTTP/1.0 has asked.
    KeepAlive,
    /// It is closed.
    Close,
}

/// The end of every head: the date, what becomes of the connection, and the empty line.
#[derive(Debug)]
pub(crate) struct Tail {
    bytes: [u8; LONGEST_TAIL],
    range: Range<usize>,
}

const LONGEST_TAIL: usize = DATE_LINE_LEN + b"Connection: keep-alive\r\n\r\n".len();

impl Tail {
    pub(crate) fn new(persistence: Persistence) -> Self {
        let rest: &[u8] = match persistence {
            Persistence::Open => b"\r\n",
            Persistence::KeepAlive => b"Connection: keep-alive\r\n\r\n",
            Persistence::Close => b"Connection: close\r\n\r\n",
        };
        let mut bytes = [0; LONGEST_TAIL];
        bytes[..DATE_LINE_LEN].copy_from_slice(&date_line());
        let end = DATE_LINE_LEN + rest.len();
        bytes[DATE_LINE_LEN..end].copy_from_slice(rest);
        Self { bytes, range: 0..end }
    }
}

impl Buf for Tail {
    fn remaining(&self) -> usize {
        self.range.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }

    fn advance(&mut self, count: usize) {
        self.range.start += count;
        assert!(self.range.start <= self.range.end, "no more is written than there is");
    }
}
