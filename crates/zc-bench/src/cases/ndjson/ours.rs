//! What `zc_serde` offers, in blocks of lines and line by line.

use std::ops::ControlFlow::{Break, Continue};

use zc_serde::Text;
use zc_serde::fields::{Fields, Value};
use zc_serde::ndjson::{self, Lines};

use super::{Entry, each_line, weight};
use crate::answer::{Answer, Done};

type Borrowed<'i> = Entry<Text<'i>, Text<'i>>;

pub(super) fn all(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    for record in ndjson::from_slice::<Borrowed<'_>>(bytes).map_while(Result::ok) {
        answer.add(record.value.weight());
    }
    answer.into()
}

pub(super) fn all_by_line(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    for line in Lines::new(bytes) {
        let Ok(entry) = line.parse::<Borrowed<'_>>() else { break };
        answer.add(entry.weight());
    }
    answer.into()
}

const TWO: [&str; 2] = ["level", "request.status"];

pub(super) fn two(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    Fields::new(TWO).each(&mut Lines::new(bytes), |_, values| {
        match values.ok().and_then(pair) {
            Some(weight) => answer.add(weight),
            None => return Break(()),
        }
        Continue(())
    });
    answer.into()
}

pub(super) fn two_by_line(bytes: &[u8]) -> Done {
    let mut fields = Fields::new(TWO);
    let mut values = [None; 2];
    each_line(bytes, |line| {
        fields.read(line, &mut values).ok()?;
        pair(&values)
    })
}

#[inline(always)]
fn pair(values: &[Option<Value<'_>>]) -> Option<u64> {
    let [Some(level), Some(status)] = values else { return None };
    Some(weight(level.as_plain_str()?.as_bytes(), status.get().parse().ok()?))
}
