//! The Combined Log Format of Apache: one request a line.
//!
//! See the documentation of `mod_log_config`: `%h %l %u %t "%r" %>s %b "%{Referer}i"
//! "%{User-agent}i"`, where quotes inside of quotes are escaped by a backslash.

use super::Records;
use super::pools::{self, WORDS};
use super::random::{Random, push_number};
use super::time::{Clock, Style};

/// What stands in place of a request line when a client sent none, up to the end of the line.
const NO_REQUEST_LINES: [&str; 4] = [
    r#"] "-" 408 - "-" "-""#,
    r#"] "\x16\x03\x01\x00\xee\x01" 400 226 "-" "-""#,
    r#"] "\x03" 400 226 "-" "-""#,
    r#"] "SSH-2.0-Go \"probe\"" 400 226 "-" "-""#,
];

const STATUSES: [(&str, u64); 6] =
    [("200", 780), ("304", 110), ("404", 50), ("301", 30), ("206", 20), ("500", 10)];

pub(super) struct AccessLog {
    clock: Clock,
    /// `198.18.0.1 - - [`
    clients: Vec<String>,
    /// `] "GET /index.html`
    requests: Vec<String>,
    answers: Vec<Answer>,
    /// ` "https://example.com/" "curl/8.0.0"` and the end of the line
    ends: Vec<String>,
}

struct Answer {
    /// ` HTTP/1.1" 200 `
    text: String,
    has_body: bool,
}

impl AccessLog {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            clock: Clock::new(Style::Apache),
            clients: pools::many(random, client),
            requests: pools::many(random, request),
            answers: pools::many(random, answer),
            ends: pools::many(random, end),
        }
    }
}

impl Records for AccessLog {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(random.pick_skewed(&self.clients).as_bytes());
        buffer.extend_from_slice(self.clock.next(random));
        if random.once_in(10_000) {
            buffer.extend_from_slice(random.pick(&NO_REQUEST_LINES).as_bytes());
            return buffer.push(b'\n');
        }
        buffer.extend_from_slice(random.pick_skewed(&self.requests).as_bytes());
        if random.once_in(6) {
            buffer.extend_from_slice(b"?id=");
            push_number(buffer, random.below(1_000_000));
        }
        let answer = random.pick(&self.answers);
        buffer.extend_from_slice(answer.text.as_bytes());
        if answer.has_body {
            let bits = 7 + random.below(16);
            push_number(buffer, random.below(1 << bits));
        } else {
            buffer.push(b'-');
        }
        buffer.extend_from_slice(random.pick(&self.ends).as_bytes());
    }
}

fn client(random: &mut Random) -> String {
    let host = pools::host(random);
    let user = if random.once_in(16) { *random.pick(&["ada", "grace", "root"]) } else { "-" };
    format!("{host} - {user} [")
}

fn request(random: &mut Random) -> String {
    let method = match random.below(20) {
        0 => "HEAD",
        1 | 2 => "POST",
        3 => *random.pick(&["PUT", "DELETE", "OPTIONS", "PATCH"]),
        _ => "GET",
    };
    format!("] \"{method} {}", pools::path(random))
}

fn answer(random: &mut Random) -> Answer {
    let protocol = *random.pick(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/2.0", "HTTP/1.0"]);
    let mut draw = random.below(STATUSES.iter().map(|(_, weight)| weight).sum());
    let status = STATUSES.iter().find(|(_, weight)| {
        let is_hit = draw < *weight;
        draw = draw.saturating_sub(*weight);
        is_hit
    });
    let (status, _) = status.expect("a draw lies below the sum of the weights");
    let has_body = *status != "304" && !random.once_in(100);
    Answer { text: format!(" {protocol}\" {status} "), has_body }
}

fn end(random: &mut Random) -> String {
    let referer = match random.below(5) {
        0 | 1 => "-".to_owned(),
        2 => format!("https://www.example.com/search?q={}", random.pick(&WORDS)),
        _ => format!("https://www.example.org{}", pools::path(random)),
    };
    format!(" \"{referer}\" \"{}\"\n", pools::user_agent(random, "\\\""))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::data::Kind;
    use crate::data::tests::records;

    /// The fields of a line, split at spaces outside of quotes and brackets; a naive reading.
    fn fields(line: &str) -> Vec<String> {
        let (mut fields, mut closing, mut is_escaped) = (vec![String::new()], None, false);
        for c in line.chars() {
            if c == ' ' && closing.is_none() {
                fields.push(String::new());
                continue;
            }
            fields.last_mut().unwrap().push(c);
            closing = match (c, closing) {
                _ if is_escaped => closing,
                ('"', None) => Some('"'),
                ('[', None) => Some(']'),
                (_, Some(quote)) if c == quote => None,
                _ => closing,
            };
            is_escaped = !is_escaped && c == '\\';
        }
        fields
    }

    #[test]
    fn every_line_has_nine_fields() {
        let bytes = records(Kind::AccessLog, 8 << 20);
        let text = std::str::from_utf8(&bytes).unwrap();
        let mut statuses = BTreeSet::new();
        let mut no_request_lines = 0;
        for line in text.lines() {
            let fields = fields(line);
            let [host, ident, _, time, request, status, bytes, referer, agent] = &fields[..] else {
                panic!("{line}");
            };
            assert!(host.parse::<std::net::IpAddr>().is_ok(), "{line}");
            assert_eq!((ident.as_str(), time.len()), ("-", 28), "{line}");
            assert!(bytes == "-" || bytes.parse::<u64>().is_ok(), "{line}");
            assert!(referer.len() >= 3 && agent.len() >= 3, "{line}");
            no_request_lines += u64::from(request.split(' ').count() != 3);
            statuses.insert(status.clone());
        }
        let lines = text.lines().count() as u64;
        assert!((1..lines / 5_000).contains(&no_request_lines), "{no_request_lines} of {lines}");
        for status in ["200", "206", "301", "304", "404", "500"] {
            assert!(statuses.contains(status));
        }
        for part in ["\\\"", "2001:db8:", " 304 - ", "\"POST /", "?id=", " - ada ["] {
            assert!(text.contains(part), "{part}");
        }
    }
}
