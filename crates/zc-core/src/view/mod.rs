//! Typed views of bytes, each checked once.
