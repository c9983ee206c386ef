//! Frames of a stream, as reference-counted slices of one buffer.
