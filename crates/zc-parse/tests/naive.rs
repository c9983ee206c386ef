//! Each grammar against a naive twin that reads the format in the plainest way.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use zc_parse::{CombinedLog, CommandLine, Grammar, Kv, Records};

fn naive_pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote)));
    (!key.is_empty()).then_some((key, quoted.unwrap_or(value)))
}

fn naive_command(line: &str) -> Option<(&str, &str)> {
    let (method, path) = line.split_once(' ')?;
    (!method.is_empty() && !path.is_empty()).then_some((method, path))
}

/// `None` where the line is bad; fields in the order of the format, `-` left as it is.
fn naive_combined(line: &str) -> Option<Vec<String>> {
    let (host, rest) = line.split_once(' ')?;
    let (ident, rest) = rest.split_once(' ')?;
    let (user, rest) = rest.split_once(" [")?;
    let (time, rest) = rest.split_once(']')?;
    let (request, rest) = naive_quoted(rest.strip_prefix(' ')?)?;
    let (status, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (bytes, rest) = rest.split_once(' ')?;
    let (referer, rest) = naive_quoted(rest)?;
    let (user_agent, rest) = naive_quoted(rest.strip_prefix(' ')?)?;
    let is_status =
        status == "-" || status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
    let is_size = bytes == "-" || !bytes.starts_with('+') && bytes.parse::<u64>().is_ok();
    let is_over = rest.is_empty() || rest.starts_with(' ');
    let is_good = is_over && is_status && is_size && !host.is_empty() && !ident.is_empty();
    let fields = [host, ident, user, time, &request, status, bytes, &referer, &user_agent];
    is_good.then(|| fields.map(str::to_owned).to_vec())
}

fn naive_quoted(text: &str) -> Option<(String, &str)> {
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((text[1..=at].to_owned(), &text[at + 2..])),
            '\\' => drop(chars.next()?),
            _ => {}
        }
    }
    None
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn combined(line: &str) -> Option<Vec<String>> {
    use zc_parse::access_log::Request;

    let record = Records::new(CombinedLog, line.as_bytes()).next()?.ok()?;
    let common = record.common;
    let or_dash = |field: Option<&[u8]>| field.map_or("-", text).to_owned();
    let request = match common.request {
        Request::Line { method, target, protocol } => {
            [text(method), text(target), text(protocol)].join(" ")
        }
        Request::Other(whole) => text(whole).to_owned(),
        Request::None => "-".to_owned(),
    };
    Some(vec![
        or_dash(common.host),
        or_dash(common.ident),
        or_dash(common.user),
        or_dash(common.time),
        request,
        common.status.map_or("-".to_owned(), |status| format!("{status:03}")),
        common.bytes.map_or("-".to_owned(), |bytes| bytes.to_string()),
        or_dash(record.referer),
        or_dash(record.user_agent),
    ])
}

/// Numbers are compared by value: a size may have zeros in front.
#[track_caller]
fn check_combined(line: &str) {
    let expected = naive_combined(line).map(|mut fields| {
        if let Ok(bytes) = fields[6].parse::<u64>() {
            fields[6] = bytes.to_string();
        }
        fields
    });
    assert_eq!(combined(line), expected, "{line:?}");
}

#[test]
fn lines_as_servers_write_them() {
    for line in [
        r#"::1 - - [01/May/2025:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-""#,
        r#"host - Jane Doe [t] "-" 408 - "-" "-""#,
        r#"host - - [t] "\x16\x03\x01" 400 226 "" """#,
        r#"host - - [t] "GET /a b HTTP/1.1" 400 0 "\"" "\\""#,
        r#"host - - [t] "GET /" 200 18446744073709551615 "a" "b""#,
        r#"host - - [t] "GET /" 200 18446744073709551616 "a" "b""#,
        r#"host - - [t] "GET / HTTP/1.1" 200 5 "-" "unterminated"#,
        r#"host - - [t] "GET / HTTP/1.1" 200 5 "-" "a" "extra""#,
        r#"host - - [t] "GET / HTTP/1.1" 20 5 "-" "a""#,
        r#" - - [t] "GET / HTTP/1.1" 200 5 "-" "a""#,
    ] {
        check_combined(line);
    }
}

proptest! {
    #[test]
    fn pairs(line in "[a-c=\"' ]{1,12}") {
        let expected = naive_pair(&line);
        prop_assume!(!line.trim_start().is_empty());
        let pair = Kv.parse_one(line.as_bytes()).ok();
        prop_assert_eq!(pair.map(|(pair, _)| (text(pair.key), text(pair.value))), expected);
    }

    #[test]
    fn commands(line in "[A-C/ ]{0,12}") {
        let command = CommandLine.parse_one(line.as_bytes()).ok();
        let command = command.map(|(command, _)| (text(command.method), text(command.path)));
        prop_assert_eq!(command, naive_command(&line));
    }

    #[test]
    fn log_lines(
        host in "[a-z:.]{0,4}", user in "[a-z -]{0,6}", time in "[a-z0-9/ ]{0,5}",
        request in r#"(GET|-| |/a|HTTP/1\.1|\\"|\\|"){0,6}"#, status in "[0-9-]{1,4}",
        bytes in "[0-9]{0,3}|-", agent in r#"(a| |\\"|\\\\|"){0,4}"#, rest in "[ a\"]{0,2}",
    ) {
        check_combined(&format!(
            r#"{host} - {user} [{time}] "{request}" {status} {bytes} "-" "{agent}"{rest}"#
        ));
    }
}
