//! Readers of the formats that zc-parse frames.

use zc_parse::framing::{BlankLine, Integer, LengthField, Newline};
use zc_parse::resp::{Resp, RespFramer};

use super::{Ending, FrameReader, ReadOptions};

impl<R> FrameReader<R, Newline> {
    /// Lines, of which the last one needs no ending; payloads have no `\n` or `\r\n`.
    ///
    /// ```
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut lines = FrameReader::lines(&b"one\r\ntwo"[..]);
    /// assert_eq!(lines.next_frame().await.unwrap()?, "one");
    /// assert_eq!(lines.next_frame().await.unwrap()?, "two");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn lines(reader: R) -> Self {
        let ending = Ending::MayLack(b"\n");
        Self::new(reader, Newline::new())
            .with_options(ReadOptions { ending, ..ReadOptions::default() })
    }
}

impl<R> FrameReader<R, LengthField> {
    /// Payloads with their length in front; [`new`](Self::new) takes a `LengthField` with more in
    /// its header.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    /// use zc_parse::framing::Integer;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut frames = FrameReader::length_prefixed(&b"\0\x02hi"[..], Integer::U16Be);
    /// assert_eq!(frames.next_frame().await.unwrap()?, "hi");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn length_prefixed(reader: R, length: Integer) -> Self {
        Self::new(reader, LengthField::new(length))
    }
}

impl<R> FrameReader<R, BlankLine> {
    /// Blocks of lines that end after an empty line, as the heads of HTTP.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut heads = FrameReader::heads(&b"GET / HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n"[..]);
    /// assert_eq!(heads.next_frame().await.unwrap()?, "GET / HTTP/1.1\r\n");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn heads(reader: R) -> Self {
        Self::new(reader, BlankLine::new())
    }
}

impl<R> FrameReader<R, RespFramer> {
    /// Values of RESP with the default limits, to be parsed by `zc_parse::Resp`.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut values = FrameReader::resp(&b"*1\r\n$4\r\nPING\r\n+OK\r\n"[..]);
    /// assert_eq!(values.next_frame().await.unwrap()?, "*1\r\n$4\r\nPING\r\n");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn resp(reader: R) -> Self {
        Self::new(reader, RespFramer::new(&Resp::new()))
    }
}
