//! [`Data`]: figures that are kept, from which the report is rendered.
//!
//! Cases are measured together or one after another, on one machine: what another machine
//! measured is dropped, since ratios of two machines do not belong in one table.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::cases;
use crate::machine::{self, Machine, Versions};
use crate::report::Report;

/// The figures of many cases, and on what they were measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Data {
    pub(crate) machine: Machine,
    /// Of the run that came last.
    pub(crate) versions: Versions,
    /// In the order of the table of cases.
    pub(crate) cases: Vec<Entry>,
}

/// The figures of a case, and when they were measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Year, month and day in UTC.
    pub(crate) date: String,
    /// The commit that was measured; it ends with a `+` if there were changes on top.
    pub(crate) revision: String,
    #[serde(flatten)]
    pub(crate) report: Report,
}

/// Where the figures of the project are kept.
pub(crate) fn path() -> PathBuf {
    machine::root().join("docs/benchmarks/data.json")
}

/// A file of figures that is written anew after each case.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    data: Data,
    date: String,
    revision: String,
}

impl Record {
    /// Goes on with what is at `path`, as far as it is of this machine.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let machine = Machine::look();
        let kept = Data::load(path)?.filter(|kept| {
            let is_same = kept.machine == machine;
            if !is_same {
                eprintln!("figures of another machine are dropped");
            }
            is_same
        });
        let data = Data {
            machine,
            versions: Versions::look(),
            cases: kept.map(|kept| kept.cases).unwrap_or_default(),
        };
        let (date, revision) = (machine::date()?, machine::revision()?);
        Ok(Self { path: path.to_owned(), data, date, revision })
    }

    /// Puts `report` in the place of what was known of its case, and writes the file.
    pub(crate) fn keep(&mut self, report: Report) -> Result<()> {
        let (date, revision) = (self.date.clone(), self.revision.clone());
        self.data.insert(Entry { date, revision, report });
        self.data.save(&self.path)
    }
}

impl Data {
    /// What is at `path`; nothing if there is no file.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => bail!("{}: {error}", path.display()),
        };
        let data = serde_json::from_str(&text);
        data.with_context(|| format!("{} holds no figures", path.display())).map(Some)
    }

    fn insert(&mut self, entry: Entry) {
        self.cases.retain(|it| it.report.name != entry.report.name);
        self.cases.push(entry);
        // Cases that are gone have no place any more.
        self.cases.retain(|it| cases::place(&it.report.name).is_some());
        self.cases.sort_by_key(|it| cases::place(&it.report.name));
    }

    fn save(&self, path: &Path) -> Result<()> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, self.to_text()?).with_context(|| path.display().to_string())
    }

    /// JSON with a case a line, so that a change shows which cases were measured again.
    fn to_text(&self) -> Result<String> {
        let Self { machine, versions, cases } = self;
        let lines: Result<Vec<_>, _> = cases.iter().map(serde_json::to_string).collect();
        Ok(format!(
            "{{\n\"machine\": {},\n\"versions\": {},\n\"cases\": [\n{}\n]\n}}\n",
            serde_json::to_string(machine)?,
            serde_json::to_string(versions)?,
            lines?.join(",\n"),
        ))
    }

    /// The figures of the case called `name`.
    pub(crate) fn case(&self, name: &str) -> Option<&Report> {
        self.reports().find(|it| it.name == name)
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.cases.iter().map(|entry| &entry.report)
    }

    /// Holds all figures against the targets that the cases have now.
    pub(crate) fn judge(&mut self) {
        for entry in &mut self.cases {
            if let Some(case) = cases::by_name(&entry.report.name) {
                entry.report.judge(case.targets);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, Entry};

    const SAMPLE: &str = include_str!("../tests/report/data.json");

    fn entry(name: &str, date: &str) -> Entry {
        let data: Data = serde_json::from_str(SAMPLE).unwrap();
        let mut entry = data.cases[0].clone();
        entry.report.name = name.to_owned();
        entry.date = date.to_owned();
        entry
    }

    #[test]
    fn a_case_that_is_measured_again_takes_its_own_place() {
        let mut data: Data = serde_json::from_str(SAMPLE).unwrap();
        data.cases.clear();
        for (name, date) in [("echo", "a"), ("lines", "b"), ("gone", "c"), ("echo", "d")] {
            data.insert(entry(name, date));
        }
        let kept: Vec<_> = data.cases.iter().map(|it| (&*it.report.name, &*it.date)).collect();
        assert_eq!(kept, [("lines", "b"), ("echo", "d")]);
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let data: Data = serde_json::from_str(SAMPLE).unwrap();
        let text = data.to_text().unwrap();
        assert_eq!(text, SAMPLE);
        let again: Data = serde_json::from_str(&text).unwrap();
        assert_eq!(again.to_text().unwrap(), text);
    }

    #[test]
    fn a_file_that_is_not_there_holds_nothing_and_another_one_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data.json");
        assert!(Data::load(&path).unwrap().is_none());
        std::fs::write(&path, "[]").unwrap();
        let error = Data::load(&path).unwrap_err().to_string();
        assert!(error.ends_with("data.json holds no figures"), "{error}");
    }
}
