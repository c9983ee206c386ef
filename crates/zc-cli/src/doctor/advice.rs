//! What follows from what was found, in plain words.

use zc_io::WINDOW_LEN;
use zc_io::probe::{Answer, Cost, Costs, Crossing, FileSystem, Way};

use super::bench::{MAPPED, READ, WAYS};
use super::constants::Constants;
use super::units::{bytes, digits, ratio};

/// A sentence for each thing that whoever reads files here should know.
pub(super) fn of(file_system: &FileSystem, costs: &[Costs], constants: &Constants) -> Vec<String> {
    let mut advice = vec![map_or_read(costs)];
    advice.extend(about_constants(constants));
    if let Some(largest) = costs.last() {
        advice.extend(about_windows(largest));
        advice.extend(about_whole(largest));
        advice.extend(about_direct(largest));
    }
    if let Answer::No(_) = file_system.large_folios {
        advice.push(
            "The page cache holds single pages here, so a map pays for a fault every 64 KiB: it wins \
             later and by less than with large folios."
                .to_owned(),
        );
    }
    if let Answer::Yes(()) = file_system.reflink {
        advice.push(
            "Copy with `zc copy`: files here share their blocks, so a copy moves nothing."
                .to_owned(),
        );
    }
    advice
}

fn map_or_read(costs: &[Costs]) -> String {
    let crossing = Crossing::of(MAPPED, READ, costs);
    let Some(from) = crossing.wins_from else {
        return "Read files, whatever their size: a map was never faster.".to_owned();
    };
    let at_best = costs
        .iter()
        .filter_map(|costs| Some((costs.len, ratio(costs.of(MAPPED)?.time, costs.of(READ)?.time))))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let gain = at_best.map_or_else(String::new, |(len, ratio)| {
        format!(": at {} it takes {} of the time of reads", size(len), digits(ratio))
    });
    let first = match crossing.loses_at {
        Some(at) => {
            format!("Read files of up to {}, and map those from {} on", size(at), size(from))
        }
        None => "Map files of any size".to_owned(),
    };
    let last = costs.last().map(|costs| costs.len);
    match crossing.wins_up_to {
        Some(up_to) if Some(up_to) != last => {
            format!("{first}, up to {}{gain}; longer ones are as well read.", size(up_to))
        }
        _ => format!("{first}{gain}."),
    }
}

/// Whether what the library was tuned to is right here.
fn about_constants(constants: &Constants) -> Option<String> {
    let (ratio, at) = (constants.worst_ratio?, constants.worst_at_bytes?);
    let rule = format!(
        "zc maps from {} to {} and reads the rest",
        bytes(constants.map_from),
        bytes(constants.map_up_to)
    );
    Some(if constants.fit? {
        format!(
            "{rule}, which fits: at no size does its choice take more than {} × the better one.",
            digits(ratio)
        )
    } else {
        format!(
            "{rule}, which does not fit here: at {} its choice takes {} × the better one. As a user of \
             the library, choose by `Via`.",
            size(at),
            digits(ratio)
        )
    })
}

/// Which windows are the best for long files.
fn about_windows(largest: &Costs) -> Option<String> {
    let windows = WAYS.into_iter().filter(|way| matches!(way, Way::Windows(_)));
    let best = windows.filter_map(|way| largest.of(way)).min_by_key(|cost| cost.time)?;
    let usual = largest.of(READ)?;
    let Way::Windows(len) = best.way else { return None };
    let lost = ratio(usual.time, best.time);
    Some(match len {
        WINDOW_LEN => {
            format!("Windows of {}, the usual ones, are the best of those tried.", size(len))
        }
        _ if lost <= 1.1 => {
            format!(
                "The length of windows hardly matters: {} are ahead by {} ×.",
                size(len),
                digits(lost)
            )
        }
        _ => format!(
            "Read long files into windows of {}: those of {} take {} × as long.",
            size(len),
            size(WINDOW_LEN),
            digits(lost)
        ),
    })
}

/// What it costs to have all of a file at once.
fn about_whole(largest: &Costs) -> Option<String> {
    let (len, lost) = (largest.len, against_reads(largest, Way::Whole)?);
    (lost > 1.2).then(|| {
        format!(
            "Do not read long files whole: at {} `fs::read` takes {} × as long as windows that are \
             used again, since all of its memory is new.",
            size(len),
            digits(lost)
        )
    })
}

/// What it costs to pass the page cache by.
fn about_direct(largest: &Costs) -> Option<String> {
    let lost = against_reads(largest, Way::Direct)?;
    Some(if lost > 1.0 {
        format!(
            "Direct reads take {} × as long as reads from the page cache: they are for files that \
             are not in it and are read once.",
            digits(lost)
        )
    } else {
        format!(
            "Direct reads are as fast as the page cache ({} of its time), and spare it: take them \
             for what is read once.",
            digits(lost)
        )
    })
}

fn against_reads(costs: &Costs, way: Way) -> Option<f64> {
    let time = |cost: &Cost| cost.time;
    Some(ratio(costs.of(way).map(time)?, costs.of(READ).map(time)?))
}

fn size(len: usize) -> String {
    bytes(len as u64)
}
