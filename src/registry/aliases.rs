//! Aliases: names such as `champion` that point to one version at a time, and the log of where they pointed.

use super::model::checked;
use super::{AliasChange, Changed, Promotion, RegisteredModel, RegistryError};
use crate::tracking::Tag;

const MAX_ALIAS: usize = 255;
/// Of one version.
const MAX_ALIASES: usize = 10;
/// Always protected.
const CHAMPION: &str = "champion";
/// Before an alias: the model's tag that protects it.
pub const PROTECTED_TAG: &str = "pipette.protected.";

impl RegisteredModel {
    /// Points an alias to a version.
    ///
    /// # Errors
    /// An alias that MLflow refuses (`latest` in any case, `v` and digits, other signs than letters, digits, `-`, `_`),
    /// one that differs from another by case alone, more than ten on a version, a version that is not there or retired.
    pub fn set_alias(&self, alias: &str, version: u32, note: &str, now: i64) -> Changed<Self> {
        let alias = self.alias_name(alias)?;
        self.usable(version)?;
        let others = self.aliases_of(version);
        if !others.contains(&alias) && others.len() >= MAX_ALIASES {
            return Err(RegistryError::TooManyAliases { version, most: MAX_ALIASES });
        }
        let words = match self.aliases.get(&alias) {
            Some(from) => {
                format!("Moved @{alias} of {} from version {from} to version {version}.", self.name)
            }
            None => format!("Set @{alias} of {} to version {version}.", self.name),
        };
        let mut model = self.changed(now);
        model.point(&alias, Some(version), now, note);
        Ok((model, words))
    }

    /// Takes an alias off.
    ///
    /// # Errors
    /// `NoAlias`.
    pub fn delete_alias(&self, alias: &str, note: &str, now: i64) -> Changed<Self> {
        if !self.aliases.contains_key(alias) {
            return Err(RegistryError::NoAlias { model: self.name.clone(), alias: alias.to_owned() });
        }
        let mut model = self.changed(now);
        model.point(alias, None, now, note);
        Ok((model, format!("Took @{alias} off {}.", self.name)))
    }

    /// Points an alias to the version that it pointed to before the present one.
    ///
    /// # Errors
    /// `NoAlias`, `NothingBefore`; `NoVersion`, `Retired` when the one before cannot be used.
    pub fn roll_back(&self, alias: &str, note: &str, now: i64) -> Changed<Self> {
        let Some(current) = self.aliases.get(alias).copied() else {
            return Err(RegistryError::NoAlias { model: self.name.clone(), alias: alias.to_owned() });
        };
        // The stack of what it pointed to: going back takes off the top, so that going back twice goes back two.
        let mut before: Vec<u32> = Vec::new();
        for to in self.alias_log.iter().filter(|change| change.alias == alias).filter_map(|change| change.to) {
            match before.iter().rposition(|version| *version == to) {
                Some(place) => before.truncate(place + 1),
                None => before.push(to),
            }
        }
        before.pop_if(|top| *top == current);
        let Some(version) = before.pop() else {
            return Err(RegistryError::NothingBefore { alias: alias.to_owned() });
        };
        self.usable(version)?;
        let mut model = self.changed(now);
        model.point(alias, Some(version), now, note);
        Ok((model, format!("Rolled @{alias} of {} back from version {current} to version {version}.", self.name)))
    }

    /// Points an alias to a version that was checked against the one it points to now.
    ///
    /// # Errors
    /// `NotPromoted` with all reasons where the check refused and no note overrules it; as `set_alias`.
    pub fn promote(&self, alias: &str, version: u32, check: &Promotion, note: Option<&str>, now: i64) -> Changed<Self> {
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        if !check.passed() && note.is_none() {
            return Err(RegistryError::NotPromoted { reasons: check.reasons() });
        }
        let kept = match (check.passed(), note) {
            (false, Some(note)) => format!("Overruled: {note} ({})", check.reasons()),
            (_, note) => note.unwrap_or_default().to_owned(),
        };
        self.set_alias(alias, version, &kept, now)
    }

    /// Whether an alias moves only after a check: `champion` always, others where a person said so.
    #[must_use]
    pub fn is_protected(&self, alias: &str) -> bool {
        alias == CHAMPION || self.tags.iter().any(|tag| tag.key.strip_prefix(PROTECTED_TAG) == Some(alias))
    }

    /// Protects an alias, or lets it move freely.
    ///
    /// # Errors
    /// None for an alias that is set; `NoAlias` otherwise.
    pub fn protect(&self, alias: &str, is_protected: bool, now: i64) -> Changed<Self> {
        if !self.aliases.contains_key(alias) {
            return Err(RegistryError::NoAlias { model: self.name.clone(), alias: alias.to_owned() });
        }
        let mut model = self.changed(now);
        let key = format!("{PROTECTED_TAG}{alias}");
        model.tags.retain(|tag| tag.key != key);
        if is_protected {
            model.tags.push(Tag { key, value: "true".into() });
        }
        let how = if is_protected { "is checked before it moves" } else { "moves without a check" };
        Ok((model, format!("@{alias} of {} {how}.", self.name)))
    }

    /// The aliases of a version, in order.
    #[must_use]
    pub fn aliases_of(&self, version: u32) -> Vec<String> {
        self.aliases.iter().filter(|(_, to)| **to == version).map(|(alias, _)| alias.clone()).collect()
    }

    /// Where an alias pointed at a time, in Unix milliseconds.
    #[must_use]
    pub fn alias_at(&self, alias: &str, time: i64) -> Option<u32> {
        let is_before = |change: &&AliasChange| change.alias == alias && change.time <= time;
        self.alias_log.iter().rfind(is_before).and_then(|change| change.to)
    }

    pub(super) fn point(&mut self, alias: &str, to: Option<u32>, now: i64, note: &str) {
        let from = match to {
            Some(version) => self.aliases.insert(alias.to_owned(), version),
            None => self.aliases.remove(alias),
        };
        if from != to {
            let note = note.trim().to_owned();
            self.alias_log.push(AliasChange { alias: alias.to_owned(), from, to, time: now, note });
        }
    }

    fn alias_name(&self, alias: &str) -> Result<String, RegistryError> {
        let alias = checked("The alias", alias.trim().trim_start_matches('@'), MAX_ALIAS)?;
        if !alias.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            return Err(RegistryError::Alias(alias));
        }
        if alias.eq_ignore_ascii_case("latest") {
            return Err(RegistryError::Latest);
        }
        let digits = alias.strip_prefix(['v', 'V']).unwrap_or_default();
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(RegistryError::LikeVersion(alias));
        }
        // MLflow's file store keeps an alias as a file, and files of such names are one on some systems.
        let twin = self.aliases.keys().find(|other| **other != alias && other.to_lowercase() == alias.to_lowercase());
        match twin {
            Some(other) => Err(RegistryError::AliasCase { alias, other: other.clone() }),
            None => Ok(alias),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_protected_where_a_person_said_so() {
        let (mut set, _) = RegisteredModel::create("m", &[], 1).unwrap();
        set.aliases.insert("staging".into(), 1);
        assert!(set.is_protected("champion") && !set.is_protected("staging"));
        let (kept, words) = set.protect("staging", true, 3).unwrap();
        assert!(kept.is_protected("staging") && !kept.is_protected("stag"));
        assert_eq!(words, "@staging of m is checked before it moves.");
        assert_eq!(kept.protect("staging", true, 3).unwrap().0.tags.len(), 1);
        assert!(!kept.protect("staging", false, 4).unwrap().0.is_protected("staging"));
        assert!(matches!(set.protect("none", true, 3), Err(RegistryError::NoAlias { .. })));
    }
}
