//! URI references: their parts, what is refused and where, against appendix B of RFC 3986 by hand.

use std::borrow::Cow;

use proptest::prelude::*;
use zc_core::assert_borrows;
use zc_parse::uri::{
    Authority, QueryPairs, Uri, form_decode, parse, parse_authority, parse_origin_form,
    percent_decode,
};
use zc_parse::{Error, Grammar, Record, Records, UriReference};

use crate::twins;

/// Scheme, authority, path, query and fragment.
type Parts<'t> = (Option<&'t str>, Option<&'t str>, &'t str, Option<&'t str>, Option<&'t str>);

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The authority as it stood in the reference.
fn joined(authority: Authority<&[u8]>) -> String {
    let userinfo = authority.userinfo.map(|userinfo| format!("{}@", text(userinfo)));
    let port = authority.port.map(|port| format!(":{}", text(port)));
    userinfo.unwrap_or_default() + text(authority.host) + &port.unwrap_or_default()
}

/// The reference put together again: section 5.3.
fn recomposed(uri: Uri<&[u8]>) -> String {
    let behind = |mark, part: Option<&[u8]>| part.map(|part| format!("{mark}{}", text(part)));
    let scheme = uri.scheme.map(|scheme| format!("{}:", text(scheme))).unwrap_or_default();
    let authority = uri.authority.map(|it| format!("//{}", joined(it))).unwrap_or_default();
    scheme
        + &authority
        + text(uri.path)
        + &behind('?', uri.query).unwrap_or_default()
        + &behind('#', uri.fragment).unwrap_or_default()
}

#[track_caller]
fn check(reference: &str, expected: Parts<'_>) {
    let uri = parse(reference.as_bytes()).unwrap();
    let authority = uri.authority.map(joined);
    let parts = (
        uri.scheme.map(text),
        authority.as_deref(),
        text(uri.path),
        uri.query.map(text),
        uri.fragment.map(text),
    );
    assert_eq!(parts, expected, "{reference}");
    assert_eq!(naive(reference), Some(expected), "{reference}");
    assert_eq!(recomposed(uri), reference);
}

/// Asserts user, host and port of an authority.
#[track_caller]
fn check_authority(authority: &str, expected: (Option<&str>, &str, Option<&str>)) {
    let alone = parse_authority(authority.as_bytes()).unwrap();
    let reference = format!("//{authority}/p");
    let in_uri = parse(reference.as_bytes()).unwrap().authority.unwrap();
    assert_eq!(alone, in_uri);
    let parts = (alone.userinfo.map(text), text(alone.host), alone.port.map(text));
    assert_eq!(parts, expected, "{authority}");
}

/// Asserts the offset and the reason of an error.
#[track_caller]
fn check_error(error: &Error, offset: u64, reason: &str) {
    assert_eq!((error.position().offset, &*error.reason().to_string()), (offset, reason));
}

#[track_caller]
fn check_bad(reference: &str, offset: u64, reason: &str) {
    check_error(&parse(reference.as_bytes()).unwrap_err(), offset, reason);
    assert_eq!(naive(reference), None, "{reference}");
}

#[test]
fn the_examples_of_section_1_1_2() {
    check(
        "ftp://ftp.is.co.za/rfc/rfc1808.txt",
        (Some("ftp"), Some("ftp.is.co.za"), "/rfc/rfc1808.txt", None, None),
    );
    check(
        "http://www.ietf.org/rfc/rfc2396.txt",
        (Some("http"), Some("www.ietf.org"), "/rfc/rfc2396.txt", None, None),
    );
    check(
        "ldap://[2001:db8::7]/c=GB?objectClass?one",
        (Some("ldap"), Some("[2001:db8::7]"), "/c=GB", Some("objectClass?one"), None),
    );
    check(
        "mailto:John.Doe@example.com",
        (Some("mailto"), None, "John.Doe@example.com", None, None),
    );
    check(
        "news:comp.infosystems.www.servers.unix",
        (Some("news"), None, "comp.infosystems.www.servers.unix", None, None),
    );
    check("tel:+1-816-555-1212", (Some("tel"), None, "+1-816-555-1212", None, None));
    check("telnet://192.0.2.16:80/", (Some("telnet"), Some("192.0.2.16:80"), "/", None, None));
    check(
        "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
        (Some("urn"), None, "oasis:names:specification:docbook:dtd:xml:4.1.2", None, None),
    );
}

#[test]
fn the_examples_of_section_3_and_appendix_b() {
    check(
        "foo://example.com:8042/over/there?name=ferret#nose",
        (Some("foo"), Some("example.com:8042"), "/over/there", Some("name=ferret"), Some("nose")),
    );
    check(
        "urn:example:animal:ferret:nose",
        (Some("urn"), None, "example:animal:ferret:nose", None, None),
    );
    check(
        "http://www.ics.uci.edu/pub/ietf/uri/#Related",
        (Some("http"), Some("www.ics.uci.edu"), "/pub/ietf/uri/", None, Some("Related")),
    );
}

#[test]
fn the_references_of_section_5_4() {
    check("http://a/b/c/d;p?q", (Some("http"), Some("a"), "/b/c/d;p", Some("q"), None));
    check("g:h", (Some("g"), None, "h", None, None));
    check("http:g", (Some("http"), None, "g", None, None));
    check("//g", (None, Some("g"), "", None, None));
    check("?y", (None, None, "", Some("y"), None));
    check("#s", (None, None, "", None, Some("s")));
    check("", (None, None, "", None, None));
    for path in [
        "g",
        "./g",
        "g/",
        "/g",
        ";x",
        "g;x",
        ".",
        "./",
        "..",
        "../",
        "../g",
        "../..",
        "../../",
        "../../g",
        "../../../g",
        "/./g",
        "/../g",
        "g.",
        ".g",
        "g..",
        "..g",
        "./../g",
        "./g/.",
        "g/./h",
        "g/../h",
        "g;x=1/./y",
        "g;x=1/../y",
    ] {
        check(path, (None, None, path, None, None));
    }
    check("g?y#s", (None, None, "g", Some("y"), Some("s")));
    check("g;x?y#s", (None, None, "g;x", Some("y"), Some("s")));
    check("g?y/../x", (None, None, "g", Some("y/../x"), None));
    check("g#s/../x", (None, None, "g", None, Some("s/../x")));
}

#[test]
fn a_part_may_be_there_and_empty() {
    check("a:", (Some("a"), None, "", None, None));
    check("a://?#", (Some("a"), Some(""), "", Some(""), Some("")));
    check("file:///etc/hosts", (Some("file"), Some(""), "/etc/hosts", None, None));
    check("//@:", (None, Some("@:"), "", None, None));
    check("/a//b", (None, None, "/a//b", None, None));
    check("?a?b#c?d", (None, None, "", Some("a?b"), Some("c?d")));
}

#[test]
fn an_authority_has_a_user_a_host_and_a_port() {
    check_authority("example.com", (None, "example.com", None));
    check_authority("a:b:c%20@host:80", (Some("a:b:c%20"), "host", Some("80")));
    check_authority("@", (Some(""), "", None));
    check_authority("host:", (None, "host", Some("")));
    check_authority("host:99999999999999999999", (None, "host", Some("99999999999999999999")));
    check_authority("[::1]:443", (None, "[::1]", Some("443")));
    check_authority("u@[v1F.a:b+]", (Some("u"), "[v1F.a:b+]", None));
    check_authority("%41!$&'()*+,;=-._~", (None, "%41!$&'()*+,;=-._~", None));
    check_authority("256.1.1.1", (None, "256.1.1.1", None));
}

#[test]
fn an_address_in_brackets_has_the_form_of_one() {
    for address in [
        "::",
        "::1",
        "1::",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "fe80::A:b",
        "::ffff:192.0.2.1",
        "1:2:3:4:5:6:255.255.255.255",
        "v7.x",
        "VfF.:",
    ] {
        check_authority(&format!("[{address}]"), (None, &format!("[{address}]"), None));
        assert!(naive_literal(address), "{address}");
    }
    for address in [
        "",
        ":",
        ":::",
        "1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "12345::",
        "g::",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "::256.1.1.1",
        "::01.2.3.4",
        "1.2.3.4",
        "1.2.3.4::",
        "v.x",
        "v1.",
        "v1",
        "vg.x",
        "w1.x",
        ":1::",
    ] {
        let reference = format!("//[{address}]");
        check_bad(
            &reference,
            3,
            &format!(
                "found `{}`; expected an IP address of version 6 or later",
                reference.chars().nth(3).unwrap()
            ),
        );
    }
}

#[test]
fn what_is_no_uri_is_refused_at_its_first_bad_byte() {
    check_bad("a b", 1, "found a space; expected the end of the input");
    check_bad("/a?b#c#d", 6, "found `#`; expected the end of the input");
    check_bad("/ä", 1, "found byte 0xc3; expected the end of the input");
    check_bad("/a[b]", 2, "found `[`; expected the end of the input");
    check_bad("a\n", 1, "found the end of the line; expected the end of the input");
    check_bad(":a", 0, "found `:`; expected a scheme before `:`");
    check_bad("1a:b", 2, "found `:`; expected a scheme before `:`");
    check_bad("a_b:c", 3, "found `:`; expected a scheme before `:`");
    check_bad("//a:8x", 5, "found `x`; expected a digit of a port");
    check_bad("//a:8%31", 5, "found `%`; expected a digit of a port");
    check_bad("//a@b@c", 5, "found `@`; expected `:` or `/`");
    check_bad("//[::1", 6, "found the end of the input; expected `]`");
    check_bad("//[fe80::1%25eth0]", 10, "found `%`; expected `]`");
    check_bad("//[::1]x", 7, "found `x`; expected `:` or `/`");
    check_bad("//a]", 3, "found `]`; expected the end of the input");
}

#[test]
fn a_percent_sign_needs_two_digits_in_every_part() {
    for part in ["//a", "//a@b", "/a", "a", "?a", "#a"] {
        parse(format!("{part}%4f").as_bytes()).unwrap();
        let len = part.len() as u64;
        let expected = "; expected a hexadecimal digit";
        check_bad(&format!("{part}%"), len + 1, &format!("found the end of the input{expected}"));
        check_bad(&format!("{part}%g0"), len + 1, &format!("found `g`{expected}"));
        check_bad(&format!("{part}%0/"), len + 2, &format!("found `/`{expected}"));
    }
}

#[test]
fn the_target_of_a_request_may_begin_with_two_slashes() {
    let uri = parse_origin_form(b"//a/b?c?d").unwrap();
    assert_eq!((text(uri.path), uri.query.map(text), uri.authority), ("//a/b", Some("c?d"), None));
    assert_eq!(parse_origin_form(b"*").unwrap().path, b"*");
    check_error(&parse_origin_form(b"a").unwrap_err(), 0, "found `a`; expected `/`");
    let rest = "found `#`; expected the end of the input";
    check_error(&parse_origin_form(b"/a#b").unwrap_err(), 2, rest);
    let rest = "found `/`; expected the end of the input";
    check_error(&parse_authority(b"a/b").unwrap_err(), 1, rest);
}

#[test]
fn each_line_is_a_reference_and_a_bad_one_hides_no_other() {
    let lines = b"/a\r\n\nhttp://b/ c\n#d";
    let records: Vec<_> = Records::new(UriReference, lines).collect();
    let paths: Vec<_> = records.iter().flatten().map(|uri| text(uri.path)).collect();
    assert_eq!(paths, ["/a", "", ""]);
    let error = records[2].as_ref().unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 3, column 10 (byte 14): found a space; expected the end of the line"
    );
}

#[test]
fn a_reference_ends_where_the_text_around_it_goes_on() {
    let (uri, rest) = UriReference.parse_one(b"http://a/b> and so on").unwrap();
    assert_eq!((recomposed(uri).as_str(), rest), ("http://a/b", &b"> and so on"[..]));
}

#[test]
fn parts_borrow_on_slices_and_on_masks() {
    let input = &b"s://u@h:1/p?q#f"[..];
    let on_masks = Records::new(UriReference, input).next().unwrap().unwrap();
    for uri in [parse(input).unwrap(), on_masks] {
        let authority = uri.authority.unwrap();
        assert_borrows!(input, uri.scheme.unwrap(), authority.userinfo.unwrap(), authority.host);
        assert_borrows!(input, authority.port.unwrap(), uri.path, uri.query.unwrap());
        assert_borrows!(input, uri.fragment.unwrap(), uri.query_pairs().next().unwrap().0);
    }
    let spans = on_masks.to_spans(input).unwrap();
    let copy = input.to_vec();
    assert_eq!(spans.resolve(&copy).unwrap(), on_masks);
}

#[test]
fn pairs_of_a_query() {
    let pairs = |query: &'static str| {
        let pair = |(name, value): (_, Option<_>)| (text(name), value.map(text));
        QueryPairs::new(query.as_bytes()).map(pair).collect::<Vec<_>>()
    };
    assert_eq!(pairs(""), []);
    assert_eq!(pairs("&&"), []);
    assert_eq!(pairs("a"), [("a", None)]);
    assert_eq!(pairs("=a&b="), [("", Some("a")), ("b", Some(""))]);
    assert_eq!(pairs("&a=b=c&a=%26&"), [("a", Some("b=c")), ("a", Some("%26"))]);
    assert_eq!(parse(b"/a").unwrap().query_pairs().next(), None);
}

#[test]
fn only_what_is_encoded_is_copied() {
    assert!(matches!(percent_decode(b"a+b"), Ok(Cow::Borrowed(b"a+b"))));
    assert!(matches!(form_decode(b"a b"), Ok(Cow::Borrowed(b"a b"))));
    assert_eq!(&*percent_decode(b"%00%fF%2541+").unwrap(), b"\0\xff%41+");
    assert_eq!(&*form_decode(b"+%2B+").unwrap(), b" + ");
}

#[test]
fn a_percent_sign_without_digits_is_an_error_at_its_place() {
    let expected = "expected a hexadecimal digit";
    for (encoded, offset, found) in [
        (&b"%"[..], 1, "the end of the input"),
        (b"a%4", 3, "the end of the input"),
        (b"a%%41", 2, "`%`"),
        (b"%41%4x", 5, "`x`"),
        (b"%+1", 1, "`+`"),
    ] {
        for decoded in [percent_decode(encoded), form_decode(encoded)] {
            check_error(&decoded.unwrap_err(), offset, &format!("found {found}; {expected}"));
        }
    }
}

/// The regular expression of appendix B, by hand, and then the characters of each part.
fn naive(reference: &str) -> Option<Parts<'_>> {
    let (rest, fragment) = naive_split(reference, '#');
    let (rest, query) = naive_split(rest, '?');
    let (scheme, rest) = match rest.find([':', '/']) {
        Some(at) if at > 0 && rest[at..].starts_with(':') => (Some(&rest[..at]), &rest[at + 1..]),
        _ => (None, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, rest),
    };
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    };
    let is_good = scheme.is_none_or(is_scheme)
        && !(scheme.is_none() && authority.is_none() && path.starts_with(':'))
        && authority.is_none_or(naive_authority)
        && naive_part(path, ":@/")
        && query.is_none_or(|query| naive_part(query, ":@/?"))
        && fragment.is_none_or(|fragment| naive_part(fragment, ":@/?"));
    is_good.then_some((scheme, authority, path, query, fragment))
}

fn naive_split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// Whether `part` has only unreserved characters, delimiters, percent-encodings and `others`.
fn naive_part(part: &str, others: &str) -> bool {
    let mut pieces = part.split('%');
    let is_plain = |piece: &str| {
        let is_other = |char| "-._~!$&'()*+,;=".contains(char) || others.contains(char);
        piece.chars().all(|char| char.is_ascii_alphanumeric() || is_other(char))
    };
    let is_encoded = |piece: &str| {
        piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
    };
    pieces.next().is_some_and(is_plain) && pieces.all(|piece| is_encoded(piece) && is_plain(piece))
}

fn naive_authority(authority: &str) -> bool {
    let (userinfo, rest) = match authority.split_once('@') {
        Some((userinfo, rest)) => (userinfo, rest),
        None => ("", authority),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = if let Some(rest) = rest.strip_prefix('[') {
        rest.split_once(']').is_some_and(|(address, port)| {
            let port = if port.is_empty() { Some("") } else { port.strip_prefix(':') };
            naive_literal(address) && port.is_some_and(is_port)
        })
    } else {
        let (host, port) = naive_split(rest, ':');
        naive_part(host, "") && port.is_none_or(is_port)
    };
    naive_part(userinfo, ":") && is_host
}

fn naive_literal(address: &str) -> bool {
    if let Some(future) = address.strip_prefix(['v', 'V']) {
        return future.split_once('.').is_some_and(|(version, address)| {
            let is_version = version.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_address = !address.is_empty() && !address.contains('%');
            !version.is_empty() && is_version && is_address && naive_part(address, ":")
        });
    }
    match address.split_once("::") {
        None => naive_groups(address, true) == Some(8),
        Some((before, behind)) => {
            let before = if before.is_empty() { Some(0) } else { naive_groups(before, false) };
            let behind = if behind.is_empty() { Some(0) } else { naive_groups(behind, true) };
            before.zip(behind).is_some_and(|(before, behind)| before + behind <= 7)
        }
    }
}

/// How many groups of 16 bits there are, the last two of which may be written as version 4.
fn naive_groups(groups: &str, may_end_in_version_4: bool) -> Option<usize> {
    let groups: Vec<_> = groups.split(':').collect();
    let is_group = |group: &str| {
        (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let is_octet = |octet: &str| octet.parse::<u8>().is_ok_and(|it| it.to_string() == octet);
    let (last, before) = groups.split_last()?;
    if !before.iter().all(|group| is_group(group)) {
        return None;
    }
    if is_group(last) {
        return Some(groups.len());
    }
    let is_version_4 = last.split('.').count() == 4 && last.split('.').all(is_octet);
    (may_end_in_version_4 && is_version_4).then_some(groups.len() + 1)
}

#[track_caller]
fn check_naive(reference: &str) {
    match (parse(reference.as_bytes()), naive(reference)) {
        (Ok(_), Some(expected)) => check(reference, expected),
        (Err(_), None) => {}
        (by_grammar, expected) => panic!("{reference:?}: {by_grammar:?}, not {expected:?}"),
    }
}

const REFERENCE: &str = "http://us:er%20@[2001:db8::7]:80/a%2Fb/c;d?e=f&g=%C3%A9#h/i?";

#[test]
fn a_reference_cut_anywhere_agrees_with_the_naive_twin() {
    for start in 0..REFERENCE.len() {
        (start..=REFERENCE.len()).for_each(|end| check_naive(&REFERENCE[start..end]));
    }
}

#[test]
fn a_character_replaced_by_another_agrees_with_the_naive_twin() {
    for at in 0..REFERENCE.len() {
        for char in "az09:/?#[]@%!.v \"\\^é\u{7f}".chars() {
            check_naive(&format!("{}{char}{}", &REFERENCE[..at], &REFERENCE[at + 1..]));
        }
    }
}

proptest! {
    #[test]
    fn random_references_agree_with_the_naive_twin(reference in "[a-g1.:/?#@%\\[\\]v é]{0,20}") {
        check_naive(&reference);
    }

    #[test]
    fn random_lines_are_read_alike_on_slices_and_on_masks(
        lines in "([a-g1.:/?#@%\\[\\]v é\r]{0,20}\n){0,9}",
    ) {
        twins::check(lines.as_bytes());
    }

    #[test]
    fn random_addresses_agree_with_the_naive_twin(address in "(::|:|1|ab|1\\.|255\\.|0|v){0,12}") {
        check_naive(&format!("//[{address}]"));
    }

    #[test]
    fn bytes_that_were_encoded_are_decoded(bytes in any::<Vec<u8>>()) {
        let encoded: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        prop_assert_eq!(&*percent_decode(encoded.as_bytes()).unwrap(), &bytes);
        let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'%').collect();
        prop_assert_eq!(&*percent_decode(&text).unwrap(), &text);
        let spaces: Vec<u8> = text.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect();
        prop_assert_eq!(&*form_decode(&text).unwrap(), &spaces);
    }
}
