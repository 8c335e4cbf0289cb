//! Pages of an org's own Setup and settings, as links on that org's host.
//!
//! Paths as an open-source inspector's list and a dozen other public lists agree on them; that page names change now
//! and then is why a link is an offer and never a step that the guide takes by itself.

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::handover::account::login_host;
use crate::recognise::host::Host;

/// A page: its id (the sentence is `link_<id>`) and its path.
pub const PAGES: &[(&str, &str)] = &[
    (
        "external_apps",
        "/lightning/setup/ManageExternalClientApplication/home",
    ),
    ("user_interface", "/lightning/setup/UserInterfaceUI/home"),
    ("permission_sets", "/lightning/setup/PermSets/home"),
    ("profiles", "/lightning/setup/EnhancedProfiles/home"),
    ("users", "/lightning/setup/ManageUsers/home"),
    ("login_history", "/lightning/setup/OrgLoginHistory/home"),
    ("network_access", "/lightning/setup/NetworkAccess/home"),
    ("session_settings", "/lightning/setup/SecuritySession/home"),
    (
        "password_policies",
        "/lightning/setup/SecurityPolicies/home",
    ),
    (
        "identity_verification",
        "/lightning/setup/IdentityVerification/home",
    ),
    (
        "mail_deliverability",
        "/lightning/setup/OrgEmailSettings/home",
    ),
    ("single_sign_on", "/lightning/setup/SingleSignOn/home"),
    ("release_updates", "/lightning/setup/ReleaseUpdates/home"),
    ("health_check", "/lightning/setup/HealthCheck/home"),
    (
        "my_details",
        "/lightning/settings/personal/AdvancedUserDetails/home",
    ),
    (
        "my_information",
        "/lightning/settings/personal/PersonalInformation/home",
    ),
];

/// Asks for the links of an org.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub(crate) host: String,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Id of the page.
    pub id: &'static str,
    /// Address on the org's own host.
    pub url: String,
}

/// The links of an org.
#[derive(Serialize)]
pub struct Links {
    links: Vec<Link>,
}

/// Every link of an org.
///
/// # Errors
/// `links_need_domain` for a host that does not tell the org.
pub fn links(ask: Ask) -> Result<Links, Refusal> {
    let links: Option<Vec<Link>> = PAGES.iter().map(|(id, _)| link(&ask.host, id)).collect();
    links
        .map(|links| Links { links })
        .ok_or(Refusal::new("links_need_domain"))
}

/// The link to one page; `None` for a host that does not tell the org, and for an unknown page.
#[must_use]
pub fn link(host: &str, id: &str) -> Option<Link> {
    Host::recognise(host)?.org?;
    let host = login_host(host)?;
    let &(id, path) = PAGES.iter().find(|(known, _)| *known == id)?;
    Some(Link {
        id,
        url: format!("https://{host}{path}"),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_orgs_own_host() {
        let table = [
            (
                "acme.lightning.force.com",
                Some("https://acme.my.salesforce.com/lightning/setup/OrgLoginHistory/home"),
            ),
            (
                "acme--dev.sandbox.my.salesforce.com",
                Some(
                    "https://acme--dev.sandbox.my.salesforce.com/lightning/setup/OrgLoginHistory/home",
                ),
            ),
            ("login.salesforce.com", None),
            ("acme.my.site.com", None),
            ("evil.example", None),
        ];
        for (host, url) in table {
            let link = link(host, "login_history").map(|link| link.url);
            assert_eq!(link.as_deref(), url, "{host}");
        }
        assert!(link("acme.my.salesforce.com", "nowhere").is_none());
        let ask = |host: &str| Ask { host: host.into() };
        assert_eq!(
            links(ask("acme.my.salesforce.com")).unwrap().links.len(),
            PAGES.len()
        );
        assert!(links(ask("login.salesforce.com")).is_err());
    }

    #[test]
    fn no_link_resets_a_token() {
        for (_, path) in PAGES {
            assert!(!path.contains("ResetApiToken"), "{path}");
        }
    }
}
