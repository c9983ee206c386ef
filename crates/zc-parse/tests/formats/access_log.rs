//! Access logs as servers write them: requests of every kind, escapes, and times.

use std::borrow::Cow;

use proptest::prelude::*;
use zc_core::assert_borrows;
use zc_parse::access_log::{Combined, Common, Request, Timestamp, unescape};
use zc_parse::{CombinedLog, CommonLog, Grammar, Record, Records};

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// The record of a Combined line, behind which there is nothing.
#[track_caller]
fn combined(line: &str) -> Combined<&str> {
    let mut records = Records::new(CombinedLog, line.as_bytes());
    let record = records.next().unwrap().unwrap();
    assert!(records.next().is_none(), "one line");
    record.map(|field| text(field))
}

/// The common part of a line that has `host`, `user`, `request`, `status` and `bytes`.
#[track_caller]
fn common(fields: [&str; 5]) -> Common<String> {
    let [host, user, request, status, bytes] = fields;
    let line = format!("{host} - {user} [t] \"{request}\" {status} {bytes}");
    let (record, rest) = CommonLog.parse_one(line.as_bytes()).unwrap();
    assert!(rest.is_empty());
    let full = combined(&format!("{line} \"-\" \"-\"")).common.map(ToString::to_string);
    assert_eq!(record.map(|field| text(field).to_owned()), full);
    full
}

#[track_caller]
fn check_request(request: &str, expected: Request<&str>) {
    let record = common(["::1", "-", request, "400", "0"]);
    assert_eq!(record.request.map(String::as_str), expected);
}

#[track_caller]
fn check_user(user: &str, expected: Option<&str>) {
    assert_eq!(common(["::1", user, "-", "200", "0"]).user.as_deref(), expected);
}

#[track_caller]
fn check_numbers(status: &str, bytes: &str, expected: (Option<u16>, Option<u64>)) {
    let record = common(["::1", "-", "-", status, bytes]);
    assert_eq!((record.status, record.bytes), expected);
}

/// A line that is refused, and why, with the column.
#[track_caller]
fn check_bad(line: &str, expected: &str) {
    let error = Records::new(CombinedLog, line.as_bytes()).next().unwrap().unwrap_err();
    assert_eq!(format!("{}: {}", error.position().column, error.reason()), expected);
}

#[test]
fn a_host_is_a_name_or_an_address_of_any_version() {
    for host in ["::1", "2001:db8::ff00:42:8329", "fe80::1%eth0", "10.0.0.7", "localhost", "[::1]"]
    {
        assert_eq!(common([host, "-", "-", "200", "0"]).host.as_deref(), Some(host));
    }
    assert_eq!(common(["-", "-", "-", "200", "0"]).host, None);
}

#[test]
fn a_user_may_hold_spaces_and_what_looks_like_other_fields() {
    check_user("-", None);
    check_user("frank", Some("frank"));
    check_user("Jane Doe", Some("Jane Doe"));
    check_user("a  b ", Some("a  b "));
    check_user("DOMAIN\\\\jane", Some("DOMAIN\\\\jane"));
    check_user("jane@example.com", Some("jane@example.com"));
    check_user("a[b] \"c\"", Some("a[b] \"c\""));
    check_user("\"\"", Some("\"\""));
    check_user("", Some(""));
    check_user("- -", Some("- -"));
}

#[test]
fn a_request_line_is_taken_apart() {
    let line = |method, target, protocol| Request::Line { method, target, protocol };
    check_request("GET / HTTP/1.1", line("GET", "/", "HTTP/1.1"));
    check_request("GET /?q=\\\"a\\\" HTTP/1.0", line("GET", "/?q=\\\"a\\\"", "HTTP/1.0"));
    check_request("GET /[a]?b=[] HTTP/2.0", line("GET", "/[a]?b=[]", "HTTP/2.0"));
    check_request("GET / HTTP/2", line("GET", "/", "HTTP/2"));
    check_request("PRI * HTTP/2.0", line("PRI", "*", "HTTP/2.0"));
    check_request("CONNECT h:443 HTTP/1.1", line("CONNECT", "h:443", "HTTP/1.1"));
    check_request("GET http://h/ HTTP/1.1", line("GET", "http://h/", "HTTP/1.1"));
    check_request("get - HTTP/1.1", line("get", "-", "HTTP/1.1"));
}

#[test]
fn what_is_no_request_line_comes_whole() {
    check_request("-", Request::None);
    for whole in [
        "",
        " ",
        "GET /",
        "GET",
        "--",
        "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xFC\\x03\\x03",
        "\\x03\\x00\\x00/*\\xE0\\x00\\x00\\x00\\x00\\x00Cookie: mstshash=a",
        "GET /a b HTTP/1.1",
        "GET  / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/1.x",
        "GET / http/1.1",
        "GET / ICY",
        "\\n",
        "\u{fffd}\u{16}",
    ] {
        check_request(whole, Request::Other(whole));
    }
}

#[test]
fn numbers_are_read_to_their_limits() {
    check_numbers("200", "5", (Some(200), Some(5)));
    check_numbers("-", "-", (None, None));
    check_numbers("000", "0", (Some(0), Some(0)));
    check_numbers("009", "007", (Some(9), Some(7)));
    check_numbers("999", "18446744073709551615", (Some(999), Some(u64::MAX)));
    check_numbers("499", "00000000000000000000000012", (Some(499), Some(12)));
}

#[test]
fn a_quote_in_a_field_needs_a_backslash() {
    let record = combined(
        r#"::1 - - [t] "GET / HTTP/1.1" 200 5 "http://h/\"a\"" "Mozilla \"x\" (a; \\) b\\""#,
    );
    assert_eq!(record.referer, Some(r#"http://h/\"a\""#));
    assert_eq!(record.user_agent, Some(r#"Mozilla \"x\" (a; \\) b\\"#));
    check_bad(
        r#"::1 - - [t] "GET / HTTP/1.1" 200 5 "-" "Mozilla "x" b""#,
        "50: found `x`; expected the end of the line",
    );
}

#[test]
fn what_stands_behind_the_user_agent_is_kept() {
    let line = r#"::1 - - [t] "GET / HTTP/1.1" 200 5 "-" "curl/8""#;
    assert_eq!(combined(line).rest, None);
    for rest in [r#""10.0.0.7, 10.0.0.8""#, r#""-""#, "0.002 0.001 .", "a]b[c]", "", " ", "\""] {
        for ending in ["", "\n", "\r\n"] {
            let line = format!("{line} {rest}{ending}");
            let record = combined(&line);
            assert_eq!((record.user_agent, record.rest), (Some("curl/8"), Some(rest)));
        }
    }
    let two = format!("{line} one\n{line}\n{line} two ]\n");
    let rests = Records::new(CombinedLog, two.as_bytes()).map(|record| record.unwrap().rest);
    assert!(rests.eq([Some(&b"one"[..]), None, Some(b"two ]")]));
}

#[test]
fn more_behind_a_common_line_is_refused() {
    let error = CommonLog.parse_one(b"::1 - - [t] \"-\" 200 5 \"-\" \"-\"").map(|(_, rest)| rest);
    assert_eq!(error, Ok(&b" \"-\" \"-\""[..]));
    let line = b"::1 - - [t] \"-\" 200 5 \"-\" \"-\"";
    let error = Records::new(CommonLog, line).next().unwrap().unwrap_err();
    assert_eq!(error.reason().to_string(), "found a space; expected the end of the line");
}

#[test]
fn an_error_names_the_field_and_its_place() {
    let request = r#"::1 - - [t] "GET / HTTP/1.1""#;
    check_bad(" - - [t]", "1: found a space; expected a host");
    check_bad("::1  - [t]", "5: found a space; expected an identity");
    check_bad("::1 - - t", "9: found `t`; expected `[`");
    check_bad("::1 - - [t", "11: found the end of the input; expected `]`");
    check_bad("::1 - - [t] -", "13: found `-`; expected `\"`");
    check_bad("::1 - - [t] \"GET", "17: found the end of the input; expected `\"`");
    check_bad(&format!("{request} 20 5"), "30: found `2`; expected a status of three digits");
    check_bad(&format!("{request} 2000 5"), "33: found `0`; expected a space");
    check_bad(&format!("{request} 200 -1 \"-\""), "35: found `1`; expected a space");
    check_bad(&format!("{request} 200 x"), "34: found `x`; expected a number of bytes");
    check_bad(
        &format!("{request} 200 18446744073709551616 \"-\""),
        "34: found `1`; expected a number below 2^64",
    );
    check_bad(&format!("{request} 200 5"), "35: found the end of the input; expected a space");
}

#[test]
fn a_field_before_the_host_shifts_the_others() {
    let record = combined(r#"example.com:80 ::1 - - [t] "-" 200 5 "-" "-""#);
    assert_eq!(
        (record.common.host, record.common.ident, record.common.user),
        (Some("example.com:80"), Some("::1"), Some("- -"))
    );
}

#[track_caller]
fn check_unescaped(field: &str, expected: &[u8]) {
    assert_eq!(&*unescape(field.as_bytes()), expected);
}

#[test]
fn escapes_of_both_servers_are_undone() {
    check_unescaped(r#"a \"b\" \\ c"#, br#"a "b" \ c"#);
    check_unescaped(r"\b\n\r\t\v", b"\x08\n\r\t\x0b");
    check_unescaped(r"\x16\x03\xff\xFf\x00", b"\x16\x03\xff\xff\0");
    check_unescaped(r"\x22a\x22 \x5C", br#""a" \"#);
    check_unescaped(r"\xc3\xa9", "é".as_bytes());
    check_unescaped(r"\\x41\\\x41", br"\x41\A");
}

#[test]
fn what_is_no_escape_stays() {
    for field in [r"\", r"\x", r"\x4", r"\xg1", r"\x1g", r"\a", r"\u0041", r"\é", r"a\ b", r"C:\W"]
    {
        check_unescaped(field, field.as_bytes());
    }
}

#[test]
fn only_a_field_with_a_backslash_is_copied() {
    let line = br#"::1 - a\tb [t] "GET /\"a\" HTTP/1.1" 200 5 "plain" "curl \"8\"" x"#;
    let (record, _) = CombinedLog.parse_one(line).unwrap();
    let unescaped = record.unescaped();
    let common = record.common.unescaped();
    assert_eq!(common, unescaped.common);
    let borrowed = [common.host, common.time, unescaped.referer, unescaped.rest];
    for field in borrowed.map(Option::unwrap) {
        assert_borrows!(line, field);
    }
    assert_eq!(common.user, Some(Cow::Owned(b"a\tb".to_vec())));
    assert_eq!(unescaped.user_agent.as_deref(), Some(&br#"curl "8""#[..]));
    let Request::Line { method, target, protocol } = common.request else { panic!("a line") };
    assert_borrows!(line, method, protocol);
    assert_eq!(&*target, br#"/"a""#);
}

/// What Apache and nginx write for `byte`, each in its own way.
fn escaped(byte: u8) -> [String; 2] {
    let plain = || char::from(byte).to_string();
    let apache = match byte {
        b'"' | b'\\' => format!("\\{}", plain()),
        0x08 => "\\b".into(),
        b'\n' => "\\n".into(),
        b'\r' => "\\r".into(),
        b'\t' => "\\t".into(),
        0x0b => "\\v".into(),
        0x20..=0x7e => plain(),
        _ => format!("\\x{byte:02x}"),
    };
    let is_plain = matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\');
    [apache, if is_plain { plain() } else { format!("\\x{byte:02X}") }]
}

#[test]
fn every_byte_comes_back_from_both_servers() {
    for byte in 0..=u8::MAX {
        for field in escaped(byte) {
            check_unescaped(&field, &[byte]);
        }
    }
}

proptest! {
    #[test]
    fn any_agent_comes_back_from_both_servers(agent in prop::collection::vec(any::<u8>(), 0..60)) {
        for server in 0..2 {
            let field: String = agent.iter().map(|&byte| escaped(byte)[server].clone()).collect();
            let line = format!("::1 - - [t] \"-\" 200 5 \"-\" \"{field}\"");
            let (record, rest) = CombinedLog.parse_one(line.as_bytes()).unwrap();
            prop_assert!(rest.is_empty());
            let unescaped = record.unescaped().user_agent;
            prop_assert_eq!(unescaped.as_deref(), (field != "-").then_some(&agent[..]));
        }
    }

    #[test]
    fn unescaping_any_bytes_never_lengthens_them(field in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert!(unescape(&field).len() <= field.len());
    }
}

#[track_caller]
fn check_time(time: &str, expected: i64) {
    let line = format!("::1 - - [{time}] \"-\" 200 5");
    let (record, _) = CommonLog.parse_one(line.as_bytes()).unwrap();
    let timestamp = record.timestamp().unwrap().unwrap();
    assert_eq!(timestamp.unix_seconds(), expected, "{timestamp:?}");
    assert_eq!(record.to_vecs().timestamp(), Ok(Some(timestamp)));
}

#[track_caller]
fn check_bad_time(time: &str, offset: u64, expected: &str) {
    let error = Timestamp::parse(time.as_bytes()).unwrap_err();
    let reason = error.reason().to_string();
    let (_, reason) = reason.split_once("; expected ").unwrap();
    assert_eq!((error.position().offset, reason), (offset, expected));
}

#[test]
fn a_time_of_any_length_ends_with_the_first_bracket() {
    for len in 0..60 {
        let time: String = "10/Oct/2000:13:55:36 -0700".chars().cycle().take(len).collect();
        let expected = Some(time.as_str());
        let line = format!("::1 - - [{time}] \"-\" 200 5 \"]\" \"-\"");
        let record = combined(&line);
        assert_eq!((record.common.time, record.referer), (expected, Some("]")));
    }
    let usual = "10/Oct/2000:13:55:36 -0700]";
    // Behind offset 19 stands the space that may follow a time.
    for at in (0..26).filter(|at| *at != 19) {
        let mut line = format!("::1 - - [{usual} \"-\" 200 5 \"-\" \"-\"");
        line.replace_range(9 + at..10 + at, "]");
        check_bad(
            &line,
            &format!("{}: found `{}`; expected a space", 11 + at, &usual[at + 1..=at + 1]),
        );
    }
}

#[test]
fn times_count_from_1970() {
    check_time("01/Jan/1970:00:00:00 +0000", 0);
    check_time("31/Dec/1969:23:59:59 +0000", -1);
    check_time("10/Oct/2000:13:55:36 -0700", 971_211_336);
    check_time("17/May/2015:10:05:03 +0000", 1_431_857_103);
    check_time("19/Jan/2038:03:14:08 +0000", 1 << 31);
    check_time("01/Jan/1970:05:45:00 +0545", 0);
    check_time("31/Dec/1969:14:30:00 -0930", 0);
    check_time("01/Jan/1970:00:00:00 -0000", 0);
    check_time("01/Jan/0000:00:00:00 +0000", -62_167_219_200);
    check_time("31/Dec/9999:23:59:59 -2359", 253_402_300_799 + 86_340);
}

#[test]
fn leap_days_and_leap_seconds_are_where_they_can_be() {
    check_time("29/Feb/2000:00:00:00 +0000", 951_782_400);
    check_time("29/Feb/2024:12:00:00 +0000", 1_709_208_000);
    check_bad_time("29/Feb/1900:00:00:00 +0000", 0, "a day of the month");
    check_bad_time("29/Feb/2023:00:00:00 +0000", 0, "a day of the month");
    check_time("31/Dec/2016:23:59:60 +0000", 1_483_228_800);
    check_time("01/Jan/2017:05:29:60 +0530", 1_483_228_800);
    check_bad_time("31/Dec/2016:23:59:60 +0100", 18, "a second below 60");
    check_bad_time("31/Dec/2016:23:58:60 +0000", 18, "a second below 60");
    check_bad_time("31/Dec/2016:23:59:61 +0000", 18, "a second below 60");
}

#[test]
fn a_number_out_of_its_range_is_named() {
    check_bad_time("00/Oct/2000:13:55:36 -0700", 0, "a day of the month");
    check_bad_time("31/Apr/2000:13:55:36 -0700", 0, "a day of the month");
    check_bad_time("32/Oct/2000:13:55:36 -0700", 0, "a day of the month");
    check_bad_time("10/Okt/2000:13:55:36 -0700", 3, "a month such as `Oct`");
    check_bad_time("10/oct/2000:13:55:36 -0700", 3, "a month such as `Oct`");
    check_bad_time("10/anF/2000:13:55:36 -0700", 3, "a month such as `Oct`");
    check_bad_time("10/Oct/2000:24:00:00 -0700", 12, "an hour below 24");
    check_bad_time("10/Oct/2000:13:60:36 -0700", 15, "a minute below 60");
    check_bad_time("10/Oct/2000:13:55:36 -2400", 22, "an offset below 24 hours");
    check_bad_time("10/Oct/2000:13:55:36 -0060", 24, "a minute below 60");
}

#[test]
fn another_form_is_refused_where_it_differs() {
    const TIME: &str = "10/Oct/2000:13:55:36 -0700";
    for end in 0..TIME.len() {
        let error = Timestamp::parse(&TIME.as_bytes()[..end]).unwrap_err();
        assert_eq!(error.position().offset, end as u64);
    }
    check_bad_time("10/Oct/2000:13:55:36 -0700 ", 26, "the end of the time");
    check_bad_time("2000-10-10T13:55:36-07:00", 2, "`/`");
    check_bad_time("971211336", 2, "`/`");
    check_bad_time(" 1/Oct/2000:13:55:36 -0700", 0, "a digit");
    check_bad_time("10/10/2000:13:55:36 -0700", 3, "a month such as `Oct`");
    check_bad_time("10/Oct/2000 13:55:36 -0700", 11, "`:`");
    check_bad_time("10/Oct/2000:13:55:36", 20, "a space");
    check_bad_time("10/Oct/2000:13:55:36 GMT00", 21, "`+` or `-`");
    check_bad_time("10/Oct/2000:13:55:36.5-0700", 20, "a space");
    let none = CommonLog.parse_one(b"::1 - - [-] \"-\" 200 5").unwrap().0;
    assert_eq!(none.timestamp(), Ok(None));
    let bad = CommonLog.parse_one(b"::1 - - [now] \"-\" 200 5").unwrap().0;
    assert!(bad.timestamp().is_err());
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn naive_month_len(year: i64, month: usize) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    [31, 28 + i64::from(is_leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
}

#[test]
fn every_day_follows_the_day_before_it() {
    let mut seconds = -62_167_219_200;
    for year in 0..2500 {
        for (month, name) in MONTHS.iter().enumerate() {
            let len = naive_month_len(year, month);
            for day in 1..=31 {
                let time = format!("{day:02}/{name}/{year:04}:00:00:00 +0000");
                let read = Timestamp::parse(time.as_bytes()).ok().map(Timestamp::unix_seconds);
                assert_eq!(read, (day <= len).then_some(seconds), "{time}");
                seconds += if day <= len { 86_400 } else { 0 };
            }
        }
    }
}

proptest! {
    #[test]
    fn a_time_in_any_zone_is_the_same_instant(
        day in 1..=28, month in 0..12_usize, year in 1..9999, second in 0..86_400_i64,
        offset in -1439..1440_i64,
    ) {
        let name = MONTHS[month];
        let midnight = format!("{day:02}/{name}/{year:04}:00:00:00 +0000");
        let (hour, minute, rest) = (second / 3600, second / 60 % 60, second % 60);
        let (sign, ahead) = (if offset < 0 { '-' } else { '+' }, offset.abs());
        let (zone, zone_minute) = (ahead / 60, ahead % 60);
        let time = format!(
            "{day:02}/{name}/{year:04}:{hour:02}:{minute:02}:{rest:02} {sign}{zone:02}{zone_minute:02}"
        );
        let read = Timestamp::parse(time.as_bytes()).unwrap();
        let midnight = Timestamp::parse(midnight.as_bytes()).unwrap().unix_seconds();
        prop_assert_eq!(i64::from(read.offset_minutes), offset);
        prop_assert_eq!(read.unix_seconds(), midnight + second - offset * 60);
    }

    #[test]
    fn no_bytes_make_it_panic(time in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert!(Timestamp::parse(&time).is_err());
    }

    #[test]
    fn no_digits_make_it_panic(time in "[0-9]{2}/[JFMASOND][aepuco][nbrylgptvc]/[0-9]{4}(:[0-9]{2}){3} [+-][0-9]{4}") {
        if let Ok(read) = Timestamp::parse(time.as_bytes()) {
            let Timestamp { year, month, day, hour, minute, second, offset_minutes } = read;
            let (zone, zone_minute) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
            let name = MONTHS[usize::from(month) - 1];
            let again = format!("{day:02}/{name}/{year:04}:{hour:02}:{minute:02}:{second:02}");
            prop_assert_eq!(&time[..20], again);
            prop_assert_eq!(&time[22..], format!("{zone:02}{zone_minute:02}"));
        }
    }
}
