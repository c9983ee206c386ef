//! What any input must hold to, whatever is in it: the fast ways agree with the plain ones.

#![allow(dead_code, reason = "each test and each fuzz target uses a part")]

pub(crate) mod ropes;
pub(crate) mod tree;

use std::num::NonZero;
use std::ops::ControlFlow::Continue;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zc_core::mask::Level;
use zc_core::{Position, assert_borrows};
use zc_serde::Error;
use zc_serde::fields::{self, Fields, Rules};
use zc_serde::members::{member, read_members};
use zc_serde::ndjson::{self, Feed, Line, Lines, for_each_part};

/// Some that share a key, one that is asked for twice, and one that is hardly ever there.
pub(crate) const NAMES: [&str; 9] = ["a", "b", "a.b", "a.b.c", "a.a", "", "é", "b", "x.y.z"];
const LEVELS: [Level; 3] = [Level::Detected, Level::Baseline, Level::Portable];

/// The lines that are not blank, with their places, in the slowest and plainest way.
pub(crate) fn naive_lines(input: &[u8], start: Position) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut offset = 0;
    for raw in input.split_inclusive(|&byte| byte == b'\n') {
        let bytes = raw.strip_suffix(b"\n").unwrap_or(raw);
        let bytes = if raw.ends_with(b"\r\n") { &bytes[..bytes.len() - 1] } else { bytes };
        let position = start.after(&input[..offset]);
        if bytes.iter().any(|byte| !b" \t\r\n".contains(byte)) {
            lines.push(Line { position, bytes, raw });
        }
        offset += raw.len();
    }
    lines
}

/// The raw values of [`NAMES`] in one text, or why it is refused, by `serde_json` alone.
fn naive_fields(json: &[u8], rules: Rules) -> Result<Vec<Option<&str>>, Error> {
    let value = match rules {
        Rules::Value => Some(zc_serde::from_slice::<Value>(json)?),
        Rules::Raw => None,
    };
    let mut members = Vec::new();
    read_members(json, &mut members)?;
    let found = NAMES.map(|name| {
        let mut keys = name.split('.');
        let first = keys.next().expect("a name has a key");
        let top = members.iter().rev().find(|member| member.key == *first)?;
        keys.try_fold(top.value, member)
    });
    // The tree of values says the same, without a line of this crate.
    for (name, raw) in NAMES.iter().zip(found) {
        let Some(value) = &value else { continue };
        let expected = name.split('.').try_fold(value, |value, key| value.as_object()?.get(key));
        let raw = raw.map(|raw| serde_json::from_str::<Value>(raw).expect("a value"));
        assert_eq!(raw.as_ref(), expected);
    }
    Ok(found.to_vec())
}

fn raw<'de>(values: &[Option<fields::Value<'de>>]) -> Vec<Option<&'de str>> {
    values.iter().map(|value| value.map(fields::Value::get)).collect()
}

/// The input as one text and as lines: the same fields, and the same refusals.
pub(crate) fn fields(input: &[u8]) {
    for rules in [Rules::Value, Rules::Raw] {
        let whole = naive_fields(input, rules);
        let lines: Vec<_> = naive_lines(input, Position::START)
            .into_iter()
            .map(|line| {
                let found = naive_fields(line.bytes, rules);
                (line, found.map_err(|error| error.starting_at(line.position)))
            })
            .collect();
        for level in LEVELS {
            let mut fields = Fields::new(NAMES).with_rules(rules).with_level(level);
            let mut values = vec![None; fields.count()];
            let read = fields.read(input, &mut values).map(|()| raw(&values));
            assert_eq!(read, whole, "{rules:?}");
            for value in read.iter().flatten().flatten() {
                assert_borrows!(input, value);
            }
            let mut found = Vec::new();
            let mut rest = Lines::new(input);
            fields.each(&mut rest, |line, values| {
                found.push((line, values.map(raw)));
                Continue(())
            });
            assert_eq!(found, lines, "{rules:?}");
            assert_eq!(rest.position(), Position::START.after(input));
        }
    }
}

/// The records of the input, in every way that gives them: as `from_slice` reads each line.
pub(crate) fn ndjson<T>(input: &[u8])
where
    T: DeserializeOwned + PartialEq + std::fmt::Debug + Send,
{
    let lines = naive_lines(input, Position::START);
    let expected: Vec<_> = lines
        .iter()
        .map(|line| {
            let read = zc_serde::from_slice::<T>(line.bytes);
            read.map_err(|error| error.starting_at(line.position))
        })
        .collect();
    let value = |record: Result<ndjson::Record<'_, T>, Error>| record.map(|record| record.value);
    let borrowed: Vec<_> = ndjson::from_slice::<T>(input).map(value).collect();
    assert_eq!(borrowed, expected);

    let shared = ndjson::from_bytes::<T>(Bytes::copy_from_slice(input));
    let shared: Vec<_> = shared.map(|record| record.map(|record| record.value)).collect();
    assert_eq!(shared, expected);

    for threads in [1, 2] {
        let mut all = Vec::new();
        for_each_part(
            &Lines::new(input),
            NonZero::new(threads).expect("not 0"),
            || |part: Lines<'_>| Ok::<_, ()>(part.records::<T>().map(value).collect::<Vec<_>>()),
            |part| {
                all.extend(part);
                Ok(())
            },
        )
        .expect("neither fails");
        assert_eq!(all, expected);
    }

    for len in [1, 2, 7, 64] {
        assert_eq!(fed(input, len, |lines| lines.records::<T>().map(value).collect()), expected);
    }
}

/// What `read` says of the lines of an input that comes `len` bytes at a time.
pub(crate) fn fed<R>(
    input: &[u8],
    len: usize,
    mut read: impl FnMut(Lines<'_>) -> Vec<R>,
) -> Vec<R> {
    let (mut feed, mut window, mut all) = (Feed::new(), Vec::new(), Vec::new());
    for piece in input.chunks(len) {
        window.extend_from_slice(piece);
        let cut = feed.feed(&window);
        all.extend(read(cut.lines));
        let used = cut.used;
        window.drain(..used);
    }
    let cut = feed.finish(&window);
    assert_eq!(cut.used, window.len());
    all.extend(read(cut.lines));
    assert_eq!(feed.position(), Position::START.after(input));
    all
}
