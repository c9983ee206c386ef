//! [`judge`]: whether a request's conditions let it through: RFC 9110, section 13.

use std::time::{Duration, SystemTime};

use httpdate::parse_http_date;
use zc_parse::http1::Headers;

use crate::validators::Validators;

/// What becomes of a request under its conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It is answered, and its range counts.
    Proceed,
    /// It is answered as if it had no range.
    ProceedWhole,
    /// The client has this state already.
    NotModified,
    /// The client wanted another state.
    PreconditionFailed,
}

/// The conditions of a GET or HEAD, in the order of section 13.2.2.
pub(crate) fn judge<S: AsRef<[u8]>>(headers: &Headers<S>, file: &Validators) -> Judgement {
    match list(headers, b"if-match", |tag| file.is_strongly(tag)) {
        Some(false) => return Judgement::PreconditionFailed,
        Some(true) => {}
        None => {
            let since = only_date(headers, b"if-unmodified-since");
            if since.zip(file.modified).is_some_and(|(since, modified)| modified > since) {
                return Judgement::PreconditionFailed;
            }
        }
    }
    match list(headers, b"if-none-match", |tag| file.is_weakly(tag)) {
        Some(true) => return Judgement::NotModified,
        Some(false) => {}
        None => {
            let since = only_date(headers, b"if-modified-since");
            if since.zip(file.modified).is_some_and(|(since, modified)| modified <= since) {
                return Judgement::NotModified;
            }
        }
    }
    match only(headers, b"if-range") {
        Found::None => Judgement::Proceed,
        Found::One(value) if is_same_state(value, file) => Judgement::Proceed,
        Found::One(_) | Found::Several => Judgement::ProceedWhole,
    }
}

/// Whether one of the entity tags in all headers called `name` is wanted, or one is `*`; `None` if
/// there is no such header.
fn list<S: AsRef<[u8]>>(
    headers: &Headers<S>,
    name: &[u8],
    mut is_wanted: impl FnMut(&[u8]) -> bool,
) -> Option<bool> {
    let mut is_there = false;
    for value in headers.get_all(name) {
        is_there = true;
        let value = value.as_ref();
        if value == b"*" || tags(value).any(&mut is_wanted) {
            return Some(true);
        }
    }
    is_there.then_some(false)
}

/// The elements of a list of entity tags, in which a comma may stand between quotes.
fn tags(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if list.is_empty() {
            return None;
        }
        let mut is_quoted = false;
        let end = list.iter().position(|byte| {
            is_quoted ^= *byte == b'"';
            *byte == b',' && !is_quoted
        });
        let (tag, rest) = match end {
            Some(end) => (&list[..end], &list[end + 1..]),
            None => (list, &[][..]),
        };
        list = rest;
        Some(tag.trim_ascii())
    })
}

/// Whether `If-Range` names the state that the file is in, by a strong comparison: section 13.1.5.
fn is_same_state(value: &[u8], file: &Validators) -> bool {
    if file.is_strongly(value) {
        return true;
    }
    let Some((date, modified)) = date(value).zip(file.modified) else { return false };
    // Until a second has gone by, another change may bear the same date: section 8.8.2.2.
    let is_settled =
        SystemTime::now().duration_since(modified).is_ok_and(|age| age >= Duration::from_secs(1));
    date == modified && is_settled
}

/// What there is of a header that must not be repeated.
enum Found<'h> {
    None,
    One(&'h [u8]),
    Several,
}

fn only<'h, S: AsRef<[u8]>>(headers: &'h Headers<S>, name: &'h [u8]) -> Found<'h> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Found::None,
        (Some(value), None) => Found::One(value.as_ref()),
        (Some(_), Some(_)) => Found::Several,
    }
}

/// The date in a header; one that is no date, or is there twice, does not count.
fn only_date<S: AsRef<[u8]>>(headers: &Headers<S>, name: &[u8]) -> Option<SystemTime> {
    match only(headers, name) {
        Found::One(value) => date(value),
        Found::None | Found::Several => None,
    }
}

fn date(value: &[u8]) -> Option<SystemTime> {
    parse_http_date(str::from_utf8(value).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use zc_parse::Grammar;
    use zc_parse::http1::RequestHead;

    use super::{Judgement, judge};
    use crate::validators::Validators;

    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: Judgement) {
        let mut head = "GET / HTTP/1.1\r\n".to_owned();
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let (request, _) = RequestHead::new().parse_one(head.as_bytes()).unwrap();
        let modified = Some(httpdate::parse_http_date(DATE).unwrap());
        let file = Validators { etag: "\"x,y\"".into(), modified };
        assert_eq!(judge(&request.headers, &file), expected, "{headers:?}");
    }

    #[test]
    fn a_state_that_the_client_has_is_not_sent_again() {
        for tags in ["\"x,y\"", "W/\"x,y\"", "*", "\"a\", \"x,y\"", "\"a\",,W/\"x,y\" ,\"b\""] {
            check(&[("If-None-Match", tags)], Judgement::NotModified);
        }
        check(&[("If-None-Match", "\"a\""), ("if-none-match", "\"x,y\"")], Judgement::NotModified);
        check(&[("If-Modified-Since", DATE)], Judgement::NotModified);
        check(&[("If-Modified-Since", AFTER)], Judgement::NotModified);
    }

    #[test]
    fn a_state_that_the_client_has_not_is_sent() {
        check(&[], Judgement::Proceed);
        check(&[("If-None-Match", "\"x\"")], Judgement::Proceed);
        check(&[("If-None-Match", "x,y")], Judgement::Proceed);
        check(&[("If-Modified-Since", BEFORE)], Judgement::Proceed);
        check(&[("If-Modified-Since", "yesterday")], Judgement::Proceed);
        // An entity tag counts more than a date.
        check(&[("If-None-Match", "\"x\""), ("If-Modified-Since", AFTER)], Judgement::Proceed);
        check(&[("If-Modified-Since", DATE), ("If-Modified-Since", DATE)], Judgement::Proceed);
    }

    #[test]
    fn a_client_that_wants_another_state_is_told() {
        check(&[("If-Match", "\"x,y\"")], Judgement::Proceed);
        check(&[("If-Match", "*")], Judgement::Proceed);
        check(&[("If-Unmodified-Since", DATE)], Judgement::Proceed);
        check(&[("If-Match", "\"z\"")], Judgement::PreconditionFailed);
        // A weak one never matches here.
        check(&[("If-Match", "W/\"x,y\"")], Judgement::PreconditionFailed);
        check(&[("If-Unmodified-Since", BEFORE)], Judgement::PreconditionFailed);
        check(&[("If-Match", "\"x,y\""), ("If-Unmodified-Since", BEFORE)], Judgement::Proceed);
        let both = [("If-Match", "\"z\""), ("If-None-Match", "\"x,y\"")];
        check(&both, Judgement::PreconditionFailed);
    }

    #[test]
    fn a_range_of_another_state_is_not_sent() {
        check(&[("If-Range", "\"x,y\"")], Judgement::Proceed);
        check(&[("If-Range", DATE)], Judgement::Proceed);
        for other in ["W/\"x,y\"", "\"z\"", BEFORE, AFTER, "*", ""] {
            check(&[("If-Range", other)], Judgement::ProceedWhole);
        }
        check(&[("If-Range", DATE), ("If-Range", DATE)], Judgement::ProceedWhole);
    }

    #[test]
    fn a_date_of_this_second_names_no_state_for_certain() {
        let modified = SystemTime::now() - Duration::from_millis(1);
        let file = Validators { etag: "\"a\"".into(), modified: Some(modified) };
        let date = httpdate::fmt_http_date(modified);
        assert!(!super::is_same_state(date.as_bytes(), &file));
    }
}
