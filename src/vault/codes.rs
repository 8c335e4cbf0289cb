//! The numbers that stand for names inside a sealed record.
//!
//! A record must open for ever, while names that cross a context boundary may change; so records do
//! not borrow the spelling of [`crate::wire`]. A number, once given, is never given again.

use crate::wire::views::{Environment, Realm};

/// A name that stands as a number in a sealed record, through `#[serde(with = "numbered")]`.
pub trait Numbered: Copy + PartialEq + 'static {
    /// Every name with its number.
    const ALL: &'static [(Self, u8)];

    /// The number of this one.
    #[must_use]
    fn number(self) -> u8 {
        let known = Self::ALL.iter().find(|(name, _)| *name == self);
        // A name without a number fails the test that is below; no record has 255.
        known.map_or(u8::MAX, |&(_, number)| number)
    }
}

/// Also part of every account id.
impl Numbered for Realm {
    const ALL: &'static [(Self, u8)] = &[
        (Self::Live, 1),
        (Self::Test, 2),
        (Self::Government, 3),
        (Self::China, 4),
        (Self::ChinaTest, 5),
    ];
}

impl Numbered for Environment {
    const ALL: &'static [(Self, u8)] = &[
        (Self::Production, 1),
        (Self::Sandbox, 2),
        (Self::Developer, 3),
        (Self::Scratch, 4),
        (Self::Demo, 5),
        (Self::Trailhead, 6),
        (Self::Trial, 7),
    ];
}

/// serde for a [`Numbered`] name inside a sealed record.
pub(crate) mod numbered {
    use super::Numbered;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<T: Numbered, S: Serializer>(
        name: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_u8(name.number())
    }

    pub(crate) fn deserialize<'de, T: Numbered, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        let number = u8::deserialize(from)?;
        let known = T::ALL.iter().find(|(_, known)| *known == number);
        known
            .map(|&(name, _)| name)
            .ok_or_else(|| D::Error::custom("unknown number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::work::{SoapState, UseKind};

    #[test]
    fn numbers_are_frozen() {
        let numbers = |all: &[u8], of: Vec<u8>| assert_eq!(all, of);
        numbers(
            &[1, 2, 3, 4, 5],
            Realm::ALL.iter().map(|realm| realm.number()).collect(),
        );
        use Environment as E;
        let environments = [
            E::Production,
            E::Sandbox,
            E::Developer,
            E::Scratch,
            E::Demo,
            E::Trailhead,
            E::Trial,
        ];
        numbers(
            &[1, 2, 3, 4, 5, 6, 7],
            environments.map(Numbered::number).to_vec(),
        );
        use SoapState as S;
        let states = [
            S::Unknown,
            S::Alive,
            S::Disabled,
            S::NeedsPermission,
            S::Gone,
        ];
        numbers(&[0, 1, 2, 3, 4], states.map(Numbered::number).to_vec());
        use UseKind as U;
        let kinds = [U::Job, U::Variable, U::File, U::Person];
        numbers(&[1, 2, 3, 4], kinds.map(Numbered::number).to_vec());
    }
}
