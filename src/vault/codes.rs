//! The numbers that stand for names inside a sealed record.
//!
//! A record must open for ever, while names that cross a context boundary may change; so records do
//! not borrow the spelling of [`crate::wire`]. A number, once given, is never given again.

use crate::wire::views::{Environment, Realm};

/// The number of a realm. Also part of every account id.
#[must_use]
pub const fn realm_number(realm: Realm) -> u8 {
    match realm {
        Realm::Live => 1,
        Realm::Test => 2,
        Realm::Government => 3,
        Realm::China => 4,
        Realm::ChinaTest => 5,
    }
}

/// The number of an environment.
#[must_use]
pub const fn environment_number(environment: Environment) -> u8 {
    match environment {
        Environment::Production => 1,
        Environment::Sandbox => 2,
        Environment::Developer => 3,
        Environment::Scratch => 4,
        Environment::Demo => 5,
        Environment::Trailhead => 6,
        Environment::Trial => 7,
    }
}

const ENVIRONMENTS: [Environment; 7] = [
    Environment::Production,
    Environment::Sandbox,
    Environment::Developer,
    Environment::Scratch,
    Environment::Demo,
    Environment::Trailhead,
    Environment::Trial,
];

/// serde for a [`Realm`] inside a sealed record.
pub(crate) mod realm {
    use super::{Realm, realm_number};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(realm: &Realm, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(realm_number(*realm))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Realm, D::Error> {
        let number = u8::deserialize(from)?;
        let known = Realm::ALL
            .iter()
            .copied()
            .find(|&realm| realm_number(realm) == number);
        known.ok_or_else(|| D::Error::custom("unknown realm"))
    }
}

/// serde for an [`Environment`] inside a sealed record.
pub(crate) mod environment {
    use super::{ENVIRONMENTS, Environment, environment_number};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        environment: &Environment,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_u8(environment_number(*environment))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Environment, D::Error> {
        let number = u8::deserialize(from)?;
        let known = ENVIRONMENTS
            .into_iter()
            .find(|&it| environment_number(it) == number);
        known.ok_or_else(|| D::Error::custom("unknown environment"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_frozen() {
        let realms: Vec<u8> = Realm::ALL
            .iter()
            .map(|&realm| realm_number(realm))
            .collect();
        assert_eq!(realms, [1, 2, 3, 4, 5]);
        assert_eq!(ENVIRONMENTS.map(environment_number), [1, 2, 3, 4, 5, 6, 7]);
    }
}
