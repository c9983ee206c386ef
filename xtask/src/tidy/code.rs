//! Rust source with its comments and literals blotted out, so that what is left is code.

/// `source` with each byte of a comment turned into a space and each byte inside a string or
/// character literal into a dot; line ends stay where they are.
///
/// It is a lexer of just what can hide code: nested comments, raw strings with any number of `#`,
/// escapes, and the difference between `'a'` and the lifetime `'a`.
pub(super) fn blot(source: &str) -> String {
    let mut blotter = Blotter { rest: source, output: String::with_capacity(source.len()) };
    while let Some(first) = blotter.rest.chars().next() {
        blotter.step(first);
    }
    blotter.output
}

/// The number, from 1, of the first line of blotted `code` on which `word` stands as a whole word.
pub(super) fn line_of_word(code: &str, word: &str) -> Option<usize> {
    let has_word = |line: &str| line.split(|c| !is_word(c)).any(|part| part == word);
    code.lines().position(has_word).map(|index| index + 1)
}

struct Blotter<'s> {
    rest: &'s str,
    output: String,
}

impl Blotter<'_> {
    fn step(&mut self, first: char) {
        if self.rest.starts_with("//") {
            self.blot(self.rest.find('\n').unwrap_or(self.rest.len()), ' ');
        } else if self.rest.starts_with("/*") {
            self.blot(block_comment_len(self.rest), ' ');
        } else if first == '"' {
            self.blot(quoted_len(self.rest, '"'), '.');
        } else if first == '\'' {
            self.blot(char_literal_len(self.rest).unwrap_or(0), '.');
            self.keep(usize::from(self.rest.starts_with('\'')));
        } else if is_word(first) {
            self.word();
        } else {
            self.keep(first.len_utf8());
        }
    }

    /// Keeps a word, unless it begins a raw string or is a raw identifier.
    fn word(&mut self) {
        let len = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(len);
        if !matches!(word, "r" | "br" | "cr") {
            return self.keep(len);
        }
        let hashes = after.len() - after.trim_start_matches('#').len();
        let inner = &after[hashes..];
        if let Some(inner) = inner.strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let inner_len = inner.find(&end).map_or(inner.len(), |at| at + end.len());
            return self.blot(len + hashes + 1 + inner_len, '.');
        }
        let raw_identifier = inner.find(|c| !is_word(c)).unwrap_or(inner.len());
        if hashes == 1 && raw_identifier > 0 {
            return self.blot(len + hashes + raw_identifier, '.');
        }
        self.keep(len);
    }

    fn keep(&mut self, len: usize) {
        let (kept, rest) = self.rest.split_at(len);
        self.output.push_str(kept);
        self.rest = rest;
    }

    fn blot(&mut self, len: usize, blot: char) {
        let (blotted, rest) = self.rest.split_at(len);
        self.output.extend(blotted.chars().map(|c| if c.is_whitespace() { c } else { blot }));
        self.rest = rest;
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of the block comment that `text` begins with; comments nest.
fn block_comment_len(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = match rest {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of the literal that `text` begins with, from quote to quote.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if !is_escaped && c == quote {
            return at + 1;
        }
        is_escaped = !is_escaped && c == '\\';
    }
    text.len()
}

/// The length of the character literal that `text` begins with; `None` if it is a lifetime.
fn char_literal_len(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    let (at, second) = chars.next()?;
    if first == '\\' {
        return Some(quoted_len(text, '\''));
    }
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::{blot, line_of_word};

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(blot(source), expected);
    }

    /// Whether `unsafe` is code in `source`, on its only line.
    #[track_caller]
    fn check_word(source: &str, expected: Option<usize>) {
        assert_eq!(line_of_word(&blot(source), "unsafe"), expected, "{source}");
    }

    #[test]
    fn comments_become_spaces_and_literals_dots() {
        check("a // b\nc", "a     \nc");
        check("a /* b /* c */ d */ e", "a                   e");
        check("f(\"a b\\\"c\", 'd')", "f(.. ....., ...)");
        check("let s = r#\"a\"b\"#;", "let s = ........;");
    }

    #[test]
    fn the_word_is_found_in_code() {
        check_word("unsafe { f() }", Some(1));
        check_word("fn a<'a>(x: &'a u8) {\n    unsafe fn b() {}\n}", Some(2));
        check_word("let c = '\"'; unsafe {}", Some(1));
        check_word("let c = '\\''; unsafe {} // '", Some(1));
        check_word("let c = b'\\\\'; unsafe {}", Some(1));
        check_word("let s = \"\\\\\"; unsafe {}", Some(1));
        check_word("let s = r\"\\\"; unsafe {}", Some(1));
        check_word("let s = br##\"\"#\"##; unsafe {}", Some(1));
        check_word("/* /* */ */ unsafe {}", Some(1));
        check_word("impl<'a>Trait<'a>for X{} unsafe {}", Some(1));
        check_word("'outer: loop { unsafe {} }", Some(1));
        check_word("let r = 1; r#\"\"#; unsafe {}", Some(1));
    }

    #[test]
    fn the_word_is_not_found_where_it_is_no_code() {
        check_word("#![forbid(unsafe_code)]", None);
        check_word("let r#unsafe = is_unsafe;", None);
        check_word("//! unsafe\n/// unsafe\n// unsafe", None);
        check_word("/* unsafe /* */ unsafe */", None);
        check_word("\"unsafe\" b\"unsafe\" c\"\\\"unsafe\"", None);
        check_word("r\"unsafe\" r#\"\"unsafe\"# br\"unsafe\" cr##\"\"# unsafe\"##", None);
        check_word("\"a\n unsafe \n\"", None);
    }

    #[test]
    fn what_is_cut_short_ends_with_the_text() {
        for source in ["\"abc", "/* a", "'", "'\\", "r#\"abc", "r", "r#", "//", "'é", "é'é'"] {
            assert_eq!(blot(source).chars().count(), source.chars().count(), "{source}");
        }
    }
}
