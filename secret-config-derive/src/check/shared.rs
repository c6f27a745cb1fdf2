//! `shared`: only where a value can be copied from one environment to another.

use crate::errors::Errors;
use crate::model::{Field, Lookup, PlaceWord, RemotePlace};
use crate::words;

pub(super) fn check(field: &Field<'_>, lookup: &Lookup<'_>, errors: &mut Errors) {
    let Some(span) = field.written.ours(words::SHARED) else { return };
    if let Lookup::Place(PlaceWord { word, place, .. }) = lookup {
        let reason = match place {
            RemotePlace::Store(_) => None,
            RemotePlace::SsmPath => Some("which parameters are below a path is for each environment to say"),
            RemotePlace::File | RemotePlace::Source(_) => {
                Some("only what Parameter Store or Secrets Manager has is copied to another environment")
            }
        };
        if let Some(reason) = reason {
            errors.push(span, format!("`shared` cannot stand beside `{word}`: {reason}"));
        }
    }
    // The current stage is where a copy goes anyway.
    let stage = field.remote.stage.as_ref().filter(|stage| stage.value() != "AWSCURRENT").map(|_| words::STAGE);
    for word in stage.into_iter().chain(field.remote.version.as_ref().map(|_| words::VERSION)) {
        errors.push(
            span,
            format!("`shared` cannot stand beside `{word}`: a copy is a new version, and never the one that is named"),
        );
    }
}
