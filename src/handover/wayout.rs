//! From token to JWT bearer: what to put into each client, and the steps in the org's own Setup
//! (`facts/token-and-mail.md` §D1).

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::handover::account::{Account, AccountIn};
use crate::handover::formats::{CLIENT_ID, app_value};
use crate::handover::setup::{self, Link};
use crate::handover::template::{self, Values};

/// The name under which the texts look for the key.
pub const KEY_FILE: &str = "server.key";

/// A client that takes a key instead of a token: id, proper name, file, text.
pub const CONFIGS: &[(&str, &str, &str, &str)] = &[
    (
        "sf_cli",
        "Salesforce CLI",
        "login.sh",
        "sf org login jwt --client-id {client_id|shell} --jwt-key-file server.key --username {username|shell} --instance-url {login_url|shell}\n",
    ),
    (
        "simple_salesforce",
        "simple-salesforce",
        "login.py",
        "from simple_salesforce import Salesforce\n\nsf = Salesforce(\n    username={username|json},\n    consumer_key={client_id|json},\n    privatekey_file=\"server.key\",\n    domain={cloud|json},\n    instance_url={domain|json},\n)\n",
    ),
    (
        "jsforce",
        "jsforce",
        "login.mjs",
        "import { readFileSync } from \"node:fs\";\nimport { sign } from \"node:crypto\";\nimport jsforce from \"jsforce\";\n\nconst part = (value) => Buffer.from(JSON.stringify(value)).toString(\"base64url\");\nconst text = [\n  part({ alg: \"RS256\" }),\n  part({\n    iss: {client_id|json},\n    sub: {username|json},\n    aud: {audience|json},\n    exp: Math.floor(Date.now() / 1000) + 180,\n  }),\n].join(\".\");\nconst signature = sign(\"RSA-SHA256\", Buffer.from(text), readFileSync(\"server.key\"));\n\nconst connection = new jsforce.Connection({ loginUrl: {login_url|json} });\nawait connection.authorize({\n  grant_type: \"urn:ietf:params:oauth:grant-type:jwt-bearer\",\n  assertion: `${{text}.${{signature.toString(\"base64url\")}`,\n});\n",
    ),
    (
        "go_salesforce",
        "go-salesforce",
        "login.go",
        "key, err := os.ReadFile(\"server.key\")\nif err != nil {\n\treturn err\n}\nsf, err := salesforce.Init(salesforce.Creds{\n\tDomain:         {login_url|json},\n\tUsername:       {username|json},\n\tConsumerKey:    {client_id|json},\n\tConsumerRSAPem: string(key),\n})\n",
    ),
];

/// The steps, in order: id (the sentence is `jwt_<id>`) and the page on which it is done.
pub const STEPS: &[(&str, Option<&str>)] = &[
    ("make_key", None),
    ("create_app", Some("external_apps")),
    ("enable_jwt", Some("external_apps")),
    ("upload_certificate", Some("external_apps")),
    ("preauthorize", Some("permission_sets")),
    ("copy_consumer_key", Some("external_apps")),
    ("configure_client", None),
    ("try_it", Some("login_history")),
    ("stop_token", Some("user_interface")),
];

/// Asks for everything at once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    /// Only user name, host and kind of org count.
    pub(crate) account: AccountIn,
    #[serde(default)]
    pub(crate) client_id: Option<String>,
}

/// A finished text.
#[derive(Serialize)]
pub struct Config {
    id: &'static str,
    client: &'static str,
    file: &'static str,
    text: String,
}

/// One step.
#[derive(Serialize)]
pub struct Step {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

/// The way out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WayOut {
    configs: Vec<Config>,
    steps: Vec<Step>,
    key_file: &'static str,
}

/// Writes the configurations and lists the steps.
///
/// # Errors
/// Codes of [`crate::handover::account::AccountError`]; `jwt_no_audience` for a cloud whose audience is not known;
/// `handover_bad_value` for a consumer key that is too long or holds control characters.
pub fn configure(ask: Ask) -> Result<WayOut, Refusal> {
    let seen = ask.account.host.clone();
    let account = Account::check(ask.account)?;
    if account.cloud().is_none() {
        return Err(Refusal::new("jwt_no_audience"));
    }
    let client_id = app_value(ask.client_id, CLIENT_ID)?;
    let values = Values {
        account: &account,
        client_id: &client_id,
        client_secret: "",
        encrypted: None,
        redacted: false,
    };
    let configs = CONFIGS
        .iter()
        .map(|&(id, client, file, text)| {
            Ok(Config {
                id,
                client,
                file,
                text: template::render(text, &values)?.expose().to_owned(),
            })
        })
        .collect::<Result<_, Refusal>>()?;
    let steps = STEPS
        .iter()
        .map(|&(id, page)| Step {
            id,
            link: page.and_then(|page| setup::link(&seen, page)),
        })
        .collect();
    Ok(WayOut {
        configs,
        steps,
        key_file: KEY_FILE,
    })
}
