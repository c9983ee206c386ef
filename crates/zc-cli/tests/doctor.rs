//! `zc doctor` says what is here and measures what reading costs, and leaves nothing behind.

mod run;

use std::fs;
use std::path::Path;

use run::{Outcome, run};
use serde_json::Value;

/// Little enough that a test takes no time.
const LITTLE: &str = "--up-to=64K";

fn text(path: &Path) -> &str {
    path.to_str().expect("names of temporary files are text")
}

#[track_caller]
fn json(outcome: &Outcome) -> Value {
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    assert_eq!(outcome.stdout.lines().count(), 1);
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

#[track_caller]
fn check_fails(args: &[&str], message: &str) {
    let outcome = run(&[&["doctor"], args].concat(), b"");
    assert_eq!((outcome.status, &*outcome.stdout), (2, ""), "{args:?}");
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

/// The costs of one way, by size.
fn of_way<'f>(findings: &'f Value, way: &str) -> Vec<&'f Value> {
    let costs = findings["reading"]["costs"].as_array().expect("a list of costs");
    costs.iter().filter(|cost| cost["way"] == way).collect()
}

#[test]
fn every_way_is_measured_at_every_size_and_copies_what_it_should() {
    let directory = tempfile::tempdir().unwrap();
    let args = ["doctor", "--json", LITTLE, "--dir", text(directory.path())];
    let findings = json(&run(&args, b""));
    for (way, count, copies) in
        [("map", 3, 0.0), ("guarded_map", 3, 0.0), ("windows", 9, 1.0), ("whole", 3, 1.0)]
    {
        let costs = of_way(&findings, way);
        assert_eq!(costs.len(), count, "{way}");
        for cost in costs {
            assert_eq!(cost["copies_per_byte"], copies, "{way}");
            assert!(cost["nanoseconds"].as_u64().unwrap() > 0, "{way}");
        }
    }
    let direct = of_way(&findings, "direct").len();
    let missing = findings["reading"]["not_measured"].as_array().unwrap().len();
    assert_eq!(direct + missing, 3);
    assert_eq!(findings["constants"]["map_from"], zc_io::MAP_FROM);
    assert!(!findings["advice"].as_array().unwrap().is_empty());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn answers_are_yes_no_or_that_nobody_can_tell() {
    let findings = json(&run(&["doctor", "--json", LITTLE], b""));
    let answers = findings["kernel"].as_object().unwrap().values();
    let answers = answers.chain(findings["file_system"].as_object().unwrap().values());
    for answer in answers.filter(|answer| answer.is_object()) {
        match answer["answer"].as_str().unwrap() {
            "yes" => assert!(answer.get("why").is_none(), "{answer}"),
            "no" | "cannot_tell" => assert!(!answer["why"].as_str().unwrap().is_empty()),
            other => panic!("{other}"),
        }
    }
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    assert_eq!(findings["kernel"]["release"]["value"], release.trim());
}

#[test]
fn a_file_that_is_named_is_read_and_nothing_is_written_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("log");
    fs::write(&file, "line\n".repeat(4000)).unwrap();
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let findings = json(&run(&["doctor", "--json", text(&file)], b""));
    let sizes: Vec<_> = of_way(&findings, "whole").iter().map(|it| it["bytes"].clone()).collect();
    assert_eq!(sizes, [4096, 16384, 20_000]);
    assert!(of_way(&findings, "map").is_empty(), "others may cut it, so a map is guarded");
    assert_eq!(findings["reading"]["path"], text(&file));
    for untried in ["reflink", "copy_file_range", "sendfile", "splice"] {
        assert_eq!(findings["file_system"][untried]["answer"], "cannot_tell");
    }
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn people_are_shown_tables_and_told_what_to_do() {
    let outcome = run(&["doctor", LITTLE], b"");
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    for part in ["What is here\n", " 64 KiB ", "fs::read", "copies/B", "\nWhat to do\n - "] {
        assert!(outcome.stdout.contains(part), "{part}: {}", outcome.stdout);
    }
    assert!(outcome.stdout.lines().all(|line| line.chars().count() <= 100), "{}", outcome.stdout);
}

#[test]
fn the_plot_is_an_svg_with_a_curve_for_each_way() {
    let directory = tempfile::tempdir().unwrap();
    let plot = directory.path().join("plot.svg");
    let outcome = run(&["doctor", "--json", LITTLE, "--plot", text(&plot)], b"");
    let costs = json(&outcome);
    let svg = fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
    for name in ["map", "guarded map", "reads of 64 KiB", "fs::read", "64 KiB", "GB/s"] {
        assert!(svg.lines().any(|line| line.trim().starts_with(name)), "{name} in {svg}");
    }
    let direct = usize::from(!of_way(&costs, "direct").is_empty());
    let is_curve = |line: &&str| line.contains("<polyline") && !line.contains("#000000");
    // Each way has one in the plot and one in the legend; the axes are black.
    assert_eq!(svg.lines().filter(is_curve).count(), 2 * (6 + direct));
}

#[test]
fn what_cannot_be_measured_is_refused_with_a_reason() {
    check_fails(&["/no/such/file"], "zc: /no/such/file: No such file or directory");
    check_fails(&["--dir", "/no/such/directory"], "/no/such/directory: No such file or directory");
    check_fails(&["/"], "/: is a directory; `--dir` names one");
    check_fails(&["/dev/null"], "/dev/null: is no regular file");
    check_fails(&["-"], "standard input cannot be read again and again");
    check_fails(&["--up-to", "0"], "nothing to measure");
    check_fails(&["--dir", "/tmp", "file"], "cannot be used with");
    check_fails(&[LITTLE, "--plot", "/no/such/plot.svg"], "/no/such/plot.svg: No such file");
    let empty = tempfile::NamedTempFile::new().unwrap();
    check_fails(&[text(empty.path())], "is empty");
}

#[test]
fn the_page_about_it_names_every_key_that_is_printed() {
    let page = include_str!("../../../docs/doctor.md");
    let findings = json(&run(&["doctor", "--json", LITTLE], b""));
    let mut keys = Vec::new();
    keys_of(&findings, &mut keys);
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "docs/doctor.md does not name `{key}`");
    }
}

/// The keys of all objects within a value.
fn keys_of(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            keys.extend(members.keys().cloned());
            members.values().for_each(|value| keys_of(value, keys));
        }
        Value::Array(values) => values.iter().for_each(|value| keys_of(value, keys)),
        _ => {}
    }
}
