//! [`RequestFramer`]: heads of requests, and the pieces of the bodies between them.

use zc_core::{Frame, FrameError, Framer, Incomplete};
use zc_parse::framing::BlankLine;
use zc_parse::http1::{Body, Chunked, Part};

/// Finds the heads of requests, each with its empty line, and hands out what arrives of a body in
/// pieces.
#[derive(Debug)]
pub(crate) struct RequestFramer {
    step: Step,
    /// The most bytes of a frame; longer ones the reader would refuse.
    max_frame: usize,
    /// Bytes of a head that is not whole in which there is no end of the first line.
    searched: usize,
    has_line: bool,
}

#[derive(Debug)]
enum Step {
    Head(BlankLine),
    Body {
        left: u64,
    },
    /// Boxed: it is rare, and would be most of what an idle connection takes.
    Chunked(Box<Chunked>),
}

impl RequestFramer {
    pub(crate) const fn new(max_frame: usize) -> Self {
        Self { max_frame, step: Step::Head(BlankLine::new()), searched: 0, has_line: false }
    }

    /// Lets the next frames be the pieces of `body`, until [`is_at_head`](Self::is_at_head).
    pub(crate) fn expect(&mut self, body: Body) {
        self.step = match body {
            // A request's body never ends with the connection: RFC 9112, section 6.3.
            Body::Empty | Body::Length(0) | Body::UntilClose => return,
            Body::Length(left) => Step::Body { left },
            Body::Chunked => Step::Chunked(Box::default()),
        };
    }

    /// Whether the next frame is a head.
    pub(crate) const fn is_at_head(&self) -> bool {
        matches!(self.step, Step::Head(_))
    }

    /// Whether the first line of the head that is not whole has arrived.
    pub(crate) const fn has_line(&self) -> bool {
        self.has_line
    }

    fn head(
        &mut self,
        found: Result<Frame, FrameError>,
        buffer: &[u8],
    ) -> Result<Frame, FrameError> {
        if let Ok(frame) = found {
            (self.searched, self.has_line) = (0, false);
            return Ok(Frame { len: frame.len, payload: 0..frame.len });
        }
        if !self.has_line {
            let behind = buffer.get(self.searched..).unwrap_or(buffer);
            self.has_line = behind.contains(&b'\n');
            self.searched = buffer.len();
        }
        found
    }
}

impl Framer for RequestFramer {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let (frame, is_over) = match &mut self.step {
            Step::Head(blank_line) => {
                let found = blank_line.frame(buffer);
                return self.head(found, buffer);
            }
            Step::Body { left } => {
                let there = first(buffer, self.max_frame).len();
                let len = usize::try_from(*left).map_or(there, |left| left.min(there));
                if len == 0 {
                    return Err(Incomplete { needed: 1 }.into());
                }
                *left -= len as u64;
                (Frame { len, payload: 0..len }, *left == 0)
            }
            Step::Chunked(chunked) => match chunked.decode(first(buffer, self.max_frame))? {
                Part::Data { len, data } => (Frame { len, payload: data }, false),
                Part::End { len, .. } => (Frame { len, payload: len..len }, true),
            },
        };
        if is_over {
            self.step = Step::Head(BlankLine::new());
        }
        Ok(frame)
    }

    fn discard(&mut self, count: usize) {
        self.searched = self.searched.saturating_sub(count);
        if let Step::Head(blank_line) = &mut self.step {
            blank_line.discard(count);
        }
    }
}

fn first(bytes: &[u8], most: usize) -> &[u8] {
    &bytes[..bytes.len().min(most)]
}

#[cfg(test)]
mod tests {
    use zc_core::{FrameError, Framer};
    use zc_parse::http1::Body;

    use super::RequestFramer;

    /// The frames of `input`, which arrives in pieces of `step` bytes; each head announces `body`.
    #[track_caller]
    fn check(input: &[u8], body: Body, expected: &[&str]) {
        for step in 1..=input.len() {
            let mut framer = RequestFramer::new(99);
            let (mut start, mut end) = (0, step.min(input.len()));
            let (mut frames, mut piece) = (Vec::new(), String::new());
            loop {
                match framer.frame(&input[start..end]) {
                    Ok(frame) => {
                        let payload = start + frame.payload.start..start + frame.payload.end;
                        let text = str::from_utf8(&input[payload]).unwrap();
                        start += frame.len;
                        piece.push_str(text);
                        if text.ends_with("\n\n") {
                            framer.expect(body);
                        }
                        if framer.is_at_head() || text.ends_with("\n\n") {
                            frames.push(std::mem::take(&mut piece));
                        }
                    }
                    Err(FrameError::Incomplete(_)) if end < input.len() => {
                        end = (end + step).min(input.len());
                    }
                    Err(FrameError::Incomplete(_)) => break,
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(frames, expected, "in pieces of {step}");
        }
    }

    #[test]
    fn heads_and_bodies_come_in_turns() {
        let input = b"PUT /\na: b\n\nhelloPUT /2\n\nworld";
        let length = Body::Length(5);
        check(input, length, &["PUT /\na: b\n\n", "hello", "PUT /2\n\n", "world"]);
        let input = b"PUT /\n\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\nPUT /2\n\n0\r\n\r\n";
        check(input, Body::Chunked, &["PUT /\n\n", "hello", "PUT /2\n\n", ""]);
        check(b"GET /\n\nGET /2\n\n", Body::Empty, &["GET /\n\n", "GET /2\n\n"]);
    }

    #[test]
    fn a_first_line_that_is_whole_is_known() {
        let mut framer = RequestFramer::new(99);
        for (input, expected) in [("GET /", false), ("GET / HTTP/1.1\n", true)] {
            assert!(framer.frame(input.as_bytes()).is_err());
            assert_eq!(framer.has_line(), expected);
        }
        assert!(framer.frame(b"GET / HTTP/1.1\n\n").is_ok());
        assert!(framer.frame(b"GET /").is_err());
        assert!(!framer.has_line());
    }
}
