//! [`Options`]: what is served, and the bounds of those who ask for it.

use std::io::{self, ErrorKind};
use std::time::Duration;

/// What is served and how, and what one client may cost.
///
/// ```
/// use zc_http::{DotFiles, Files, Options};
///
/// let headers = vec![("Cache-Control".to_owned(), "max-age=60".to_owned())];
/// let options = Options { headers, dot_files: DotFiles::Served, ..Options::default() };
/// assert_eq!((options.memory_up_to, options.max_head), (64 << 10, 16 << 10));
/// Files::open(env!("CARGO_MANIFEST_DIR"), options)?;
///
/// // What says where an answer ends is not for others to say.
/// let headers = vec![("Content-Length".to_owned(), "1".to_owned())];
/// let options = Options { headers, ..Options::default() };
/// let error = Files::open(env!("CARGO_MANIFEST_DIR"), options).unwrap_err();
/// assert_eq!(error.to_string(), "`Content-Length` is written by the server itself");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The name of the file that is sent for a directory.
    pub index: String,
    /// Whether names that begin with a dot are served; `/.well-known/` always is.
    pub dot_files: DotFiles,
    /// Whether symbolic links are followed.
    pub symlinks: Symlinks,
    /// Headers that every answer with a file has, as name and value.
    pub headers: Vec<(String, String)>,
    /// Bytes that files in memory may take together. Larger files are kept open in its place, 128
    /// of them at the most.
    pub cache_bytes: u64,
    /// Files of up to so many bytes are kept in memory, longer ones are sent by the kernel.
    pub memory_up_to: u64,
    /// How long a file in memory, and a name, counts as unchanged before the file system is asked
    /// again.
    pub fresh_for: Duration,
    /// The most bytes of a request without its body.
    pub max_head: usize,
    /// The most headers of a request.
    pub max_headers: usize,
    /// The most bytes of a request's body that are read to get at the next request; if there are
    /// more, the connection is closed.
    pub max_drained: u64,
    /// How long the head of a request may take from its first byte to its last.
    pub head_deadline: Duration,
    /// How long a client may send nothing between two requests.
    pub idle_deadline: Duration,
    /// Bytes a second that a client must take of its answers, over any ten seconds.
    pub min_send_rate: u64,
}

/// What becomes of files and directories whose names begin with a dot.
///
/// ```
/// use zc_http::{DotFiles, Options};
///
/// assert_eq!(Options::default().dot_files, DotFiles::Hidden);
/// let options = Options { dot_files: DotFiles::Served, ..Options::default() };
/// zc_http::Files::open(env!("CARGO_MANIFEST_DIR"), options)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DotFiles {
    /// They are not found, but for `/.well-known/` (RFC 8615).
    Hidden,
    /// They are files like others.
    Served,
}

/// What becomes of symbolic links.
///
/// ```
/// use zc_http::{Options, Symlinks};
///
/// assert_eq!(Options::default().symlinks, Symlinks::WithinRoot);
/// let options = Options { symlinks: Symlinks::Refused, ..Options::default() };
/// zc_http::Files::open(env!("CARGO_MANIFEST_DIR"), options)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symlinks {
    /// They are followed as long as they do not lead out of the directory that is served. An
    /// absolute one always does.
    WithinRoot,
    /// They are not found.
    Refused,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            index: "index.html".to_owned(),
            dot_files: DotFiles::Hidden,
            symlinks: Symlinks::WithinRoot,
            headers: Vec::new(),
            cache_bytes: 64 << 20,
            memory_up_to: 64 << 10,
            fresh_for: Duration::from_secs(1),
            max_head: 16 << 10,
            max_headers: 100,
            max_drained: 64 << 10,
            head_deadline: Duration::from_secs(10),
            idle_deadline: Duration::from_secs(60),
            min_send_rate: 1 << 10,
        }
    }
}

impl Options {
    /// Whether what goes into answers and paths can stand there.
    pub(crate) fn check(&self) -> io::Result<()> {
        let refused = |message: String| Err(io::Error::new(ErrorKind::InvalidInput, message));
        if matches!(self.index.as_str(), "" | "." | "..") || self.index.contains(['/', '\0']) {
            return refused(format!("`{}` is no name of a file", self.index));
        }
        for (name, value) in &self.headers {
            if name.is_empty() || !name.bytes().all(is_token) {
                return refused(format!("`{name}` is no name of a header"));
            }
            if value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
                return refused(format!("the value of `{name}` holds a control character"));
            }
            if OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return refused(format!("`{name}` is written by the server itself"));
            }
        }
        Ok(())
    }
}

/// Headers by which an answer says where it ends and what it is.
const OWN: [&str; 11] = [
    "accept-ranges",
    "connection",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "etag",
    "keep-alive",
    "last-modified",
    "location",
    "transfer-encoding",
];

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let options = Options { headers, ..Options::default() };
        let error = options.check().err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), expected);
    }

    #[test]
    fn headers_that_would_break_an_answer_are_refused() {
        check("Cache-Control", "max-age=60", None);
        check("X-Empty", "", None);
        check("X Y", "", Some("`X Y` is no name of a header"));
        check("", "a", Some("`` is no name of a header"));
        check("X", "a\r\nY: b", Some("the value of `X` holds a control character"));
        check("content-length", "1", Some("`content-length` is written by the server itself"));
    }

    #[test]
    fn an_index_that_leads_elsewhere_is_refused() {
        for index in ["", ".", "..", "../a", "a/b", "a\0"] {
            assert!(Options { index: index.to_owned(), ..Options::default() }.check().is_err());
        }
    }
}
