//! What holds for any input.

use proptest::prelude::*;
use token_keeper::handover::escape::Escape;
use token_keeper::handover::faults::{FAULTS, OTHERS};

use super::*;

const SUCCESS: &str = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"x\"><e:Body><loginResponse><result><passwordExpired>false</passwordExpired><sandbox>false</sandbox><serverUrl>https://acme.my.salesforce.com/services/Soap/u/64.0/x</serverUrl><sessionId>secret</sessionId><userId>005000000000001AAA</userId></result></loginResponse></e:Body></e:Envelope>";

fn read(status: u16, content_type: &str, body: &str) -> String {
    let meaning = tool(
        "probe_answer",
        &json!({
            "status": status, "contentType": content_type, "body": body, "withToken": true,
        }),
    );
    let code = meaning["code"].as_str().unwrap().to_owned();
    let known = FAULTS.iter().any(|fault| fault.code == code)
        || OTHERS.iter().any(|(known, _)| *known == code);
    assert!(known, "{code}");
    assert!(!meaning.to_string().contains("secret"), "{meaning}");
    code
}

proptest! {
    #[test]
    fn any_answer_has_a_known_code(status in any::<u16>(), content_type in ".{0,30}", body in ".{0,300}") {
        read(status, &content_type, &body);
    }

    /// A success that is cut short or changed in one place is a success with the same meaning, or none.
    #[test]
    fn a_damaged_answer_is_no_surprise(at in 0..SUCCESS.len(), new in any::<char>(), cut in any::<bool>()) {
        prop_assume!(SUCCESS.is_char_boundary(at));
        let front = &SUCCESS[..at];
        let damaged = if cut { front.to_owned() } else { format!("{front}{new}{}", &SUCCESS[at + 1..]) };
        let code = read(200, "text/xml", &damaged);
        prop_assert!(["works", "works_restricted", "malformed", "html", "empty"].contains(&code.as_str()), "{code}");
    }

    #[test]
    fn any_template_is_filled_in_or_explained(template in ".{0,200}") {
        let result = tool("format", &json!({
            "account": account("ada@acme.example", "p", "t", "login.salesforce.com"),
            "template": template,
            "redacted": false,
        }));
        match result["text"].as_str() {
            Some(text) => if !template.contains('{') { prop_assert_eq!(text, template) },
            None => prop_assert!(result["fault"]["code"].as_str().unwrap().starts_with("template_")),
        }
    }

    #[test]
    fn what_is_written_is_read_back(value in "[^\\p{Cc}\u{fffe}\u{ffff}]{0,40}") {
        let json = Escape::Json.write(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), value.clone());
        let document = format!("<a b=\"{0}\">{0}</a>", Escape::Xml.write(&value).unwrap());
        let document = roxmltree::Document::parse(&document).unwrap();
        let element = document.root_element();
        prop_assert_eq!(element.text().unwrap_or_default(), &value);
        prop_assert_eq!(element.attribute("b").unwrap_or_default(), &value);
        let uri = Escape::Uri.write(&value).unwrap();
        prop_assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
    }
}
