//! JSON (RFC 8259), one object of ten fields a line.

use super::Records;
use super::pools::{self, NAMES, SERVICES, WORDS};
use super::random::{Random, push_number};
use super::time::{Clock, Style};

const MESSAGES: [&str; 6] = [
    "request completed",
    "cache miss, went to the origin",
    "connection closed by the client",
    r#"unexpected token \"<\" at line 1\nretrying"#,
    r"cannot open C:\\logs\\today.txt:\tnot found",
    r"caf\u00e9 \ud83d\ude80 — größer als erwartet",
];

pub(super) struct Ndjson {
    clock: Clock,
    /// From the fraction of the time to the user.
    origins: Vec<String>,
    /// From the request to the number of bytes.
    requests: Vec<String>,
    messages: Vec<String>,
}

impl Ndjson {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            clock: Clock::new(Style::Rfc3339),
            origins: pools::many(random, origin),
            requests: pools::many(random, request),
            messages: pools::many(random, message),
        }
    }
}

impl Records for Ndjson {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(b"{\"time\":\"");
        buffer.extend_from_slice(self.clock.next(random));
        buffer.extend_from_slice(random.pick_skewed(&self.origins).as_bytes());
        buffer.extend_from_slice(random.pick_skewed(&self.requests).as_bytes());
        push_number(buffer, random.below(100_000));
        buffer.extend_from_slice(b",\"duration_ms\":");
        push_number(buffer, random.below(900));
        buffer.push(b'.');
        push_number(buffer, 100 + random.below(900));
        buffer.extend_from_slice(random.pick(&self.messages).as_bytes());
        buffer.push(b'\n');
    }
}

fn origin(random: &mut Random) -> String {
    let level = *random.pick(&["info", "info", "info", "info", "debug", "warn", "error"]);
    let service = random.pick(&SERVICES);
    let (host, user) = (pools::host(random), random.pick(&NAMES));
    format!(
        ".{:03}Z\",\"level\":\"{level}\",\"service\":\"{service}\",\"host\":\"{host}\",\
         \"user\":\"{user}\"",
        random.below(1000)
    )
}

fn request(random: &mut Random) -> String {
    let method = *random.pick(&["GET", "GET", "GET", "POST", "PUT", "DELETE"]);
    let status = *random.pick(&[200, 200, 200, 200, 201, 301, 304, 404, 500]);
    let path = pools::path(random);
    format!(
        ",\"request\":{{\"method\":\"{method}\",\"path\":\"{path}\",\"status\":{status}}},\
         \"bytes\":"
    )
}

fn message(random: &mut Random) -> String {
    let cached = *random.pick(&["true", "false", "false", "null"]);
    let message = match random.below(8) {
        0 => random.pick(&MESSAGES[3..]),
        _ => random.pick(&MESSAGES[..3]),
    };
    format!(",\"cached\":{cached},\"message\":\"{message} ({})\"}}", random.pick(&WORDS))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use crate::data::Kind;
    use crate::data::tests::records;

    #[test]
    fn every_line_is_an_object_of_ten_fields() {
        let bytes = records(Kind::Ndjson, 1 << 20);
        let text = std::str::from_utf8(&bytes).unwrap();
        for line in text.lines() {
            let object: Map<String, Value> = serde_json::from_str(line).expect(line);
            assert_eq!(object.len(), 10, "{line}");
            assert_eq!(object["request"].as_object().unwrap().len(), 3, "{line}");
        }
        assert!(text.contains("\\n") && text.contains("\\ud83d"));
        assert!(text.contains("größer") && text.contains("山田"));
    }
}
