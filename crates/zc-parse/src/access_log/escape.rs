//! [`unescape`]: fields as they were before the server wrote them.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use zc_core::SliceExt;

/// Undoes the escapes that Apache and nginx write.
///
/// ```text
/// escape = '\' ( '"' | '\' | "b" | "n" | "r" | "t" | "v" | "x" 2HEXDIG )
/// ```
///
/// Apache (`ap_escape_logitem` in `server/util.c`) writes all of them, nginx
/// (`ngx_http_log_escape` in `ngx_http_log_module.c`, `escape=default`) only those with `x`, for
/// the quote and the backslash too. What is no escape stays as it is. What comes out is any
/// bytes: control characters, newlines, and text that is not UTF-8.
///
/// ```
/// use zc_parse::access_log::unescape;
///
/// assert_eq!(&*unescape(br#"say \"hi\" \xc3\xa9"#), "say \"hi\" é".as_bytes());
/// ```
///
/// # Copies
///
/// Never without a backslash in `field`, else the whole of it, once.
#[must_use]
pub fn unescape(field: &[u8]) -> Cow<'_, [u8]> {
    if field.find_byte(b'\\').is_none() {
        return Cow::Borrowed(field);
    }
    // No escape is shorter than what it stands for.
    let mut text = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, after)) = rest.split_once_byte(b'\\') {
        text.extend_from_slice(before);
        let (byte, len) = escaped(after).unwrap_or((b'\\', 0));
        text.push(byte);
        rest = &after[len..];
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// What the escape stands for of which `rest` follows the backslash, and how long it is there.
fn escaped(rest: &[u8]) -> Option<(u8, usize)> {
    let byte = match rest.first()? {
        byte @ (b'"' | b'\\') => *byte,
        b'b' => 0x08,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'x' => return Some((digit(rest, 1)? << 4 | digit(rest, 2)?, 3)),
        _ => return None,
    };
    Some((byte, 1))
}

fn digit(rest: &[u8], at: usize) -> Option<u8> {
    char::from(*rest.get(at)?).to_digit(16)?.try_into().ok()
}
