//! Bytes from one descriptor to another, by the kernel where it can.
