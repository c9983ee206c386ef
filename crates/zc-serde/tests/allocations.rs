//! How often reading allocates: not at all, where what is read has no escapes.

use std::ops::ControlFlow::Continue;

use allocation_counter::measure;
use serde::Deserialize;
use zc_serde::fields::Fields;
use zc_serde::members::{Scalar, member, read_members};
use zc_serde::ndjson::{self, Lines};
use zc_serde::{Text, from_slice};

const FLAT: &str = r#"{"name":"Ada","age":36,"note":"caf\u00e9","tags":["a","b"],"at":{"x":1}}"#;

#[track_caller]
fn check(expected: u64, work: impl FnOnce()) {
    assert_eq!(measure(work).count_total, expected);
}

#[track_caller]
fn check_members(record: &str, allocations_each: u64) {
    let input = format!("{record}\n").repeat(100);
    let mut members = Vec::with_capacity(8);
    check(100 * allocations_each, || {
        for line in Lines::new(input.as_bytes()) {
            read_members(line.bytes, &mut members).expect("valid JSON");
        }
    });
}

#[test]
fn members_allocate_nothing_while_the_vector_is_large_enough() {
    check_members(FLAT, 0);
    check_members("{}", 0);
    check_members("[1, \"a\"]", 0);
}

#[test]
fn a_key_with_escapes_allocates_its_text_and_a_scratch_buffer() {
    check_members(r#"{"caf\u00e9":1}"#, 2);
}

#[test]
fn a_value_that_nests_two_levels_or_more_allocates_one_stack() {
    check_members(r#"{"a":[[1]]}"#, 1);
    check_members(r#"{"a":[{"b":[{"c":[[]]}]}],"b":{"c":{"d":[]}}}"#, 1);
}

#[test]
fn looking_at_values_allocates_nothing_without_escapes() {
    let expected = Scalar::Text(Text::from("Ada"));
    check(0, || {
        assert_eq!(Scalar::of(member(FLAT, "name").unwrap()), expected);
        assert_eq!(Scalar::of(member(FLAT, "age").unwrap()), Scalar::Number("36"));
        assert_eq!(member(member(FLAT, "at").unwrap(), "x"), Some("1"));
        assert_eq!(member(FLAT, "missing"), None);
    });
}

#[test]
fn borrowed_records_allocate_nothing() {
    #[derive(Deserialize)]
    struct Person<'a> {
        #[serde(borrow)]
        name: Text<'a>,
        age: u32,
    }

    let input = "{\"name\":\"Ada\",\"age\":36}\n".repeat(100);
    check(0, || {
        for record in ndjson::from_slice::<Person>(input.as_bytes()) {
            let person = record.unwrap().value;
            assert_eq!((&*person.name, person.age), ("Ada", 36));
        }
    });
}

#[test]
fn a_text_allocates_only_for_escapes() {
    check(0, || drop(from_slice::<Text>(br#""plain""#).unwrap()));
    check(2, || drop(from_slice::<Text>(br#""caf\u00e9""#).unwrap()));
}

#[test]
fn fields_of_a_line_allocate_nothing() {
    let input = format!("{FLAT}\n").repeat(1000);
    let mut fields = Fields::new(["age", "at.x", "missing"]);
    let read = |fields: &mut Fields| {
        let mut lines = 0;
        fields.each(&mut Lines::new(input.as_bytes()), |_, values| {
            assert_eq!(values.expect("valid JSON")[0].expect("it is there").get(), "36");
            lines += 1;
            Continue(())
        });
        assert_eq!(lines, 1000);
    };
    read(&mut fields);
    // The values of the lines of one call, used again from line to line.
    check(1, || read(&mut fields));

    let mut values = [None; 3];
    fields.read(FLAT.as_bytes(), &mut values).unwrap();
    check(0, || {
        for line in Lines::new(input.as_bytes()) {
            fields.read(line.bytes, &mut values).expect("valid JSON");
        }
    });
    assert_eq!(values[1].unwrap().get(), "1");
}

#[test]
fn shared_records_without_escapes_allocate_nothing() {
    use bytes::Bytes;
    use zc_serde::shared::SharedStr;

    let input = Bytes::from("\"some text\"\n".repeat(100));
    let kept = input.clone();
    check(0, || {
        let records = ndjson::from_bytes::<SharedStr>(input);
        assert_eq!(records.filter(Result::is_ok).count(), 100);
    });
    drop(kept);
}

#[test]
fn a_message_in_a_rope_needs_its_list_of_segments_and_no_more() {
    use bytes::Bytes;
    use zc_core::rope::RopeWriter;
    use zc_serde::shared::SharedBytes;
    use zc_serde::{json, msgpack};

    let buffer = Bytes::from(vec![7; 1 << 20]);
    let payload = SharedBytes::from(buffer.clone());
    let mut writer = RopeWriter::new([buffer]);
    // The scratch of the writer is used again from message to message.
    drop(msgpack::to_rope_with(&1, &mut writer));
    check(1, || drop(msgpack::to_rope_with(&(1, &payload), &mut writer).expect("no errors")));
    check(0, || drop(msgpack::to_rope_with(&(1, "copied"), &mut writer).expect("no errors")));
    check(0, || drop(json::to_rope_with(&(1, "copied"), &mut writer).expect("no errors")));
}

#[test]
fn cutting_windows_allocates_nothing() {
    let input = "1\n".repeat(1000);
    check(0, || {
        let mut feed = ndjson::Feed::new();
        let whole =
            feed.feed(input.as_bytes()).lines.records::<u32>().filter(Result::is_ok).count();
        assert_eq!(whole, 1000);
    });
}
