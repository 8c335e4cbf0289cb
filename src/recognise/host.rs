//! Genuine Salesforce hosts: families, environments, My Domain names (`facts/salesforce-pages.md` §7).

use crate::wire::views::{Environment, Realm};

/// A web origin as the browser serialises it: https, no port, no trailing dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    host: String,
}

impl Origin {
    /// Reads `https://host`. The browser has already parsed and normalised the address, so anything
    /// but lower-case letters, digits, dots and hyphens is refused rather than repaired.
    #[must_use]
    pub fn parse(origin: &str) -> Option<Self> {
        let host = origin.strip_prefix("https://")?;
        is_plain_host(host).then(|| Self {
            host: host.to_owned(),
        })
    }

    /// Reads the origin out of a whole address, such as a tab's.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest.get(..end)?;
        is_plain_host(host).then(|| Self {
            host: host.to_owned(),
        })
    }

    /// The host name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "https://{}", self.host)
    }
}

/// At least two labels of plain characters, the last of which begins with a letter: the URL parser takes any other ending
/// for a number, hence for an IP address.
fn is_plain_host(host: &str) -> bool {
    let last = host.bytes().rposition(|b| b == b'.').map(|dot| dot + 1);
    host.len() <= 253
        && last
            .and_then(|last| host.as_bytes().get(last))
            .is_some_and(u8::is_ascii_lowercase)
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

/// Which group of suffixes a host belongs to. Pages of one family may frame each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `salesforce.com`, `force.com` and their siblings.
    Public,
    /// `salesforce.mil`, `crmforce.mil` and their siblings.
    Government,
    /// `sfcrmproducts.cn`, `sfcrmapps.cn`.
    China,
    /// `my-salesforce.com`, `my-lightning.com`: genuine, though they look like fakes.
    Alternative,
}

/// What a host of Salesforce is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `login.`, `test.`, `welcome.`
    Login,
    /// An org's own log-in host.
    MyDomain,
    /// An instance, e.g. `na12.salesforce.com`.
    Instance,
    /// Lightning Setup.
    Setup,
    /// The Lightning app.
    Lightning,
    /// Pages that a customer writes: sites, Visualforce. Recognised, never filled.
    Customer,
    /// Help, marketing and the like: genuine, but never one of the pages that matter here.
    Other,
}

/// A genuine host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The host name.
    pub name: String,
    /// Its family.
    pub family: Family,
    /// What it is for.
    pub purpose: Purpose,
    /// Kind of org.
    pub environment: Environment,
    /// Which cloud of user names.
    pub realm: Realm,
    /// My Domain with its sandbox and partition, e.g. `acme` or `acme--dev.sandbox`; `None` for hosts shared by all.
    pub org: Option<String>,
    /// The label of a special realm (`acme.my.<label>.salesforce.com`).
    special: Option<String>,
}

/// Exact hosts. Order does not matter.
const EXACT: &[(&str, Family, Purpose, Realm)] = &[
    (
        "login.salesforce.com",
        Family::Public,
        Purpose::Login,
        Realm::Live,
    ),
    (
        "welcome.salesforce.com",
        Family::Public,
        Purpose::Login,
        Realm::Live,
    ),
    (
        "test.salesforce.com",
        Family::Public,
        Purpose::Login,
        Realm::Test,
    ),
    (
        "login.salesforce.mil",
        Family::Government,
        Purpose::Login,
        Realm::Government,
    ),
    (
        "login.sfcrmproducts.cn",
        Family::China,
        Purpose::Login,
        Realm::China,
    ),
    (
        "test.sfcrmproducts.cn",
        Family::China,
        Purpose::Login,
        Realm::ChinaTest,
    ),
];

/// Dot-bounded suffixes in front of which the org stands; the first that fits wins.
const SUFFIXES: &[(&str, Family, Purpose)] = &[
    (".my.salesforce.com", Family::Public, Purpose::MyDomain),
    (".lightning.force.com", Family::Public, Purpose::Lightning),
    (".my.salesforce-setup.com", Family::Public, Purpose::Setup),
    (".my.site.com", Family::Public, Purpose::Customer),
    (
        ".my.salesforce-sites.com",
        Family::Public,
        Purpose::Customer,
    ),
    (
        ".builder.salesforce-experience.com",
        Family::Public,
        Purpose::Customer,
    ),
    (".vf.force.com", Family::Public, Purpose::Customer),
    (".visualforce.com", Family::Public, Purpose::Customer),
    (".my.salesforce.mil", Family::Government, Purpose::MyDomain),
    (
        ".lightning.crmforce.mil",
        Family::Government,
        Purpose::Lightning,
    ),
    (".my.sfcrmproducts.cn", Family::China, Purpose::MyDomain),
    (".lightning.sfcrmapps.cn", Family::China, Purpose::Lightning),
    (".my-salesforce.com", Family::Alternative, Purpose::MyDomain),
    (".my-lightning.com", Family::Alternative, Purpose::Lightning),
    (".cloudforce.com", Family::Public, Purpose::MyDomain),
    (".database.com", Family::Public, Purpose::MyDomain),
];

/// Salesforce's own domains, and what a name below them is that no narrower rule knows. Below the `force` domains
/// customers write the pages. `.mil` siblings that one tool alone lists are [`Purpose::Other`]: nothing is filled there.
const OWNED: &[(&str, Family, Purpose)] = &[
    ("salesforce.com", Family::Public, Purpose::Other),
    ("force.com", Family::Public, Purpose::Customer),
    ("lightning.com", Family::Public, Purpose::Other),
    ("visualforce.com", Family::Public, Purpose::Customer),
    ("my.site.com", Family::Public, Purpose::Customer),
    ("cloudforce.com", Family::Public, Purpose::Other),
    ("database.com", Family::Public, Purpose::Other),
    ("salesforce-setup.com", Family::Public, Purpose::Other),
    ("salesforce-sites.com", Family::Public, Purpose::Customer),
    (
        "salesforce-experience.com",
        Family::Public,
        Purpose::Customer,
    ),
    ("salesforceliveagent.com", Family::Public, Purpose::Other),
    ("my-salesforce.com", Family::Alternative, Purpose::Other),
    ("my-lightning.com", Family::Alternative, Purpose::Other),
    ("salesforce.mil", Family::Government, Purpose::Other),
    ("crmforce.mil", Family::Government, Purpose::Customer),
    ("force.mil", Family::Government, Purpose::Customer),
    ("visualforce.mil", Family::Government, Purpose::Customer),
    ("cloudforce.mil", Family::Government, Purpose::Other),
    ("sfcrmproducts.cn", Family::China, Purpose::Other),
    ("sfcrmapps.cn", Family::China, Purpose::Customer),
];

/// Partitions of My Domain (`facts/salesforce-pages.md` §1.1): label before `.my.`, environment, test cloud?
const PARTITIONS: &[(&str, Environment, bool)] = &[
    ("sandbox", Environment::Sandbox, true),
    ("scratch", Environment::Scratch, true),
    ("develop", Environment::Developer, false),
    ("demo", Environment::Demo, false),
    ("trailblaze", Environment::Trailhead, false),
    ("patch", Environment::Trial, false),
    ("free", Environment::Trial, false),
];

/// Partitions and realms that are internal to Salesforce (§1.1, §7). No customer's org is there, and an engineer's
/// machine may be: recognised as [`Purpose::Other`], so nothing is filled.
const INTERNAL: &[&str] = &["bt", "stm", "blitz", "vpod", "pc-rnd"];

/// Does the name belong to one of Salesforce's domains, whatever else stands in it?
#[must_use]
pub fn is_owned(name: &str) -> bool {
    owner(name).is_some()
}

impl Host {
    /// Recognises a host name of one of Salesforce's families; `None` for every other host.
    ///
    /// Salesforce gives out no names in other alphabets, so none with such a label is recognised.
    #[must_use]
    pub fn recognise(name: &str) -> Option<Self> {
        if !is_plain_host(name) || name.split('.').any(|label| label.starts_with("xn--")) {
            return None;
        }
        exact(name)
            .or_else(|| by_suffix(name))
            .or_else(|| special_realm(name))
            .or_else(|| under_owned(name))
    }

    /// The name that the org chose, e.g. `acme` of `acme--dev.sandbox.my.salesforce.com`.
    #[must_use]
    pub fn my_domain(&self) -> Option<&str> {
        self.org.as_deref()?.split('.').next()?.split("--").next()
    }

    /// The sandbox's name, e.g. `dev` of `acme--dev.sandbox.my.salesforce.com`; `None` for any other kind of org.
    #[must_use]
    pub fn sandbox(&self) -> Option<&str> {
        if self.environment != Environment::Sandbox {
            return None;
        }
        self.org.as_deref()?.split('.').next()?.split("--").nth(1)
    }

    /// Can this host show a log-in form of Salesforce's own?
    #[must_use]
    pub fn shows_login(&self) -> bool {
        matches!(
            self.purpose,
            Purpose::Login | Purpose::MyDomain | Purpose::Instance
        )
    }

    /// Can this host show the security pages (`/_ui/…`, `/secur/…`)?
    #[must_use]
    pub fn shows_security(&self) -> bool {
        self.shows_login() || self.purpose == Purpose::Setup
    }

    /// May a document of this host sit in a frame under `top` and still be acted on? Same family, and
    /// the same org where both tell theirs.
    #[must_use]
    pub fn may_be_framed_by(&self, top: &Self) -> bool {
        let same_org = match (&self.org, &top.org) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        self.family == top.family
            && same_org
            && matches!(
                top.purpose,
                Purpose::MyDomain | Purpose::Instance | Purpose::Setup | Purpose::Lightning
            )
    }

    /// The host on which this org's Classic pages live: its My Domain host, or the host itself where
    /// there is no My Domain to tell.
    #[must_use]
    pub fn classic_host(&self) -> String {
        let Some(org) = &self.org else {
            return self.name.clone();
        };
        match (self.family, self.purpose, &self.special) {
            (_, Purpose::MyDomain | Purpose::Login | Purpose::Instance, _) => self.name.clone(),
            (_, _, Some(label)) => format!("{org}.my.{label}.salesforce.com"),
            (Family::Public, ..) => format!("{org}.my.salesforce.com"),
            (Family::Government, ..) => format!("{org}.my.salesforce.mil"),
            (Family::China, ..) => format!("{org}.my.sfcrmproducts.cn"),
            (Family::Alternative, ..) => format!("{org}.my-salesforce.com"),
        }
    }
}

fn exact(name: &str) -> Option<Host> {
    let &(_, family, purpose, realm) = EXACT.iter().find(|(host, ..)| *host == name)?;
    Some(shared(name, family, purpose, realm))
}

fn by_suffix(name: &str) -> Option<Host> {
    let &(suffix, family, purpose) = SUFFIXES
        .iter()
        .find(|(suffix, ..)| name.ends_with(suffix))?;
    let org = name.strip_suffix(suffix)?;
    if purpose == Purpose::Customer && suffix.ends_with("force.com") {
        return Some(with_org(name, family, purpose, &without_package(org), None));
    }
    Some(with_org(name, family, purpose, org, None))
}

/// Visualforce hosts name a package behind the org: `acme--c`, `acme--dev--c.sandbox`.
fn without_package(org: &str) -> String {
    let (first, partition) = org.split_at(org.find('.').unwrap_or(org.len()));
    let hyphens = first.as_bytes().windows(2).rposition(|pair| pair == b"--");
    let first = hyphens.and_then(|at| first.get(..at)).unwrap_or(first);
    [first, partition].concat()
}

/// `acme.my.<label>.salesforce.com` and `acme.lightning.<label>.force.com`.
fn special_realm(name: &str) -> Option<Host> {
    let (rest, infix, purpose) = if let Some(rest) = name.strip_suffix(".salesforce.com") {
        (rest, ".my.", Purpose::MyDomain)
    } else {
        (
            name.strip_suffix(".force.com")?,
            ".lightning.",
            Purpose::Lightning,
        )
    };
    let (org, label) = rest.rsplit_once(infix)?;
    if label.contains('.') {
        return None;
    }
    Some(with_org(
        name,
        Family::Public,
        purpose,
        org,
        Some(label.to_owned()),
    ))
}

/// What is left below the owned domains: instances, customer sites, everything else.
fn under_owned(name: &str) -> Option<Host> {
    let &(domain, family, rest) = owner(name)?;
    let label = name.strip_suffix(domain)?.trim_end_matches('.');
    let (purpose, test) = if domain == "salesforce.com" && is_instance(label) {
        // `cs15`, and on newer ground a trailing letter: `usa254s`.
        let test = label.starts_with("cs") || label.ends_with('s');
        (Purpose::Instance, test)
    } else if label.is_empty() {
        (Purpose::Other, false)
    } else {
        (rest, false)
    };
    Some(shared(name, family, purpose, realm(family, test)))
}

/// The owned domain of a name; its labels may be anything.
fn owner(name: &str) -> Option<&'static (&'static str, Family, Purpose)> {
    OWNED.iter().find(|(domain, ..)| {
        name.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// A host that tells no org.
fn shared(name: &str, family: Family, purpose: Purpose, realm: Realm) -> Host {
    let test = matches!(realm, Realm::Test | Realm::ChinaTest);
    Host {
        name: name.to_owned(),
        family,
        purpose,
        environment: if test {
            Environment::Sandbox
        } else {
            Environment::Production
        },
        realm,
        org: None,
        special: None,
    }
}

fn realm(family: Family, test: bool) -> Realm {
    match (family, test) {
        (Family::Government, _) => Realm::Government,
        (Family::China, true) => Realm::ChinaTest,
        (Family::China, false) => Realm::China,
        (_, true) => Realm::Test,
        (_, false) => Realm::Live,
    }
}

/// `na12`, `usa77`, `eu55`, `cs15`, `ap4`: two to four letters and up to four digits, one optional letter.
fn is_instance(label: &str) -> bool {
    let letters = label.bytes().take_while(u8::is_ascii_lowercase).count();
    let digits = label
        .bytes()
        .skip(letters)
        .take_while(u8::is_ascii_digit)
        .count();
    let rest = label.len().saturating_sub(letters).saturating_sub(digits);
    (2..=4).contains(&letters)
        && (1..=4).contains(&digits)
        && rest <= 1
        && label
            .bytes()
            .skip(letters + digits)
            .all(|b| b.is_ascii_lowercase())
}

fn with_org(
    name: &str,
    family: Family,
    purpose: Purpose,
    org: &str,
    special: Option<String>,
) -> Host {
    let (first, partition) = org.split_once('.').unwrap_or((org, ""));
    let internal = |label: &str| INTERNAL.contains(&label);
    // An org is a name, and a partition or an instance. Deeper names are no org's, except that customers' may be.
    if purpose != Purpose::Customer
        && (partition.contains('.')
            || internal(partition)
            || special.as_deref().is_some_and(internal))
    {
        return shared(name, family, Purpose::Other, realm(family, false));
    }
    let (environment, test) = PARTITIONS
        .iter()
        .find(|(label, ..)| *label == partition)
        .map(|&(_, environment, test)| (environment, test))
        // The old sandbox form names the instance instead: `acme--dev.cs15.my.salesforce.com`.
        .unwrap_or_else(|| {
            if first.contains("--") {
                (Environment::Sandbox, true)
            } else {
                (Environment::Production, false)
            }
        });
    Host {
        name: name.to_owned(),
        family,
        purpose,
        environment,
        realm: realm(family, test),
        org: Some(org.to_owned()),
        special,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        let good = [
            "https://login.salesforce.com",
            "https://acme--dev.sandbox.my.salesforce.com",
        ];
        for origin in good {
            assert_eq!(Origin::parse(origin).unwrap().to_string(), origin);
        }
        let bad = [
            "",
            "null",
            "https://",
            "http://login.salesforce.com",
            "https://login.salesforce.com.",
            "https://login.salesforce.com:8443",
            "https://user:pw@login.salesforce.com",
            "https://LOGIN.salesforce.com",
            "https://login.salesforce.com/",
            "https://login..com",
            "https://ｌogin.salesforce.com",
            "chrome-extension://abc",
            "https://localhost",
        ];
        for origin in bad {
            assert_eq!(Origin::parse(origin), None, "{origin}");
        }
    }

    #[test]
    fn origin_of_an_address() {
        let table = [
            (
                "https://login.salesforce.com/?ec=302",
                Some("login.salesforce.com"),
            ),
            (
                "https://login.salesforce.com#x",
                Some("login.salesforce.com"),
            ),
            ("https://user@login.salesforce.com/", None),
            ("https://login.salesforce.com:444/", None),
            ("about:blank", None),
        ];
        for (url, host) in table {
            assert_eq!(
                Origin::of_url(url).as_ref().map(Origin::host),
                host,
                "{url}"
            );
        }
    }

    #[test]
    fn the_classic_host_of_an_org() {
        let table = [
            ("acme.lightning.force.com", "acme.my.salesforce.com"),
            (
                "acme--dev.sandbox.lightning.force.com",
                "acme--dev.sandbox.my.salesforce.com",
            ),
            ("acme.my.salesforce-setup.com", "acme.my.salesforce.com"),
            ("acme.my.salesforce.com", "acme.my.salesforce.com"),
            ("na12.salesforce.com", "na12.salesforce.com"),
            ("acme.lightning.gia.force.com", "acme.my.gia.salesforce.com"),
            ("acme.lightning.crmforce.mil", "acme.my.salesforce.mil"),
            ("acme.lightning.sfcrmapps.cn", "acme.my.sfcrmproducts.cn"),
            ("acme.my-lightning.com", "acme.my-salesforce.com"),
            ("acme--c.vf.force.com", "acme.my.salesforce.com"),
            (
                "acme--dev--c.sandbox.vf.force.com",
                "acme--dev.sandbox.my.salesforce.com",
            ),
        ];
        for (host, classic) in table {
            assert_eq!(Host::recognise(host).unwrap().classic_host(), classic);
        }
    }

    #[test]
    fn the_cloud_of_user_names() {
        let table = [
            ("cs15.salesforce.com", Realm::Test),
            ("usa254s.salesforce.com", Realm::Test),
            ("usa77.salesforce.com", Realm::Live),
            ("acme--dev.cs15.my.salesforce.com", Realm::Test),
            ("acme--c.visualforce.com", Realm::Live),
        ];
        for (host, realm) in table {
            assert_eq!(Host::recognise(host).unwrap().realm, realm, "{host}");
        }
    }

    #[test]
    fn framing() {
        let table = [
            ("acme.my.salesforce.com", "acme.lightning.force.com", true),
            (
                "acme.my.salesforce-setup.com",
                "acme.my.salesforce-setup.com",
                true,
            ),
            (
                "acme.my.salesforce.com",
                "globex.lightning.force.com",
                false,
            ),
            (
                "acme.my.salesforce.com",
                "acme--dev.sandbox.lightning.force.com",
                false,
            ),
            ("acme.my.salesforce.com", "acme.my.site.com", false),
            (
                "acme.my.salesforce.com",
                "acme.lightning.crmforce.mil",
                false,
            ),
            ("acme.my.salesforce.com", "login.salesforce.com", false),
        ];
        for (inner, top, allowed) in table {
            let (inner, top) = (
                Host::recognise(inner).unwrap(),
                Host::recognise(top).unwrap(),
            );
            assert_eq!(
                inner.may_be_framed_by(&top),
                allowed,
                "{} in {}",
                inner.name,
                top.name
            );
        }
    }
}
