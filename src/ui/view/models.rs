//! What the pages of registered models say.

use super::compare::{Tone, metric_title};
use super::run::training;
use super::runs_text::metric_text;
use crate::comparison::larger_is_better;
use crate::registry::{AliasChange, ModelVersion, PROTECTED_TAG, Promotion, RegisteredModel};
use crate::tracking::RunRecord;
use crate::ui::view::charts::{Anchor, DataTable, Mark, Plot, Scene, WIDTH, text};
use crate::ui::view::format::exact;

/// The alias of the model in use.
pub const CHAMPION: &str = "champion";
/// The alias of the model that may take its place.
const CHALLENGER: &str = "challenger";
/// Aliases that are offered before any was made.
const OFFERED: [&str; 2] = [CHAMPION, CHALLENGER];
/// The metric that stands in the table: the first of these that the versions have.
const HEADLINES: [&str; 4] = ["rmse", "accuracy", "r2", "mae"];

/// A model in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelLine {
    pub name: String,
    pub n_versions: usize,
    pub description: String,
    /// Alias and version.
    pub aliases: Vec<(String, u32)>,
    pub updated: i64,
}

/// A version in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionLine {
    pub version: u32,
    pub aliases: Vec<String>,
    /// Full precision.
    pub value: Option<String>,
    pub text: String,
    /// Against the champion, in words.
    pub against: String,
    pub tone: Tone,
    pub model_name: String,
    pub run_id: String,
    pub run_name: String,
    /// Name and digest.
    pub dataset: Option<(String, String)>,
    pub time: i64,
    pub description: String,
    pub tags: Vec<(String, String)>,
    /// Why it is out of use.
    pub retired: Option<String>,
}

/// A change of an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub time: i64,
    pub alias: String,
    pub words: String,
    pub note: String,
}

/// A model's page.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelView {
    pub name: String,
    pub description: String,
    pub tags: Vec<(String, String)>,
    /// The metric of the table: key and title; `None` where no version has one.
    pub headline: Option<(&'static str, String)>,
    pub champion: Option<u32>,
    /// The version that may be champion next: the challenger, else the newest after the champion that is in use.
    pub candidate: Option<u32>,
    /// Newest first.
    pub versions: Vec<VersionLine>,
    /// Latest first.
    pub log: Vec<LogLine>,
    /// Aliases other than the champion, and whether each is checked before it moves.
    pub protects: Vec<(String, bool)>,
    /// Aliases that can go back, each with the version that it goes to.
    pub can_roll_back: Vec<(String, u32)>,
    pub chart: Option<Scene>,
}

/// The list of models.
#[must_use]
pub fn models(all: &[RegisteredModel]) -> Vec<ModelLine> {
    let line = |model: &RegisteredModel| ModelLine {
        name: model.name.clone(),
        n_versions: model.versions.len(),
        description: model.description.clone(),
        aliases: model.aliases.iter().map(|(alias, version)| (alias.clone(), *version)).collect(),
        updated: model.last_update_time,
    };
    all.iter().map(line).collect()
}

fn metric(version: &ModelVersion, key: &str) -> Option<f64> {
    version.metrics.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
}

/// What a model's page says.
#[must_use]
pub fn model(model: &RegisteredModel) -> ModelView {
    let has = |key: &&str| model.versions.iter().any(|version| metric(version, key).is_some());
    let key = HEADLINES.into_iter().find(has);
    let champion = model.aliases.get(CHAMPION).copied();
    let own_tags = model.tags.iter().filter(|tag| !tag.key.starts_with(PROTECTED_TAG));
    let own_tags = own_tags.map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    let others = model.aliases.keys().filter(|alias| *alias != CHAMPION);
    let protects = others.map(|alias| (alias.clone(), model.is_protected(alias))).collect();
    let tags = |tags: &[crate::tracking::Tag]| tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    let best = champion.and_then(|champion| metric(model.version(champion).ok()?, key?));
    let line = |version: &ModelVersion| {
        let value = key.and_then(|key| metric(version, key));
        let (against, tone) = against(Some(version.version) == champion, value, best, key);
        VersionLine {
            version: version.version,
            aliases: model.aliases_of(version.version),
            value: value.map(exact),
            text: value.map_or_else(|| "–".into(), metric_text),
            against,
            tone,
            model_name: version.model_name.clone(),
            run_id: version.run_id.clone(),
            run_name: version.run_name.clone(),
            dataset: version.dataset.as_ref().map(|dataset| (dataset.name.clone(), dataset.digest.to_string())),
            time: version.creation_time,
            description: version.description.clone(),
            tags: tags(&version.tags),
            retired: version.retired.as_ref().map(|retired| retired.note.clone()),
        }
    };
    let can_roll_back = model.aliases.keys().filter_map(|alias| {
        let (after, _) = model.roll_back(alias, "", 0).ok()?;
        Some((alias.clone(), after.aliases.get(alias).copied()?))
    });
    ModelView {
        name: model.name.clone(),
        description: model.description.clone(),
        tags: own_tags,
        protects,
        headline: key.map(|key| (key, metric_title(key))),
        champion,
        candidate: champion.and_then(|champion| candidate(model, champion)),
        versions: model.versions.iter().rev().map(line).collect(),
        log: model.alias_log.iter().rev().map(log_line).collect(),
        can_roll_back: can_roll_back.collect(),
        chart: key.and_then(|key| chart(model, key)),
    }
}

fn candidate(model: &RegisteredModel, champion: u32) -> Option<u32> {
    let usable = |version: &u32| model.version(*version).is_ok_and(|version| version.retired.is_none());
    let challenger = model.aliases.get(CHALLENGER).copied().filter(|version| *version != champion && usable(version));
    let newest = || model.versions.iter().map(|version| version.version).filter(usable).max();
    challenger.or_else(|| newest().filter(|version| *version > champion))
}

fn against(is_champion: bool, value: Option<f64>, best: Option<f64>, key: Option<&str>) -> (String, Tone) {
    let (Some(value), Some(best), false) = (value, best, is_champion) else {
        return (if is_champion { CHAMPION.into() } else { String::new() }, Tone::Plain);
    };
    let difference = value - best;
    if difference == 0.0 {
        return ("the same".into(), Tone::Plain);
    }
    let text = format!("{}{}", if difference > 0.0 { "+" } else { "" }, metric_text(difference));
    match key.and_then(larger_is_better) {
        Some(larger) if larger == (difference > 0.0) => (format!("{text} better"), Tone::Better),
        Some(_) => (format!("{text} worse"), Tone::Worse),
        None => (text, Tone::Plain),
    }
}

fn log_line(change: &AliasChange) -> LogLine {
    let words = match (change.from, change.to) {
        (Some(from), Some(to)) => format!("moved from version {from} to version {to}"),
        (None, Some(to)) => format!("set on version {to}"),
        (Some(from), None) => format!("taken off version {from}"),
        (None, None) => "changed".into(),
    };
    LogLine { time: change.time, alias: change.alias.clone(), words, note: change.note.clone() }
}

/// The metric over the versions; `None` below two of them.
fn chart(model: &RegisteredModel, key: &'static str) -> Option<Scene> {
    let points = model.metric_over_versions(key);
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let values = || points.iter().map(|(_, value)| *value);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let pad = (high - low) * 0.15;
    let plot = Plot::new((f64::from(first.0) - 0.4, f64::from(last.0) + 0.4), (low - pad, high + pad));
    let mut marks = plot.grid();
    let step = |(place, (version, value)): (usize, &(u32, f64))| {
        let command = if place == 0 { 'M' } else { 'L' };
        format!("{command}{} {}", plot.x.at(f64::from(*version)), plot.y.at(*value))
    };
    marks.push(Mark::Path { d: points.iter().enumerate().map(step).collect(), class: "l-quiet" });
    for (version, value) in &points {
        let aliases = model.aliases_of(*version);
        let (x, y) = (plot.x.at(f64::from(*version)), plot.y.at(*value));
        let class = if aliases.iter().any(|alias| alias == CHAMPION) { "m" } else { "m-quiet" };
        let tip = format!("Version {version}: {}", metric_text(*value));
        marks.push(Mark::Circle { x, y, r: 4.5, class, tip: Some(tip) });
        if let Some(alias) = aliases.first() {
            marks.push(text(x, y - 10.0, Anchor::Middle, format!("@{alias}"), "axis axis-strong"));
        }
    }
    // A label a version, or every other where there are many.
    let every = points.len().div_ceil(16);
    let labels = points.iter().step_by(every).map(|(version, _)| (f64::from(*version), version.to_string()));
    marks.extend(plot.x_axis_with(labels.collect()));
    let title = metric_title(key);
    marks.extend(plot.axis_names(&title, "version"));
    let direction = match larger_is_better(key) {
        Some(true) => "Higher is better.",
        Some(false) => "Lower is better.",
        None => "",
    };
    Some(Scene {
        width: WIDTH,
        height: crate::ui::view::charts::HEIGHT,
        title: format!("{title} over versions"),
        how_to_read: direction.into(),
        summary: format!(
            "{title} from version {} ({}) to version {} ({}).",
            first.0,
            metric_text(first.1),
            last.0,
            metric_text(last.1)
        ),
        marks,
        table: DataTable {
            head: vec!["Version".into(), title],
            rows: points.iter().map(|(version, value)| vec![version.to_string(), metric_text(*value)]).collect(),
        },
    })
}

/// Aliases to choose from for a version: those of the model and the usual ones, each with what it would do.
#[must_use]
pub fn alias_choices(model: &RegisteredModel, version: u32) -> Vec<(String, String)> {
    let usual = OFFERED.iter().map(|alias| (*alias).to_owned()).filter(|alias| !model.aliases.contains_key(alias));
    let all = model.aliases.keys().cloned().chain(usual);
    let words = |alias: String| {
        let words = alias_words(model, &alias, version);
        (alias, words)
    };
    all.filter(|alias| model.aliases.get(alias) != Some(&version)).map(words).collect()
}

/// What setting an alias would do, in words.
#[must_use]
pub fn alias_words(model: &RegisteredModel, alias: &str, version: u32) -> String {
    match model.aliases.get(alias.trim().trim_start_matches('@')) {
        Some(from) if *from == version => "Stands here already".into(),
        Some(from) => format!("Taken from version {from}"),
        None => "New: no version has it".into(),
    }
}

/// The headline of a promotion check.
#[must_use]
pub fn promotion_sentence(check: &Promotion, version: u32, alias: &str) -> String {
    if check.checks.is_empty() {
        format!("No version is @{alias} yet: version {version} can take its place at once.")
    } else if check.passed() {
        format!("Version {version} passes: it can take the place of @{alias}.")
    } else {
        format!("Not yet. {}", check.reasons())
    }
}

/// A name for the model of a run: its target, with signs that a name may have.
#[must_use]
pub fn suggested_name(run: &RunRecord, all: &[RegisteredModel]) -> String {
    let target = training(run).map_or("model", |training| training.target.as_str());
    let mut name: String = target.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    if name.trim_matches('-').is_empty() {
        name = "model".into();
    }
    let is_taken = |name: &str| all.iter().any(|model| model.name == name);
    if !is_taken(&name) {
        return name;
    }
    (2..).map(|n| format!("{name}-{n}")).find(|name| !is_taken(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::DataSplit;
    use crate::registry::check_promotion;
    use crate::tracking::MetricRecord;
    use crate::tracking::suite::run_record;

    fn run(name: &str, rmse: f64) -> RunRecord {
        let metric = MetricRecord {
            key: "rmse".into(),
            name: "rmse".into(),
            split: DataSplit::Test,
            value: rmse,
            timestamp: 0,
            step: 0,
        };
        RunRecord { metrics: vec![metric], ..run_record(name, 0) }
    }

    fn three() -> RegisteredModel {
        let (mut record, _) = RegisteredModel::create("review-score", &[], 1).unwrap();
        for (name, rmse) in [("a", 1.3), ("b", 1.2), ("c", 1.25)] {
            record = record.register(&run(name, rmse), "", 2).unwrap().0;
        }
        record
    }

    #[test]
    fn versions_stand_against_the_champion() {
        let record = three().set_alias(CHAMPION, 1, "", 3).unwrap().0.set_alias(CHAMPION, 2, "better", 4).unwrap().0;
        let view = model(&record);
        assert_eq!(view.headline, Some(("rmse", "RMSE".to_owned())));
        assert_eq!(view.versions.iter().map(|line| line.version).collect::<Vec<_>>(), [3, 2, 1]);
        let against: Vec<(&str, Tone)> = view.versions.iter().map(|line| (line.against.as_str(), line.tone)).collect();
        assert_eq!(
            against,
            [("+0.0500 worse", Tone::Worse), ("champion", Tone::Plain), ("+0.1000 worse", Tone::Worse)]
        );
        assert_eq!(view.log[0].words, "moved from version 1 to version 2");
        assert_eq!((view.log[1].words.as_str(), view.log[0].note.as_str()), ("set on version 1", "better"));
        assert_eq!(view.can_roll_back, [(CHAMPION.to_owned(), 1)]);
        let chart = view.chart.unwrap();
        assert_eq!(chart.table.rows, [["1", "1.3000"], ["2", "1.2000"], ["3", "1.2500"]]);
    }

    #[test]
    fn the_challenger_is_next_else_the_newest_in_use() {
        let next = |record: &RegisteredModel| model(record).candidate;
        assert_eq!(next(&three()), None, "nobody is champion");
        let first = three().set_alias(CHAMPION, 1, "", 3).unwrap().0;
        assert_eq!(next(&first), Some(3));
        assert_eq!(next(&first.retire(3, "", 4).unwrap().0), Some(2));
        assert_eq!(next(&first.set_alias(CHALLENGER, 2, "", 4).unwrap().0), Some(2));
        assert_eq!(next(&three().set_alias(CHAMPION, 3, "", 3).unwrap().0), None);
    }

    #[test]
    fn an_alias_says_from_where_it_is_taken() {
        let record = three().set_alias(CHAMPION, 1, "", 3).unwrap().0;
        assert_eq!(
            alias_choices(&record, 2),
            [
                (CHAMPION.to_owned(), "Taken from version 1".to_owned()),
                ("challenger".to_owned(), "New: no version has it".to_owned())
            ]
        );
        assert_eq!(alias_choices(&record, 1).len(), 1);
        assert_eq!(alias_words(&record, "@champion", 1), "Stands here already");
    }

    #[test]
    fn a_promotion_is_explained() {
        let check = check_promotion(&run("b", 1.2), None);
        assert!(promotion_sentence(&check, 2, CHAMPION).contains("at once"));
        let check = check_promotion(&run("b", 1.2), Some(&run("a", 1.3)));
        assert!(promotion_sentence(&check, 2, CHAMPION).starts_with("Not yet. "));
    }

    #[test]
    fn a_model_is_named_after_its_target() {
        let (taken, _) = RegisteredModel::create("y", &[], 1).unwrap();
        assert_eq!(suggested_name(&run("a", 1.0), &[]), "y");
        assert_eq!(suggested_name(&run("a", 1.0), &[taken]), "y-2");
    }

    #[test]
    fn without_versions_there_is_nothing_to_draw() {
        let (record, _) = RegisteredModel::create("empty", &[], 1).unwrap();
        let view = model(&record);
        assert_eq!((view.headline, view.chart, view.champion), (None, None, None));
        assert_eq!(models(&[record])[0].n_versions, 0);
    }
}
