//! The parts that records are put together from, rendered once.

use super::random::Random;

pub(super) const WORDS: [&str; 24] = [
    "archive", "borrow", "buffer", "cache", "cursor", "delta", "engine", "field", "grammar",
    "header", "index", "ledger", "mapping", "offset", "packet", "queue", "record", "slice",
    "socket", "span", "stream", "table", "token", "window",
];

pub(super) const NAMES: [&str; 16] = [
    "Ada Lovelace",
    "Alan Turing",
    "Barbara Liskov",
    "Chloë Müller",
    "Dennis Ritchie",
    "Edsger Dijkstra",
    "Frances Allen",
    "Grace Hopper",
    "Ibn al-Haytham",
    "José García",
    "Katherine Johnson",
    "Łukasz Nowak",
    "Radia Perlman",
    "Søren Østergård",
    "山田 太郎",
    "Ольга Иванова",
];

pub(super) const SERVICES: [&str; 6] = ["api", "auth", "billing", "mailer", "search", "web"];

/// How many parts a large pool holds.
const MANY: usize = 1024;

/// Many parts, each made by `make`.
pub(super) fn many<T>(random: &mut Random, mut make: impl FnMut(&mut Random) -> T) -> Vec<T> {
    (0..MANY).map(|_| make(random)).collect()
}

/// The address of a client: mostly IPv4 of the block for benchmarks (RFC 2544), some IPv6 of the
/// block for documentation (RFC 3849).
pub(super) fn host(random: &mut Random) -> String {
    if random.once_in(12) {
        let [a, b, c] = [(); 3].map(|()| random.below(0xffff));
        return format!("2001:db8:{a:x}:{b:x}::{c:x}");
    }
    let [a, b, c] = [2, 256, 254].map(|bound| random.below(bound));
    format!("198.{}.{b}.{}", 18 + a, c + 1)
}

/// The path of a page or of what it loads.
pub(super) fn path(random: &mut Random) -> String {
    let mut path = String::new();
    for _ in 0..=random.below(3) {
        path.push('/');
        path += *random.pick(&WORDS);
    }
    let ending = *random.pick(&["", "/", ".html", ".css", ".js", ".png", ".jpg", ".svg", ".woff2"]);
    if random.once_in(4) {
        path.push_str(&format!("-{:08x}", random.below(1 << 32)));
    }
    path + ending
}

/// A browser, a program or a robot as it names itself; one in 64 holds quotes, as `quote`.
pub(super) fn user_agent(random: &mut Random, quote: &str) -> String {
    if random.once_in(64) {
        let word = random.pick(&WORDS);
        return format!(
            "Mozilla/5.0 (compatible; {quote}{word}{quote} crawler/1.{})",
            random.below(9)
        );
    }
    if random.once_in(8) {
        return program(random);
    }
    browser(random)
}

/// A browser as it names itself.
pub(super) fn browser(random: &mut Random) -> String {
    let system = *random.pick(&[
        "Windows NT 10.0; Win64; x64",
        "Macintosh; Intel Mac OS X 10_15_7",
        "X11; Linux x86_64",
        "Linux; Android 10; K",
    ]);
    let version = 112 + random.below(30);
    match random.below(8) {
        0 | 1 => {
            format!("Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0")
        }
        2 => format!(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
             like Gecko) Version/17.{} Mobile/15E148 Safari/604.1",
            version % 7,
            version % 7
        ),
        3 => format!(
            "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 \
             Safari/537.36 Edg/{version}.0.0.0"
        ),
        _ => format!(
            "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 \
             Safari/537.36"
        ),
    }
}

fn program(random: &mut Random) -> String {
    let minor = random.below(20);
    match random.below(5) {
        0 => format!("curl/8.{minor}.0"),
        1 => format!("python-requests/2.{minor}.1"),
        2 => "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)".to_owned(),
        3 => "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)".to_owned(),
        _ => "-".to_owned(),
    }
}
