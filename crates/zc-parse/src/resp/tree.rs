//! [`Tree`]: a RESP value with all that is in it, in storage that is used again.

use alloc::vec::Vec;
use core::iter::FusedIterator;
use core::ops::Range;

use super::Value;
use super::level::Open;
use super::sink::Sink;
use crate::Record;

/// A RESP value with all that is in it, as a flat list of nodes.
///
/// An aggregate stands before what is in it, as in the input: `*2 :1 *1 :2` has four nodes. To walk
/// it as a tree, begin at the [`root`](Self::root).
///
/// ```
/// use zc_parse::resp::{Resp, Tree};
/// use zc_parse::Single;
///
/// // The storage of a tree is used again for the next value.
/// let mut values = Single::new(Resp::new());
/// let mut tree = Tree::default();
/// values.parse(b"*3\r\n:1\r\n:2\r\n:3\r\n", &mut tree)?;
/// assert_eq!(tree.nodes().len(), 4);
/// values.parse(b"+OK\r\n", &mut tree)?;
/// assert_eq!(tree.root().unwrap().value().text(), Some(&&b"OK"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tree<S> {
    nodes: Vec<Node<S>>,
    /// Aggregates that are being read: storage for the next value, empty otherwise.
    pub(super) open: Vec<Open>,
}

/// A node of a [`Tree`].
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::Resp;
///
/// let (tree, _) = Resp::new().parse_one(b"*2\r\n:1\r\n*1\r\n:2\r\n")?;
/// let sizes: Vec<_> = tree.nodes().iter().map(|node| node.size).collect();
/// assert_eq!(sizes, [4, 1, 2, 1]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node<S> {
    /// What it holds.
    pub value: Value<S>,
    /// How many nodes it is, with all that is in it.
    pub size: usize,
}

impl<S> Tree<S> {
    /// The nodes, in the order of the input.
    #[must_use]
    pub fn nodes(&self) -> &[Node<S>] {
        &self.nodes
    }

    /// The value itself; `None` before the first one was read.
    #[must_use]
    pub fn root(&self) -> Option<Item<'_, S>> {
        Items { nodes: &self.nodes, rest: 0..self.nodes.len() }.next()
    }

    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.open.clear();
    }
}

impl<S> Record for Tree<S> {
    type Slice = S;
    type Of<T> = Tree<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Tree<T> {
        let node = |node: &'r Node<S>| Node { value: node.value.map(&mut f), size: node.size };
        Tree { nodes: self.nodes.iter().map(node).collect(), open: Vec::new() }
    }
}

impl<S> Default for Tree<S> {
    fn default() -> Self {
        Self { nodes: Vec::new(), open: Vec::new() }
    }
}

/// Puts values into a tree as slices of the input.
#[derive(Debug)]
pub(super) struct Planter<'t, 'i> {
    input: &'i [u8],
    nodes: &'t mut Vec<Node<&'i [u8]>>,
}

impl<'t, 'i> Planter<'t, 'i> {
    pub(super) const fn new(input: &'i [u8], tree: &'t mut Tree<&'i [u8]>) -> Self {
        Self { input, nodes: &mut tree.nodes }
    }
}

impl Sink for Planter<'_, '_> {
    #[inline(always)]
    fn push(&mut self, value: Value<Range<usize>>) -> usize {
        let value = value.map(|range| self.input.get(range.clone()).unwrap_or_default());
        self.nodes.push(Node { value, size: 1 });
        self.nodes.len() - 1
    }

    #[inline(always)]
    fn close(&mut self, node: usize, streamed: Option<usize>) {
        let size = self.nodes.len() - node;
        let node = &mut self.nodes[node];
        node.size = size;
        if let Some(count) = streamed {
            node.value.set_count(count);
        }
    }
}

/// One value of a [`Tree`], with what is in it and the attributes before it.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::{Resp, Value};
///
/// let (tree, _) = Resp::new().parse_one(b"*2\r\n:1\r\n*1\r\n:2\r\n")?;
/// let root = tree.root().unwrap();
/// assert_eq!(root.value(), &Value::Array(2));
/// let inner = root.children().last().unwrap();
/// assert_eq!(inner.children().next().unwrap().value(), &Value::Integer(2));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug)]
pub struct Item<'t, S> {
    nodes: &'t [Node<S>],
    /// Where its attributes begin.
    start: usize,
    /// Where it stands itself.
    at: usize,
}

impl<'t, S> Item<'t, S> {
    /// The value; never an [`Attribute`](Value::Attribute).
    #[must_use]
    pub const fn value(self) -> &'t Value<S> {
        &self.nodes[self.at].value
    }

    /// What is in it: the values of an array, a set or a push, the keys and values of a map in
    /// turns, the chunks of a string.
    #[must_use]
    pub const fn children(self) -> Items<'t, S> {
        Items { nodes: self.nodes, rest: inside(self.nodes, self.at) }
    }

    /// The keys and values of a map.
    #[must_use]
    pub const fn entries(self) -> Entries<'t, S> {
        Entries(self.children())
    }

    /// The keys and values of all attributes before it.
    #[must_use]
    pub const fn attributes(self) -> Attributes<'t, S> {
        let entries = Entries(Items { nodes: self.nodes, rest: 0..0 });
        Attributes { entries, rest: self.start..self.at }
    }
}

/// The nodes that are in the one at `at`.
const fn inside<S>(nodes: &[Node<S>], at: usize) -> Range<usize> {
    at + 1..at + nodes[at].size
}

impl<S> Clone for Item<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Item<'_, S> {}

/// Values one behind the other; attributes belong to the value behind them.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::Resp;
///
/// let (tree, _) = Resp::new().parse_one(b"*2\r\n$4\r\nPING\r\n$2\r\nhi\r\n")?;
/// let words = tree.root().unwrap().children().filter_map(|word| word.value().text());
/// assert!(words.eq([&b"PING"[..], b"hi"].iter()));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug)]
pub struct Items<'t, S> {
    nodes: &'t [Node<S>],
    rest: Range<usize>,
}

impl<'t, S> Iterator for Items<'t, S> {
    type Item = Item<'t, S>;

    fn next(&mut self) -> Option<Item<'t, S>> {
        let start = self.rest.start;
        while self.rest.start < self.rest.end {
            let at = self.rest.start;
            let node = &self.nodes[at];
            self.rest.start += node.size;
            if !matches!(node.value, Value::Attribute(_)) {
                return Some(Item { nodes: self.nodes, start, at });
            }
        }
        None
    }
}

impl<S> FusedIterator for Items<'_, S> {}

/// Keys with their values.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::{Resp, Value};
///
/// let (tree, _) = Resp::new().parse_one(b"%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n")?;
/// let entries = tree.root().unwrap().entries();
/// let values: Vec<_> = entries.map(|(_, value)| *value.value()).collect();
/// assert_eq!(values, [Value::Integer(1), Value::Integer(2)]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug)]
pub struct Entries<'t, S>(Items<'t, S>);

impl<'t, S> Iterator for Entries<'t, S> {
    type Item = (Item<'t, S>, Item<'t, S>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().zip(self.0.next())
    }
}

impl<S> FusedIterator for Entries<'_, S> {}

/// The keys and values of the attributes of one value.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::{Resp, Value};
///
/// let (tree, _) = Resp::new().parse_one(b"|1\r\n+ttl\r\n:60\r\n$5\r\nvalue\r\n")?;
/// let root = tree.root().unwrap();
/// assert_eq!(root.value(), &Value::Bulk(&b"value"[..]));
/// let (key, value) = root.attributes().next().unwrap();
/// assert_eq!((key.value(), value.value()), (&Value::Simple(&b"ttl"[..]), &Value::Integer(60)));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug)]
pub struct Attributes<'t, S> {
    entries: Entries<'t, S>,
    /// The attributes behind.
    rest: Range<usize>,
}

impl<'t, S> Iterator for Attributes<'t, S> {
    type Item = (Item<'t, S>, Item<'t, S>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Some(entry);
            }
            if self.rest.is_empty() {
                return None;
            }
            let Items { nodes, rest } = &mut self.entries.0;
            *rest = inside(nodes, self.rest.start);
            self.rest.start += nodes[self.rest.start].size;
        }
    }
}

impl<S> FusedIterator for Attributes<'_, S> {}
