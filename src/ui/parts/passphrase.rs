//! A passphrase that is being chosen: how strong it is, and whether it was typed the same twice.

use leptos::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use crate::ui::parts::dom::{El, live};
use crate::ui::parts::field::{passphrase_field, read};
use crate::ui::parts::meter::meter;
use crate::ui::strength::{SHORTEST, Strength, estimate};
use crate::ui::strings::{coded, t1};
use crate::wire::errors::Fault;

/// A field for a new passphrase, whose strength shows while it is typed.
#[must_use]
pub fn measured(
    id: &'static str,
    label: String,
    shown: RwSignal<bool>,
    strength: RwSignal<Option<Strength>>,
) -> El {
    passphrase_field(id, label, shown, true).on("input", move |event| {
        let mut text = event_target_value(&event);
        strength.set((!text.is_empty()).then(|| estimate(&text)));
        text.zeroize();
    })
}

/// A new passphrase that was typed twice.
///
/// # Errors
/// `passphrase_short`, `passphrases_differ`.
pub fn new_passphrase(id: &'static str, repeat: &'static str) -> Result<Zeroizing<String>, Fault> {
    let passphrase = read(id);
    if estimate(&passphrase) == Strength::Short {
        return Err(Fault::new("passphrase_short"));
    }
    if passphrase != read(repeat) {
        return Err(Fault::new("passphrases_differ"));
    }
    Ok(passphrase)
}

/// The meter under a passphrase that is being chosen.
#[must_use]
pub fn strength_line(strength: RwSignal<Option<Strength>>) -> El {
    let word = live(move || match strength.get() {
        Some(strength) => coded("strength", strength.code()),
        None => t1("passphrase_rule", &SHORTEST.to_string()),
    });
    meter(move || strength.get(), word)
}
