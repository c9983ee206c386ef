//! Which pages of a file are in memory, and loading those that are not.
