//! Records as JSON and as `MessagePack`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;

use serde::Serialize;
use zc_parse::http1::Head;
use zc_parse::resp::{Resp, Tree};
use zc_parse::{
    CombinedLog, CommandLine, CommonLog, Csv, Grammar, Kv, Logfmt, Record, UriReference, Value,
};

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// The record of `line` as JSON, which is the same whatever its slices are.
#[track_caller]
fn check<'i, G: Grammar>(grammar: &G, line: &'i [u8], expected: &str)
where
    G::Record<'i>: Record<Slice = &'i [u8], Of<Vec<u8>>: Serialize> + Serialize + Debug,
{
    let (record, _) = grammar.parse_one(line).unwrap();
    assert_eq!(json(&record), expected);
    assert_eq!(json(&record.to_vecs()), expected);
    let packed = rmp_serde::to_vec(&record).unwrap();
    let unpacked: serde_json::Value = rmp_serde::from_slice(&packed).unwrap();
    assert_eq!(unpacked, serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn a_record_is_a_map_of_its_fields() {
    check(&Kv, b"key='value'", r#"{"key":"key","value":"value"}"#);
    check(&CommandLine, b"GET /\"a\"", r#"{"method":"GET","path":"/\"a\""}"#);
}

#[test]
fn a_null_field_is_null_and_an_absent_one_is_left_out() {
    check(
        &CommonLog,
        b"::1 - - [t] \"GET / HTTP/1.1\" 200 -",
        r#"{"host":"::1","ident":null,"user":null,"time":"t","method":"GET","target":"/","protocol":"HTTP/1.1","status":200,"bytes":null}"#,
    );
    check(
        &CombinedLog,
        b"- - - [t] \"quit\" - 18446744073709551615 \"-\" \"\"",
        r#"{"host":null,"ident":null,"user":null,"time":"t","status":null,"bytes":18446744073709551615,"referer":null,"user_agent":"","request":"quit"}"#,
    );
    check(&UriReference, b"//h:80/a?", r#"{"host":"h","port":"80","path":"/a","query":""}"#);
}

#[test]
fn entries_are_a_map_with_true_for_a_bare_key() {
    check(
        &Logfmt::new(),
        br#"msg="say \"hi\"" bare empty= n=1"#,
        r#"{"msg":"say \"hi\"","bare":true,"empty":"","n":"1"}"#,
    );
}

#[test]
fn entries_that_share_a_key_are_all_there() {
    let (entries, _) = Logfmt::new().parse_one(b"a=1 b a=2").unwrap();
    let text = json(&entries);
    assert_eq!(text, r#"{"a":"1","b":true,"a":"2"}"#);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["a"], "2");
}

#[test]
fn text_that_is_not_utf8_is_replaced_for_people() {
    let (pair, _) = Kv.parse_one(b"k\xff=\xe2\x82v").unwrap();
    assert_eq!(json(&pair), "{\"key\":\"k\u{fffd}\",\"value\":\"\u{fffd}v\"}");
    let (entries, _) = Logfmt::new().parse_one(b"k\xff=\"\\u00e9\xff\"").unwrap();
    assert_eq!(json(&entries), "{\"k\u{fffd}\":\"é\u{fffd}\"}");
}

#[test]
fn text_that_is_not_utf8_is_bytes_for_machines() {
    let (pair, _) = Kv.parse_one(b"k=\xff").unwrap();
    assert_eq!(rmp_serde::to_vec(&pair).unwrap(), b"\x82\xa3key\xa1k\xa5value\xc4\x01\xff");
    let (entries, _) = Logfmt::new().parse_one(b"\xff=\xfe").unwrap();
    assert_eq!(rmp_serde::to_vec(&entries).unwrap(), b"\x81\xc4\x01\xff\xc4\x01\xfe");
}

#[test]
fn values_are_what_they_hold() {
    let values = [Value::Absent, Value::Null, Value::Text(b"t"), Value::Number(7)];
    assert_eq!(json(&values), r#"[null,null,"t",7]"#);
}

#[test]
fn a_row_is_a_list_of_texts() {
    check(&Csv::new(), b"a,\"b \"\"c\"\"\",,\"d\ne\"\n", r#"["a","b \"c\"","","d\ne"]"#);
}

#[test]
fn headers_are_a_list_of_pairs() {
    let headers = "Host: h\r\nA:  b \r\na:\r\n";
    check(
        &Head::new(),
        format!("GET /a HTTP/1.1\r\n{headers}\r\n").as_bytes(),
        r#"{"method":"GET","target":"/a","version":"HTTP/1.1","headers":[["Host","h"],["A","b"],["a",""]]}"#,
    );
    check(
        &Head::new(),
        b"HTTP/1.0 404 Not Found\r\n\r\n",
        r#"{"version":"HTTP/1.0","status":404,"reason":"Not Found","headers":[]}"#,
    );
}

#[track_caller]
fn check_resp(value: &str, expected: &str) {
    check(&Resp::new(), value.as_bytes(), expected);
}

#[test]
fn a_resp_value_is_what_comes_nearest() {
    check_resp("+OK\r\n", r#""OK""#);
    check_resp("-ERR no\r\n", r#"{"error":"ERR no"}"#);
    check_resp(":-12\r\n", "-12");
    check_resp("$4\r\na\r\nb\r\n", r#""a\r\nb""#);
    check_resp("!5\r\nERR x\r\n", r#"{"error":"ERR x"}"#);
    check_resp("=5\r\ntxt:a\r\n", r#""a""#);
    check_resp("_\r\n", "null");
    check_resp("$-1\r\n", "null");
    check_resp("*-1\r\n", "null");
    check_resp("#t\r\n", "true");
    check_resp(",1.5\r\n", "1.5");
    check_resp("(123456789012345678901234567890\r\n", r#""123456789012345678901234567890""#);
    check_resp("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", r#""abc""#);
    check_resp("*3\r\n:1\r\n*0\r\n~1\r\n+a\r\n", r#"[1,[],["a"]]"#);
    check_resp("*?\r\n:1\r\n:2\r\n.\r\n", "[1,2]");
    check_resp(">2\r\n+message\r\n+a\r\n", r#"["message","a"]"#);
    check_resp("%2\r\n+a\r\n:1\r\n+b\r\n%0\r\n", r#"{"a":1,"b":{}}"#);
    check_resp("|1\r\n+ttl\r\n:9\r\n*2\r\n:1\r\n|1\r\n+x\r\n:2\r\n:3\r\n", "[1,3]");
}

#[test]
fn what_json_cannot_hold_is_shown_otherwise() {
    let json_of = |value: &str| json(&Resp::new().parse_one(value.as_bytes()).unwrap().0);
    assert_eq!(json_of(",inf\r\n"), r#""inf""#);
    assert_eq!(json_of(",nan\r\n"), r#""nan""#);
    assert_eq!(json_of("%2\r\n*1\r\n:1\r\n+a\r\n+k\r\n+b\r\n"), r#"[[[1],"a"],["k","b"]]"#);
    assert_eq!(json_of("%1\r\n:7\r\n#f\r\n"), r#"{"7":false}"#);
    assert_eq!(json(&Tree::<&[u8]>::default()), "null");
    let packed =
        |value: &str| rmp_serde::to_vec(&Resp::new().parse_one(value.as_bytes()).unwrap().0);
    assert_eq!(packed(",inf\r\n").unwrap(), b"\xcb\x7f\xf0\0\0\0\0\0\0");
    assert_eq!(packed("%1\r\n:7\r\n#f\r\n").unwrap(), b"\x81\x07\xc2");
    assert_eq!(packed("%1\r\n*0\r\n_\r\n").unwrap(), b"\x81\x90\xc0");
}
