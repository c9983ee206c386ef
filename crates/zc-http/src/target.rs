//! [`Target`]: which file the target of a request names.

use std::borrow::Cow;

use zc_core::SliceExt;
use zc_parse::uri::percent_decode;

use crate::DotFiles;
use crate::status::Status;

/// What the target of a request says, with its path as one beneath the root.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target<'r> {
    /// The path, decoded, without the slash it begins with. One that ends with a slash, and the
    /// empty one, name a directory.
    pub(crate) path: Cow<'r, [u8]>,
    /// The path as it stands in the request; it begins with one slash.
    pub(crate) raw_path: &'r [u8],
    /// What stands behind the first `?`.
    pub(crate) query: Option<&'r [u8]>,
}

impl<'r> Target<'r> {
    /// Reads `target`, in origin-form or absolute-form: RFC 9112, section 3.2.
    ///
    /// Segments `.` and `..` are refused, however they are encoded: clients resolve them before
    /// they ask (RFC 3986, section 5.2.4). So are NUL, which no name has, and a slash that is
    /// encoded, which would be a part of a name.
    pub(crate) fn read(target: &'r [u8], dot_files: DotFiles) -> Result<Self, Status> {
        let target = origin_form(target).ok_or(Status::BAD_REQUEST)?;
        let (raw_path, query) = match target.split_once_byte(b'?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        // A fragment is never sent; `#` in a name is encoded.
        if raw_path.contains(&b'#') {
            return Err(Status::BAD_REQUEST);
        }
        let path = percent_decode(raw_path).map_err(|_| Status::BAD_REQUEST)?;
        let has_encoded = matches!(path, Cow::Owned(_));
        if has_encoded && slashes(&path) != slashes(raw_path) {
            return Err(Status::BAD_REQUEST);
        }
        check(&path[1..], dot_files)?;
        let path = match path {
            Cow::Borrowed(path) => Cow::Borrowed(&path[1..]),
            Cow::Owned(mut path) => {
                path.remove(0);
                Cow::Owned(path)
            }
        };
        Ok(Self { path, raw_path, query })
    }
}

/// The part of `target` that begins with the path; `None` if there is none.
fn origin_form(target: &[u8]) -> Option<&[u8]> {
    if target.first() == Some(&b'/') {
        return Some(target);
    }
    let (scheme, rest) = target.split_once_byte(b':')?;
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let rest = rest.strip_prefix(b"//").filter(|_| is_http)?;
    let host_len = rest.iter().take_while(|byte| !matches!(byte, b'/' | b'?')).count();
    // A path that is empty is `/`: RFC 9112, section 3.2.1.
    let path = if rest.get(host_len) == Some(&b'/') { &rest[host_len..] } else { b"/" };
    (host_len > 0).then_some(path)
}

fn slashes(path: &[u8]) -> usize {
    path.iter().filter(|byte| **byte == b'/').count()
}

/// Looks at each segment of a decoded path.
fn check(path: &[u8], dot_files: DotFiles) -> Result<(), Status> {
    if path.contains(&0) {
        return Err(Status::BAD_REQUEST);
    }
    let inner = path.strip_suffix(b"/").unwrap_or(path);
    if inner.is_empty() && path.is_empty() {
        return Ok(());
    }
    for (place, segment) in inner.split(|byte| *byte == b'/').enumerate() {
        match segment {
            b"." | b".." => return Err(Status::BAD_REQUEST),
            // No file has an empty name.
            b"" => return Err(Status::NOT_FOUND),
            // RFC 8615: what is there is meant to be found.
            b".well-known" if place == 0 => {}
            [b'.', ..] if dot_files == DotFiles::Hidden => return Err(Status::NOT_FOUND),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::DotFiles;
    use crate::status::Status;

    #[track_caller]
    fn check(target: &str, path: &[u8]) {
        let read = Target::read(target.as_bytes(), DotFiles::Hidden).unwrap();
        assert_eq!(read.path.escape_ascii().to_string(), path.escape_ascii().to_string());
    }

    #[track_caller]
    fn check_refused(target: &str, status: Status) {
        assert_eq!(Target::read(target.as_bytes(), DotFiles::Hidden), Err(status), "{target}");
    }

    #[test]
    fn the_path_is_decoded_and_the_query_is_not_a_part_of_it() {
        check("/", b"");
        check("/?q", b"");
        check("/a/b.html", b"a/b.html");
        check("/a/b/?c/../d", b"a/b/");
        check("/%61%20b%C3%A9%ff", b"a b\xc3\xa9\xff");
        check("/50%25", b"50%");
        check("/a%3Fb%23c", b"a?b#c");
        check("/a..b", b"a..b");
        check("http://example.org/a?b", b"a");
        check("HTTPS://example.org", b"");
        check("http://example.org?b", b"");
        check("/.well-known/a", b".well-known/a");
    }

    #[test]
    fn the_way_out_of_the_root_is_refused_in_every_encoding() {
        for target in ["/..", "/../a", "/a/..", "/a/../b", "/a/./b", "/.", "/%2e%2e/a"] {
            check_refused(target, Status::BAD_REQUEST);
        }
        for target in ["/.%2E", "/a/%2e", "/..%2fa", "/a%2Fb", "/a%00b", "/%", "/%2", "/%zz"] {
            check_refused(target, Status::BAD_REQUEST);
        }
        // Decoded once, this is a name like any other.
        check("/%252e%252e", b"%2e%2e");
        // So is this, which means nothing here.
        check("/a\\..\\b", b"a\\..\\b");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for target in ["*", "a", "example.org:80", "ftp://a/b", "http:/a", "/a#b"] {
            check_refused(target, Status::BAD_REQUEST);
        }
        // Without a host.
        for target in ["http://", "http:///a", "http://?a", "https:///"] {
            check_refused(target, Status::BAD_REQUEST);
        }
        for target in ["//", "//a", "/a//b", "/a//", "///"] {
            check_refused(target, Status::NOT_FOUND);
        }
    }

    #[test]
    fn dot_files_are_hidden_unless_they_are_asked_for() {
        for target in ["/.git/config", "/a/.env", "/%2egit", "/a/.well-known/b"] {
            check_refused(target, Status::NOT_FOUND);
        }
        let target = Target::read(b"/a/.env", DotFiles::Served).unwrap();
        assert_eq!(&*target.path, b"a/.env");
    }
}
