//! Names of files as GNU tools print them where a name would break a line.

use std::path::Path;

/// The bytes of a name, quoted for a shell if it holds a newline, as `wc` prints it in the C locale.
///
/// Source: the style `shell-escape` of `quotearg` in gnulib: single quotes around what is printable,
/// `$'…'` around what is not.
pub(crate) fn quoted(path: &Path) -> Vec<u8> {
    let name = path.as_os_str().as_encoded_bytes();
    if !name.contains(&b'\n') {
        return name.to_vec();
    }
    let mut quoted = vec![b'\''];
    let mut is_escaped = false;
    for &byte in name {
        let is_printable = (b' '..=b'~').contains(&byte);
        if is_escaped == is_printable {
            quoted.extend_from_slice(if is_printable { b"''" } else { b"'$'" });
            is_escaped = !is_printable;
        }
        match byte {
            b'\'' => quoted.extend_from_slice(b"'\\''"),
            _ if is_printable => quoted.push(byte),
            _ => push_escape(&mut quoted, byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// Adds what stands for a byte within `$'…'`.
fn push_escape(quoted: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        0x07 => b'a',
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0b => b'v',
        0x0c => b'f',
        b'\r' => b'r',
        _ => return quoted.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    };
    quoted.extend_from_slice(&[b'\\', letter]);
}
