//! The layer table: what each crate may depend on, feature by feature.

/// One crate of the workspace.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) layer: Layer,
    /// What it may depend on whatever its features.
    pub(super) always: Allowed,
    /// A feature, and what it switches on.
    pub(super) features: &'static [(&'static str, &'static [&'static str])],
}

/// Where a crate stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// It may see those with a smaller number.
    At(u8),
    /// It sees none of the others, and none of them sees it.
    Apart,
}

/// The normal dependencies that a crate may have.
#[derive(Debug)]
pub(super) enum Allowed {
    Any,
    Only(&'static [&'static str]),
}

/// The table of `docs/architecture.md`.
pub(super) const TABLE: &[Row] = &[
    Row {
        name: "zc-core",
        layer: Layer::At(0),
        always: Allowed::Only(&["memchr"]),
        features: &[("mask", &["fearless_simd"]), ("rope", &["bytes"]), ("view", &["zerocopy"])],
    },
    Row {
        name: "zc-parse",
        layer: Layer::At(1),
        always: Allowed::Only(&["zc-core", "memchr", "nom"]),
        features: &[("bytes", &["bytes"]), ("serde", &["serde"])],
    },
    Row {
        name: "zc-serde",
        layer: Layer::At(1),
        always: Allowed::Only(&[
            "zc-core",
            "bytes",
            "bytestring",
            "serde",
            "serde_json",
            "simdutf8",
        ]),
        features: &[("msgpack", &["rmp-serde"]), ("text-bytes", &["data-encoding"])],
    },
    Row {
        name: "zc-io",
        layer: Layer::At(1),
        always: Allowed::Only(&["zc-core", "libc", "memmap2", "rustix"]),
        features: &[],
    },
    Row {
        name: "zc-net",
        layer: Layer::At(2),
        always: Allowed::Only(&["zc-core", "bytes", "tokio"]),
        features: &[
            ("parse", &["zc-parse"]),
            ("io", &["zc-io", "rustix"]),
            ("codec", &["futures-core", "futures-sink", "tokio-util"]),
        ],
    },
    Row {
        name: "zc-http",
        layer: Layer::At(3),
        always: Allowed::Only(&[
            "zc-core",
            "zc-parse",
            "zc-io",
            "zc-net",
            "bytes",
            "httpdate",
            "mime_guess",
            "quick_cache",
            "rustix",
            "tokio",
        ]),
        features: &[],
    },
    Row { name: "zc-cli", layer: Layer::At(4), always: Allowed::Any, features: &[] },
    Row { name: "zc-bench", layer: Layer::At(5), always: Allowed::Any, features: &[] },
    Row { name: "zc-guide", layer: Layer::At(5), always: Allowed::Any, features: &[] },
    Row { name: "xtask", layer: Layer::Apart, always: Allowed::Any, features: &[] },
];

impl Row {
    /// The row of the crate called `name`.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|row| row.name == name)
    }

    /// The feature that switches on the dependency called `name`.
    pub(super) fn feature_of(&self, name: &str) -> Option<&'static str> {
        let (feature, _) = self.features.iter().find(|(_, switched)| switched.contains(&name))?;
        Some(feature)
    }
}

impl Allowed {
    pub(super) fn contains(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(names) => names.contains(&name),
        }
    }
}
