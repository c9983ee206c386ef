//! Generated JSON, good and damaged.

use proptest::prelude::*;

/// One JSON text, with escapes in keys, blanks, and now and then what only raw values may hold.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let text = r#"([ -!#-\[\]-~é€]|\\n|\\"|\\\\|\\/|\\u00e9|\\uD83d\\ude00|\\ud800|\\udc00){0,4}"#;
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        text.prop_map(|text| format!("\"{text}\"")),
    ];
    let key = prop_oneof![
        8 => proptest::sample::select(vec!["a", "b", "c", "é", "", "x", "y"]).prop_map(str::to_owned),
        1 => proptest::sample::select(vec![r"\u0061", r"\u00e9", r"\n", r"\ud800"]).prop_map(str::to_owned),
        1 => text,
    ];
    let blank = proptest::sample::select(vec!["", "", "", " ", "\t ", "\r"]);
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let member = (blank.clone(), key.clone(), blank.clone(), inner.clone(), blank.clone());
        let member =
            member.prop_map(|(a, key, b, value, c)| format!("{a}\"{key}\"{b}:{c}{value}{b}"));
        let items = proptest::collection::vec((blank.clone(), inner), 0..4)
            .prop_map(|items| items.into_iter().map(|(b, i)| format!("{b}{i}{b}")).collect());
        prop_oneof![
            1 => items.prop_map(|items: Vec<_>| format!("[{}]", items.join(","))),
            3 => proptest::collection::vec(member, 0..6).prop_map(|m| format!("{{{}}}", m.join(","))),
        ]
    })
}

/// Lines of JSON, some of them blank.
pub(crate) fn lines() -> impl Strategy<Value = Vec<u8>> {
    let ending = proptest::sample::select(vec!["\n", "\r\n", "\n\n", " \n \n"]);
    proptest::collection::vec((json(), ending), 0..5).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(line, ending)| [line, ending.to_owned()])
            .collect::<String>()
            .into()
    })
}

/// Lines of which up to three bytes are changed, added or gone.
pub(crate) fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        proptest::sample::select(b"{}[]\",:\\\n\r u0-.e+a\x00\x01\xff\xe2".to_vec()),
        any::<u8>(),
    ];
    let damage = proptest::collection::vec((any::<proptest::sample::Index>(), byte, 0..4), 1..4);
    (lines(), damage).prop_map(|(mut input, damage)| {
        for (index, byte, how) in damage {
            let at = index.index(input.len() + 1);
            match how {
                0 => input.insert(at, byte),
                1 if at < input.len() => drop(input.remove(at)),
                2 if input.len() > 4 => input.truncate(at.max(4)),
                _ if at < input.len() => input[at] = byte,
                _ => input.push(byte),
            }
        }
        input
    })
}
