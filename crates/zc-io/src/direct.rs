//! Reads past the page cache.
