//! Values that hold reference-counted slices of their input.
