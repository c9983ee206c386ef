//! HTTP/1.1 messages: heads, chunk sizes and trailers.
