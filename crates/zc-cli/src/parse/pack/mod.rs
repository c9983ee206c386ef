//! Values as `MessagePack`, in the shortest form that each has.

mod record;

use std::fmt;

use rmp::encode;
use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use zc_core::Tally;

pub(crate) use self::record::record;

/// Why none of the writes fails.
const TAKEN: &str = "a vector takes everything";

/// A map or an array whose header is written last, since only then it is known how many values
/// it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open(usize);

impl Open {
    /// Leaves room for the header of a small one.
    pub(crate) fn at_end(out: &mut Vec<u8>) -> Self {
        out.push(0);
        Self(out.len() - 1)
    }

    /// Ends a map of so many entries.
    pub(crate) fn end_map(self, out: &mut Vec<u8>, count: usize) {
        let mut header = Vec::with_capacity(5);
        encode::write_map_len(&mut header, length(count)).expect(TAKEN);
        self.end(out, &header);
    }

    /// Ends an array of so many values.
    pub(crate) fn end_array(self, out: &mut Vec<u8>, count: usize) {
        let mut header = Vec::with_capacity(5);
        encode::write_array_len(&mut header, length(count)).expect(TAKEN);
        self.end(out, &header);
    }

    /// What has 16 values or more moves up by the length of its header, once for each level that
    /// it lies in.
    fn end(self, out: &mut Vec<u8>, header: &[u8]) {
        match header {
            [small] => out[self.0] = *small,
            _ => drop(out.splice(self.0..=self.0, header.iter().copied())),
        }
    }
}

/// A length as `MessagePack` has it; records are shorter.
fn length(count: usize) -> u32 {
    u32::try_from(count).expect("a record has fewer values than 4 GiB has bytes")
}

/// Appends text, or bytes where it is none.
pub(crate) fn text(out: &mut Vec<u8>, text: &[u8]) {
    match std::str::from_utf8(text) {
        Ok(text) => encode::write_str(out, text).expect(TAKEN),
        Err(_) => encode::write_bin(out, text).expect(TAKEN),
    }
}

pub(crate) fn null(out: &mut Vec<u8>) {
    encode::write_nil(out).expect(TAKEN);
}

pub(crate) fn boolean(out: &mut Vec<u8>, boolean: bool) {
    encode::write_bool(out, boolean).expect(TAKEN);
}

pub(crate) fn unsigned(out: &mut Vec<u8>, number: u64) {
    encode::write_uint(out, number).expect(TAKEN);
}

pub(crate) fn signed(out: &mut Vec<u8>, number: i64) {
    encode::write_sint(out, number).expect(TAKEN);
}

pub(crate) fn float(out: &mut Vec<u8>, number: f64) {
    encode::write_f64(out, number).expect(TAKEN);
}

/// Appends the value that `json` is: numbers as `serde_json` sees them, members in their order.
/// Bytes that had to be unescaped for it are entered in the tally. Of a text that is no JSON any
/// more, since its file was cut, something is appended that nobody reads.
pub(crate) fn json(out: &mut Vec<u8>, json: &str, tally: &mut Tally) {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let _ = Pack { out, tally }.deserialize(&mut deserializer);
}

/// Appends a value while it is read.
struct Pack<'o> {
    out: &'o mut Vec<u8>,
    tally: &'o mut Tally,
}

impl Pack<'_> {
    fn again(&mut self) -> Pack<'_> {
        Pack { out: self.out, tally: self.tally }
    }
}

impl<'de> DeserializeSeed<'de> for Pack<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pack<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        null(self.out);
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        boolean(self.out, value);
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        unsigned(self.out, value);
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        signed(self.out, value);
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        float(self.out, value);
        Ok(())
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<(), E> {
        text(self.out, value.as_bytes());
        Ok(())
    }

    /// A string with escapes.
    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.tally.copied_bytes += value.len() as u64;
        text(self.out, value.as_bytes());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let (open, mut count) = (Open::at_end(self.out), 0);
        while items.next_element_seed(self.again())?.is_some() {
            count += 1;
        }
        open.end_array(self.out, count);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let (open, mut count) = (Open::at_end(self.out), 0);
        while members.next_key_seed(self.again())?.is_some() {
            members.next_value_seed(self.again())?;
            count += 1;
        }
        open.end_map(self.out, count);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use zc_core::Tally;

    use super::json;

    #[track_caller]
    fn check(text: &str, copied: u64) {
        let (mut out, mut tally) = (Vec::new(), Tally::default());
        json(&mut out, text, &mut tally);
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(out, rmp_serde::to_vec(&value).unwrap(), "{text}");
        assert_eq!(tally.copied_bytes, copied, "{text}");
    }

    #[test]
    fn each_value_has_the_bytes_that_a_serializer_gives_it() {
        for number in ["0", "127", "128", "-1", "-32", "-33", "65535", "-65536", "1.5", "-0"] {
            check(number, 0);
        }
        for number in ["18446744073709551615", "18446744073709551616", "-9223372036854775809"] {
            check(number, 0);
        }
        check(r#"[null,true,false,"caf\u00e9",{"a":{},"b":[[]]}]"#, 5);
        check(&format!("\"{}\"", "x".repeat(70_000)), 0);
    }

    #[test]
    fn the_header_of_many_values_is_longer() {
        for count in [15, 16, 65_535, 65_536] {
            check(&format!("[[{}1]]", "1,".repeat(count - 1)), 0);
            let members: Vec<_> = (0..count).map(|key| format!("\"{key:06}\":0")).collect();
            check(&format!("{{\"a\":{{{}}}}}", members.join(",")), 0);
        }
    }
}
