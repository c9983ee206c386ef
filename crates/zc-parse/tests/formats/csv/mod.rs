//! Tests of CSV.

mod naive;
mod rows;
