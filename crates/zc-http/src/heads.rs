//! [`parse`]: request heads, read by masks that all connections of a thread share.

use std::cell::{Cell, RefCell};

use zc_parse::Single;
use zc_parse::http1::{DEFAULT_MOST_HEADERS, Request, RequestHead};

/// Reads heads with at most so many headers.
struct Heads {
    most_headers: usize,
    single: Single<RequestHead>,
}

impl Heads {
    fn new(most_headers: usize) -> Self {
        let grammar = RequestHead::new().with_most_headers(most_headers);
        Self { most_headers, single: Single::new(grammar) }
    }
}

thread_local! {
    static HEADS: RefCell<Heads> = RefCell::new(Heads::new(DEFAULT_MOST_HEADERS));
    /// The storage of a request that is over.
    static SPARE: Cell<Option<Request<&'static [u8]>>> = const { Cell::new(None) };
}

/// The request that `head` is; nothing if it is none.
///
/// # Copies
///
/// At most 63 bytes, for the masks.
pub(crate) fn parse(head: &[u8], most_headers: usize) -> Option<Request<&[u8]>> {
    let mut request: Request<&[u8]> = SPARE.take().unwrap_or_default();
    HEADS
        .with_borrow_mut(|heads| {
            if heads.most_headers != most_headers {
                *heads = Heads::new(most_headers);
            }
            heads.single.parse(head, &mut request).is_ok()
        })
        .then_some(request)
}

/// Gives the storage of a request to the next one.
pub(crate) fn recycle(request: Request<&[u8]>) {
    SPARE.set(Some(request.recycle()));
}

#[cfg(test)]
mod tests {
    use super::{parse, recycle};

    #[test]
    fn the_number_of_headers_is_bounded_for_each_caller() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
        for (most, is_taken) in [(2, true), (1, false), (2, true)] {
            let request = parse(head, most);
            assert_eq!(request.is_some(), is_taken);
            request.map(recycle);
        }
    }
}
