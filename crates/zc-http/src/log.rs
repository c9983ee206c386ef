//! [`AccessLog`]: a line for each request, in the Combined format, written by a thread of its own.

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use zc_core::SliceExt;
use zc_parse::http1::Request;

use crate::clock::date_line;

/// How many bytes of lines wait at most for whoever takes them; further ones are lost.
const MOST_WAITING: usize = 16 << 20;

/// A connection hands its lines over when it has so many bytes of them, or waits for a request.
const BATCH_LEN: usize = 16 << 10;

/// A log in the Combined format of Apache and nginx, which `zc parse combined` reads.
///
/// ```text
/// 127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] "GET / HTTP/1.1" 200 27 "-" "curl/8.14.1"
/// ```
///
/// The bytes are those of the body, and of an answer that was cut off those that had left.
///
/// Connections never wait for it: where nobody takes lines in time, they are lost and counted.
/// Times are in UTC. Quotes, backslashes, control characters and bytes from 0x7f on are written as
/// `\x` and two digits.
#[derive(Debug, Clone)]
pub struct AccessLog {
    sender: Sender<Vec<u8>>,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    /// Bytes that were handed over and are not written yet.
    waiting: AtomicUsize,
    /// Lines that were lost.
    lost: AtomicU64,
}

/// The thread that writes the lines of an [`AccessLog`].
///
/// ```
/// let (log, writer) = zc_http::AccessLog::start(Vec::new())?;
/// drop(log); // It ends when nobody is left who could write a line.
/// assert_eq!(writer.finish()?, 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LogWriter {
    thread: JoinHandle<io::Result<()>>,
    tally: Arc<Tally>,
}

impl AccessLog {
    /// Starts a thread that writes lines to `out`, several at a time.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::net::TcpStream;
    /// use std::sync::Arc;
    /// use zc_http::{AccessLog, Files, Options, Server};
    /// use zc_net::server;
    ///
    /// let out = tempfile::NamedTempFile::new()?;
    /// let (log, writer) = AccessLog::start(out.reopen()?)?;
    /// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
    /// let server = Server::bind("127.0.0.1:0", files, server::Options::default())?.with_log(log);
    /// let (address, stopper) = (server.local_addr(), server.stopper());
    /// let running = std::thread::spawn(|| server.run());
    ///
    /// let mut client = TcpStream::connect(address)?;
    /// client.write_all(b"GET /none HTTP/1.0\r\n\r\n")?;
    /// client.read_to_end(&mut Vec::new())?;
    /// stopper.stop();
    /// running.join().expect("the server does not panic")?;
    ///
    /// assert_eq!(writer.finish()?, 0); // no line was lost
    /// assert!(std::fs::read_to_string(out.path())?.contains("\"GET /none HTTP/1.0\" 404 "));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there can be no thread.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LogWriter)> {
        let (sender, receiver) = channel();
        let tally = Arc::<Tally>::default();
        let writing = Arc::clone(&tally);
        let write = move || write_all(&receiver, &writing.waiting, out);
        let thread = thread::Builder::new().name("zc-access-log".to_owned()).spawn(write)?;
        Ok((Self { sender, tally: Arc::clone(&tally) }, LogWriter { thread, tally }))
    }

    pub(crate) fn of_client(self, address: IpAddr) -> ClientLog {
        ClientLog { log: self, address: address.to_canonical(), lines: Vec::new(), count: 0 }
    }
}

impl LogWriter {
    /// Waits until all is written, which takes until the last [`AccessLog`] is gone; returns how
    /// many lines were lost.
    ///
    /// # Errors
    ///
    /// What writing returned first; all lines behind it are lost.
    pub fn finish(self) -> io::Result<u64> {
        self.thread.join().map_err(|_| io::Error::other("the thread of the log panicked"))??;
        Ok(self.tally.lost.load(Ordering::Relaxed))
    }
}

fn write_all(
    lines: &Receiver<Vec<u8>>,
    waiting: &AtomicUsize,
    mut out: impl Write,
) -> io::Result<()> {
    while let Ok(first) = lines.recv() {
        for batch in std::iter::once(first).chain(lines.try_iter()) {
            out.write_all(&batch)?;
            waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        }
        out.flush()?;
    }
    Ok(())
}

/// The lines of one client that are not handed over yet.
#[derive(Debug)]
pub(crate) struct ClientLog {
    log: AccessLog,
    address: IpAddr,
    lines: Vec<u8>,
    count: u64,
}

impl ClientLog {
    /// Adds a line; without a request, that of whatever stood in place of one.
    pub(crate) fn add(
        &mut self,
        head: &[u8],
        status: u16,
        bytes: u64,
        request: Option<&Request<&[u8]>>,
    ) {
        let header = |name| request.and_then(|it| it.headers.get(name)).copied().unwrap_or(b"-");
        let first = head.split_once_byte(b'\n').map_or(head, |(line, _)| line);
        let line = Line {
            address: self.address,
            date: date_line(),
            request: Escaped(if first.is_empty() { b"-" } else { first.trim_carriage_return() }),
            status,
            bytes,
            referer: Escaped(header(b"referer")),
            user_agent: Escaped(header(b"user-agent")),
        };
        writeln!(self.lines, "{line}").expect("a vector takes everything");
        self.count += 1;
        if self.lines.len() >= BATCH_LEN {
            self.hand_over();
        }
    }

    /// Gives all lines to the thread that writes them.
    pub(crate) fn hand_over(&mut self) {
        if self.count == 0 {
            return;
        }
        let (lines, count) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.count));
        let (AccessLog { sender, tally }, len) = (&self.log, lines.len());
        let has_room = tally.waiting.fetch_add(len, Ordering::Relaxed) < MOST_WAITING;
        if !has_room || sender.send(lines).is_err() {
            tally.waiting.fetch_sub(len, Ordering::Relaxed);
            tally.lost.fetch_add(count, Ordering::Relaxed);
        }
    }
}

impl Drop for ClientLog {
    fn drop(&mut self) {
        self.hand_over();
    }
}

struct Line<'l> {
    address: IpAddr,
    date: [u8; crate::clock::DATE_LINE_LEN],
    request: Escaped<'l>,
    status: u16,
    bytes: u64,
    referer: Escaped<'l>,
    user_agent: Escaped<'l>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // "Date: Sun, 06 Nov 1994 08:49:37 GMT"
        let date = str::from_utf8(&self.date).expect("dates are ASCII");
        let (day, month, year, time) = (&date[11..13], &date[14..17], &date[18..22], &date[23..31]);
        let Self { address, request, status, bytes, referer, user_agent, .. } = self;
        write!(f, "{address} - - [{day}/{month}/{year}:{time} +0000] \"{request}\" ")?;
        write!(f, "{status} {bytes} \"{referer}\" \"{user_agent}\"")
    }
}

/// Bytes as they may stand between quotes.
struct Escaped<'b>(&'b [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        for part in self.0.chunk_by(|a, b| is_plain(*a) && is_plain(*b)) {
            match (part, str::from_utf8(part)) {
                ([byte], _) if !is_plain(*byte) => write!(f, "\\x{byte:02X}")?,
                (_, Ok(text)) => f.write_str(text)?,
                (_, Err(_)) => unreachable!("plain bytes are ASCII"),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::net::IpAddr;
    use std::sync::mpsc::{Receiver, channel};
    use std::sync::{Arc, Mutex};

    use zc_parse::http1::RequestHead;
    use zc_parse::{CombinedLog, Grammar};

    use super::{AccessLog, MOST_WAITING};

    /// Keeps what is written.
    #[derive(Debug, Default, Clone)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Takes nothing until it is told to.
    struct Late(Receiver<()>, Kept);

    impl Write for Late {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Once that was told, nobody is there to say it again.
            let _ = self.0.recv();
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_nobody_takes_in_time_are_lost_and_counted() {
        let (gate, opened) = channel();
        let kept = Kept::default();
        let (log, writer) = AccessLog::start(Late(opened, kept.clone())).unwrap();
        let mut client = log.of_client("192.0.2.1".parse().unwrap());
        let head = [b"GET /".to_vec(), vec![b'a'; 1 << 20]].concat();
        let count = 3 * MOST_WAITING / head.len();
        for _ in 0..count {
            client.add(&head, 400, 0, None);
        }
        drop((client, gate));
        let lost = usize::try_from(writer.finish().unwrap()).unwrap();
        let kept = kept.0.lock().unwrap();
        let lines = kept.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines + lost, count);
        // The last one that waits may reach over the limit.
        assert!(lost > 0 && (MOST_WAITING..=MOST_WAITING + 2 * head.len()).contains(&kept.len()));
    }

    #[test]
    fn a_line_can_be_read_again_whatever_a_client_has_sent() {
        let kept = Kept::default();
        let (log, writer) = AccessLog::start(kept.clone()).unwrap();
        let address: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        let mut client = log.of_client(address);
        let head = b"GET /\"a\\ HTTP/1.1\r\nUser-Agent: \xff\"x\r\n\r\n";
        let (request, _) = RequestHead::new().parse_one(head).unwrap();
        client.add(head, 200, 27, Some(&request));
        client.add(b"\x16\x03 \r\n\r\n", 400, 0, None);
        client.add(b"GET /\x1b[2J\r\x7f\x85\n192.0.2.2 - - \"\r\n\r\n", 400, 0, None);
        drop(client);
        assert_eq!(writer.finish().unwrap(), 0);
        let kept = kept.0.lock().unwrap();
        let lines: Vec<_> = kept.split(|byte| *byte == b'\n').collect();
        let [first, second, third, b""] = lines[..] else { panic!("{lines:?}") };
        let (first, _) = CombinedLog.parse_one(first).unwrap();
        assert_eq!(first.common.host, Some(&b"192.0.2.1"[..]));
        assert_eq!(first.user_agent, Some(&b"\\xFF\\x22x"[..]));
        assert!(CombinedLog.parse_one(second).is_ok());
        assert!(second.ends_with(b"\"\\x16\\x03 \" 400 0 \"-\" \"-\""));
        assert!(third.starts_with(b"192.0.2.1 - - ["));
        assert!(third.ends_with(b"\"GET /\\x1B[2J\\x0D\\x7F\\x85\" 400 0 \"-\" \"-\""));
    }
}
