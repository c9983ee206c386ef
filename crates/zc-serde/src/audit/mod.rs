//! Which parts of a value borrow from a buffer, and which were copied.
