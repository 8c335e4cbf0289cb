//! What is handed over: the account as a tool has to know it.

use serde::Deserialize;

use crate::recognise::host::{Host, Purpose};
use crate::vault::records::{Account as Record, MAX_HOST, MAX_SECRET, MAX_USERNAME};
use crate::vault::secret::SecretText;
use crate::wire::views::Realm;

/// The account of a request, as the background sends it to the tools program.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountIn {
    /// Salesforce user name.
    pub username: String,
    /// Password; empty if the person keeps it elsewhere. A preview does not need it.
    #[serde(default)]
    pub password: String,
    /// Security token.
    #[serde(default)]
    pub token: String,
    /// Any genuine host of the account: a generic log-in host or one of the org's own.
    pub host: String,
    /// Kind of org, as far as known. A log-in host does not tell a developer org from a production one, and need not.
    #[serde(default)]
    pub sandbox: bool,
}

/// Why an account cannot be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The host is none on which this account could log in.
    #[error("no log-in is possible on this host")]
    BadHost,
    /// A value is empty, too long or holds a control character; the name of the field, never its content.
    #[error("{0} cannot be handed over")]
    BadValue(&'static str),
}

impl AccountError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadHost => "handover_bad_host",
            Self::BadValue(_) => "handover_bad_value",
        }
    }
}

/// A checked account with all that a format may ask for.
pub struct Account {
    /// Salesforce user name.
    pub username: String,
    /// Password; may be empty.
    pub password: SecretText,
    /// Security token; may be empty.
    pub token: SecretText,
    /// Where it logs in, e.g. `login.salesforce.com` or `acme.my.salesforce.com`.
    pub host: String,
    /// Is it a sandbox?
    pub sandbox: bool,
}

impl Account {
    /// Checks what came in.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn check(given: AccountIn) -> Result<Self, AccountError> {
        let (password, token) = (
            SecretText::new(given.password),
            SecretText::new(given.token),
        );
        let host = login_host(&given.host).ok_or(AccountError::BadHost)?;
        let sandbox =
            given.sandbox || Host::recognise(&host).is_some_and(|host| is_test(host.realm));
        let username = given.username.trim();
        plain(username, MAX_USERNAME, "username")?;
        plain(password.expose(), MAX_SECRET, "password")?;
        plain(token.expose(), MAX_SECRET, "token")?;
        if username.is_empty() {
            return Err(AccountError::BadValue("username"));
        }
        Ok(Self {
            username: username.to_owned(),
            password,
            token,
            host,
            sandbox,
        })
    }

    /// Address of the log-in host.
    #[must_use]
    pub fn login_url(&self) -> String {
        format!("https://{}", self.host)
    }

    /// What simple-salesforce and its relatives call the domain: the host without `.salesforce.com`. `None` for the
    /// hosts of other clouds, which those clients cannot reach (`facts/token-and-mail.md` §D6).
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.host.strip_suffix(".salesforce.com")
    }

    /// The generic log-in host that stands for this account's cloud of user names, without `.salesforce.com`. `None` for clouds whose audience nobody has verified.
    #[must_use]
    pub fn cloud(&self) -> Option<&'static str> {
        self.domain()?;
        Some(if self.sandbox { "test" } else { "login" })
    }

    /// Address of [`Account::cloud`], the audience of a JWT.
    #[must_use]
    pub fn audience(&self) -> Option<String> {
        Some(format!("https://{}.salesforce.com", self.cloud()?))
    }

    /// Password with the token right behind it, as the SOAP log-in takes them (§D3).
    #[must_use]
    pub fn joined(&self) -> SecretText {
        SecretText::new([self.password.expose(), self.token.expose()].concat())
    }
}

/// The host on which an account seen on this host logs in; `None` where nobody logs in.
#[must_use]
pub fn login_host(name: &str) -> Option<String> {
    if name.len() > MAX_HOST {
        return None;
    }
    let host = Host::recognise(name)?;
    match host.purpose {
        // The welcome page only sends people on to one of the other two.
        Purpose::Login if name.starts_with("welcome.") => {
            Some(name.replacen("welcome.", "login.", 1))
        }
        Purpose::Login | Purpose::Instance => Some(host.name),
        Purpose::MyDomain | Purpose::Lightning | Purpose::Setup => Some(host.classic_host()),
        Purpose::Customer | Purpose::Other => None,
    }
}

/// The host on which an account of the vault logs in: its org's own, else a generic one on which it was seen, else the
/// generic one of its realm. `None` where that is not known.
#[must_use]
pub fn own_host(account: &Record) -> Option<String> {
    let seen = || account.hosts.iter().filter_map(|host| login_host(host));
    let of_an_org = |host: &String| Host::recognise(host).is_some_and(|host| host.org.is_some());
    seen()
        .find(of_an_org)
        .or_else(|| seen().next())
        .or_else(|| {
            let generic = match account.realm {
                Realm::Live => "login.salesforce.com",
                Realm::Test => "test.salesforce.com",
                Realm::Government | Realm::China | Realm::ChinaTest => return None,
            };
            Some(generic.to_owned())
        })
}

fn is_test(realm: Realm) -> bool {
    matches!(realm, Realm::Test | Realm::ChinaTest)
}

/// Salesforce lets no control character into a user name or password; one that came from a paste would break lines. The
/// last two are no characters and cannot stand in XML.
fn plain(value: &str, most: usize, what: &'static str) -> Result<(), AccountError> {
    let bad = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    if value.len() > most || value.chars().any(bad) {
        Err(AccountError::BadValue(what))
    } else {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn account(host: &str) -> Result<Account, AccountError> {
        Account::check(AccountIn {
            username: " ada@example.com ".into(),
            password: "p".into(),
            token: "t".into(),
            host: host.into(),
            sandbox: false,
        })
    }

    #[test]
    fn hosts_and_what_follows_from_them() {
        let table = [
            (
                "login.salesforce.com",
                "login.salesforce.com",
                Some("login"),
                false,
            ),
            (
                "welcome.salesforce.com",
                "login.salesforce.com",
                Some("login"),
                false,
            ),
            (
                "test.salesforce.com",
                "test.salesforce.com",
                Some("test"),
                true,
            ),
            (
                "acme.lightning.force.com",
                "acme.my.salesforce.com",
                Some("acme.my"),
                false,
            ),
            (
                "acme--dev.sandbox.my.salesforce.com",
                "acme--dev.sandbox.my.salesforce.com",
                Some("acme--dev.sandbox.my"),
                true,
            ),
            (
                "acme.my.sfcrmproducts.cn",
                "acme.my.sfcrmproducts.cn",
                None,
                false,
            ),
        ];
        for (seen, host, domain, sandbox) in table {
            let account = account(seen).unwrap();
            assert_eq!(account.host, host);
            assert_eq!(account.domain(), domain, "{seen}");
            assert_eq!(account.sandbox, sandbox, "{seen}");
            assert_eq!(account.username, "ada@example.com");
        }
        for bad in ["acme.my.site.com", "help.salesforce.com", "example.com", ""] {
            assert_eq!(account(bad).err(), Some(AccountError::BadHost), "{bad}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for (password, token) in [
            ("a\nb", ""),
            ("", "a\u{85}b"),
            ("a\u{7f}", ""),
            ("\u{ffff}", ""),
        ] {
            let given = AccountIn {
                username: "ada@example.com".into(),
                password: password.into(),
                token: token.into(),
                host: "login.salesforce.com".into(),
                sandbox: false,
            };
            let refused = Account::check(given).err().unwrap();
            assert_eq!(refused.code(), "handover_bad_value");
        }
    }
}
