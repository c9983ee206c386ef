//! Values of JSON as `MessagePack`: numbers as `serde_json` sees them, members in their order.

use std::fmt;
use std::vec;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zc_core::Tally;

use super::{Open, array, boolean, float, map, null, signed, string, unsigned};
use crate::parse::target::Target;

/// From how many bytes on a value is written piece by piece: numbers become up to three times as
/// long.
pub(super) const LONG: usize = 1 << 20;

/// Appends the value that `json` is. Bytes that had to be unescaped for it are entered in the tally.
/// Of a text that is no JSON any more, since its file was cut, something is appended that nobody
/// reads.
pub(super) fn json(out: &mut Vec<u8>, json: &str, tally: &mut Tally) {
    let Ok(()) = packed(Packing { target: out, tally, lengths: None, failure: None }, json);
}

/// The same for a long value, of which never the whole is in memory, unless the target keeps it. It
/// is read twice, since lists begin with their lengths.
pub(super) fn json_in_pieces<T: Target>(
    target: &mut T,
    json: &str,
    tally: &mut Tally,
) -> Result<(), T::Error> {
    let mut lengths = Vec::new();
    let _ = Measure(&mut lengths).deserialize(&mut serde_json::Deserializer::from_str(json));
    let lengths = Some(lengths.into_iter());
    packed(Packing { target, tally, lengths, failure: None }, json)
}

fn packed<T: Target>(mut packing: Packing<'_, T>, json: &str) -> Result<(), T::Error> {
    let _ = Pack(&mut packing).deserialize(&mut serde_json::Deserializer::from_str(json));
    packing.failure.map_or(Ok(()), Err)
}

/// Where values are appended while they are read.
struct Packing<'o, T: Target> {
    target: &'o mut T,
    tally: &'o mut Tally,
    /// Of the arrays and maps that are still to come, if they were measured.
    lengths: Option<vec::IntoIter<u32>>,
    /// What the target refused.
    failure: Option<T::Error>,
}

impl<T: Target> Packing<'_, T> {
    /// Begins a list; returns what is to be ended, if it was not measured.
    fn open(&mut self, header: fn(&mut Vec<u8>, usize)) -> Option<Open> {
        match &mut self.lengths {
            None => Some(Open::at_end(self.target.buffer())),
            Some(lengths) => {
                header(self.target.buffer(), lengths.next().unwrap_or_default() as usize);
                None
            }
        }
    }

    /// Lets go of what is there, if no header in it is open.
    fn spill<E: de::Error>(&mut self) -> Result<(), E> {
        if self.lengths.is_none() {
            return Ok(());
        }
        self.target.spill().map_err(|failure| {
            self.failure = Some(failure);
            E::custom("the target refused it")
        })
    }
}

/// Appends a value while it is read.
struct Pack<'p, 'o, T: Target>(&'p mut Packing<'o, T>);

impl<'de, T: Target> DeserializeSeed<'de> for Pack<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Target> Visitor<'de> for Pack<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        null(self.0.target.buffer());
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        boolean(self.0.target.buffer(), value);
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        unsigned(self.0.target.buffer(), value);
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        signed(self.0.target.buffer(), value);
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        float(self.0.target.buffer(), value);
        Ok(())
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<(), E> {
        string(self.0.target.buffer(), value);
        Ok(())
    }

    /// A string with escapes.
    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.0.tally.copied_bytes += value.len() as u64;
        string(self.0.target.buffer(), value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (open, mut count) = (self.0.open(array), 0);
        while items.next_element_seed(Pack(self.0))?.is_some() {
            count += 1;
            self.0.spill()?;
        }
        if let Some(open) = open {
            open.end_array(self.0.target.buffer(), count);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (open, mut count) = (self.0.open(map), 0);
        while members.next_key_seed(Pack(self.0))?.is_some() {
            members.next_value_seed(Pack(self.0))?;
            count += 1;
            self.0.spill()?;
        }
        if let Some(open) = open {
            open.end_map(self.0.target.buffer(), count);
        }
        Ok(())
    }
}

/// Notes how long each array and each map of a value is, in the order in which they begin.
struct Measure<'l>(&'l mut Vec<u32>);

impl<'de> DeserializeSeed<'de> for Measure<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Measure<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(0);
        while items.next_element_seed(Measure(self.0))?.is_some() {
            self.0[at] += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(0);
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value_seed(Measure(self.0))?;
            self.0[at] += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use zc_core::Tally;

    use super::{json, json_in_pieces};

    #[track_caller]
    fn check(text: &str, copied: u64) {
        let (mut out, mut tally) = (Vec::new(), Tally::default());
        json(&mut out, text, &mut tally);
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(out, rmp_serde::to_vec(&value).unwrap(), "{text}");
        assert_eq!(tally.copied_bytes, copied, "{text}");
        let (mut in_pieces, mut tally) = (Vec::new(), Tally::default());
        let Ok(()) = json_in_pieces(&mut in_pieces, text, &mut tally);
        assert!(in_pieces == out && tally.copied_bytes == copied, "{text}");
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
