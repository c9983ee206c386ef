//! Which public items of a library no example shows, by what rustdoc says of it in JSON.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What has to have an example, in its own docs or in those of one of its methods.
const KINDS: [&str; 8] =
    ["constant", "enum", "function", "macro", "struct", "trait", "type_alias", "union"];

/// The public items without an example, and the methods and constants of types that no example of
/// the library names; each with its place.
pub(crate) fn lacking(rustdoc: &Value) -> Vec<String> {
    let items = Items(rustdoc["index"].as_object().expect("rustdoc says what items there are"));
    let named = items.named_in_examples();
    let mut lacking = Vec::new();
    for item in items.public(&rustdoc["root"]) {
        let members = items.members(item);
        if ![item].into_iter().chain(members.iter().copied()).any(has_example) {
            lacking.push(format!("{}: `{}` has no example", place(item), name(item)));
        }
        let unnamed = members.iter().filter(|member| !named.contains(name(member)));
        lacking.extend(unnamed.map(|member| {
            format!("{}: no example names `{}::{}`", place(member), name(item), name(member))
        }));
    }
    lacking
}

/// The items of a library and those of others that it knows, by their ids.
struct Items<'j>(&'j Map<String, Value>);

impl<'j> Items<'j> {
    fn get(&self, id: &Value) -> Option<&'j Value> {
        self.0.get(&id.to_string()).filter(|item| item["crate_id"] == 0)
    }

    fn of(&self, ids: &'j Value) -> impl Iterator<Item = &'j Value> {
        ids.as_array().into_iter().flatten().filter_map(|id| self.get(id))
    }

    /// The items that others can name, each once: rustdoc leaves out what is private.
    fn public(&self, root: &'j Value) -> Vec<&'j Value> {
        let (mut seen, mut public) = (BTreeSet::new(), Vec::new());
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let Some(item) = self.get(id).filter(|_| seen.insert(id.to_string())) else { continue };
            let inner = &item["inner"][kind(item)];
            match kind(item) {
                "module" => waiting.extend(inner["items"].as_array().into_iter().flatten()),
                "use" => waiting.push(&inner["id"]),
                kind if KINDS.contains(&kind) => public.push(item),
                _ => {}
            }
        }
        public
    }

    /// The public methods and constants of a type, those of traits left out; all that a trait has.
    fn members(&self, item: &'j Value) -> Vec<&'j Value> {
        let inner = &item["inner"][kind(item)];
        let own = self.of(&inner["impls"]).map(|it| &it["inner"]["impl"]);
        let own = own.filter(|it| it["trait"].is_null()).flat_map(|it| self.of(&it["items"]));
        let own = own.filter(|member| member["visibility"] == "public");
        let asked_for = self.of(&inner["items"]).filter(|member| kind(member) != "assoc_type");
        own.chain(asked_for).collect()
    }

    /// All words of the code in the docs of the library.
    fn named_in_examples(&self) -> BTreeSet<&'j str> {
        let own = self.0.values().filter(|item| item["crate_id"] == 0);
        let code = own.flat_map(|item| code(docs(item)));
        code.flat_map(|line| line.split(|c: char| c != '_' && !c.is_alphanumeric())).collect()
    }
}

fn kind(item: &Value) -> &str {
    item["inner"].as_object().and_then(|inner| inner.keys().next()).map_or("", String::as_str)
}

fn name(item: &Value) -> &str {
    item["name"].as_str().unwrap_or_default()
}

fn docs(item: &Value) -> &str {
    item["docs"].as_str().unwrap_or_default()
}

fn place(item: &Value) -> String {
    let Value::String(path) = &item["span"]["filename"] else { return "somewhere".to_owned() };
    format!("{path}:{}", item["span"]["begin"][0])
}

fn has_example(item: &Value) -> bool {
    code(docs(item)).next().is_some()
}

/// The lines of the Rust code in `docs`, with those that are hidden.
fn code(docs: &str) -> impl Iterator<Item = &str> {
    let mut in_code = None;
    docs.lines().filter(move |line| {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            return in_code == Some(true);
        };
        in_code = if in_code.is_some() { None } else { Some(is_rust(language)) };
        false
    })
}

/// Whether rustdoc takes a block of this language for an example.
fn is_rust(language: &str) -> bool {
    let known = ["compile_fail", "no_run", "rust", "should_panic"];
    language.split(',').next().is_some_and(|first| first.is_empty() || known.contains(&first))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{code, lacking};

    /// What is found of a crate with a struct `Buffer`, whose method is `take`.
    #[track_caller]
    fn check(docs: [&str; 2], expected: &[&str]) {
        let span = |line| json!({"filename": "src/a.rs", "begin": [line, 1]});
        let item = |id, name, docs: &str, inner| {
            json!({"id": id, "crate_id": 0, "name": name, "docs": docs, "visibility": "public",
                   "span": span(id), "inner": inner})
        };
        let rustdoc = json!({"root": 0, "index": {
            "0": item(0, "a", "", json!({"module": {"items": [1, 4]}})),
            "1": item(1, "", "", json!({"use": {"id": 2}})),
            "2": item(2, "Buffer", docs[0], json!({"struct": {"impls": [3]}})),
            "3": item(3, "", "", json!({"impl": {"trait": null, "items": [5]}})),
            "4": {"id": 4, "crate_id": 7, "name": "foreign"},
            "5": item(5, "take", docs[1], json!({"function": {}})),
        }});
        assert_eq!(lacking(&rustdoc), expected);
    }

    #[test]
    fn an_example_of_a_type_or_of_its_method_is_enough() {
        check(["```\nBuffer.take()\n```", ""], &[]);
        check(["", "```\nBuffer.take()\n```"], &[]);
    }

    #[test]
    fn what_has_no_example_is_found_and_so_is_a_method_that_none_names() {
        let no_method = "src/a.rs:5: no example names `Buffer::take`";
        check(["Text.", "Text."], &["src/a.rs:2: `Buffer` has no example", no_method]);
        check(["```\nBuffer.take_all()\n```", ""], &[no_method]);
    }

    #[test]
    fn other_languages_are_no_examples() {
        let docs = "```text\na\n```\n```compile_fail,E0382\nb\n```\nc\n```\n# d\n```";
        assert!(code(docs).eq(["b", "# d"]));
    }
}
