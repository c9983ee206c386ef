//! Heads of HTTP/1.1 requests (RFC 9112) as browsers send them, one after another, no bodies.

use super::Records;
use super::pools;
use super::random::{Random, push_number};

pub(super) struct Http {
    /// The request line and the header `Host`.
    requests: Vec<String>,
    /// The headers that tell a browser, up to the name of the session's cookie.
    browsers: Vec<String>,
    /// The rest of the cookies, and the headers after them.
    ends: Vec<String>,
}

impl Http {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            requests: pools::many(random, request),
            browsers: pools::many(random, browser),
            ends: pools::many(random, end),
        }
    }
}

impl Records for Http {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(random.pick_skewed(&self.requests).as_bytes());
        buffer.extend_from_slice(random.pick_skewed(&self.browsers).as_bytes());
        push_number(buffer, random.next());
        buffer.extend_from_slice(random.pick(&self.ends).as_bytes());
    }
}

fn request(random: &mut Random) -> String {
    format!("GET {} HTTP/1.1\r\nHost: www.example.org\r\n", pools::path(random))
}

fn browser(random: &mut Random) -> String {
    let language = *random.pick(&["en-GB,en;q=0.9", "de,en-US;q=0.7,en;q=0.3", "fr-FR,fr;q=0.8"]);
    let agent = pools::browser(random);
    let page = pools::path(random);
    format!(
        "Connection: keep-alive\r\n\
         Cache-Control: max-age=0\r\n\
         Upgrade-Insecure-Requests: 1\r\n\
         User-Agent: {agent}\r\n\
         Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n\
         Sec-Fetch-Site: same-origin\r\n\
         Sec-Fetch-Mode: navigate\r\n\
         Sec-Fetch-Dest: document\r\n\
         Referer: https://www.example.org{page}\r\n\
         Accept-Encoding: gzip, deflate, br\r\n\
         Accept-Language: {language}\r\n\
         Cookie: session="
    )
}

fn end(random: &mut Random) -> String {
    let cookies =
        format!("; theme={}; _ga=GA1.2.{}", random.pick(&["dark", "light"]), random.next());
    let validator = match random.below(3) {
        0 => format!("If-None-Match: \"{:016x}\"\r\n", random.next()),
        _ => String::new(),
    };
    format!("{cookies}\r\n{validator}\r\n")
}

#[cfg(test)]
mod tests {
    use crate::data::Kind;
    use crate::data::tests::records;

    #[test]
    fn every_head_has_a_request_line_and_headers() {
        let bytes = records(Kind::Http, 1 << 20);
        let text = std::str::from_utf8(&bytes).unwrap();
        let heads: Vec<_> = text.strip_suffix("\r\n\r\n").unwrap().split("\r\n\r\n").collect();
        for head in &heads {
            let (request, headers) = head.split_once("\r\n").unwrap();
            assert!(request.starts_with("GET /") && request.ends_with(" HTTP/1.1"), "{request}");
            let headers: Vec<_> = headers.split("\r\n").collect();
            assert!((13..=14).contains(&headers.len()), "{head}");
            assert!(headers.iter().all(|header| header.contains(": ")), "{head}");
        }
        assert!((600..700).contains(&(text.len() / heads.len())));
    }
}
