//! [`Node`]: the paths that are sought, as a tree of keys.

use crate::ndjson::MAX_DEPTH;

/// The keys that are sought in an object.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    edges: Vec<Edge>,
    /// A bit for each length that a key has; those from 63 on share the last.
    lengths: u64,
}

/// A key that is sought.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    key: Box<[u8]>,
    /// The numbers of the paths that end here.
    pub(super) slots: Vec<usize>,
    /// The numbers of the paths that go on below.
    pub(super) below: Vec<usize>,
    /// What is sought below.
    pub(super) child: Option<Box<Node>>,
}

impl Node {
    /// The tree of `paths`, each a list of keys from the outside in.
    pub(super) fn of(paths: &[Box<[String]>]) -> Self {
        let mut root = Self::default();
        for (slot, path) in paths.iter().enumerate() {
            root.add(slot, path);
        }
        root
    }

    /// Keys below the levels that a walk follows would never be met; a tree of so many levels would
    /// overflow the stack when it is dropped.
    fn add(&mut self, slot: usize, path: &[String]) {
        let mut node = self;
        for (depth, key) in path.iter().enumerate().take(MAX_DEPTH) {
            let edge = node.edge(key.as_bytes());
            if depth + 1 == path.len() {
                edge.slots.push(slot);
                return;
            }
            edge.below.push(slot);
            node = edge.child.get_or_insert_default();
        }
    }

    fn edge(&mut self, key: &[u8]) -> &mut Edge {
        let at = self.edges.iter().position(|edge| *edge.key == *key).unwrap_or_else(|| {
            let (slots, below) = (Vec::new(), Vec::new());
            self.edges.push(Edge { key: key.into(), slots, below, child: None });
            self.edges.len() - 1
        });
        self.lengths |= length_bit(key);
        &mut self.edges[at]
    }

    /// The edge of `key`, which has no escapes.
    #[inline(always)]
    pub(super) fn find(&self, key: &[u8]) -> Option<&Edge> {
        // Most keys are not sought, and of another length than those that are.
        if self.lengths & length_bit(key) == 0 {
            return None;
        }
        // Keys are short: to call a function that compares them takes longer.
        self.edges.iter().find(|edge| edge.key.len() == key.len() && edge.key.iter().eq(key))
    }
}

#[inline(always)]
fn length_bit(key: &[u8]) -> u64 {
    1 << key.len().min(63)
}
