//! `zc parse --to msgpack`: every format, decoded again by another library.

mod run;

use std::fmt;
use std::io::Write;
use std::process::{Command, Stdio};

use run::{entries, ledger, zc};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a record holds; bytes that are no text are an array of their own kind.
#[derive(Debug, Clone, PartialEq)]
enum Packed {
    Json(Value),
    Binary(Vec<u8>),
    Array(Vec<Packed>),
    Map(Vec<(Packed, Packed)>),
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Packed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Packed, E> {
        Ok(Packed::Json(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Packed, E> {
        Ok(Packed::Json(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Packed, E> {
        Ok(Packed::Json(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Packed, E> {
        Ok(Packed::Json(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Packed, E> {
        Ok(Packed::Json(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Packed, E> {
        Ok(Packed::Json(value.into()))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Packed, E> {
        Ok(Packed::Binary(value.to_vec()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Packed, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Packed::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Packed, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Packed::Map(map))
    }
}

/// The same as a value of JSON, with replacement characters as the tool writes them there.
fn json(packed: &Packed) -> Value {
    match packed {
        Packed::Json(value) => value.clone(),
        Packed::Binary(bytes) => String::from_utf8_lossy(bytes).into(),
        Packed::Array(items) => items.iter().map(json).collect(),
        Packed::Map(entries) => {
            let name = |key| json(key).as_str().expect("keys are text").to_owned();
            entries.iter().map(|(key, value)| (name(key), json(value))).collect()
        }
    }
}

/// The records that a run writes to a pipe, and its exit status.
fn packed(args: &[&str], stdin: &[u8]) -> (Vec<Packed>, i32) {
    let mut child = zc()
        .arg("parse")
        .args(args)
        .args(["--to", "msgpack"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool was built");
    let mut pipe = child.stdin.take().expect("a pipe was asked for");
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || pipe.write_all(&stdin));
    let output = child.wait_with_output().expect("the tool ends");
    writer.join().expect("the writer does not panic").expect("all is read");
    let mut rest = &output.stdout[..];
    let mut records = Vec::new();
    while !rest.is_empty() {
        records.push(rmp_serde::from_read(&mut rest).expect("whole values"));
    }
    (records, output.status.code().expect("the tool ends by itself"))
}

/// Checks that the records are what they are as NDJSON.
#[track_caller]
fn check(args: &[&str], stdin: &[u8]) {
    let (records, status) = packed(args, stdin);
    let lines = run::run(&[&["parse"], args].concat(), stdin);
    let expected: Vec<Value> =
        lines.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(!expected.is_empty());
    assert_eq!(records.iter().map(json).collect::<Vec<_>>(), expected, "{args:?}");
    assert_eq!(status, lines.status);
}

const LOG: &[u8] =
    b"::1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 2326 \"-\" \"c\xff\"
10.0.0.7 - - [10/Oct/2000:13:55:37 -0700] \"\\x16\\x03\" 400 - \"http://a/\" \"-\"
bad
";

#[test]
fn every_format_says_what_it_says_as_ndjson() {
    check(&["kv"], b"a=1\nb=\xff\n");
    check(&["command"], b"GET /index.html\n");
    check(&["common"], b"::1 - - [now] \"GET / HTTP/1.1\" 304 -\n");
    check(&["combined"], LOG);
    check(&["combined", "--select", "status,request,user_agent"], LOG);
    check(&["logfmt"], b"a=1 b=\"x\\ty\" c \xffd=\"caf\\u00e9\"\n\na=2 a=3\n");
    check(&["logfmt", "--select", "c,b"], b"a=1 b=\"x\\ty\" c\n\na=2 a=3\n");
    check(&["csv"], b"a,b\n1,\"say \"\"hi\"\"\"\n\xff,\n");
    check(&["csv", "--no-header"], b"a,b\n1,\"say \"\"hi\"\"\",3\n");
    check(&["csv", "--no-header", "--select", "2,1"], b"a,b\n1,2,3\n");
    check(&["http"], b"GET / HTTP/1.1\r\nHost: a\r\nX: \xff\r\n\r\nHTTP/1.1 204 No\r\n\r\n");
    let ndjson =
        b"{\"a\":1,\"b\":[null,true,-1.5,{\"c\":\"\\u00e9\"}],\"d\":18446744073709551616}\n\
        [1,2]\n\n{\"a\":{\"b\":-9223372036854775808}}\nbad\n";
    check(&["ndjson"], ndjson);
    check(&["ndjson", "--select", "a,a.b,d,b"], ndjson);
    check(&["ndjson", "--where", "a = 1"], ndjson);
}

const VALUES: &[u8] = b"+OK\r\n%2\r\n+id\r\n:-7\r\n+user\r\n%1\r\n:1\r\n$2\r\na\xff\r\n\
    *2\r\n_\r\n#t\r\n-ERR no\r\n>2\r\n+m\r\n:1\r\n%1\r\n*1\r\n:1\r\n:2\r\n\
    |1\r\n+ttl\r\n:3\r\n$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n(18446744073709551616\r\n(-5\r\n,1.5\r\n";

#[test]
fn values_of_resp_have_the_shape_that_they_have_as_ndjson() {
    check(&["resp"], VALUES);
    check(&["resp", "--select", "id,user,user.1,error,push,value,attributes.ttl"], VALUES);
    check(&["resp", "--where", "id < 0", "--select", "user.1,id"], VALUES);
}

#[test]
fn bytes_that_are_not_utf8_are_kept_as_binary() {
    for (format, input) in [
        ("kv", &b"k=a\xff\n"[..]),
        ("logfmt", b"key=k value=a\xff\n"),
        ("csv", b"key,value\nk,a\xff\n"),
        ("resp", b"%2\r\n+key\r\n+k\r\n+value\r\n$2\r\na\xff\r\n"),
    ] {
        let expected = Packed::Map(vec![
            (Packed::Json("key".into()), Packed::Json("k".into())),
            (Packed::Json("value".into()), Packed::Binary(b"a\xff".to_vec())),
        ]);
        for args in [&[format][..], &[format, "--select", "key,value"]] {
            assert_eq!(packed(args, input), (vec![expected.clone()], 0), "{args:?}");
        }
    }
}

#[test]
fn a_terminal_is_spared() {
    let command = format!("{} parse kv --to msgpack /dev/null", env!("CARGO_BIN_EXE_zc"));
    let Ok(output) = Command::new("script").args(["-qec", &command, "/dev/null"]).output() else {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "script is not installed");
        println!("skipped: script is not installed");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("send it to a file or a pipe"), "{shown}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn floats_of_resp_need_no_words() {
    let (records, _) = packed(&["resp"], b",inf\r\n,-inf\r\n,nan\r\n");
    // JSON has no number for them: a test of another library reads them as null.
    assert_eq!(records, vec![Packed::Json(Value::Null); 3]);
}

#[test]
fn a_number_that_no_float_holds_is_a_bad_record_here_alone() {
    let (records, status) = packed(&["ndjson"], b"{\"a\":1e999}\n{\"a\":1}\n");
    assert_eq!((records.len(), status), (1, 1));
    assert_eq!(run::run(&["parse", "ndjson"], b"{\"a\":1e999}\n").status, 0);
}

#[test]
fn a_number_becomes_the_float_that_is_nearest_to_it() {
    for number in ["7e-64", "0.1", "5.27514240881386856e+26", "8.0672652e50", "1e23"] {
        let (records, _) = packed(&["ndjson"], format!("{number}\n[{number}]\n").as_bytes());
        let nearest = Packed::Json(number.parse::<f64>().expect("a number").into());
        assert_eq!(records, [nearest.clone(), Packed::Array(vec![nearest])], "{number}");
    }
}

#[test]
fn the_ledger_says_what_was_copied_and_converted() {
    let names = ["fields_borrowed", "fields_copied", "fields_converted", "copied_decode"];
    for (args, stdin, expected) in [
        (
            &["ndjson"][..],
            &b"{\"a\":\"x\",\"b\":\"y\\tz\",\"c\":[1,\"\\t\"],\"d\":null}\n"[..],
            [1, 1, 1, 4],
        ),
        (
            &["ndjson", "--select", "a,b,d"],
            b"{\"a\":\"x\",\"b\":\"y\\tz\",\"c\":7}\n",
            [1, 1, 0, 3],
        ),
        (&["kv"], b"a=1\n", [2, 0, 0, 0]),
        (&["resp"], b"%2\r\n+a\r\n+x\r\n+b\r\n:1\r\n", [1, 0, 1, 0]),
    ] {
        let args = [&["parse"], args, &["--to", "msgpack", "--stats=json"]].concat();
        let outcome = run::run(&args, stdin);
        assert_eq!(entries(&outcome, names), expected, "{args:?}");
        assert_eq!(ledger(&outcome)["output"], "msgpack");
    }
}
