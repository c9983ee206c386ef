//! Comma-separated values (RFC 4180) with a header and ten columns; lines end with a line feed.

use super::Records;
use super::pools::{self, NAMES, WORDS};
use super::random::{Random, push_number};
use super::time::{Clock, Style};

const HEADER: &[u8] = b"id,time,name,email,city,quantity,price,currency,status,note\n";

pub(super) struct Csv {
    clock: Clock,
    id: u64,
    /// From the name to the city.
    customers: Vec<String>,
    /// From the price to the end of the line.
    orders: Vec<String>,
}

impl Csv {
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            clock: Clock::new(Style::Rfc3339),
            id: 0,
            customers: pools::many(random, customer),
            orders: pools::many(random, order),
        }
    }
}

impl Records for Csv {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>) {
        if self.id == 0 {
            self.id = 1;
            return buffer.extend_from_slice(HEADER);
        }
        push_number(buffer, self.id);
        self.id += 1;
        buffer.push(b',');
        buffer.extend_from_slice(self.clock.next(random));
        buffer.extend_from_slice(random.pick_skewed(&self.customers).as_bytes());
        push_number(buffer, 1 + random.below(20));
        buffer.extend_from_slice(random.pick(&self.orders).as_bytes());
    }
}

fn customer(random: &mut Random) -> String {
    let name = random.pick(&NAMES);
    let name = match name.split_once(' ') {
        Some((first, last)) if random.once_in(6) => format!("\"{last}, {first}\""),
        _ => (*name).to_owned(),
    };
    let mailbox = format!("{}.{}", random.pick(&WORDS), random.below(10_000));
    let city =
        *random.pick(&["Berlin", "Lagos", "Lima", "Oslo", "\"Paris, TX\"", "São Paulo", "東京"]);
    format!("Z,{name},{mailbox}@example.com,{city},")
}

fn order(random: &mut Random) -> String {
    let price = format!("{}.{:02}", random.below(500), random.below(100));
    let currency = *random.pick(&["EUR", "USD", "JPY", "NOK"]);
    let status = *random.pick(&["paid", "shipped", "open", "returned"]);
    let (a, b) = (random.pick(&WORDS), random.pick(&WORDS));
    let note = match random.below(64) {
        0 => format!("\"left at the {a}\nnext to the {b}\""),
        1 | 2 => format!("\"the \"\"{a}\"\" {b}\""),
        3..8 => format!("\"{a}, {b}\""),
        8..32 => String::new(),
        _ => format!("{a} {b}"),
    };
    format!(",{price},{currency},{status},{note}\n")
}

#[cfg(test)]
mod tests {
    use crate::data::Kind;
    use crate::data::tests::records;

    /// How many fields each row has; a naive reading of RFC 4180.
    fn widths(text: &str) -> Vec<usize> {
        let (mut widths, mut width, mut is_quoted) = (Vec::new(), 1, false);
        for c in text.chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => width += 1,
                '\n' if !is_quoted => widths.push(std::mem::replace(&mut width, 1)),
                _ => {}
            }
        }
        widths
    }

    #[test]
    fn every_row_has_ten_fields() {
        let bytes = records(Kind::Csv, 1 << 20);
        let text = std::str::from_utf8(&bytes).unwrap();
        let widths = widths(text);
        assert!(text.starts_with("id,time,name,"));
        assert!(widths.iter().all(|width| *width == 10));
        assert!(widths.len() > 5_000 && widths.len() < text.lines().count());
        assert!(text.contains("\"\"") && text.contains("\"Paris, TX\""));
    }
}
