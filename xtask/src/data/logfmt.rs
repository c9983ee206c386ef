//! logfmt: `key=value` pairs, one event a line, values in quotes where they need them.

use super::Records;
use super::pools::{self, NAMES, SERVICES, WORDS};
use super::random::{Random, push_number};
use super::time::{Clock, Style};

pub(super) struct Logfmt {
    clock: Clock,
    /// From the fraction of the time to the message.
    events: Vec<String>,
    /// From the method to the key of the status.
    requests: Vec<String>,
    /// From the unit of the duration to the end of the line.
    ends: Vec<String>,
}

impl Logfmt {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            clock: Clock::new(Style::Rfc3339),
            events: pools::many(random, event),
            requests: pools::many(random, request),
            ends: pools::many(random, end),
        }
    }
}

impl Records for Logfmt {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(b"time=");
        buffer.extend_from_slice(self.clock.next(random));
        buffer.extend_from_slice(random.pick_skewed(&self.events).as_bytes());
        buffer.extend_from_slice(random.pick_skewed(&self.requests).as_bytes());
        push_number(buffer, random.below(100_000));
        buffer.extend_from_slice(b" duration=");
        push_number(buffer, random.below(2_000));
        buffer.extend_from_slice(random.pick(&self.ends).as_bytes());
    }
}

fn event(random: &mut Random) -> String {
    let level = *random.pick(&["info", "info", "info", "debug", "warn", "error"]);
    let (a, b) = (random.pick(&WORDS), random.pick(&WORDS));
    let message = match random.below(32) {
        0 => format!("\"no such {a}: \\\"{b}\\\"\""),
        1..8 => a.to_string(),
        _ => format!("\"{a} moved past the {b}\""),
    };
    format!(".{:03}Z level={level} msg={message}", random.below(1000))
}

fn request(random: &mut Random) -> String {
    let service = random.pick(&SERVICES);
    let method = *random.pick(&["GET", "GET", "GET", "POST", "PUT"]);
    let status = *random.pick(&[200, 200, 200, 204, 301, 404, 500]);
    let (host, path) = (pools::host(random), pools::path(random));
    format!(" service={service} host={host} method={method} path={path} status={status} bytes=")
}

fn end(random: &mut Random) -> String {
    let user = match random.below(3) {
        0 => format!(" user=\"{}\"", random.pick(&NAMES)),
        _ => String::new(),
    };
    let bare = *random.pick(&["", "", "", " cached", " retried"]);
    format!("ms{user}{bare}\n")
}

#[cfg(test)]
mod tests {
    use crate::data::Kind;
    use crate::data::tests::records;

    /// The keys of a line; a naive reading.
    fn keys(line: &str) -> Vec<String> {
        let (mut keys, mut key, mut is_quoted, mut is_escaped) = (Vec::new(), None, false, false);
        for c in line.chars().chain([' ']) {
            match c {
                '"' if !is_escaped => is_quoted = !is_quoted,
                ' ' if !is_quoted => keys.extend(key.take()),
                _ if !is_quoted => key.get_or_insert_with(String::new).push(c),
                _ => {}
            }
            is_escaped = !is_escaped && c == '\\';
        }
        keys.iter().map(|pair: &String| pair.split('=').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_line_has_its_keys() {
        const KEYS: [&str; 10] = [
            "time", "level", "msg", "service", "host", "method", "path", "status", "bytes",
            "duration",
        ];
        let bytes = records(Kind::Logfmt, 1 << 20);
        let text = std::str::from_utf8(&bytes).unwrap();
        for line in text.lines() {
            let keys = keys(line);
            let (fixed, more) = keys.split_at_checked(KEYS.len()).expect(line);
            assert_eq!(fixed, KEYS, "{line}");
            assert!(
                more.iter().all(|key| ["user", "cached", "retried"].contains(&&**key)),
                "{line}"
            );
        }
        assert!(text.contains("\\\"") && text.contains(" cached\n") && text.contains(" user=\""));
    }
}
