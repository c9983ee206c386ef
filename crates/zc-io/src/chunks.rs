//! Record-aligned parts of a slice or a file, for several threads.
