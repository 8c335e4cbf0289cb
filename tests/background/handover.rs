//! A token is put to work: what the app may ask, what leaves the browser, and what is kept of it.

use serde_json::{Value, json};

use super::*;

const TYPED: &str = "Typed-Password-77";

/// Ada's account, seen on her org's own host.
fn ada() -> (Twin, String) {
    let twin = open();
    for secret in [TYPED, TOKENS[0], TOKENS[1]] {
        twin.secret(secret);
    }
    before_reset(&twin);
    twin.ask(&Intent::PressReset);
    twin.settle();
    mail(&twin, &token_mail(ADA, TOKENS[0]));
    twin.settle();
    let id = account(&twin.view(), ADA).id;
    (twin, id)
}

fn ask(account: &str, tool: &str, input: &Value) -> Intent {
    Intent::Handover {
        account: account.to_owned(),
        tool: tool.to_owned(),
        input: input.to_string(),
    }
}

fn probe(account: &str, input: &Value) -> Intent {
    Intent::Probe {
        account: account.to_owned(),
        input: input.to_string(),
    }
}

fn soap(content: &str) -> String {
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    );
    json!({ "status": 200, "contentType": "text/xml", "body": body }).to_string()
}

fn fine() -> String {
    soap(
        "<loginResponse><result><passwordExpired>false</passwordExpired><sandbox>false</sandbox><serverUrl>https://acme.my.salesforce.com/services/Soap/u/64.0/00D</serverUrl><sessionId>InventedSessionId</sessionId></result></loginResponse>",
    )
}

fn fault(code: &str) -> String {
    soap(&format!(
        "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>no</faultstring></soapenv:Fault>"
    ))
}

/// Nothing left the browser.
fn nothing_left(twin: &Twin) {
    assert_eq!(twin.0.borrow().posts, Vec::<String>::new());
}

#[test]
fn a_preview_holds_no_secret_and_the_whole_text_only_what_it_needs() {
    let (twin, id) = ada();
    let list = twin.told(&ask(&id, "formats", &json!({})));
    for format in list["formats"].as_array().unwrap() {
        let format = &format["id"];
        let input = json!({ "format": format, "password": TYPED, "clientSecret": "InventedSecret", "redacted": true });
        let shown = twin.told(&ask(&id, "format", &input)).to_string();
        for secret in [TYPED, TOKENS[0], "InventedSecret"] {
            assert!(!shown.contains(secret), "{format}: {shown}");
        }
        assert!(shown.contains("\"text\""), "{shown}");
    }
    let whole = json!({ "format": "json", "password": TYPED, "redacted": false });
    let text: Value = serde_json::from_str(
        twin.told(&ask(&id, "format", &whole))["text"]
            .as_str()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(
        text,
        json!({ "username": ADA, "password": TYPED, "security_token": TOKENS[0], "domain": "acme.my" })
    );
    let without = json!({ "format": "json", "redacted": false });
    let told = twin.told(&ask(&id, "format", &without));
    assert_eq!(told["fault"]["code"], "format_needs_password");
    let token = json!({ "format": "token", "redacted": false });
    assert_eq!(twin.told(&ask(&id, "format", &token))["text"], TOKENS[0]);
    nothing_left(&twin);
    twin.disk_is_clean();
}

#[test]
fn a_template_tells_where_it_is_wrong() {
    let (twin, id) = ada();
    let own = |template: &str| {
        twin.told(&ask(
            &id,
            "format",
            &json!({ "template": template, "redacted": true }),
        ))
    };
    assert_eq!(own("{username}!")["text"], format!("{ADA}!"));
    assert_eq!(
        own("ab{nobody}")["fault"],
        json!({ "code": "template_unknown_name", "detail": "nobody", "at": 3 })
    );
}

#[test]
fn the_app_asks_nothing_but_what_is_allowed() {
    let (twin, id) = ada();
    for (tool, input) in [
        ("probe_request", json!({ "password": TYPED })),
        ("probe_answer", json!({ "status": 200 })),
        ("jwt_sign", json!({})),
        ("lookalike", json!({})),
        ("", json!({})),
        ("format", json!([])),
        (
            "format",
            json!({ "format": "json", "redacted": true, "record": "{}" }),
        ),
    ] {
        assert_eq!(
            twin.refused(&ask(&id, tool, &input)).0,
            "handover_unknown",
            "{tool} {input}"
        );
    }
    assert_eq!(
        twin.refused(&ask("AAAA", "formats", &json!({}))).0,
        "account_gone"
    );
    nothing_left(&twin);
}

#[test]
fn a_locked_vault_gives_nothing_and_sends_nothing() {
    let (twin, id) = ada();
    twin.ask(&Intent::Lock);
    for intent in [
        ask(
            &id,
            "format",
            &json!({ "format": "token", "redacted": false }),
        ),
        ask(&id, "clock", &json!({})),
        ask(&id, "jwt_file", &json!({})),
        probe(&id, &json!({ "password": TYPED })),
    ] {
        assert_eq!(twin.refused(&intent).0, "vault_locked");
    }
    nothing_left(&twin);
    twin.memory_is_clean();
}

#[test]
fn one_press_sends_one_log_in_to_the_own_host() {
    let (twin, id) = ada();
    twin.0.borrow_mut().answers.push_back(fine());
    let told = twin.told(&probe(&id, &json!({ "password": TYPED })));
    assert_eq!(
        (&told["code"], &told["token"], &told["soap"]),
        (
            &json!("works"),
            &json!("accepted_or_unchecked"),
            &json!("alive")
        )
    );
    assert!(!told.to_string().contains("InventedSessionId"));
    let posts = twin.0.borrow().posts.clone();
    assert_eq!(posts.len(), 1);
    let sent: Value = serde_json::from_str(&posts[0]).unwrap();
    assert_eq!(
        sent["url"],
        "https://acme.my.salesforce.com/services/Soap/u/64.0"
    );
    assert!(
        sent["body"]
            .as_str()
            .unwrap()
            .contains(&format!("{TYPED}{}", TOKENS[0]))
    );
    // What was learned is kept, and nothing else of it.
    let standing = twin.told(&ask(&id, "clock", &json!({})));
    assert_eq!(standing["clock"]["state"], "alive");
    assert_eq!(standing["clock"]["version"], 640);
    assert_eq!(standing["tried"]["code"], "works");
    assert_eq!(standing["host"], ORG);
    twin.settle();
    twin.view();
    assert_eq!(twin.0.borrow().posts.len(), 1, "never by itself");
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
}

#[test]
fn a_refused_log_in_is_said_and_nothing_is_marked_dead_for_it() {
    let (twin, id) = ada();
    let table = [
        (fault("LOGIN_MUST_USE_SECURITY_TOKEN"), "token_required"),
        (fault("INVALID_LOGIN"), "invalid_login"),
        (fault("PASSWORD_LOCKOUT"), "locked_out"),
        ("{\"redirected\":true}".to_owned(), "redirected"),
        ("{\"timedOut\":true}".to_owned(), "timeout"),
        ("{\"unreachable\":true}".to_owned(), "network"),
        (
            json!({ "status": 200, "contentType": "text/html", "body": "<html>" }).to_string(),
            "html",
        ),
        (
            json!({ "status": 200, "contentType": "text/xml", "body": "x".repeat(70_000) })
                .to_string(),
            "too_long",
        ),
    ];
    for (at, (answer, code)) in table.into_iter().enumerate() {
        twin.0.borrow_mut().answers.push_back(answer);
        let told = twin.told(&probe(&id, &json!({ "password": TYPED })));
        assert_eq!(told["code"], code);
        assert_eq!(twin.0.borrow().posts.len(), at + 1);
        let standing = twin.told(&ask(&id, "clock", &json!({})));
        assert_eq!(standing["tried"]["code"], code);
    }
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
    // The clock keeps what the last telling answer said.
    let standing = twin.told(&ask(&id, "clock", &json!({})));
    assert_eq!(standing["clock"]["state"], "alive");
}

#[test]
fn without_a_password_nothing_is_sent() {
    let (twin, id) = ada();
    for input in [json!({}), json!({ "password": "" })] {
        let told = twin.told(&probe(&id, &input));
        assert_eq!(told["fault"]["code"], "probe_no_password");
    }
    let malformed = Intent::Probe {
        account: id,
        input: "x".to_owned(),
    };
    assert_eq!(twin.refused(&malformed).0, "handover_unknown");
    nothing_left(&twin);
}

/// Whatever the tools program may say.
#[test]
fn a_request_to_any_other_address_is_not_sent() {
    let (twin, id) = ada();
    for url in [
        "https://evil.example/services/Soap/u/64.0",
        "http://acme.my.salesforce.com/services/Soap/u/64.0",
        "https://acme.my.salesforce.com.evil.example/services/Soap/u/64.0",
        "https://acme.my.salesforce.com:444/services/Soap/u/64.0",
        "https://x@acme.my.salesforce.com/services/Soap/u/64.0",
        "https://other.my.salesforce.com/services/Soap/u/64.0",
        "https://login.salesforce.com/services/Soap/u/64.0",
        "https://acme.my.salesforce.com/services/Soap/u/../../../other",
        "https://acme.my.salesforce.com/secur/login.jsp",
        "",
    ] {
        let output = json!({ "answer": { "url": url, "headers": [], "body": TYPED, "timeoutMs": 1, "maxAnswer": 1 } });
        twin.0.borrow_mut().outputs.push_back(output.to_string());
        let refused = twin.refused(&probe(&id, &json!({ "password": TYPED })));
        assert_eq!(refused.0, "probe_foreign", "{url}");
    }
    nothing_left(&twin);
}

#[test]
fn the_way_out_makes_a_key_that_stays_sealed() {
    let (twin, id) = ada();
    let told = twin.told(&ask(&id, "way_out", &json!({})));
    assert_eq!(told.get("key"), None);
    assert_eq!(told["way"]["steps"][0]["id"], "make_key");
    assert_eq!(
        told["way"]["steps"][1]["link"]["url"],
        "https://acme.my.salesforce.com/lightning/setup/ManageExternalClientApplication/home"
    );
    assert_eq!(
        twin.told(&ask(&id, "jwt_file", &json!({})))["fault"]["code"],
        "jwt_no_key"
    );
    let made = twin.told(&ask(&id, "jwt_key", &json!({})));
    assert!(
        made["certificate"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----\n")
    );
    assert_eq!(made["described"]["fingerprint"].as_str().unwrap().len(), 64);
    assert!(!made.to_string().contains("PRIVATE"));
    let with_app = json!({ "clientId": "InventedConsumerKey" });
    let told = twin.told(&ask(&id, "way_out", &with_app));
    assert!(told.to_string().contains("InventedConsumerKey"));
    let again = twin.told(&ask(&id, "way_out", &json!({})));
    assert_eq!(again["clientId"], "InventedConsumerKey");
    assert_eq!(again["key"]["certificate"], made["certificate"]);
    assert!(!again.to_string().contains("PRIVATE"));
    let file = twin.told(&ask(&id, "jwt_file", &json!({})));
    let pem = file["text"].as_str().unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let line = pem.lines().nth(5).unwrap();
    twin.secret(line);
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
    nothing_left(&twin);
}

/// The worker may die at any call: what left is never sent again by itself.
#[test]
fn a_worker_that_dies_sends_at_most_once() {
    for call in 1..40 {
        let (twin, id) = ada();
        twin.0.borrow_mut().answers.push_back(fine());
        twin.die_at(call);
        let died = twin
            .intent(&probe(&id, &json!({ "password": TYPED })))
            .is_err();
        twin.spare();
        twin.settle();
        twin.view();
        assert!(twin.0.borrow().posts.len() <= 1);
        if !died {
            return;
        }
    }
    panic!("it died every time");
}
