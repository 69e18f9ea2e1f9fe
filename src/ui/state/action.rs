//! Every act of the page, once: menus, keys, the palette and the list of shortcuts all read this.

use super::samples::Sample;
use crate::pipeline::StepName;

/// A screen of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Pipeline,
    Runs,
    Models,
    Serving,
    Pipelines,
    Datasets,
    Stack,
}

impl Place {
    /// All, in the order of the bar.
    pub const ALL: [Self; 7] =
        [Self::Pipeline, Self::Runs, Self::Models, Self::Serving, Self::Pipelines, Self::Datasets, Self::Stack];

    /// The path below the page's base.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Pipeline => "/",
            Self::Runs => "/runs",
            Self::Models => "/models",
            Self::Serving => "/serving",
            Self::Pipelines => "/pipelines",
            Self::Datasets => "/datasets",
            Self::Stack => "/stack",
        }
    }

    /// Its name in the bar.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Pipeline => "Pipeline",
            Self::Runs => "Runs",
            Self::Models => "Models",
            Self::Serving => "Serving",
            Self::Pipelines => "Pipelines",
            Self::Datasets => "Datasets",
            Self::Stack => "Stack",
        }
    }
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All, in the order in which the button goes through them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in preferences and in `data-theme`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name; `System` for anything else.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name).unwrap_or_default()
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// Something a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    OpenFile,
    Paste,
    Sample(usize),
    Run,
    Cancel,
    Undo,
    Redo,
    SavePipeline,
    LoadPipeline,
    Export,
    Show(StepName),
    Go(Place),
    SetTheme(Theme),
    Palette,
    Shortcuts,
}

/// Where an action stands in the palette and in the list of shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Data,
    Pipeline,
    GoTo,
    Page,
}

impl Group {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Pipeline, Self::Data, Self::GoTo, Self::Page];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Pipeline => "Pipeline",
            Self::GoTo => "Go to",
            Self::Page => "Page",
        }
    }
}

/// A key or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// With ⌘ on a Mac, Ctrl elsewhere.
    Primary(&'static str),
    PrimaryShift(&'static str),
    Plain(&'static str),
    /// One after the other.
    Chord(&'static str, &'static str),
}

impl Shortcut {
    /// The keys to show, one a key cap.
    #[must_use]
    pub fn caps(self, is_mac: bool) -> Vec<String> {
        let named = |key: &str| match key {
            "enter" => "↵".to_owned(),
            "escape" => "Esc".to_owned(),
            key => key.to_uppercase(),
        };
        match (self, is_mac) {
            (Self::Primary(key), true) => vec![format!("⌘{}", named(key))],
            (Self::Primary(key), false) => vec!["Ctrl".into(), named(key)],
            (Self::PrimaryShift(key), true) => vec![format!("⇧⌘{}", named(key))],
            (Self::PrimaryShift(key), false) => vec!["Ctrl".into(), "⇧".into(), named(key)],
            (Self::Plain(key), _) => vec![named(key)],
            (Self::Chord(first, second), _) => vec![named(first), named(second)],
        }
    }

    /// For `aria-keyshortcuts`; chords have no notation there.
    #[must_use]
    pub fn aria(self) -> Option<String> {
        match self {
            Self::Primary(key) => Some(format!("Control+{key} Meta+{key}")),
            Self::PrimaryShift(key) => Some(format!("Control+Shift+{key} Meta+Shift+{key}")),
            Self::Plain(key) => Some(key.into()),
            Self::Chord(..) => None,
        }
    }
}

/// A key as it went down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPress {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// ⌘ on a Mac, Ctrl elsewhere.
    pub primary: bool,
    pub shift: bool,
    pub alt: bool,
    /// The focus is in a field that takes such keys itself.
    pub in_field: bool,
    /// The person has switched keys without a modifier off (WCAG 2.1.4); Escape remains.
    pub no_letters: bool,
}

impl Action {
    /// All actions, in the order in which they are listed.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Run,
            Self::Cancel,
            Self::Undo,
            Self::Redo,
            Self::SavePipeline,
            Self::LoadPipeline,
            Self::Export,
            Self::OpenFile,
            Self::Paste,
        ];
        all.extend((0..Sample::ALL.len()).map(Self::Sample));
        all.extend(Place::ALL.map(Self::Go));
        all.extend(StepName::ALL.map(Self::Show));
        all.extend(Theme::ALL.map(Self::SetTheme));
        all.extend([Self::Palette, Self::Shortcuts]);
        all
    }

    /// What it says in menus. An action that asks for more ends in `…`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::OpenFile => "Open a CSV…".into(),
            Self::Paste => "Paste a table".into(),
            Self::Sample(index) => {
                Sample::ALL.get(index).map_or_else(String::new, |s| format!("Sample data: {}", s.title))
            }
            Self::Run => "Run the pipeline".into(),
            Self::Cancel => "Cancel the run".into(),
            Self::Undo => "Undo".into(),
            Self::Redo => "Redo".into(),
            Self::SavePipeline => "Save pipeline.json".into(),
            Self::LoadPipeline => "Load pipeline.json…".into(),
            Self::Export => "Export this run…".into(),
            Self::Show(step) => format!("Show {}", step.as_str()),
            Self::Go(place) => place.title().into(),
            Self::SetTheme(theme) => format!("Theme: {}", theme.as_str()),
            Self::Palette => "Search and commands".into(),
            Self::Shortcuts => "Keyboard shortcuts".into(),
        }
    }

    /// Its icon in the sprite.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::OpenFile => "open",
            Self::Paste => "paste",
            Self::Sample(_) => "ingest",
            Self::Run => "play",
            Self::Cancel => "stop",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::SavePipeline | Self::Export => "download",
            Self::LoadPipeline => "upload",
            Self::Show(step) => step.as_str(),
            Self::Go(_) => "right",
            Self::SetTheme(Theme::System) => "system",
            Self::SetTheme(Theme::Light) => "sun",
            Self::SetTheme(Theme::Dark) => "moon",
            Self::Palette => "search",
            Self::Shortcuts => "keyboard",
        }
    }

    /// Where it is listed.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            Self::OpenFile | Self::Paste | Self::Sample(_) => Group::Data,
            Self::Run
            | Self::Cancel
            | Self::Undo
            | Self::Redo
            | Self::SavePipeline
            | Self::LoadPipeline
            | Self::Export => Group::Pipeline,
            Self::Show(_) | Self::Go(_) => Group::GoTo,
            Self::SetTheme(_) | Self::Palette | Self::Shortcuts => Group::Page,
        }
    }

    /// Its key, if it has one.
    #[must_use]
    pub fn shortcut(self) -> Option<Shortcut> {
        Some(match self {
            Self::Run => Shortcut::Primary("enter"),
            Self::Cancel => Shortcut::Plain("escape"),
            Self::Undo => Shortcut::Primary("z"),
            Self::Redo => Shortcut::PrimaryShift("z"),
            Self::SavePipeline => Shortcut::Primary("s"),
            Self::Palette => Shortcut::Primary("k"),
            Self::Shortcuts => Shortcut::Plain("?"),
            Self::Go(Place::Pipeline) => Shortcut::Chord("g", "p"),
            Self::Go(Place::Runs) => Shortcut::Chord("g", "r"),
            Self::Go(Place::Models) => Shortcut::Chord("g", "m"),
            Self::Go(Place::Serving) => Shortcut::Chord("g", "s"),
            Self::Go(Place::Pipelines) => Shortcut::Chord("g", "l"),
            Self::Go(Place::Datasets) => Shortcut::Chord("g", "d"),
            Self::Go(Place::Stack) => Shortcut::Chord("g", "k"),
            Self::OpenFile => Shortcut::Chord("g", "o"),
            Self::Paste => Shortcut::Primary("v"),
            Self::Sample(_) | Self::LoadPipeline | Self::Export | Self::Show(_) | Self::SetTheme(_) => return None,
        })
    }

    /// The action of a key, after `before` (the key of a chord's first half, if it was the one before).
    ///
    /// Single keys never fire in a field; neither do undo and redo, which are the field's own there. ⌘V is left to the
    /// browser, whose paste event follows.
    #[must_use]
    pub fn for_key(press: &KeyPress, before: Option<&str>) -> Option<Self> {
        if press.alt {
            return None;
        }
        let key = press.key.to_lowercase();
        Self::all().into_iter().find(|action| match action.shortcut() {
            Some(Shortcut::Primary("v")) | None => false,
            Some(Shortcut::Primary("z")) => press.primary && !press.shift && key == "z" && !press.in_field,
            Some(Shortcut::PrimaryShift(own)) => press.primary && press.shift && key == own && !press.in_field,
            Some(Shortcut::Primary(own)) => press.primary && !press.shift && key == own,
            Some(Shortcut::Plain(own)) => {
                let is_on = !press.no_letters || own == "escape";
                is_on && !press.primary && !press.in_field && before.is_none() && key == own
            }
            Some(Shortcut::Chord(first, second)) => {
                !press.primary && !press.in_field && before == Some(first) && key == second
            }
        })
    }
}

/// Whether a key may be the first of two.
#[must_use]
pub fn begins_chord(press: &KeyPress) -> bool {
    !press.primary && !press.alt && !press.in_field && !press.no_letters && press.key.eq_ignore_ascii_case("g")
}

/// The actions that a search in the palette finds, best first: every word must be there; labels that begin with the first
/// word come before the rest.
#[must_use]
pub fn search(actions: &[Action], query: &str) -> Vec<Action> {
    let query = query.trim().to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(usize, Action)> = actions
        .iter()
        .filter_map(|action| {
            let label = action.label().to_lowercase();
            let text = format!("{label} {}", action.group().title().to_lowercase());
            let all_there = words.iter().all(|word| text.contains(word));
            let rank = if label == query {
                0
            } else if label.starts_with(&query) {
                1
            } else {
                2
            };
            all_there.then_some((rank, *action))
        })
        .collect();
    if !words.is_empty() {
        found.sort_by_key(|(rank, _)| *rank);
    }
    found.into_iter().map(|(_, action)| action).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> KeyPress {
        KeyPress { key: key.into(), ..KeyPress::default() }
    }

    fn primary(key: &str) -> KeyPress {
        KeyPress { primary: true, ..press(key) }
    }

    #[test]
    fn keys_and_labels_belong_to_one_action_each() {
        let all = Action::all();
        for (i, one) in all.iter().enumerate() {
            for other in all.iter().skip(i + 1) {
                assert_ne!(one.label(), other.label());
                assert!(one.shortcut().is_none() || one.shortcut() != other.shortcut(), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn keys_find_their_action() {
        assert_eq!(Action::for_key(&primary("Enter"), None), Some(Action::Run));
        assert_eq!(Action::for_key(&primary("k"), None), Some(Action::Palette));
        assert_eq!(Action::for_key(&primary("z"), None), Some(Action::Undo));
        assert_eq!(Action::for_key(&KeyPress { shift: true, ..primary("Z") }, None), Some(Action::Redo));
        assert_eq!(Action::for_key(&KeyPress { shift: true, ..press("?") }, None), Some(Action::Shortcuts));
        assert_eq!(Action::for_key(&press("r"), Some("g")), Some(Action::Go(Place::Runs)));
        assert_eq!(Action::for_key(&press("r"), None), None);
        assert_eq!(Action::for_key(&press("k"), None), None);
        assert_eq!(Action::for_key(&primary("v"), None), None);
    }

    #[test]
    fn a_field_keeps_its_own_keys() {
        let off = |key: &str| KeyPress { no_letters: true, ..press(key) };
        assert_eq!((Action::for_key(&off("?"), None), begins_chord(&off("g"))), (None, false));
        assert_eq!(Action::for_key(&off("Escape"), None), Some(Action::Cancel));
        let in_field = |press: KeyPress| KeyPress { in_field: true, ..press };
        assert_eq!(Action::for_key(&in_field(press("?")), None), None);
        assert_eq!(Action::for_key(&in_field(primary("z")), None), None);
        assert_eq!(Action::for_key(&in_field(primary("Enter")), None), Some(Action::Run));
        assert!(!begins_chord(&in_field(press("g"))) && begins_chord(&press("g")));
    }

    #[test]
    fn the_palette_finds_by_word() {
        let all = Action::all();
        assert_eq!(search(&all, "pipeline").first(), Some(&Action::Go(Place::Pipeline)));
        assert_eq!(search(&all, "dark"), [Action::SetTheme(Theme::Dark)]);
        assert_eq!(search(&all, "sample norris"), [Action::Sample(2)]);
        assert_eq!(search(&all, ""), all);
        assert_eq!(search(&all, "no such thing"), []);
    }
}
