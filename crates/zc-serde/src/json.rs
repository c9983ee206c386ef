//! A value as JSON in a [`Rope`], which references the long strings that lie in given buffers.
//!
//! What is referenced is what `serde_json` hands over as it is: a string from the quote that opens
//! it to the first byte that must be escaped, or from one such byte to the next; and raw values,
//! [`Raw`](crate::Raw) among them, whole. To find those bytes it looks at each one, so that a long
//! string is written about twice as fast and no more. Bytes are numbers in JSON, and digits are
//! never referenced.
//!
//! ```
//! use bytes::Bytes;
//! use zc_serde::json;
//! use zc_serde::shared::{SharedStr, from_shared};
//!
//! let input = Bytes::from(format!(r#"["{}"]"#, "a".repeat(20_000)));
//! let texts: [SharedStr; 1] = from_shared(input.clone())?;
//!
//! let rope = json::to_rope(&("copied", &texts), &[input.clone()])?;
//! assert_eq!(rope, *format!(r#"["copied",["{}"]]"#, texts[0]).as_bytes());
//! let segments: Vec<&Bytes> = rope.segments().collect();
//! assert_eq!(segments[0], r#"["copied",[""#);
//! zc_core::assert_borrows!(input, segments[1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use bytes::Bytes;
use serde::Serialize;
use zc_core::rope::{Rope, RopeWriter};

use crate::EncodeError;
use crate::encode::finish;

/// Writes `value` as `serde_json::to_vec` does, into a rope.
///
/// ```
/// use bytes::Bytes;
/// use zc_serde::json;
///
/// let text = Bytes::from("a".repeat(20_000));
/// let rope = json::to_rope(std::str::from_utf8(&text)?, &[text.clone()])?;
/// assert_eq!(rope.segments().len(), 3, "a quote, the text itself, a quote");
/// zc_core::assert_borrows!(text, rope.segments().nth(1).unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`EncodeError`] if JSON cannot hold the value, as a map whose keys are no strings, or if its own
/// `Serialize` refuses.
///
/// # Copies
///
/// Everything but what the [module](self) says of strings and raw values, where that lies in one
/// of `sources` and has at least [`RopeWriter::DEFAULT_THRESHOLD`] bytes.
pub fn to_rope<T>(value: &T, sources: &[Bytes]) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    to_rope_with(value, &mut RopeWriter::new(sources.iter().cloned()))
}

/// The same by a `writer` that is used for many messages, has its own threshold, and counts.
///
/// The rope begins with what was written to `writer` before. After an error nothing of that, nor of
/// `value`, is left in it.
///
/// ```
/// use bytes::Bytes;
/// use zc_core::rope::RopeWriter;
/// use zc_serde::json;
///
/// let text = Bytes::from("only 26 bytes of this text");
/// let mut writer = RopeWriter::new([text.clone()]).with_threshold(16);
/// let rope = json::to_rope_with(&("id", std::str::from_utf8(&text)?), &mut writer)?;
/// assert_eq!(rope, br#"["id","only 26 bytes of this text"]"#);
/// assert_eq!((writer.referenced(), writer.copies().encode), (26, 9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`to_rope`].
///
/// # Copies
///
/// As [`to_rope`], with the sources and the threshold of `writer`;
/// [`RopeWriter::copies`] tells how much.
pub fn to_rope_with<T>(value: &T, writer: &mut RopeWriter) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    let written = serde_json::to_writer(&mut *writer, value);
    finish(writer, written)
}
