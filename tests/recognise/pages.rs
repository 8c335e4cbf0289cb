//! `pages/*.json` and `html/*.html`: what a page is, from its host, path and marks; and the same over
//! whole families of hosts, by a small table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use token_keeper::recognise::classify::classify;
use token_keeper::recognise::host::{Host, Origin};
use token_keeper::wire::json;
use token_keeper::wire::messages::{Mark, PageFacts};

use crate::actions::{verbs, wrong};
use crate::names::{PAGES, marks_of_the_agent};
use crate::{cases, file, judge_all, text};

/// A labelled page, wherever it comes from.
pub struct Page {
    pub name: String,
    pub host: String,
    /// The page around it, if it is in a frame.
    pub top: Option<String>,
    pub language: Option<String>,
    pub facts: PageFacts,
    /// Code of the kind, or `unknown: ` and the reason.
    pub expect: String,
    /// What the same marks would be on a log-in host of Salesforce: is it the host alone that speaks against them?
    pub alone: Option<String>,
    pub from: From,
}

/// Where a labelled page comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// A file with the facts.
    Facts,
    /// A file with markup, of which Chromium made the facts.
    Html,
    /// The table in this file.
    Table,
}

impl Page {
    pub fn all() -> Vec<Self> {
        let mut all = of_facts();
        all.extend(of_html());
        all.extend(of_table());
        all
    }

    pub fn got(&self) -> String {
        classified(&self.host, &self.facts)
    }

    pub fn is_negative(&self) -> bool {
        self.expect.starts_with("unknown")
    }
}

fn classified(host: &str, facts: &PageFacts) -> String {
    match Host::recognise(host).map(|host| classify(&host, facts)) {
        Some(Ok(kind)) => kind.code().to_owned(),
        Some(Err(why)) => format!("unknown: {}", why.code()),
        None => "unknown: no_host".to_owned(),
    }
}

// --- files with facts -------------------------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    #[serde(rename = "why", default)]
    _why: String,
    host: String,
    top: Option<String>,
    facts: Facts,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    path: String,
    #[serde(default)]
    framed: bool,
    settled: bool,
    marks: BTreeMap<String, Look>,
}

/// How a mark looks, in one word.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Look {
    /// A person sees it.
    Seen,
    /// It is in the document only.
    Hidden,
    /// Seen, and disabled.
    Off,
    /// Seen, with text in it.
    Full,
    /// Two of them, seen.
    Two,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expect {
    Unknown(String),
    #[serde(untagged)]
    Page(String),
}

fn mark(look: Look) -> Mark {
    Mark {
        n: if matches!(look, Look::Two) { 2 } else { 1 },
        seen: !matches!(look, Look::Hidden),
        on: !matches!(look, Look::Off),
        full: matches!(look, Look::Full),
    }
}

fn of_facts() -> Vec<Page> {
    cases("pages", |case: &Case| &case.name)
        .into_values()
        .map(|case| {
            assert_source(&case.name, &case.source);
            Page {
                host: case.host,
                top: case.top,
                language: None,
                facts: PageFacts {
                    path: case.facts.path,
                    framed: case.facts.framed,
                    settled: case.facts.settled,
                    marks: case
                        .facts
                        .marks
                        .into_iter()
                        .map(|(name, look)| (name, mark(look)))
                        .collect(),
                    ..PageFacts::default()
                },
                expect: match case.expect {
                    Expect::Page(code) => code,
                    Expect::Unknown(why) => format!("unknown: {why}"),
                },
                alone: None,
                from: From::Facts,
                name: case.name,
            }
        })
        .collect()
}

fn assert_source(name: &str, source: &str) {
    let known = ["salesforce-pages", "security", "token-and-mail", "invented"];
    assert!(
        known.iter().any(|known| source.starts_with(known)),
        "{name}: the source is neither a section of the facts nor `invented`: {source}"
    );
}

// --- files with markup ------------------------------------------------------------------------------------------

fn of_html() -> Vec<Page> {
    let facts: BTreeMap<String, Value> =
        serde_json::from_str(&text(file("tests/cases/html.facts.json"))).unwrap();
    let mut pages = vec![];
    for entry in std::fs::read_dir(file("tests/cases/html")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut labels = labels(&name, &text(&path));
        let mut label = |key: &str| labels.remove(key);
        let url = label("url").unwrap();
        let page = Page {
            host: host_of(&url),
            top: label("top").as_deref().map(host_of),
            language: label("language"),
            facts: json::from_str(
                &facts
                    .get(&name)
                    .unwrap_or_else(|| {
                        panic!("{name}: html.facts.json does not know it; see cases/README.md")
                    })
                    .to_string(),
            )
            .unwrap(),
            expect: label("expect").unwrap(),
            alone: label("alone"),
            from: From::Html,
            name: name.clone(),
        };
        assert_source(&name, &label("source").unwrap());
        let _ = label("why");
        assert!(labels.is_empty(), "{name}: unknown labels {labels:?}");
        assert_eq!(page.top.is_some(), page.facts.framed, "{name}");
        pages.push(page);
    }
    assert_eq!(
        pages.iter().map(|page| &page.name).collect::<BTreeSet<_>>(),
        facts.keys().collect::<BTreeSet<_>>(),
        "html.facts.json is out of date"
    );
    pages
}

/// The `key: value` lines of the comment at the top.
fn labels(name: &str, html: &str) -> BTreeMap<String, String> {
    html.strip_prefix("<!--\n")
        .and_then(|rest| rest.split_once("\n-->\n"))
        .unwrap_or_else(|| panic!("{name}: no labels"))
        .0
        .lines()
        .map(|line| {
            let (key, value) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("{name}: {line}"));
            (key.to_owned(), value.to_owned())
        })
        .collect()
}

fn host_of(url: &str) -> String {
    Origin::of_url(url)
        .unwrap_or_else(|| panic!("no plain address: {url}"))
        .host()
        .to_owned()
}

// --- the table --------------------------------------------------------------------------------------------------

/// A host, and the page around a frame on it (none: its pages are never framed).
type HostRow = (&'static str, Option<&'static str>);

/// Hosts with Salesforce's own log-in form (`facts/salesforce-pages.md` §7).
const LOGIN: &[HostRow] = &[
    ("login.salesforce.com", None),
    ("test.salesforce.com", None),
    ("na12.salesforce.com", None),
    ("cs15.salesforce.com", None),
    ("usa254s.salesforce.com", None),
    ("acme.my.salesforce.com", Some("acme.lightning.force.com")),
    (
        "acme--dev.sandbox.my.salesforce.com",
        Some("acme--dev.sandbox.lightning.force.com"),
    ),
    (
        "orgfarm-0a1b2c.develop.my.salesforce.com",
        Some("orgfarm-0a1b2c.develop.lightning.force.com"),
    ),
    (
        "able-fox-1.scratch.my.salesforce.com",
        Some("able-fox-1.scratch.lightning.force.com"),
    ),
    ("acme.demo.my.salesforce.com", None),
    ("acme.trailblaze.my.salesforce.com", None),
    ("acme--old.cs15.my.salesforce.com", None),
    (
        "acme.my.salesforce.mil",
        Some("acme.lightning.crmforce.mil"),
    ),
    ("login.salesforce.mil", None),
    ("login.sfcrmproducts.cn", None),
    ("test.sfcrmproducts.cn", None),
    (
        "acme.my.sfcrmproducts.cn",
        Some("acme.lightning.sfcrmapps.cn"),
    ),
    ("acme.my-salesforce.com", Some("acme.my-lightning.com")),
    (
        "acme.my.gia.salesforce.com",
        Some("acme.lightning.gia.force.com"),
    ),
    ("acme.cloudforce.com", None),
    ("acme.database.com", None),
];
/// Where people log in by e-mail address: what asks for a user name alone, asks there for an address (§1.2).
const WELCOME: &[HostRow] = &[("welcome.salesforce.com", None)];
const SETUP: &[HostRow] = &[
    (
        "acme.my.salesforce-setup.com",
        Some("acme.my.salesforce-setup.com"),
    ),
    (
        "acme--dev.sandbox.my.salesforce-setup.com",
        Some("acme--dev.sandbox.my.salesforce-setup.com"),
    ),
];
const OTHER: &[HostRow] = &[
    ("acme.lightning.force.com", None),
    ("acme.lightning.crmforce.mil", None),
    ("acme.lightning.sfcrmapps.cn", None),
    ("acme.my-lightning.com", None),
    ("help.salesforce.com", None),
    ("www.salesforce.com", None),
    ("salesforce.com", None),
];
const CUSTOMER: &[HostRow] = &[
    ("acme.my.site.com", None),
    ("acme.my.salesforce-sites.com", None),
    ("acme.secure.force.com", None),
    ("acme--c.vf.force.com", None),
    ("acme--c.na12.visual.force.com", None),
    ("acme--c.visualforce.com", None),
    ("acme.builder.salesforce-experience.com", None),
];
const FOREIGN: &[HostRow] = &[
    ("www.example.com", None),
    ("login.salesforce.com.evil.example", None),
    ("login-salesforce.example", None),
    ("evilsalesforce.com", None),
    ("acme.my.salesforce.com.mcas.ms", None),
    ("login.salesforce.com.", None),
    ("login.saleforce.com", None),
    ("salesforce.co", None),
];

/// One kind: its path, its marks, and whether it waits until absence is believed.
struct Row {
    kind: &'static str,
    path: &'static str,
    seen: &'static str,
    hidden: &'static str,
    login_only: bool,
    waits: bool,
}

const fn row(kind: &'static str, path: &'static str, seen: &'static str) -> Row {
    Row {
        kind,
        path,
        seen,
        hidden: "",
        login_only: false,
        waits: false,
    }
}

const fn waits(row: Row) -> Row {
    Row { waits: true, ..row }
}

const fn login_only(row: Row) -> Row {
    Row {
        login_only: true,
        ..row
    }
}

const EDIT: &str = "/_ui/system/security/ResetApiTokenEdit";
const CHANGE: &str = "/_ui/system/security/ChangePassword";
const FORGOT: &str = "/secur/forgotpassword.jsp";

/// Written from `facts/salesforce-pages.md` §9, not from the rules.
const ROWS: &[Row] = &[
    login_only(row("login", "/", "username password login forgot")),
    login_only(row("login", "/001/o", "username password login")),
    waits(login_only(row(
        "login_username",
        "/",
        "username login forgot",
    ))),
    login_only(Row {
        hidden: "username",
        ..row("login_password", "/login", "password login identity")
    }),
    login_only(Row {
        hidden: "username password login",
        ..row("identity_chooser", "/", "chooser newIdentity")
    }),
    row("forgot", FORGOT, "un continue"),
    row("link_expired", FORGOT, "un continue error"),
    waits(row("check_mail", FORGOT, "")),
    row("security_question", FORGOT, "answer continue"),
    row(
        "interstitial",
        "/_nc_external/identity/ui/login/ForgotPasswordInterstitial",
        "interstitialSave",
    ),
    row(
        "verify_email",
        "/_ui/identity/verification/method/EmailVerificationFinishUi/e",
        "emc codeBox save interstitialSave",
    ),
    row(
        "verify_app",
        "/_ui/identity/verification/method/TotpVerificationUi/e",
        "tc codeBox save interstitialSave",
    ),
    row(
        "verify_sms",
        "/_ui/identity/verification/method/SmsVerificationFinishUi/e",
        "smc codeBox save interstitialSave",
    ),
    row(
        "verify_push",
        "/_ui/identity/verification/method/ToopherVerificationFinishUi/e",
        "",
    ),
    row(
        "new_password",
        CHANGE,
        "newpassword confirmpassword passwordButton",
    ),
    row("change_password_settings", CHANGE, "p4 p5 p6 settingsSave"),
    row("token_reset", EDIT, "resetButton interstitialSave"),
    waits(row("token_reset_missing", EDIT, "")),
    row(
        "token_done",
        "/_ui/system/security/ResetApiTokenConfirm",
        "message",
    ),
    row("phone_nag", "/_ui/identity/phone/AddPhoneNumber", "save"),
    row("maintenance", "/msg/maintenanceandavailable.jsp", ""),
];

/// Marks that say nothing about the kind, in sight or not.
const NOISE: &[(&str, &str)] = &[
    ("", ""),
    ("captcha newIdentity clearIdentity currentpassword", ""),
    ("", "sso captcha p4 error message"),
];

fn of_table() -> Vec<Page> {
    let mut pages = vec![];
    let groups = [LOGIN, WELCOME, SETUP, OTHER, CUSTOMER, FOREIGN];
    for (row, hosts) in ROWS.iter().flat_map(|row| groups.map(|hosts| (row, hosts))) {
        for ((host, top), settled) in hosts.iter().flat_map(|host| [(host, true), (host, false)]) {
            for ((seen, hidden), top) in NOISE
                .iter()
                .flat_map(|noise| [(noise, None), (noise, *top)])
            {
                let mut marks = BTreeMap::new();
                // What the kind itself says stands over the noise.
                for (names, look) in [
                    (hidden, Look::Hidden),
                    (seen, Look::Seen),
                    (&row.hidden, Look::Hidden),
                    (&row.seen, Look::Seen),
                ] {
                    marks.extend(
                        names
                            .split_whitespace()
                            .map(|name| (name.to_owned(), mark(look))),
                    );
                }
                let facts = PageFacts {
                    path: row.path.to_owned(),
                    framed: top.is_some(),
                    settled,
                    marks,
                    ..PageFacts::default()
                };
                let expect = expected(row, hosts, &facts);
                let place = if top.is_some() { "framed" } else { "top" };
                pages.push(Page {
                    name: format!("{} on {host} {place} {settled} [{seen}/{hidden}]", row.kind),
                    host: (*host).to_owned(),
                    top: top.map(str::to_owned),
                    language: None,
                    facts,
                    expect,
                    alone: None,
                    from: From::Table,
                });
            }
        }
    }
    pages
}

fn expected(row: &Row, hosts: &[HostRow], facts: &PageFacts) -> String {
    let is = |group: &[HostRow]| std::ptr::eq(hosts, group);
    let of_site = ["username", "password"]
        .iter()
        .any(|name| facts.marks.get(*name).is_some_and(|mark| mark.seen));
    if is(FOREIGN) {
        "unknown: no_host"
    } else if is(OTHER) {
        "unknown: other_host"
    } else if is(CUSTOMER) && of_site {
        "site_login"
    } else if is(CUSTOMER) {
        "unknown: customer_host"
    } else if row.login_only && is(SETUP) {
        "unknown: unfamiliar"
    } else if row.waits && !facts.settled {
        "unknown: not_settled"
    } else if is(WELCOME) && row.kind == "login_username" {
        "login_email"
    } else {
        row.kind
    }
    .to_owned()
}

// --- tests ------------------------------------------------------------------------------------------------------

fn results(from: From) -> Vec<(String, String, String)> {
    Page::all()
        .into_iter()
        .filter(|page| page.from == from)
        .map(|page| {
            let got = page.got();
            (page.name, page.expect, got)
        })
        .collect()
}

#[test]
fn pages() {
    judge_all("pages", &results(From::Facts));
}

#[test]
fn pages_of_markup() {
    judge_all("html", &results(From::Html));
}

#[test]
fn pages_of_the_table() {
    judge_all("table", &results(From::Table));
}

#[test]
fn there_are_enough_cases() {
    let files: Vec<_> = Page::all()
        .into_iter()
        .filter(|page| page.from != From::Table)
        .collect();
    let html: Vec<_> = files
        .iter()
        .filter(|page| page.from == From::Html)
        .collect();
    let negatives = files.iter().filter(|page| page.is_negative()).count();
    let foreign = html.iter().filter(|page| page.is_negative()).count();
    let languages: BTreeSet<_> = files
        .iter()
        .filter_map(|page| page.language.as_deref())
        .collect();
    assert!(files.len() >= 400, "{} page cases", files.len());
    assert!(negatives >= 150, "{negatives} negatives");
    assert!(
        html.len() >= 120 && foreign >= 60,
        "{} of markup, {foreign} of them negative",
        html.len()
    );
    assert!(languages.len() >= 8, "{languages:?}");
    for kind in PAGES {
        for from in [From::Facts, From::Html] {
            assert!(
                files
                    .iter()
                    .any(|page| page.from == from && page.expect == kind.code()),
                "no case of {} among the {from:?}",
                kind.code()
            );
        }
    }
}

#[test]
fn cases_name_marks_that_the_agent_has() {
    let agent = marks_of_the_agent();
    for page in Page::all() {
        for mark in page.facts.marks.keys() {
            assert!(
                agent.contains(mark),
                "{}: the agent knows no mark {mark}",
                page.name
            );
        }
        assert!(
            !page.facts.framed || page.top.is_some(),
            "{}: a frame in what?",
            page.name
        );
    }
}

/// The guide touches nothing on a page that is none of its own, and on its own only what belongs to the kind
/// that a person says the page is, not to what the rules took it for.
#[test]
pub fn the_guide_touches_only_what_it_may() {
    let results: Vec<_> = Page::all()
        .into_iter()
        .map(|page| {
            let wrong = wrong(&page).join(", ");
            (page.name, String::new(), wrong)
        })
        .collect();
    judge_all("actions", &results);
}

/// The test above would also pass if the guide did nothing at all: everything that it can do, it does on some case.
#[test]
fn the_guide_does_all_that_it_may() {
    let done: BTreeSet<String> = of_facts()
        .iter()
        .chain(&of_html())
        .flat_map(verbs)
        .collect();
    let all = [
        "fill codeBox",
        "fill confirmpassword",
        "fill emc",
        "fill newpassword",
        "fill p5",
        "fill p6",
        "fill un",
        "fill username",
        "press clearIdentity",
        "press continue",
        "press forgot",
        "press interstitialSave",
        "press login",
        "press newIdentity",
        "press passwordButton",
        "press resetButton",
        "press save",
        "press settingsSave",
    ];
    assert_eq!(done.iter().collect::<Vec<_>>(), all);
}

/// No mark on the page of another site makes it one to act on, whatever its markup; and where the host alone
/// speaks against it, the case says so.
#[test]
fn other_sites_are_never_pages_to_act_on() {
    for page in Page::all() {
        if page.expect != "unknown: no_host" {
            continue;
        }
        assert_eq!(page.got(), "unknown: no_host", "{}", page.name);
        assert!(verbs(&page).is_empty(), "{}", page.name);
        if page.from == From::Html {
            let alone = classified("acme.my.salesforce.com", &page.facts);
            assert_eq!(page.alone, Some(alone), "{}", page.name);
        }
    }
}

/// A page in another language has the same facts as its sisters: all cases of a kind that share a name but for
/// the language yield the same marks.
#[test]
fn language_changes_no_mark() {
    let mut sisters: BTreeMap<String, Vec<Page>> = BTreeMap::new();
    for page in of_html() {
        let language = page.language.clone().unwrap();
        let tail = format!("_{}", language.to_lowercase().replace('-', "_"));
        if let Some(stem) = page.name.strip_suffix(&tail) {
            sisters.entry(stem.to_owned()).or_default().push(page);
        }
    }
    for stem in ["login", "token_reset", "token_done", "forgot", "check_mail"] {
        let pages = &sisters[stem];
        assert!(pages.len() >= 5, "{stem}");
        for page in pages {
            assert_eq!(page.facts.marks, pages[0].facts.marks, "{}", page.name);
        }
    }
}
