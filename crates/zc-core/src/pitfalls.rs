//! Mistakes with borrowed bytes: what the compiler says to each, and the form that works.
//!
//! This module is for reading. Each mistake is an example that must not compile, with the code of
//! the error that it must give; what stands behind it compiles and runs. C and C++ compile the
//! same mistakes, and leave what happens then undefined. The last two are mistakes that Rust
//! compiles as well; tests find them.
//!
//! # A slice that outlives its buffer
//!
//! ```compile_fail,E0597
//! let word: &[u8];
//! {
//!     let buffer = b"zero copy".to_vec();
//!     word = &buffer[..4];
//! }
//! assert_eq!(word, b"zero");
//! ```
//!
//! In C the pointer into the freed buffer, or into the stack frame that is gone, still compiles
//! and is read. Keep the buffer where the slice is used:
//!
//! ```
//! let buffer = b"zero copy".to_vec();
//! let word = &buffer[..4];
//! assert_eq!(word, b"zero");
//! ```
//!
//! Or keep a [`Span`](crate::Span), which has no lifetime, and ask for the slice while the buffer
//! is there:
//!
//! ```
//! use zc_core::{Source, Span};
//!
//! fn first_word(buffer: &[u8]) -> Span {
//!     let word = buffer.split(|byte| *byte == b' ').next().unwrap_or_default();
//!     Source::new(buffer).span_of(word).expect("a part of the buffer lies in it")
//! }
//!
//! let buffer = b"zero copy".to_vec();
//! let span = first_word(&buffer);
//! let moved = buffer;
//! assert_eq!(span.get(&moved), Some(&b"zero"[..]));
//! ```
//!
//! # Use after free
//!
//! ```compile_fail,E0505
//! let buffer = b"zero copy".to_vec();
//! let word = &buffer[..4];
//! drop(buffer);
//! assert_eq!(word, b"zero");
//! ```
//!
//! In C this is `free` followed by a read of what may already be somebody else's memory. The last
//! use comes first:
//!
//! ```
//! let buffer = b"zero copy".to_vec();
//! let word = &buffer[..4];
//! assert_eq!(word, b"zero");
//! drop(buffer);
//! ```
//!
//! # A view that outlives its string
//!
//! ```compile_fail,E0597
//! use zc_core::text::scheme;
//!
//! let view;
//! {
//!     let url = String::from("https://example.org");
//!     view = scheme(&url);
//! }
//! assert_eq!(view, "https");
//! ```
//!
//! In C++ this is a `std::string_view` of a `std::string` that is gone; one of a temporary is
//! enough, as in `std::string_view view = a + b;`. Here the temporary is refused as well:
//!
//! ```compile_fail,E0716
//! use zc_core::text::scheme;
//!
//! let view = scheme(&format!("https://{}", "example.org"));
//! assert_eq!(view, "https");
//! ```
//!
//! Give the string a name that lives as long as the view:
//!
//! ```
//! use zc_core::text::scheme;
//!
//! let url = format!("https://{}", "example.org");
//! let view = scheme(&url);
//! zc_core::assert_borrows!(url, view);
//! ```
//!
//! # A reference to a local
//!
//! ```compile_fail,E0515
//! fn greeting(name: &str) -> &str {
//!     let text = format!("hello, {name}");
//!     &text
//! }
//! ```
//!
//! In C and C++ a pointer or reference to a local is returned, with a warning at best. What a
//! function makes it returns by value, which moves three words and copies no text:
//!
//! ```
//! fn greeting(name: &str) -> String {
//!     format!("hello, {name}")
//! }
//! assert_eq!(greeting("Ada"), "hello, Ada");
//! ```
//!
//! # A lifetime that cannot be conjured
//!
//! Without an input to borrow from, an output cannot borrow:
//!
//! ```compile_fail,E0106
//! fn longest() -> &str {
//!     "the longest"
//! }
//! ```
//!
//! To name a lifetime does not make anything live that long:
//!
//! ```compile_fail,E0515
//! fn longest<'a>() -> &'a str {
//!     let text = String::from("the longest");
//!     text.as_str()
//! }
//! ```
//!
//! C and C++ have no lifetimes to name: the same function compiles, and its caller reads a stack
//! frame or a heap block that is gone. A lifetime says which input an output borrows from:
//!
//! ```
//! fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
//!     if one.len() >= other.len() { one } else { other }
//! }
//!
//! let (one, other) = (String::from("zero"), String::from("copy it"));
//! zc_core::assert_borrows!(other, longest(&one, &other));
//! ```
//!
//! # Mutation while borrowed
//!
//! ```compile_fail,E0502
//! let mut buffer = b"zero copy".to_vec();
//! let word = &buffer[..4];
//! buffer.extend_from_slice(b" is not free");
//! assert_eq!(word, b"zero");
//! ```
//!
//! In C++ `push_back` and `append` may move the buffer, which leaves every pointer, iterator and
//! `string_view` into it dangling; it works in the test, whose buffer had room, and fails later.
//! The same for an iterator whose container changes:
//!
//! ```compile_fail,E0499
//! let mut numbers = vec![1, 2, 3];
//! for number in numbers.iter_mut() {
//!     if *number == 2 {
//!         numbers.push(4);
//!     }
//! }
//! ```
//!
//! Look first and change afterwards, with what was seen as a number rather than as a slice:
//!
//! ```
//! let mut buffer = b"zero copy".to_vec();
//! let end = buffer.iter().position(|byte| *byte == b' ').unwrap_or(buffer.len());
//! buffer.extend_from_slice(b" is not free");
//! assert_eq!(&buffer[..end], b"zero");
//! ```
//!
//! # Raw parts where a slice would do
//!
//! `slice::from_raw_parts` takes any address and any length, as C does everywhere, and a wrong
//! one is undefined behaviour. One value as a slice, and bytes as fixed-size pieces, need no such
//! promise:
//!
//! ```
//! use std::slice;
//!
//! let byte = b'\n';
//! let slice: &[u8] = slice::from_ref(&byte);
//! assert!(std::ptr::eq(&byte, &slice[0]));
//!
//! let (pairs, rest) = b"abcde".as_chunks::<2>();
//! assert_eq!((pairs, rest), (&[*b"ab", *b"cd"][..], &b"e"[..]));
//! ```
//!
//! Calling it anyway needs a word that nobody writes by accident:
//!
//! ```compile_fail,E0133
//! let byte = b'\n';
//! let slice: &[u8] = std::slice::from_raw_parts(&byte, 1);
//! ```
//!
//! # A copy that nobody asked for
//!
//! This one compiles, and only costs. In C++ it is a `std::string` parameter where a
//! `std::string_view` would do. [`assert_borrows!`](crate::assert_borrows) finds it in a test,
//! since a copy lies elsewhere:
//!
//! ```should_panic
//! fn value(line: &str) -> String {
//!     line.split_once('=').map_or(line, |(_, value)| value).to_owned()
//! }
//!
//! let line = "key=value";
//! let value = value(line);
//! zc_core::assert_borrows!(line, value);
//! ```
//!
//! ```
//! fn value(line: &str) -> &str {
//!     line.split_once('=').map_or(line, |(_, value)| value)
//! }
//!
//! let line = "key=value";
//! zc_core::assert_borrows!(line, value(line));
//! ```
//!
//! # A string that cannot be borrowed
//!
//! This one compiles too, and fails at run time: a `&str` field of a serde type, on the first
//! JSON string with an escape in it, since the unescaped text lies nowhere in the input. In C++
//! a view into the input would hold the backslash, and one into the parser's own buffer would
//! dangle. `zc_serde::Text` borrows where it can and owns where it must; its documentation shows
//! both.
