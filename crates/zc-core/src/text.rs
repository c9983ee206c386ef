//! Cutting text where people first cut it: the scheme of a URL, the first space of a line.

/// The scheme of `url`, which is what lies before `://`, or `http` where there is none.
///
/// Nothing is validated: see RFC 3986, section 3.1, for what a scheme may hold.
///
/// ```
/// use zc_core::text::scheme;
///
/// assert_eq!(scheme("https://example.org"), "https");
/// assert_eq!(scheme("example.org"), "http");
/// ```
///
/// # Copies
///
/// Never.
#[must_use]
pub fn scheme(url: &str) -> &str {
    url.split_once("://").map_or("http", |(scheme, _)| scheme)
}

/// What lies before the first space of `text` and what lies after it; all and nothing where
/// there is no space.
///
/// ```
/// use zc_core::text::split_at_first_space;
///
/// assert_eq!(split_at_first_space("GET /index.html"), ("GET", "/index.html"));
/// assert_eq!(split_at_first_space("PING"), ("PING", ""));
/// ```
///
/// # Copies
///
/// Never.
#[must_use]
pub fn split_at_first_space(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, &text[text.len()..]))
}

#[cfg(test)]
mod tests {
    use super::{scheme, split_at_first_space};

    #[test]
    fn both_parts_borrow_from_the_text() {
        for text in ["GET /", "PING", "", " leading", "trailing "] {
            let (before, after) = split_at_first_space(text);
            crate::assert_borrows!(text, before, after);
        }
    }

    #[test]
    fn the_scheme_borrows_from_the_url() {
        let url = "ftp://example.org";
        crate::assert_borrows!(url, scheme(url));
    }
}
