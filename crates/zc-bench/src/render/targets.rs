//! The table of targets, and what is said of those that are missed.

use std::fmt::Write as _;

use super::quantity::NOTHING;
use crate::data::Data;
use crate::report::Report;
use crate::rows::ROWS;
use crate::stats::Summary;
use crate::table::digits;
use crate::target::{Bound, Verdict};

/// How many targets are met, and each with its figure.
pub(super) fn table(data: &Data) -> String {
    let mut text = counts(data);
    text += "| row | work | case | target | figure | |\n| --- | --- | --- | --- | --- | --- |\n";
    for &(row, work) in ROWS {
        let lines: Vec<_> = judged(data).filter(|(case, _)| case.row == Some(row)).collect();
        if lines.is_empty() {
            let _ = writeln!(text, "| {row} | {work} | {NOTHING} | {NOTHING} | not measured | |");
        }
        for (index, (case, verdict)) in lines.into_iter().enumerate() {
            let (number, work) =
                if index == 0 { (row.to_string(), work) } else { Default::default() };
            let name = &case.name;
            let _ = writeln!(
                text,
                "| {number} | {work} | [{name}](#{anchor}) | {} | {} | {} |",
                target(verdict),
                figure(verdict.ratio),
                word(verdict),
                anchor = anchor(name),
            );
        }
    }
    text
}

/// For each target that is missed, by how much, why, and what would be next.
pub(super) fn missed(data: &Data) -> String {
    let mut text = String::new();
    for (case, verdict) in judged(data).filter(|(_, verdict)| verdict.is_met == Some(false)) {
        let row = case.row.map(|row| format!("row {row}, ")).unwrap_or_default();
        let why = verdict.why_missed.as_deref().unwrap_or("why is not known yet");
        let _ = write!(
            text,
            "- **{row}{}**: {} where {} was to be reached; {why}.",
            case.name,
            figure(verdict.ratio),
            target(verdict),
        );
        let next = verdict.next.as_deref().map(|next| format!(" Next: {next}."));
        text += &next.unwrap_or_default();
        text.push('\n');
    }
    if text.is_empty() { "None.\n".to_owned() } else { text }
}

/// The name of a heading in a link to it.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn judged(data: &Data) -> impl Iterator<Item = (&Report, &Verdict)> {
    data.reports().flat_map(|case| case.verdicts.iter().map(move |verdict| (case, verdict)))
}

fn counts(data: &Data) -> String {
    let count = |is_met| judged(data).filter(|(_, verdict)| verdict.is_met == is_met).count();
    let (met, missed, open) = (count(Some(true)), count(Some(false)), count(None));
    let open = if open == 0 { String::new() } else { format!(", {open} not measured") };
    format!("{met} targets are met, {missed} missed{open}.\n\n")
}

fn target(verdict: &Verdict) -> String {
    let (sign, bound) = match verdict.bound {
        Bound::AtLeast(bound) => ('≥', bound),
        Bound::AtMost(bound) => ('≤', bound),
    };
    format!("{sign} {bound} × {}", verdict.of)
}

fn figure(ratio: Option<Summary>) -> String {
    let Some(Summary { median, min, max }) = ratio else { return "not measured".to_owned() };
    format!("{} ({}–{})", digits(median), digits(min), digits(max))
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict.is_met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    }
}
