//! `hosts.json`: what a host or an origin is, or that it is none of Salesforce's; and our reading of addresses held to the
//! one that browsers follow.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use token_keeper::recognise::host::{Family, Host, Origin, Purpose, is_owned};
use url::Url;

use crate::{file, judge_all, text};

/// Name or origin, and what it is; `null` if it is not Salesforce's.
pub fn rows() -> Vec<(String, Value)> {
    serde_json::from_str(&text(file("tests/cases/hosts.json"))).unwrap()
}

/// An origin goes through [`Origin::parse`] as a sender's does; a bare name is looked up as it is.
fn recognise(given: &str) -> Option<Host> {
    if given.contains(':') {
        Host::recognise(Origin::parse(given)?.host())
    } else {
        Host::recognise(given)
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login => "login",
        Purpose::MyDomain => "my_domain",
        Purpose::Instance => "instance",
        Purpose::Setup => "setup",
        Purpose::Lightning => "lightning",
        Purpose::Customer => "customer",
        Purpose::Other => "other",
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Public => "public",
        Family::Government => "government",
        Family::China => "china",
        Family::Alternative => "alternative",
    }
}

#[test]
pub fn hosts() {
    let results: Vec<_> = rows()
        .into_iter()
        .map(|(given, expected)| {
            let got = recognise(&given).map_or(Value::Null, |host| {
                json!({
                    "family": family(host.family),
                    "purpose": purpose(host.purpose),
                    "environment": host.environment,
                    "realm": host.realm,
                    "org": host.org,
                    "my_domain": host.my_domain(),
                    "sandbox": host.sandbox(),
                    "classic": host.classic_host(),
                })
            });
            (given, expected.to_string(), got.to_string())
        })
        .collect();
    let negatives = results.iter().filter(|(_, expected, _)| expected == "null");
    assert!(results.len() >= 320 && negatives.count() >= 120);
    judge_all("hosts", &results);
}

#[test]
fn no_host_stands_twice() {
    let mut names: Vec<String> = rows().into_iter().map(|(name, _)| name).collect();
    names.sort();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

/// Where an org's Classic pages are, there its My Domain is; asking again changes nothing.
#[test]
fn the_classic_host_is_its_own_classic_host() {
    for (given, expected) in rows() {
        let Some(host) = recognise(&given) else {
            continue;
        };
        let classic = Host::recognise(&host.classic_host()).unwrap_or_else(|| panic!("{expected}"));
        assert_eq!(classic.classic_host(), classic.name, "{given}");
        if host.org.is_some() {
            assert_eq!(
                (classic.purpose, classic.realm, &classic.org),
                (Purpose::MyDomain, host.realm, &host.org),
                "{given}"
            );
            assert_eq!(
                classic.may_be_framed_by(&host),
                host.purpose != Purpose::Customer,
                "{given}"
            );
        }
    }
}

/// Nothing but what is built to be filled is: customers' hosts and Salesforce's other ones show no form of ours.
#[test]
fn only_log_in_and_setup_hosts_show_the_pages_that_matter() {
    for (given, expected) in rows() {
        let Some(host) = recognise(&given) else {
            continue;
        };
        let kind = expected["purpose"].as_str().unwrap();
        let login = ["login", "my_domain", "instance"].contains(&kind);
        assert_eq!(host.shows_login(), login, "{given}");
        assert_eq!(host.shows_security(), login || kind == "setup", "{given}");
    }
}

// --- as a browser reads it ----------------------------------------------------------------------------------------

/// `facts/security.md` Appendix B: what a browser makes of an address, and whether we take that for Salesforce's.
#[test]
fn addresses_of_appendix_b() {
    // What a person or a page writes; the host that it leads to; is it allowed?
    let table = [
        (
            "https://login.salesforce.com/",
            "login.salesforce.com",
            true,
        ),
        (
            "HTTPS://LOGIN.SALESFORCE.COM/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://\u{FF4C}ogin.salesforce.com/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login\u{3002}salesforce\u{FF0E}com/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.sales\u{AD}force.com/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.sales\u{200B}force.com/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login%2Esalesforce.com/",
            "login.salesforce.com",
            true,
        ),
        ("https://salesforce.com/", "salesforce.com", true),
        (
            "https://a.b.c.my.salesforce.com/",
            "a.b.c.my.salesforce.com",
            true,
        ),
        (
            "https://login.salesforce.com:443/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://@login.salesforce.com/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.salesforce.com\\.evil.tld/",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.salesforce.com/@evil.tld",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.salesforce.com?@evil.tld",
            "login.salesforce.com",
            true,
        ),
        (
            "https://login.salesforce.com#@evil.tld",
            "login.salesforce.com",
            true,
        ),
        (
            "  https://login.salesforce.com/\t",
            "login.salesforce.com",
            true,
        ),
        ("https:login.salesforce.com", "login.salesforce.com", true),
        (
            "https://login.salesforce.com./",
            "login.salesforce.com.",
            false,
        ),
        (
            "https://login.salesforce.com:8443/",
            "login.salesforce.com",
            false,
        ),
        (
            "https://user:pw@login.salesforce.com/",
            "login.salesforce.com",
            false,
        ),
        (
            "https://user@login.salesforce.com/",
            "login.salesforce.com",
            false,
        ),
        (
            "http://login.salesforce.com/",
            "login.salesforce.com",
            false,
        ),
        ("ftp://login.salesforce.com/", "login.salesforce.com", false),
        (
            "https://login.salesforce.com.evil.tld/",
            "login.salesforce.com.evil.tld",
            false,
        ),
        ("https://evil-salesforce.com/", "evil-salesforce.com", false),
        ("https://evilsalesforce.com/", "evilsalesforce.com", false),
        ("https://login.salesforce.com@evil.tld/", "evil.tld", false),
        (
            "https://login.salesforce.com%2F@evil.tld/",
            "evil.tld",
            false,
        ),
        (
            "https://login.sales\u{444}orce.com/",
            "login.xn--salesorce-u4h.com",
            false,
        ),
        (
            "https://login.salesfor\u{441}e.com/",
            "login.xn--salesfore-23h.com",
            false,
        ),
        (
            "https://login.salesforce.com%2eevil.tld/",
            "login.salesforce.com.evil.tld",
            false,
        ),
        (
            "https://evil.tld\\@login.salesforce.com/",
            "evil.tld",
            false,
        ),
        ("https://evil.tld/login.salesforce.com", "evil.tld", false),
        ("https://evil.tld#login.salesforce.com", "evil.tld", false),
        ("https://0x7f000001/", "127.0.0.1", false),
        ("https://[::1]/", "[::1]", false),
    ];
    for (written, host, allowed) in table {
        let url = Url::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(url.host_str(), Some(host), "{written}");
        assert_eq!(is_allowed(&url), allowed, "{written}");
        assert_eq!(we_allow(url.as_str()), allowed, "{written} as {url}");
    }
    // No address at all to a browser, none to us.
    for written in [
        "https://",
        "https://login.sales force.com/",
        "https://login.salesforce.com:99999/",
        "https://login.salesforce.com.1/",
        "https://login.salesforce.com|evil.tld/",
        "https://%00login.salesforce.com/",
        "https://xn--login-.salesforce.com/",
        "null",
        "",
    ] {
        assert!(Url::parse(written).is_err(), "{written}");
        assert!(!we_allow(written), "{written}");
    }
}

fn we_allow(address: &str) -> bool {
    Origin::of_url(address).is_some_and(|origin| Host::recognise(origin.host()).is_some())
}

/// The rule in other words: https, no port, no user part, and a host of one of the domains of
/// `facts/salesforce-pages.md` §7, without a trailing dot and without other alphabets.
fn is_allowed(url: &Url) -> bool {
    const DOMAINS: &str = "salesforce.com force.com lightning.com visualforce.com my.site.com cloudforce.com database.com \
        salesforce-setup.com salesforce-sites.com salesforce-experience.com salesforceliveagent.com my-salesforce.com \
        my-lightning.com salesforce.mil crmforce.mil force.mil visualforce.mil cloudforce.mil sfcrmproducts.cn sfcrmapps.cn";
    let Some(url::Host::Domain(host)) = url.host() else {
        return false;
    };
    let labels: Vec<&str> = host.split('.').collect();
    // A name in DNS, and one that we can read; the URL parser lets more through.
    let is_name = host.len() < 254
        && labels.iter().all(|label| {
            (1..64).contains(&label.len())
                && !label.starts_with("xn--")
                && !label.contains(|c: char| c != '-' && !c.is_ascii_alphanumeric())
        });
    let domain = DOMAINS.split_whitespace().any(|domain| {
        let domain: Vec<&str> = domain.split('.').collect();
        labels.ends_with(&domain)
    });
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && is_name
        && domain
}

/// Pieces of which addresses are made, honest and not.
fn address() -> impl Strategy<Value = String> {
    let scheme = select(vec![
        "https://",
        "https://",
        "https://",
        "https://",
        "http://",
        "HTTPS://",
        "https:/",
        "https:",
        " https://",
        "wss://",
        "",
        "//",
        "view-source:https://",
        "https:\\\\",
    ]);
    let user = select(vec![
        "",
        "",
        "",
        "",
        "",
        "@",
        "a@",
        "a:b@",
        ":b@",
        "login.salesforce.com@",
        "login.salesforce.com:443@",
        "login.salesforce.com%2F@",
        "login.salesforce.com\\@",
        "a@b@",
    ]);
    let label = select(vec![
        "login",
        "test",
        "acme",
        "acme--dev",
        "sandbox",
        "my",
        "lightning",
        "vf",
        "www",
        "LOGIN",
        "evil",
        "na12",
        "a_b",
        "-",
        "a-",
        "\u{FF4C}ogin",
        "s\u{E1}les",
        "s\u{430}les",
        "xn--slesforce-g4a",
        "xn--a",
        "xn--",
        "XN--A",
        "1",
        "0x1",
        "*",
        "%6Cogin",
        "a b",
        "",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]);
    let domain = select(vec![
        "salesforce.com",
        "salesforce.com",
        "force.com",
        "my.salesforce.com",
        "lightning.force.com",
        "my.site.com",
        "my-salesforce.com",
        "my.salesforce.mil",
        "sfcrmproducts.cn",
        "database.com",
        "Salesforce.Com",
        "sales\u{AD}force.com",
        "salesforce\u{3002}com",
        "evilsalesforce.com",
        "salesforce.com.evil.tld",
        "salesforce.co",
        "evil.tld",
        "site.com",
        "127.0.0.1",
        "salesforce.com.1",
        "s\u{430}lesforce.com",
    ]);
    let tail = select(vec![
        "",
        "",
        "",
        "/",
        "?a@b",
        "#a@b",
        ".",
        "./",
        ":443",
        ":443/",
        ":8443/",
        ":/",
        ":0",
        ":99999",
        "\\.evil.tld",
        "\\@evil.tld",
        "%2eevil.tld",
        "/a:b@c",
        "..",
        "\t",
        " ",
        "\u{200B}",
        "/../..",
        ":443@evil.tld",
    ]);
    let host = (prop::collection::vec(label, 0..4), domain).prop_map(|(labels, domain)| {
        labels
            .into_iter()
            .chain([domain])
            .collect::<Vec<_>>()
            .join(".")
    });
    prop_oneof![
        8 => (scheme, user, host, tail).prop_map(|(scheme, user, host, tail)| [scheme, user, &host, tail].concat()),
        1 => any::<String>(),
        1 => "https://[a-z0-9.:@/_A-Z%\\\\-]{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A page is believed to be Salesforce's if and only if the address, as a browser reads it, is.
    #[test]
    fn an_address_is_allowed_exactly_if_its_parsed_host_is_in_the_list(written in address()) {
        let Ok(url) = Url::parse(&written) else {
            // No browser opens it. Names that only a number could follow are not looked up, nor are false `xn--` ones.
            prop_assert!(!we_allow(&written), "{}", written);
            return Ok(());
        };
        let allowed = is_allowed(&url);
        prop_assert_eq!(we_allow(url.as_str()), allowed, "{} as {}", written, url);
        // Read as it was written, before any browser normalised it, it is never taken for more than it is.
        prop_assert!(!we_allow(&written) || allowed, "{}", written);
        if let Some(origin) = Origin::of_url(&written) {
            prop_assert_eq!(Some(origin.host()), url.host_str(), "{}", written);
        }
        // A sender's origin is held to the same rule, whatever the rest of the address.
        let origin = url.origin().ascii_serialization();
        let of_origin = Origin::parse(&origin).is_some_and(|origin| Host::recognise(origin.host()).is_some());
        let alone = Url::parse(&origin).is_ok_and(|url| is_allowed(&url));
        prop_assert_eq!(of_origin, alone, "{} from {}", origin, written);
        if let Some(parsed) = Origin::parse(&origin) {
            prop_assert_eq!(parsed.to_string(), origin);
        }
    }

    /// Names below the owned domains are recognised, and no others.
    #[test]
    fn what_is_recognised_is_owned(name in "[a-z]{1,8}(\\.(my|lightning|acme|sandbox|site|salesforce|force|my-salesforce|com|mil|cn)){1,5}") {
        prop_assert_eq!(Host::recognise(&name).is_some(), is_owned(&name), "{}", name);
    }
}
