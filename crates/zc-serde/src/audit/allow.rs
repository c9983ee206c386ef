//! Whether a path of an allow-list covers a leaf.

/// Whether `allowed` is `path` or lies above it, where `[]` stands for every index.
pub(super) fn covers(allowed: &str, path: &str) -> bool {
    let mut rest = path;
    let mut pieces = allowed.split("[]");
    let first = pieces.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    for piece in pieces {
        let Some(after) = strip_index(rest).and_then(|rest| rest.strip_prefix(piece)) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty() || allowed.is_empty() || rest.starts_with(['.', '[', '{'])
}

/// What follows the index, or the range of indices, at the beginning of `path`.
fn strip_index(path: &str) -> Option<&str> {
    let inside = path.strip_prefix('[')?;
    let (index, rest) = inside.split_once(']')?;
    let is_index = index.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_index.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[track_caller]
    fn check(allowed: &str, covered: &[&str], others: &[&str]) {
        for path in covered {
            assert!(covers(allowed, path), "{allowed} covers {path}");
        }
        for path in others {
            assert!(!covers(allowed, path), "{allowed} does not cover {path}");
        }
    }

    #[test]
    fn a_path_covers_itself_and_what_lies_beneath() {
        let covered = ["tag", "tag.name", "tag[0]", "tag{key}", "tag[\"a b\"]"];
        check("tag", &covered, &["", "tags", "a.tag", "ta", "[0].tag"]);
        check("tag.name", &["tag.name", "tag.name[1]"], &["tag", "tag.names", "tag[0].name"]);
        check("tag[1]", &["tag[1]", "tag[1].name"], &["tag[0]", "tag[10]", "tag"]);
    }

    #[test]
    fn empty_brackets_cover_every_index() {
        check(
            "tags[].name",
            &["tags[0].name", "tags[12].name.x"],
            &["tags.name", "tags[\"0\"].name"],
        );
        check("[]", &["[0]", "[3].kind", "[0..2]"], &["", "kind", "[0", "x[0]"]);
        check("[][]", &["[0][1]"], &["[0]", "[0]x[1]"]);
    }

    #[test]
    fn the_empty_path_covers_everything() {
        check("", &["", "name", "[0]", "{key}"], &[]);
    }
}
