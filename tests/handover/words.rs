//! Every code that can reach a person has its sentence.

use std::collections::BTreeSet;

use token_keeper::handover::{SENTENCES, advice, clock, faults, formats, setup, uses, wayout};

use super::*;

fn messages() -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string("extension/_locales/en/messages.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn named(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

/// Every sentence that this room speaks of.
fn wanted() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut both = |group: &str, code: &str| {
        ids.insert(format!("{group}_{code}"));
        ids.insert(format!("{group}_{code}_help"));
    };
    for fault in faults::FAULTS {
        both("probe", fault.code);
    }
    for (code, _) in faults::OTHERS {
        both("probe", code);
    }
    for (cause, _) in advice::causes() {
        both("cause", cause);
    }
    use clock::State;
    for state in [
        State::Unknown,
        State::Alive,
        State::Disabled,
        State::NeedsPermission,
        State::Gone,
    ] {
        both("clock", &named(state));
    }
    let mut one = |group: &str, code: &str| ids.insert(format!("{group}_{code}"));
    for note in ["before", "unchecked", "counted", "other_environment"] {
        one("probe", note);
    }
    for stage in ["calm", "plan", "soon", "over", "probably_off"] {
        one("clock", stage);
    }
    for verdict in [
        advice::Verdict::Will,
        advice::Verdict::Wont,
        advice::Verdict::Unsure,
    ] {
        one("forecast", &named(verdict));
    }
    for symptom in advice::SYMPTOMS {
        one("symptom", &named(symptom));
    }
    for format in formats::FORMATS {
        one("format", format.id);
    }
    for (page, _) in setup::PAGES {
        one("link", page);
    }
    for (step, _) in wayout::STEPS {
        one("jwt", step);
    }
    for kind in [
        uses::Kind::Job,
        uses::Kind::Variable,
        uses::Kind::File,
        uses::Kind::Person,
    ] {
        one("use", &named(kind));
    }
    for (cause, admin) in advice::causes() {
        if admin {
            let message = tool(
                "admin_message",
                &json!({ "cause": cause, "username": "ada@acme.example", "host": "acme.my.salesforce.com" }),
            );
            for line in message["lines"]
                .as_array()
                .unwrap()
                .iter()
                .chain([&message["subject"]])
            {
                ids.insert(line["id"].as_str().unwrap().to_owned());
            }
        }
    }
    ids
}

/// All that the app's own files say.
fn app_source(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            if path.is_dir() {
                app_source(&path)
            } else {
                std::fs::read_to_string(path).unwrap()
            }
        })
        .collect()
}

#[test]
fn every_code_has_its_sentence_and_every_sentence_its_code() {
    let messages = messages();
    let wanted = wanted();
    for id in &wanted {
        assert!(messages.contains_key(id), "no sentence: {id}");
    }
    let app = app_source(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ui"
    )));
    let groups = SENTENCES.map(|group| format!("{group}_"));
    for id in messages.keys() {
        let ours = groups.iter().any(|group| id.starts_with(group));
        // The app has sentences of its own, whose names happen to begin alike.
        let general = id.ends_with("_other") || app.contains(&format!("\"{id}\""));
        assert!(!ours || general || wanted.contains(id), "nobody says: {id}");
    }
    for group in SENTENCES.iter().filter(|group| **group != "admin") {
        assert!(
            messages.contains_key(&format!("{group}_other")),
            "no general sentence: {group}"
        );
    }
}

/// The codes of refusals stand in the source as texts; each has its sentence.
#[test]
fn every_refusal_has_its_sentence() {
    let messages = messages();
    let mut found = 0;
    for file in std::fs::read_dir("src/handover").unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let refusals = source.split("Refusal::new(\"").skip(1);
        let codes = source.split("=> \"").skip(1).filter(|rest| {
            ["template_", "format_", "handover_"]
                .iter()
                .any(|front| rest.starts_with(front))
        });
        for rest in refusals.chain(codes) {
            let code = rest.split('"').next().unwrap();
            assert!(
                messages.contains_key(&format!("fault_{code}")),
                "no sentence: fault_{code}"
            );
            found += 1;
        }
    }
    assert!(
        found > 30,
        "only {found} codes were found: the test looks in the wrong place"
    );
}

#[test]
fn arguments_stand_where_the_sentences_expect_them() {
    let messages = messages();
    for cause in advice::causes().iter().filter(|(_, admin)| *admin) {
        let message = tool(
            "admin_message",
            &json!({ "cause": cause.0, "username": "ada@acme.example", "host": "acme.my.salesforce.com" }),
        );
        for line in message["lines"]
            .as_array()
            .unwrap()
            .iter()
            .chain([&message["subject"]])
        {
            let sentence = &messages[line["id"].as_str().unwrap()];
            assert_eq!(
                line.get("argument").is_some(),
                sentence.get("placeholders").is_some(),
                "{line}"
            );
        }
    }
}
