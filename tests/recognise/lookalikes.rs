//! `lookalikes.json`: hosts that imitate Salesforce, each with the reasons that a person is told, and ordinary hosts of
//! which nobody must be warned. The counts are printed (`cargo test --test recognise lookalikes -- --nocapture`).

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use serde_json::json;
use token_keeper::recognise::confusable::plain;
use token_keeper::recognise::host::Host;
use token_keeper::recognise::lookalike::{Answer, Judgement, Question, Reason, WARN, judge};
use token_keeper::tools;

use crate::names::LOOKALIKES;
use crate::{file, hosts, text};

#[derive(Deserialize)]
struct Cases {
    imitations: Vec<Case>,
    ordinary: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// As the browser writes it.
    address: String,
    /// The same as a person sees it, where that differs.
    shown: Option<String>,
    /// Hosts of the person's accounts.
    #[serde(default)]
    hosts: Vec<String>,
    /// Marks that are seen on the page.
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    reasons: Vec<String>,
}

fn cases() -> Cases {
    serde_json::from_str(&text(file("tests/cases/lookalikes.json"))).unwrap()
}

/// What the browser gives of a page on which these marks are seen, and one is not.
fn look(marks: &[impl AsRef<str>]) -> String {
    if marks.is_empty() {
        return String::new();
    }
    let mark = |seen| json!({"n": 1, "seen": seen, "on": true, "full": false});
    let mut all: serde_json::Map<_, _> = marks
        .iter()
        .map(|name| (name.as_ref().to_owned(), mark(true)))
        .collect();
    all.entry("newIdentity").or_insert(mark(false));
    json!([{"frameId": 0, "result": {"path": "/", "settled": true, "marks": all}}]).to_string()
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn judged(address: &str) -> Judgement {
    judge(&Question {
        address: address.to_owned(),
        ..Question::default()
    })
}

fn codes(judgement: &Judgement) -> Vec<&'static str> {
    judgement
        .reasons
        .iter()
        .map(|reason| reason.code())
        .collect()
}

/// Salesforce's whole log-in form.
const FORM: &[&str] = &["username", "password", "login", "rememberUn", "forgot"];

/// Accounts whose orgs have names that are also words, numbers, or other companies' customers.
const ACCOUNTS: &[&str] = &[
    "acme.my.salesforce.com",
    "umbrella-corp--dev.sandbox.lightning.force.com",
    "a1.my.salesforce.com",
    "acme1.my.salesforce.com",
    "team5.my.salesforce.com",
    "munchen.my.salesforce.com",
];

#[test]
pub fn cases_and_counts() {
    let Cases {
        imitations,
        ordinary,
    } = cases();
    assert!(imitations.len() >= 150 && ordinary.len() >= 300);
    let mut seen = BTreeSet::new();
    let mut wrong = vec![];
    let mut met = BTreeSet::new();
    for case in &imitations {
        let judgement = judge(&question(case));
        met.extend(judgement.reasons.iter().copied());
        if !judgement.warns() || codes(&judgement) != case.reasons {
            let shown = case.shown.as_ref().unwrap_or(&case.address);
            wrong.push(format!("{shown}: {judgement:?}, not {:?}", case.reasons));
        }
        assert!(
            seen.insert((&case.address, &case.hosts, &case.marks)),
            "{} twice",
            case.address
        );
    }
    let missed = wrong.len();
    let mut weak = 0;
    for case in &ordinary {
        assert!(case.reasons.is_empty(), "{}", case.address);
        assert!(
            seen.insert((&case.address, &case.hosts, &case.marks)),
            "{} twice",
            case.address
        );
        let mut asked = question(case);
        let alone = judge(&asked);
        asked.hosts = strings(ACCOUNTS);
        weak += u32::from(alone.score > 0);
        for judgement in [alone, judge(&asked)] {
            if judgement.warns() {
                wrong.push(format!("{}: {judgement:?}", case.address));
            }
        }
    }
    eprintln!(
        "look-alikes: {} of {} imitations reported for the expected reasons; {} false alarms on {} ordinary hosts \
         ({weak} of them have a score, below {WARN}), each alone and with {} accounts",
        imitations.len() - missed,
        imitations.len(),
        wrong.len() - missed,
        ordinary.len(),
        ACCOUNTS.len(),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unmet: Vec<_> = LOOKALIKES
        .iter()
        .filter(|reason| !met.contains(reason))
        .collect();
    assert!(unmet.is_empty(), "no case for {unmet:?}");
}

fn question(case: &Case) -> Question {
    Question {
        address: case.address.clone(),
        hosts: case.hosts.clone(),
        look: look(&case.marks),
    }
}

/// What is said to be seen of an address is what its letters are.
#[test]
fn shown_names_are_those_of_the_address() {
    for case in cases().imitations {
        let Some(shown) = case.shown else { continue };
        let decoded: Vec<String> = case
            .address
            .trim_start_matches("https://")
            .split('.')
            .map(token_keeper::recognise::confusable::decoded)
            .collect();
        assert_eq!(decoded.join("."), shown);
    }
}

/// Nobody is warned of Salesforce itself, whatever the port, the user part and the page.
#[test]
fn genuine_hosts_are_no_lookalikes() {
    let mut count = 0;
    for (given, expected) in hosts::rows() {
        if expected.is_null() {
            continue;
        }
        let name = given.strip_prefix("https://").unwrap_or(&given);
        count += 1;
        for address in [
            format!("https://{name}"),
            format!("http://{name}"),
            format!("https://{name}."),
            format!("https://{name}:8443"),
            format!("https://user:pw@{name}"),
            format!("https://login.salesforce.com@{name}"),
            format!("https://{}", name.to_uppercase()),
            format!("https://xn--acme-9na.{name}"),
        ] {
            // Below a host of Salesforce's nobody else has a name; a customer's site is the shortest such host.
            let judgement = judge(&Question {
                address: address.clone(),
                hosts: strings(ACCOUNTS),
                look: look(FORM),
            });
            assert_eq!(judgement, Judgement::default(), "{address}");
        }
    }
    eprintln!("look-alikes: no alarm on {count} genuine hosts");
}

/// Every slip of one letter, as a typist or an impostor makes it.
#[test]
fn every_one_letter_slip_is_reported() {
    const BRAND: &str = "salesforce";
    // Another company's name; and the brand with a hyphen, which is also an ordinary word.
    const HONEST: &[&str] = &["salesforge", "sales-force"];
    let letters: Vec<char> = ('a'..='z').chain(['-']).collect();
    let mut slips = BTreeSet::new();
    for at in 0..=BRAND.len() {
        let (head, tail) = BRAND.split_at(at);
        let rest = tail.get(1..).unwrap_or("");
        for letter in &letters {
            slips.insert(format!("{head}{letter}{tail}"));
            slips.insert(format!("{head}{letter}{rest}"));
        }
        slips.insert(format!("{head}{rest}"));
        if let Some([a, b]) = tail.as_bytes().get(..2) {
            slips.insert(format!(
                "{head}{}{}{}",
                char::from(*b),
                char::from(*a),
                &tail[2..]
            ));
        }
    }
    slips.retain(|slip| slip != BRAND && !slip.starts_with('-') && !slip.ends_with('-'));
    assert!(slips.len() > 500);
    for slip in slips {
        for host in [
            format!("{slip}.com"),
            format!("login.{slip}.example"),
            format!("my{slip}.net"),
        ] {
            let warned = judged(&format!("https://{host}")).warns();
            assert_eq!(
                warned,
                !HONEST.contains(&slip.as_str()) || host == "mysales-force.net",
                "{host}"
            );
        }
    }
}

/// Every character of Unicode that passes for a letter of the brand, put in that letter's place.
#[test]
fn every_homograph_of_a_letter_is_reported() {
    let mut count = 0;
    for letter in "salesforce".chars().collect::<BTreeSet<_>>() {
        for c in ('\u{A1}'..='\u{1FFFF}').filter(|c| c.is_alphabetic()) {
            // A browser folds capital letters before it writes a name.
            let small: String = c.to_lowercase().collect();
            if plain(&small) != letter.to_string() {
                continue;
            }
            count += 1;
            let label = "salesforce".replacen(letter, &small, 1);
            let label = format!("xn--{}", idna::punycode::encode_str(&label).unwrap());
            let judgement = judged(&format!("https://login.{label}.com"));
            assert!(
                judgement.reasons.contains(&Reason::ForeignLetters),
                "{c}: {judgement:?}"
            );
            assert!(judgement.score >= 90, "{c}");
        }
    }
    eprintln!("look-alikes: {count} homographs reported");
    assert!(count > 300);
}

#[test]
fn a_log_in_form_on_a_foreign_host() {
    // Marks, and the score on a host that has nothing to do with Salesforce.
    let table: &[(&[&str], u32)] = &[
        (&[], 0),
        (&["username", "password"], 0),
        (&["login"], 0),
        (&["username", "login"], 0),
        (&["password", "login"], 0),
        (&["rememberUn", "forgot"], 0),
        (&["username", "password", "login"], 35),
        (&["username", "login", "forgot"], 65),
        (&["password", "login", "identity"], 65),
        (&["username", "password", "login", "chooser"], 65),
        (&["username", "password", "login", "newIdentity"], 65),
        (&["username", "password", "login", "clearIdentity"], 65),
        (&["username", "password", "login", "sso"], 65),
        (FORM, 65),
        // The standard log-in page of a customer's site under his own name.
        (&["sitesUser", "sitesPassword", "login"], 0),
    ];
    for (marks, score) in table {
        let judgement = judge(&Question {
            address: "https://www.example.com".to_owned(),
            look: look(marks),
            ..Question::default()
        });
        assert_eq!(judgement.score, *score, "{marks:?}");
        assert_eq!(judgement.reasons.is_empty(), *score == 0, "{marks:?}");
    }
}

#[test]
fn what_is_no_web_page_is_nothing() {
    for address in [
        "",
        "about:blank",
        "about:srcdoc",
        "chrome://settings",
        "chrome-extension://login.salesforce.com.evil.example",
        "file://login.salesforce.com.evil.example",
        "data:text/html,login.salesforce.com.evil.example",
        "https://",
        "https://@",
        "https://:443",
        "login.salesforce.com.evil.example",
        "ftp://login.salesforce.com.evil.example",
        "https://.",
        "javascript:0//login.salesforce.com",
    ] {
        assert_eq!(judged(address), Judgement::default(), "{address}");
    }
}

#[test]
fn the_tool_answers_in_codes_and_only_from_the_warning_on() {
    let ask = |json: &str| -> Option<Answer> {
        Some(serde_json::from_str(&tools::run("lookalike", json)?).unwrap())
    };
    let table = [
        (
            r#"{"address":"https://login.salesforce.com.evil.example"}"#,
            90,
            vec!["owned_name_inside"],
        ),
        (
            r#"{"address":"https://salesforcefans.example"}"#,
            25,
            vec![],
        ),
        (
            r#"{"address":"https://salesforcefans.example","look":"[{\"result\":{\"marks\":{\"username\":{\"seen\":true},\"password\":{\"seen\":true},\"login\":{\"seen\":true}}}}]","hosts":[]}"#,
            51,
            vec!["login_form", "brand_in_name"],
        ),
        (
            r#"{"address":"https://acme.lightning.example","hosts":["acme--dev.sandbox.my.salesforce.com"]}"#,
            60,
            vec!["org_in_name"],
        ),
        (r#"{"address":"https://login.salesforce.com"}"#, 0, vec![]),
        // A look that cannot be read is none.
        (
            r#"{"address":"https://login.salesforce.co","look":"[{}]"}"#,
            65,
            vec!["wrong_ending"],
        ),
        ("{}", 0, vec![]),
    ];
    for (json, score, reasons) in table {
        let reasons = strings(&reasons);
        assert_eq!(ask(json), Some(Answer { score, reasons }), "{json}");
    }
    for json in ["", "null", "[]", r#"{"address":7}"#, r#"{"address":"x""#] {
        assert_eq!(ask(json), None, "{json}");
    }
}

fn some_host() -> impl Strategy<Value = String> {
    let label = select(strings(&[
        "login",
        "my",
        "acme",
        "acme--dev",
        "salesforce",
        "salesforce-login",
        "sa1esforce",
        "xn--slesforce-0yh",
        "xn--",
        "xn--a",
        "sales-force",
        "force",
        "lightning",
        "com",
        "co",
        "uk",
        "com-secure",
        "sfdc",
        "www",
        "example",
        "evil",
        "192",
        "0",
        "",
        "-",
        "a",
        "sfdc-sso",
        "\u{430}cme",
    ]));
    prop_oneof![
        4 => prop::collection::vec(label, 0..6).prop_map(|labels| labels.join(".")),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A whole name of Salesforce in front of somebody's domain is always reported.
    #[test]
    fn an_owned_name_in_front_is_always_reported(
        head in "([a-z0-9]{1,9}[.-]){0,3}",
        owned in select(strings(&["salesforce.com", "my.salesforce.com", "login.salesforce.com", "lightning.force.com", "my-salesforce.com", "my.site.com"])),
        tail in "(-[a-z0-9]{1,9}){0,3}(\\.[a-z0-9]{1,9}){1,3}\\.[a-z]{4,6}",
    ) {
        let host = format!("{head}{owned}{tail}");
        let judgement = judged(&format!("https://{host}"));
        let genuine = token_keeper::recognise::host::is_owned(&host);
        prop_assert_eq!(judgement.reasons.contains(&Reason::OwnedNameInside), !genuine, "{}: {:?}", host, judgement);
        prop_assert_eq!(judgement.warns(), !genuine);
    }

    /// No input panics; the score is a percentage; each reason comes once; the log-in form never makes a host look better.
    #[test]
    fn whatever_the_input(host in some_host(), user in some_host(), scheme in select(strings(&["https://", "http://", "", "x://"])), known in some_host()) {
        let address = format!("{scheme}{user}@{host}");
        let mut asked = Question { address: address.clone(), hosts: vec![known, "acme.my.salesforce.com".to_owned()], look: String::new() };
        let bare = judge(&asked);
        asked.look = look(FORM);
        let with_form = judge(&asked);
        for judgement in [&bare, &with_form] {
            prop_assert!(judgement.score <= 100);
            prop_assert_eq!(judgement.score == 0, judgement.reasons.is_empty());
            let once: BTreeSet<_> = judgement.reasons.iter().collect();
            prop_assert_eq!(once.len(), judgement.reasons.len());
        }
        prop_assert!(with_form.score >= bare.score);
        // (Some characters in front would end the host early.)
        if Host::recognise(&host).is_some() && !user.contains(['/', '?', '#', '\\']) {
            prop_assert_eq!(with_form.score, 0, "{}", address);
        }
        let json = serde_json::to_string(&asked).unwrap();
        prop_assert!(tools::run("lookalike", &json).is_some());
        let _ = tools::run("lookalike", &address);
    }
}
