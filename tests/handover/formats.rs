//! Each format, whole, for an account whose password holds what most targets have to escape. What real readers make of
//! worse ones is tested in `tests/clients`.

use super::*;
use token_keeper::handover::formats::FORMATS;

const PASSWORD: &str = r#"p"a's\s&<{$1"#;
const TOKEN: &str = "InventedTokenNumber00001A";

/// One row for each format, in the order of the table.
const ROWS: &[(&str, &str)] = &[
    ("token", "InventedTokenNumber00001A"),
    ("password_token", "p\"a's\\s&<{$1InventedTokenNumber00001A"),
    (
        "env",
        "SALESFORCE_USERNAME='ada@acme.example'\nSALESFORCE_PASSWORD=p\"a's\\s&<{$1\nSALESFORCE_SECURITY_TOKEN=InventedTokenNumber00001A\nSALESFORCE_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_sf",
        "SF_USERNAME='ada@acme.example'\nSF_PASSWORD=p\"a's\\s&<{$1\nSF_SECURITY_TOKEN=InventedTokenNumber00001A\nSF_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_python",
        "SALESFORCE_USERNAME='ada@acme.example'\nSALESFORCE_PASSWORD='p\"a\\'s\\\\s&<{$1'\nSALESFORCE_SECURITY_TOKEN=InventedTokenNumber00001A\nSALESFORCE_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_python_sf",
        "SF_USERNAME='ada@acme.example'\nSF_PASSWORD='p\"a\\'s\\\\s&<{$1'\nSF_SECURITY_TOKEN=InventedTokenNumber00001A\nSF_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_node",
        "SALESFORCE_USERNAME='ada@acme.example'\nSALESFORCE_PASSWORD=`p\"a's\\s&<{$1`\nSALESFORCE_SECURITY_TOKEN=InventedTokenNumber00001A\nSALESFORCE_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_node_sf",
        "SF_USERNAME='ada@acme.example'\nSF_PASSWORD=`p\"a's\\s&<{$1`\nSF_SECURITY_TOKEN=InventedTokenNumber00001A\nSF_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "env_docker",
        "SALESFORCE_USERNAME=ada@acme.example\nSALESFORCE_PASSWORD=p\"a's\\s&<{$1\nSALESFORCE_SECURITY_TOKEN=InventedTokenNumber00001A\nSALESFORCE_DOMAIN=acme--dev.sandbox.my\n",
    ),
    (
        "shell",
        "export SALESFORCE_USERNAME='ada@acme.example'\nexport SALESFORCE_PASSWORD='p\"a'\\''s\\s&<{$1'\nexport SALESFORCE_SECURITY_TOKEN='InventedTokenNumber00001A'\nexport SALESFORCE_DOMAIN='acme--dev.sandbox.my'\n",
    ),
    (
        "shell_sf",
        "export SF_USERNAME='ada@acme.example'\nexport SF_PASSWORD='p\"a'\\''s\\s&<{$1'\nexport SF_SECURITY_TOKEN='InventedTokenNumber00001A'\nexport SF_DOMAIN='acme--dev.sandbox.my'\n",
    ),
    (
        "powershell",
        "$env:SALESFORCE_USERNAME = 'ada@acme.example'\n$env:SALESFORCE_PASSWORD = 'p\"a''s\\s&<{$1'\n$env:SALESFORCE_SECURITY_TOKEN = 'InventedTokenNumber00001A'\n$env:SALESFORCE_DOMAIN = 'acme--dev.sandbox.my'\n",
    ),
    (
        "json",
        "{\n  \"username\": \"ada@acme.example\",\n  \"password\": \"p\\\"a's\\\\s&<{$1\",\n  \"security_token\": \"InventedTokenNumber00001A\",\n  \"domain\": \"acme--dev.sandbox.my\"\n}\n",
    ),
    (
        "yaml",
        "username: \"ada@acme.example\"\npassword: \"p\\\"a's\\\\s&<{$1\"\nsecurity_token: \"InventedTokenNumber00001A\"\ndomain: \"acme--dev.sandbox.my\"\n",
    ),
    (
        "toml",
        "[salesforce]\nusername = \"ada@acme.example\"\npassword = \"p\\\"a's\\\\s&<{$1\"\nsecurity_token = \"InventedTokenNumber00001A\"\ndomain = \"acme--dev.sandbox.my\"\n",
    ),
    (
        "properties",
        "salesforce.username=ada@acme.example\nsalesforce.password=p\"a's\\\\s&<{$1\nsalesforce.securityToken=InventedTokenNumber00001A\nsalesforce.loginUrl=https\\://acme--dev.sandbox.my.salesforce.com\n",
    ),
    (
        "simple_salesforce",
        "from simple_salesforce import Salesforce\n\nsf = Salesforce(\n    username=\"ada@acme.example\",\n    password=\"p\\\"a's\\\\s&<{$1\",\n    security_token=\"InventedTokenNumber00001A\",\n    domain=\"acme--dev.sandbox.my\",\n)\n",
    ),
    (
        "jsforce",
        "import jsforce from \"jsforce\";\n\nconst connection = new jsforce.Connection({ loginUrl: \"https://acme--dev.sandbox.my.salesforce.com\" });\nawait connection.login(\n  \"ada@acme.example\",\n  \"p\\\"a's\\\\s&<{$1InventedTokenNumber00001A\",\n);\n",
    ),
    (
        "restforce",
        "require \"restforce\"\n\nclient = Restforce.new(\n  username: 'ada@acme.example',\n  password: 'p\"a\\'s\\\\s&<{$1',\n  security_token: 'InventedTokenNumber00001A',\n  client_id: 'YOUR_CONSUMER_KEY',\n  client_secret: 'YOUR_CONSUMER_SECRET',\n  host: 'acme--dev.sandbox.my.salesforce.com',\n)\n",
    ),
    (
        "restforce_env",
        "export SALESFORCE_USERNAME='ada@acme.example'\nexport SALESFORCE_PASSWORD='p\"a'\\''s\\s&<{$1'\nexport SALESFORCE_SECURITY_TOKEN='InventedTokenNumber00001A'\nexport SALESFORCE_CLIENT_ID='YOUR_CONSUMER_KEY'\nexport SALESFORCE_CLIENT_SECRET='YOUR_CONSUMER_SECRET'\nexport SALESFORCE_HOST='acme--dev.sandbox.my.salesforce.com'\n",
    ),
    (
        "go_salesforce",
        "sf, err := salesforce.Init(salesforce.Creds{\n\tDomain:         \"https://acme--dev.sandbox.my.salesforce.com\",\n\tUsername:       \"ada@acme.example\",\n\tPassword:       \"p\\\"a's\\\\s&<{$1\",\n\tSecurityToken:  \"InventedTokenNumber00001A\",\n\tConsumerKey:    \"YOUR_CONSUMER_KEY\",\n\tConsumerSecret: \"YOUR_CONSUMER_SECRET\",\n})\n",
    ),
    (
        "simpleforce",
        "client := simpleforce.NewClient(\"https://acme--dev.sandbox.my.salesforce.com\", simpleforce.DefaultClientID, simpleforce.DefaultAPIVersion)\nerr := client.LoginPassword(\"ada@acme.example\", \"p\\\"a's\\\\s&<{$1\", \"InventedTokenNumber00001A\")\n",
    ),
    (
        "php_toolkit",
        "<?php\nrequire_once 'SforcePartnerClient.php';\n\n$client = new SforcePartnerClient();\n$client->createConnection('partner.wsdl.xml');\n$client->setEndpoint('https://acme--dev.sandbox.my.salesforce.com' . '/services/Soap/u/64.0');\n$client->login('ada@acme.example', 'p\"a\\'s\\\\s&<{$1InventedTokenNumber00001A');\n",
    ),
    (
        "data_loader",
        "<entry key=\"sfdc.endpoint\" value=\"https://acme--dev.sandbox.my.salesforce.com\"/>\n<entry key=\"sfdc.username\" value=\"ada@acme.example\"/>\n<entry key=\"sfdc.password\" value=\"000000000000000000000000000000000a021f91dbe721af46881b977b8b9ff073fd858409b22c4e7de28dc2d888420a240ba973ab4a30c73fa18a0a15e220e3\"/>\n<entry key=\"process.encryptionKeyFile\" value=\"dataloader.key\"/>\n",
    ),
    (
        "airflow_uri",
        "salesforce://ada%40acme.example:p%22a%27s%5Cs%26%3C%7B%241@/?security_token=InventedTokenNumber00001A&domain=acme--dev.sandbox.my",
    ),
    (
        "airflow_env",
        "AIRFLOW_CONN_SALESFORCE_DEFAULT='salesforce://ada%40acme.example:p%22a%27s%5Cs%26%3C%7B%241@/?security_token=InventedTokenNumber00001A&domain=acme--dev.sandbox.my'\n",
    ),
    (
        "airflow_json",
        "{\n  \"conn_type\": \"salesforce\",\n  \"login\": \"ada@acme.example\",\n  \"password\": \"p\\\"a's\\\\s&<{$1\",\n  \"extra\": {\n    \"security_token\": \"InventedTokenNumber00001A\",\n    \"domain\": \"acme--dev.sandbox.my\"\n  }\n}\n",
    ),
    (
        "tap_salesforce",
        "{\n  \"username\": \"ada@acme.example\",\n  \"password\": \"p\\\"a's\\\\s&<{$1\",\n  \"security_token\": \"InventedTokenNumber00001A\",\n  \"is_sandbox\": true\n}\n",
    ),
    (
        "meltano_env",
        "TAP_SALESFORCE_USERNAME='ada@acme.example'\nTAP_SALESFORCE_PASSWORD='p\"a\\'s\\\\s&<{$1'\nTAP_SALESFORCE_SECURITY_TOKEN=InventedTokenNumber00001A\nTAP_SALESFORCE_IS_SANDBOX=true\n",
    ),
    (
        "ingestr",
        "salesforce://?username=ada%40acme.example&password=p%22a%27s%5Cs%26%3C%7B%241&token=InventedTokenNumber00001A&domain=acme--dev.sandbox.my",
    ),
    (
        "cumulusci_push",
        "export SF_USERNAME='ada@acme.example'\nexport SF_PASSWORD='p\"a'\\''s\\s&<{$1InventedTokenNumber00001A'\n",
    ),
    (
        "camel",
        "camel.component.salesforce.login-url=https\\://acme--dev.sandbox.my.salesforce.com\ncamel.component.salesforce.user-name=ada@acme.example\ncamel.component.salesforce.password=p\"a's\\\\s&<{$1InventedTokenNumber00001A\ncamel.component.salesforce.client-id=YOUR_CONSUMER_KEY\ncamel.component.salesforce.client-secret=YOUR_CONSUMER_SECRET\n",
    ),
    (
        "mule",
        "<salesforce:sfdc-config name=\"Salesforce_Config\">\n  <salesforce:basic-connection\n    username=\"ada@acme.example\"\n    password=\"p&quot;a&#39;s\\s&amp;&lt;{$1\"\n    securityToken=\"InventedTokenNumber00001A\"\n    url=\"https://acme--dev.sandbox.my.salesforce.com/services/Soap/u/64.0\"/>\n</salesforce:sfdc-config>\n",
    ),
    (
        "cdata",
        "AuthScheme=Basic;User=\"ada@acme.example\";Password=\"p\"\"a's\\s&<{$1\";SecurityToken=\"InventedTokenNumber00001A\";UseSandbox=true;",
    ),
    (
        "datadirect_odbc",
        "DRIVER=DataDirect 8.0 Salesforce;HostName=acme--dev.sandbox.my.salesforce.com;LogonID={ada@acme.example};Password={p\"a's\\s&<{$1};SecurityToken={InventedTokenNumber00001A};",
    ),
    (
        "datadirect_jdbc",
        "jdbc:datadirect:sforce://acme--dev.sandbox.my.salesforce.com;User={ada@acme.example};Password={p\"a's\\s&<{$1};SecurityToken={InventedTokenNumber00001A}",
    ),
    (
        "devart",
        "Host=acme--dev.sandbox.my.salesforce.com;User Id=\"ada@acme.example\";Password=\"p\"\"a's\\s&<{$1\";Security Token=\"InventedTokenNumber00001A\";",
    ),
    (
        "azure_data_factory",
        "{\n  \"name\": \"Salesforce\",\n  \"properties\": {\n    \"type\": \"Salesforce\",\n    \"typeProperties\": {\n      \"environmentUrl\": \"https://acme--dev.sandbox.my.salesforce.com\",\n      \"username\": \"ada@acme.example\",\n      \"password\": { \"type\": \"SecureString\", \"value\": \"p\\\"a's\\\\s&<{$1\" },\n      \"securityToken\": { \"type\": \"SecureString\", \"value\": \"InventedTokenNumber00001A\" }\n    }\n  }\n}\n",
    ),
    (
        "datastream",
        "{\n  \"domain\": \"acme--dev.sandbox.my.salesforce.com\",\n  \"userCredentials\": {\n    \"username\": \"ada@acme.example\",\n    \"password\": \"p\\\"a's\\\\s&<{$1\",\n    \"securityToken\": \"InventedTokenNumber00001A\"\n  }\n}\n",
    ),
    (
        "soap",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\">\n  <se:Body>\n    <login xmlns=\"urn:partner.soap.sforce.com\">\n      <username>ada@acme.example</username>\n      <password>p&quot;a&#39;s\\s&amp;&lt;{$1InventedTokenNumber00001A</password>\n    </login>\n  </se:Body>\n</se:Envelope>\n",
    ),
];

fn ask(id: &str, redacted: bool) -> Value {
    json!({
        "account": account("ada@acme.example", PASSWORD, TOKEN, "acme--dev.sandbox.lightning.force.com"),
        "format": id,
        "random": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "redacted": redacted,
    })
}

#[test]
fn each_format_is_written_as_its_client_expects() {
    let listed: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
    assert_eq!(ROWS.iter().map(|(id, _)| *id).collect::<Vec<_>>(), listed);
    for (id, text) in ROWS {
        assert_eq!(tool("format", &ask(id, false))["text"], *text, "{id}");
    }
}

/// A preview has the lines of the real text, and no secret.
#[test]
fn a_preview_is_the_same_text_without_secrets() {
    for (id, text) in ROWS {
        let preview = tool("format", &ask(id, true));
        let preview = preview["text"].as_str().unwrap();
        assert_eq!(preview.lines().count(), text.lines().count(), "{id}");
        assert!(
            preview.contains("••••••••") && !preview.contains("NoSecret"),
            "{id}: {preview}"
        );
        for secret in [
            TOKEN,
            "InventedToken",
            PASSWORD,
            "p\"a",
            "p%22a",
            "a's",
            "0a021f91",
        ] {
            assert!(!preview.contains(secret), "{id}: {preview}");
        }
    }
    // The length of a secret shows nowhere either.
    let mut short = ask("json", true);
    short["account"]["password"] = json!("x");
    assert_eq!(tool("format", &short), tool("format", &ask("json", true)));
}

#[test]
fn the_list_says_what_each_format_needs() {
    let list = tool("formats", &json!({}));
    let formats = list["formats"].as_array().unwrap();
    let needs = |name: &str| -> Vec<&str> {
        formats
            .iter()
            .filter(|format| format[name] == true)
            .map(|format| format["id"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        needs("needsApp"),
        ["restforce", "restforce_env", "go_salesforce", "camel"]
    );
    assert_eq!(needs("needsPassword").len(), formats.len() - 1);
    let joined = formats
        .iter()
        .filter(|format| format["form"] == "joined")
        .count();
    assert_eq!(joined, 7);
    assert!(
        list["placeholders"]
            .as_array()
            .unwrap()
            .contains(&json!("password+token"))
    );
    assert!(
        list["filters"]
            .as_array()
            .unwrap()
            .contains(&json!("properties"))
    );
}

type Change = fn(&mut Value);

#[test]
fn refusals() {
    let with = |change: Change| {
        let mut ask = ask("json", false);
        change(&mut ask);
        tool("format", &ask)["fault"].clone()
    };
    let table: [(Change, Value); 9] = [
        (
            |ask| ask["format"] = json!("nothing"),
            json!({ "code": "format_unknown" }),
        ),
        (
            |ask| ask["template"] = json!("{token}"),
            json!({ "code": "format_unknown" }),
        ),
        (
            |ask| ask["account"]["password"] = json!(""),
            json!({ "code": "format_needs_password" }),
        ),
        (
            |ask| ask["account"]["password"] = json!("a\nb"),
            json!({ "code": "handover_bad_value", "detail": "password" }),
        ),
        (
            |ask| ask["account"]["host"] = json!("acme.my.site.com"),
            json!({ "code": "handover_bad_host" }),
        ),
        (
            |ask| ask["account"]["host"] = json!("login.sfcrmproducts.cn"),
            json!({ "code": "format_unfit", "detail": "domain" }),
        ),
        (
            |ask| ask["clientId"] = json!("a\u{7}"),
            json!({ "code": "handover_bad_value" }),
        ),
        (
            |ask| {
                ask["format"] = json!("data_loader");
                ask["random"] = json!("AAAA");
            },
            json!({ "code": "handover_bad_value" }),
        ),
        (
            |ask| {
                ask["format"] = json!("data_loader");
                ask["keyFile"] = json!("AAAA");
            },
            json!({ "code": "handover_bad_value" }),
        ),
    ];
    for (change, fault) in table {
        assert_eq!(with(change), fault);
    }
}

#[test]
fn a_template_of_ones_own() {
    let mut own = ask("json", false);
    own.as_object_mut().unwrap().remove("format");
    own["template"] = json!("user: {username}\npass: {password+token|json}\n");
    assert_eq!(
        tool("format", &own)["text"],
        "user: ada@acme.example\npass: \"p\\\"a's\\\\s&<{$1InventedTokenNumber00001A\"\n"
    );
    own["template"] = json!("token: {tokn}");
    assert_eq!(
        tool("format", &own),
        json!({ "fault": { "code": "template_unknown_name", "detail": "tokn", "at": 8 } })
    );
    own["template"] = json!("{encrypted}");
    assert_eq!(
        tool("format", &own),
        json!({ "fault": { "code": "format_unfit", "detail": "encrypted" } })
    );
}
