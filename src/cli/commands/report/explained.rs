//! What `--explain` explains: a metric, or a field of the desk's own.

use crate::report::{Metric, metrics};
use crate::ticket::value::{OwnField, Value as _};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use std::ffi::OsStr;

/// A figure to explain.
#[derive(Debug, Clone)]
pub(super) enum Explained {
    Metric(&'static Metric),
    Own(String),
}

/// Reads [`Explained`]; shells are offered the metrics.
#[derive(Clone)]
pub(super) struct Explainable;

fn names() -> impl Iterator<Item = &'static str> {
    metrics::all().map(|metric| metric.name)
}

impl TypedValueParser for Explainable {
    type Value = Explained;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Explained, Error> {
        let own = value.to_str().filter(|text| OwnField::parse(text).is_ok());
        if let Some(name) = own {
            return Ok(Explained::Own(name.to_owned()));
        }
        let name = PossibleValuesParser::new(names()).parse_ref(command, arg, value)?;
        let metric = metrics::find(&name).map(Explained::Metric);
        metric.ok_or_else(|| Error::new(ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(names().map(PossibleValue::new)))
    }
}
