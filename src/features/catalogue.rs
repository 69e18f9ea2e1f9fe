//! The list of all encoders: one line here and one file in `encoders/` make a new one.

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::encoders::*;
use super::params::{self, EncoderError};
use super::{FeaturesError, UnknownCategories};
use crate::base::Param;
use crate::table::Column;

/// What the page has to know of an encoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncoderInfo {
    /// The name in the pipeline file: scikit-learn's class in snake case where it has one.
    pub name: &'static str,
    pub label: &'static str,
    pub group: &'static str,
    pub help: &'static str,
    pub params: &'static [Param],
}

const fn info<E: Encoder>() -> EncoderInfo {
    EncoderInfo { name: E::NAME, label: E::LABEL, group: E::GROUP, help: E::HELP, params: E::PARAMS }
}

/// Not inlined, like `write`: each encoder's is a function of its own, so that the browser need not load those of all for one
/// (.ci/late.mjs).
#[inline(never)]
fn read<E: Encoder>(map: Map<String, Value>) -> Result<E, EncoderError> {
    let encoder: E = params::read(E::NAME, E::PARAMS, map)?;
    encoder.check()?;
    Ok(encoder)
}

#[inline(never)]
fn write(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

#[inline(never)]
fn read_fitted<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

fn take_name(map: &mut Map<String, Value>) -> Result<String, EncoderError> {
    match map.remove("encoder") {
        Some(Value::String(name)) => Ok(name),
        _ => Err(EncoderError::new("", "An encoder needs a name: {\"encoder\": \"one_hot_encoder\", …}.")),
    }
}

fn unknown_name(name: &str) -> EncoderError {
    let known = ENCODERS.iter().map(|encoder| encoder.name).collect::<Vec<_>>().join(", ");
    EncoderError::new("", format!("There is no encoder {name}. There are {known}."))
}

/// The list: what is written here is in the pipeline file, in the catalogue and in the stored models.
macro_rules! encoders {
    ($($encoder:ident($fitted:ident)),+ $(,)?) => {
        /// A feature transformation with its parameters: `{"encoder": "one_hot_encoder", "columns": ["state"], "drop": "first"}`.
        /// `columns: null` means all that fit.
        #[derive(Debug, Clone, PartialEq)]
        pub enum EncoderSpec {
            $($encoder($encoder)),+
        }

        /// All encoders, in the order in which they are offered.
        pub const ENCODERS: &[EncoderInfo] = &[$(info::<$encoder>()),+];

        impl EncoderSpec {
            /// From the map that the pipeline file holds; what is left out has its default.
            ///
            /// # Errors
            /// An encoder or parameter that is not known, or a value that the parameter cannot have.
            pub fn from_map(mut map: Map<String, Value>) -> Result<Self, EncoderError> {
                let name = take_name(&mut map)?;
                match name.as_str() {
                    $($encoder::NAME => read::<$encoder>(map).map(Self::$encoder),)+
                    _ => Err(unknown_name(&name)),
                }
            }

            /// How a new one starts.
            ///
            /// # Errors
            /// A name that is not known.
            pub fn fresh(name: &str, columns: Option<Vec<String>>) -> Result<Self, EncoderError> {
                let mut fresh = match name {
                    $($encoder::NAME => Self::$encoder(<$encoder as Encoder>::fresh()),)+
                    _ => return Err(unknown_name(name)),
                };
                match &mut fresh {
                    $(Self::$encoder(encoder) => *encoder.columns_mut() = columns,)+
                }
                Ok(fresh)
            }

            /// What the catalogue says of it.
            #[must_use]
            pub fn info(&self) -> EncoderInfo {
                match self {
                    $(Self::$encoder(_) => info::<$encoder>(),)+
                }
            }

            /// The columns that it names; `None` is all that fit.
            #[must_use]
            pub fn columns(&self) -> Option<&[String]> {
                match self {
                    $(Self::$encoder(encoder) => encoder.columns().as_deref(),)+
                }
            }

            /// The constructor as Python.
            #[must_use]
            pub fn python(&self) -> String {
                match self {
                    $(Self::$encoder(encoder) => encoder.python(),)+
                }
            }

            /// What `python` needs to be imported or defined, one or more lines.
            #[must_use]
            pub fn python_imports(&self) -> &'static str {
                match self {
                    $(Self::$encoder(_) => $encoder::IMPORTS,)+
                }
            }

            pub(super) fn takes(&self) -> Takes {
                match self {
                    $(Self::$encoder(encoder) => encoder.takes(),)+
                }
            }

            fn sentence_about(&self, columns: &str) -> String {
                match self {
                    $(Self::$encoder(encoder) => encoder.sentence(columns),)+
                }
            }

            fn values(&self) -> (Map<String, Value>, Map<String, Value>) {
                match self {
                    $(Self::$encoder(encoder) => (write(encoder), write(&$encoder::default())),)+
                }
            }

            pub(super) fn fit_apply(
                &self,
                training: &Training<'_>,
                unknown: &mut Vec<UnknownCategories>,
            ) -> Result<(FittedEncoder, Outputs), FeaturesError> {
                match self {
                    $(Self::$encoder(encoder) => {
                        let (fitted, outputs) = encoder.fit_apply(training, unknown)?;
                        Ok((FittedEncoder::$encoder(fitted), outputs))
                    })+
                }
            }
        }

        /// A fitted encoder: a value that is stored with the model, exported with it and applied row by row.
        /// Its numbers have the names of scikit-learn's attributes, without the underscore at the end.
        #[derive(Debug, Clone, PartialEq)]
        pub enum FittedEncoder {
            $($encoder($fitted)),+
        }

        impl FittedEncoder {
            /// The encoder's name in the pipeline file.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$encoder(_) => $encoder::NAME,)+
                }
            }

            /// The columns that it takes, in order.
            #[must_use]
            pub fn feature_names_in(&self) -> &[String] {
                match self {
                    $(Self::$encoder(fitted) => fitted.feature_names_in(),)+
                }
            }

            /// The value as JSON holds it: `encoder` and the fitted numbers.
            #[must_use]
            pub fn to_map(&self) -> Map<String, Value> {
                let mut map = match self {
                    $(Self::$encoder(fitted) => write(fitted),)+
                };
                map.insert("encoder".into(), self.name().into());
                map
            }

            /// Reads what `to_map` wrote.
            ///
            /// # Errors
            /// A name or a value that is not so.
            pub fn from_map(mut map: Map<String, Value>) -> Result<Self, EncoderError> {
                let name = take_name(&mut map)?;
                let value = Value::Object(map);
                let fitted = match name.as_str() {
                    $($encoder::NAME => read_fitted(value).map(Self::$encoder),)+
                    _ => return Err(unknown_name(&name)),
                };
                fitted.map_err(|error| EncoderError::new("", format!("A fitted {name} cannot be read: {error}.")))
            }

            pub(super) fn apply(
                &self,
                columns: &[&Column],
                unknown: &mut Vec<UnknownCategories>,
            ) -> Result<Outputs, FeaturesError> {
                match self {
                    $(Self::$encoder(fitted) => fitted.apply(columns, unknown),)+
                }
            }
        }
    };
}

encoders! {
    OneHotEncoder(FittedOneHotEncoder),
    OrdinalEncoder(FittedOrdinalEncoder),
    TargetEncoder(FittedTargetEncoder),
    FrequencyEncoder(FittedFrequencyEncoder),
    SimpleImputer(FittedSimpleImputer),
    StandardScaler(FittedStandardScaler),
    MinMaxScaler(FittedMinMaxScaler),
    MaxAbsScaler(FittedMaxAbsScaler),
    RobustScaler(FittedRobustScaler),
    PowerTransformer(FittedPowerTransformer),
    QuantileTransformer(FittedQuantileTransformer),
    LogTransform(FittedLogTransform),
    Winsorizer(FittedWinsorizer),
    PolynomialFeatures(FittedPolynomialFeatures),
    SplineTransformer(FittedSplineTransformer),
    KBinsDiscretizer(FittedKBinsDiscretizer),
    TextFeatures(FittedTextFeatures),
    DatePartsEncoder(FittedDatePartsEncoder),
    DropFeatures(FittedDropFeatures),
}

impl EncoderSpec {
    /// The name in the pipeline file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.info().name
    }

    /// Plain words.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.info().label
    }

    /// Its parameters, for a form.
    #[must_use]
    pub fn params(&self) -> &'static [Param] {
        self.info().params
    }

    /// All parameters with their values, and `encoder`.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let mut map = self.values().0;
        map.insert("encoder".into(), self.name().into());
        map
    }

    /// The columns, and what is not left at its default.
    pub(super) fn written(&self) -> Map<String, Value> {
        let (mut values, defaults) = self.values();
        values.retain(|name, value| name == "columns" || Some(&*value) != defaults.get(name));
        values
    }

    /// The same with another value for one parameter.
    ///
    /// # Errors
    /// As `from_map`.
    pub fn with_param(&self, name: &str, value: Value) -> Result<Self, EncoderError> {
        let mut map = self.to_map();
        map.insert(name.into(), value);
        Self::from_map(map)
    }

    /// One line of plain words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let columns = match self.columns() {
            None => self.takes().every().to_owned(),
            Some([]) => "no column".into(),
            Some([one]) => one.clone(),
            Some([first, last]) => format!("{first} and {last}"),
            Some([first, second, third]) => format!("{first}, {second} and {third}"),
            Some([first, second, rest @ ..]) => format!("{first}, {second} and {} more", rest.len()),
        };
        self.sentence_about(&columns)
    }
}

/// As the pipeline file writes it: the name, the columns, and what is not left at its default.
impl Serialize for EncoderSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = self.written();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("encoder", self.name())?;
        for param in self.params() {
            if let Some(value) = written.get(param.name) {
                map.serialize_entry(param.name, value)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for EncoderSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for FittedEncoder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FittedEncoder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
