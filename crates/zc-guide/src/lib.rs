//! The pages under `docs` whose code is compiled and run, each as the documentation of a type.
//!
//! `cargo test --package zc-guide` runs all of it; a failure names the type, which names the page.
//! `tests/pages.rs` sees to it that no page with code is missing here.
//!
//! **Invariant:** this crate has no code: nothing depends on it, and it depends on nothing but to
//! test what the pages say.

#![forbid(unsafe_code)]

/// Makes the page at a path under `docs` the documentation of a type that only `rustdoc --test` sees.
macro_rules! page {
    ($name:ident, $path:literal) => {
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../../docs/", $path))]
        struct $name;
    };
}

page!(Introduction, "guide/introduction.md");
page!(Costs, "guide/costs.md");
page!(CopiesPerByte, "guide/copies-per-byte.md");
page!(Slices, "guide/slices.md");
page!(Parsing, "guide/parsing.md");
page!(Files, "guide/files.md");
page!(Deserialization, "guide/deserialization.md");
page!(Serialization, "guide/serialization.md");
page!(Networking, "guide/networking.md");
page!(Kernel, "guide/kernel.md");
page!(When, "guide/when.md");
page!(Pitfalls, "guide/pitfalls.md");
page!(FromC, "guide/from-c.md");
page!(LogPipeline, "guide/log-pipeline.md");
page!(Proxy, "guide/proxy.md");
page!(Relay, "guide/relay.md");
page!(GrammarOfYourOwn, "grammar.md");
