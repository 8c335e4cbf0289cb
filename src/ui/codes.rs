//! Wire enums as the codes that strings and form values use.

use crate::wire::views::{Environment, Realm};

/// All realms, in the order in which a person is most likely to need them.
pub const REALMS: [Realm; 5] = [
    Realm::Live,
    Realm::Test,
    Realm::Government,
    Realm::China,
    Realm::ChinaTest,
];

/// Code of a realm (`realm_<code>`).
#[must_use]
pub fn realm_code(realm: Realm) -> &'static str {
    match realm {
        Realm::Live => "live",
        Realm::Test => "test",
        Realm::Government => "government",
        Realm::China => "china",
        Realm::ChinaTest => "china_test",
    }
}

/// The realm with this code; production if there is none.
#[must_use]
pub fn realm_of(code: &str) -> Realm {
    REALMS
        .into_iter()
        .find(|realm| realm_code(*realm) == code)
        .unwrap_or_default()
}

/// Code of an environment (`env_<code>`).
#[must_use]
pub fn environment_code(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
        Environment::Developer => "developer",
        Environment::Scratch => "scratch",
        Environment::Demo => "demo",
        Environment::Trailhead => "trailhead",
        Environment::Trial => "trial",
    }
}
