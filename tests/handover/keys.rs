//! Keys, certificates, assertions and encrypted passwords, read by openssl.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const NOW: u64 = 1_795_564_800_000;

/// A key takes a second even here, so the tests share one.
pub fn made() -> &'static Value {
    static MADE: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    MADE.get_or_init(|| {
        let random = URL_SAFE_NO_PAD.encode([0xa5; 48]);
        tool(
            "jwt_key",
            &json!({ "random": random, "name": "ada.byron@acme.example", "now": NOW, "days": 730 }),
        )
    })
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl is missing");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[test]
fn openssl_reads_the_certificate_and_it_fits_the_key() {
    let made = made();
    let certificate = text(made, "certificatePem").as_bytes();
    let said = String::from_utf8(openssl(
        &[
            "x509",
            "-noout",
            "-subject",
            "-issuer",
            "-dates",
            "-fingerprint",
            "-sha256",
            "-pubkey",
            "-text",
        ],
        certificate,
    ))
    .unwrap();
    for part in [
        "CN = ada.byron@acme.example",
        "notBefore=Nov 25 00:00:00 2026 GMT",
        "notAfter=Nov 24 00:00:00 2028 GMT",
        "Public-Key: (2048 bit)",
        "sha256WithRSAEncryption",
        "Version: 3",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    let fingerprint: String = said
        .split("ingerprint=")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .replace(':', "");
    assert_eq!(fingerprint.to_lowercase(), text(made, "fingerprint"));
    let public = openssl(&["pkey", "-pubout"], text(made, "keyPem").as_bytes());
    assert!(said.contains(std::str::from_utf8(&public).unwrap()));
    // It is signed with its own key.
    let file = exports::folder().join("keys/self.pem");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, certificate).unwrap();
    openssl(
        &[
            "verify",
            "-check_ss_sig",
            "-partial_chain",
            "-trusted",
            file.to_str().unwrap(),
            file.to_str().unwrap(),
        ],
        b"",
    );
}

#[test]
fn openssl_verifies_the_assertion() {
    let made = made();
    let signed = tool(
        "jwt_sign",
        &json!({
            "pkcs8": text(made, "pkcs8"),
            "account": account("ada.byron@acme.example", "", "", "acme--dev.sandbox.my.salesforce.com"),
            "clientId": "3MVG9Invented",
            "now": NOW,
        }),
    );
    let assertion = text(&signed, "assertion");
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        panic!("not three parts")
    };
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(read(header), json!({ "alg": "RS256", "typ": "JWT" }));
    assert_eq!(
        read(claims),
        json!({
            "iss": "3MVG9Invented",
            "sub": "ada.byron@acme.example",
            "aud": "https://test.salesforce.com",
            "exp": NOW / 1000 + 180,
        })
    );
    assert_eq!(
        text(&signed, "tokenUrl"),
        "https://acme--dev.sandbox.my.salesforce.com/services/oauth2/token"
    );
    let folder = exports::folder().join("keys");
    std::fs::create_dir_all(&folder).unwrap();
    let (public, proof) = (folder.join("public.pem"), folder.join("signature"));
    std::fs::write(
        &public,
        openssl(&["pkey", "-pubout"], text(made, "keyPem").as_bytes()),
    )
    .unwrap();
    std::fs::write(&proof, URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let said = openssl(
        &[
            "dgst",
            "-sha256",
            "-verify",
            public.to_str().unwrap(),
            "-signature",
            proof.to_str().unwrap(),
        ],
        format!("{header}.{claims}").as_bytes(),
    );
    assert_eq!(said, b"Verified OK\n");
}

#[test]
fn a_key_from_elsewhere_is_taken_and_a_bad_one_is_refused() {
    let der = |bits: &str| {
        openssl(
            &[
                "genpkey",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                &format!("rsa_keygen_bits:{bits}"),
                "-outform",
                "DER",
            ],
            b"",
        )
    };
    let ask = |pkcs8: &str, random: usize, days: u32| {
        json!({
            "random": URL_SAFE_NO_PAD.encode(vec![1; random]), "pkcs8": pkcs8, "name": "ä\n/CN=x,", "now": NOW, "days": days,
        })
    };
    let good = URL_SAFE_NO_PAD.encode(openssl(
        &[
            "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER",
        ],
        &der("2048"),
    ));
    let made = tool("jwt_key", &ask(&good, 48, 30));
    let subject = openssl(
        &["x509", "-noout", "-subject"],
        text(&made, "certificatePem").as_bytes(),
    );
    assert_eq!(
        String::from_utf8(subject).unwrap().trim(),
        "subject=CN = CNx"
    );
    assert_eq!(text(&made, "pkcs8"), good);
    let short = URL_SAFE_NO_PAD.encode(openssl(
        &[
            "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER",
        ],
        &der("1024"),
    ));
    let table = [
        (ask(&short, 48, 30), "jwt_bad_key"),
        (ask("AAAA", 48, 30), "jwt_bad_key"),
        (ask(&good, 47, 30), "handover_bad_value"),
        (ask(&good, 48, 0), "handover_bad_value"),
        (ask(&good, 48, 3651), "handover_bad_value"),
    ];
    for (input, code) in table {
        assert_eq!(tool("jwt_key", &input)["fault"]["code"], code);
    }
}

#[test]
fn openssl_reads_what_data_loader_reads() {
    let random: Vec<u8> = (0..32).map(|n: u8| n.wrapping_mul(37)).collect();
    let own = URL_SAFE_NO_PAD.encode([9; 20]);
    for key_file in [None, Some(own.as_str())] {
        let mut ask = json!({
            "account": account("ada.byron@acme.example", "pä\"s$", "InventedTokenNumber00001A", "login.salesforce.com"),
            "format": "data_loader",
            "random": URL_SAFE_NO_PAD.encode(&random),
            "redacted": false,
        });
        if let Some(own) = key_file {
            ask["keyFile"] = json!(own);
        }
        let rendered = tool("format", &ask);
        let key = match key_file {
            Some(_) => vec![9; 16],
            None => URL_SAFE_NO_PAD
                .decode(rendered["extra"]["bytes"].as_str().unwrap())
                .unwrap(),
        };
        let entry = text(&rendered, "text")
            .split("sfdc.password\" value=\"")
            .nth(1)
            .unwrap();
        let bytes = from_data_loader(entry.split('"').next().unwrap());
        let (iv, encrypted) = bytes.split_at(16);
        let plain = openssl(
            &[
                "enc",
                "-d",
                "-aes-128-cbc",
                "-K",
                &hex(&key),
                "-iv",
                &hex(iv),
            ],
            encrypted,
        );
        assert_eq!(
            String::from_utf8(plain).unwrap(),
            "pä\"s$InventedTokenNumber00001A"
        );
    }
}

/// Data Loader's `textToBytes`, as its source has it: above 127 a number counts down from −1.
fn from_data_loader(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| {
            let number = i16::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap();
            let number = if number > 127 {
                -(number - 127)
            } else {
                number
            };
            number as i8 as u8
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
