//! Settings written in TOML.

use serde::Deserialize;

/// Reads TOML, and says by their paths which keys nobody takes.
///
/// # Errors
///
/// A sentence, with the line where it is known.
pub fn read_toml<T: for<'de> Deserialize<'de>>(toml: &str, unknown: &mut Vec<String>) -> Result<T, String> {
    let reader = toml_edit::de::Deserializer::parse(toml).map_err(|e| e.to_string())?;
    // A `?` in a path stands for a value that may be left out.
    serde_ignored::deserialize(reader, |path| unknown.push(path.to_string().replace("?.", ""))).map_err(
        |mut e: toml_edit::de::Error| {
            e.set_input(Some(toml));
            e.to_string().trim_end().to_owned()
        },
    )
}
