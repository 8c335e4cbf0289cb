//! Writes the files that real clients read and log in with: `target/handover/<account>/…`, and `accounts.json`, which
//! says what must come out. `tests/clients` takes it from there; nothing of what is written here is touched on the way.

use std::path::PathBuf;

use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use token_keeper::handover::formats::FORMATS;

/// Passwords that break what is not escaped. Each becomes the password of a user of the practice org.
const PASSWORDS: &[(&str, &str)] = &[
    ("plain", "Difference3Engine"),
    ("quotes", r#"a'b"c`d1A"#),
    ("dollar", "$HOME ${HOME} ${x:-y} $(id) 1A"),
    ("hash", "one # two#three 1A"),
    ("query", "a&b=c?d%20e+f;g@h:i/j 1A"),
    ("blanks", "  leading and trailing 1A  "),
    ("backslash", r"a\b\\c\n\t\u0041\x41 1A\"),
    ("backslash_quote", r#"a\'b\"c 1A"#),
    ("unicode", "pässwörd–„日本“😀 1A"),
    ("markup", "<a href=\"x\">&amp;]]><!-- 1A"),
    ("braces", "{username} {{x}} }a{ #{1+1} %{x} 1A"),
    ("yaml", "- !!str: [a, b] | > * & 1A"),
    ("digits", "0123456789"),
    ("equals", "=1A==\"="),
    ("mule", "#[payload] 1A"),
    ("typographic", "a’b‘c‚d‛e 1A"),
];

/// What random passwords are made of: all that means something to some reader, and blanks of every kind.
const ALPHABET: &str = "'\"`\\$#{}&<>=:;!%@ []()*~^|/?,.-_+ abnrtux01Aé“😀\u{a0}\u{2028}\u{feff}";
/// How many of them are read back; nobody logs in with them.
const RANDOM: usize = 60;

/// Invented passwords, the same on every run.
fn passwords() -> Vec<(String, String)> {
    let alphabet: Vec<char> = ALPHABET.chars().collect();
    let mut seed = 1u32;
    let mut below = |n: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % n
    };
    let fixed = PASSWORDS
        .iter()
        .map(|(name, password)| ((*name).to_owned(), (*password).to_owned()));
    let random = (0..RANDOM).map(|index| {
        let length = 1 + below(14);
        let password = (0..length)
            .map(|_| alphabet[below(alphabet.len())])
            .collect();
        (format!("random{index:02}"), password)
    });
    fixed.chain(random).collect()
}

/// Hosts on which the users log in, in turn.
const HOSTS: &[&str] = &[
    "login.salesforce.com",
    "acme.my.salesforce.com",
    "acme.lightning.force.com",
];

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/handover")
}

#[test]
fn exports_for_real_clients() {
    let folder = folder();
    let mut accounts = Vec::new();
    for (index, (name, password)) in passwords().iter().enumerate() {
        let username = format!("{name}.o'neil+x@acme.example");
        let token = format!("InventedTokenNumber{index:05}A");
        let host = HOSTS[index % HOSTS.len()];
        let own = folder.join(name);
        let _ = std::fs::remove_dir_all(&own);
        std::fs::create_dir_all(&own).unwrap();
        let mut unfit = Vec::new();
        for format in FORMATS {
            let rendered = tool(
                "format",
                &json!({
                    "account": account(&username, password, &token, host),
                    "format": format.id,
                    "random": URL_SAFE_NO_PAD.encode([index as u8; 32]),
                    "redacted": false,
                }),
            );
            match rendered["text"].as_str() {
                Some(text) => std::fs::write(own.join(format.id), text).unwrap(),
                None => {
                    assert_eq!(
                        rendered["fault"]["code"], "format_unfit",
                        "{name} {}",
                        format.id
                    );
                    unfit.push(format.id);
                }
            }
        }
        accounts.push(json!({
            "name": name, "username": username, "password": password, "token": token, "unfit": unfit, "random": index >= PASSWORDS.len(),
            "host": if host == "login.salesforce.com" { host } else { "acme.my.salesforce.com" },
        }));
    }
    std::fs::write(
        folder.join("accounts.json"),
        serde_json::to_string_pretty(&accounts).unwrap(),
    )
    .unwrap();
    write_jwt();
}

/// The same for the way out: key, certificate and the configured clients.
fn write_jwt() {
    let folder = folder().join("jwt");
    std::fs::create_dir_all(&folder).unwrap();
    let made = keys::made();
    let write = |file: &str, text: &Value| {
        std::fs::write(folder.join(file), text.as_str().unwrap()).unwrap()
    };
    write("server.key", &made["keyPem"]);
    write("server.crt", &made["certificatePem"]);
    let user = account("ada.byron@acme.example", "", "", "acme.my.salesforce.com");
    let way_out = tool(
        "jwt_config",
        &json!({ "account": user, "clientId": "3MVG9Invented" }),
    );
    for config in way_out["configs"].as_array().unwrap() {
        write(config["id"].as_str().unwrap(), &config["text"]);
    }
    // Signed for now: the verifiers look at the clock.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    let signed = tool(
        "jwt_sign",
        &json!({ "pkcs8": made["pkcs8"], "account": user, "clientId": "3MVG9Invented", "now": now }),
    );
    write("assertion", &signed["assertion"]);
}

/// Only what a reader really cannot read is refused, and the common formats take everything.
#[test]
fn few_values_are_unfit() {
    const ALLOWED: &[(&str, &[&str])] = &[
        ("quotes", &[]),
        ("dollar", &["env", "env_sf", "camel", "mule"]),
        ("blanks", &["env_docker"]),
        ("backslash", &[]),
        ("backslash_quote", &[]),
        ("mule", &["mule"]),
        ("braces", &["camel"]),
    ];
    for (name, password) in PASSWORDS {
        let allowed = ALLOWED
            .iter()
            .find(|(known, _)| known == name)
            .map_or(&[][..], |(_, ids)| ids);
        for format in FORMATS {
            let rendered = tool(
                "format",
                &json!({
                    "account": account("ada@acme.example", password, "InventedTokenNumber00001A", "login.salesforce.com"),
                    "format": format.id,
                    "random": URL_SAFE_NO_PAD.encode([7; 32]),
                    "redacted": false,
                }),
            );
            assert_eq!(
                rendered["text"].is_string(),
                !allowed.contains(&format.id),
                "{name} {}",
                format.id
            );
        }
    }
}
