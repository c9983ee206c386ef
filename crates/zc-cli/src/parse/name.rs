//! Names of fields as people type them: `status`, `request.status`, `"a.b".c`.

use anyhow::{Context, bail};

/// The keys on the way down to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) keys: Vec<String>,
}

impl Name {
    /// Reads the name at the beginning of `text`, which ends at an unquoted byte of `stops`;
    /// returns what follows, which begins with that byte.
    pub(crate) fn read<'t>(text: &'t str, stops: &[char]) -> anyhow::Result<(Self, &'t str)> {
        let mut keys = Vec::new();
        let mut rest = text.trim_ascii_start();
        loop {
            let (key, after) = read_key(rest, stops)?;
            keys.push(key);
            match after.strip_prefix('.') {
                Some(next) => rest = next.trim_ascii_start(),
                None => return Ok((Self { keys }, after)),
            }
        }
    }

    /// The name without its quotes.
    pub(crate) fn title(&self) -> String {
        self.keys.join(".")
    }
}

fn read_key<'t>(text: &'t str, stops: &[char]) -> anyhow::Result<(String, &'t str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (key, rest) = quoted.split_once('"').with_context(|| {
            format!("the quote before `{quoted}` is not closed; put a `\"` behind the name")
        })?;
        return Ok((key.to_owned(), rest.trim_ascii_start()));
    }
    let end = text.find(|char| char == '.' || stops.contains(&char)).unwrap_or(text.len());
    let key = text[..end].trim_ascii_end();
    if key.is_empty() {
        bail!("a field has no name before `{text}`");
    }
    Ok((key.to_owned(), &text[end..]))
}

/// Reads names with commas between them.
pub(crate) fn read_list(text: &str) -> anyhow::Result<Vec<Name>> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = Name::read(rest, &[','])?;
        names.push(name);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(names),
            None => bail!("`{after}` follows a name in quotes; put a comma before it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_list;

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        let names = read_list(text).unwrap();
        assert_eq!(names.iter().map(|name| &name.keys[..]).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn dots_go_down_and_quotes_keep_them() {
        check("status", &[&["status"]]);
        check(" a , b.c , d . \"e\" ", &[&["a"], &["b", "c"], &["d", "e"]]);
        check("\"a.b\".c,\"d,e\"", &[&["a.b", "c"], &["d,e"]]);
    }

    #[test]
    fn what_has_no_name_is_refused() {
        for text in ["", "a,,b", "a,", "a..b", "\"a", "\"a\"b"] {
            assert!(read_list(text).is_err(), "{text}");
        }
    }
}
