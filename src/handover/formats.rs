//! Each client with the exact form in which it takes an account (`facts/token-and-mail.md` §D6).
//!
//! A format is a row of [`FORMATS`]: a text with placeholders ([`crate::handover::template`]) and what the app says
//! about it. Left out are clients that take no token (Airbyte, Singer's tap, Power Query, Terraform, the Salesforce
//! CLI: OAuth or JWT only, see [`crate::handover::wayout`]), whose field names nobody has verified (Talend, KNIME, n8n,
//! Zapier, Fivetran, Tableau, dbt), or that take single fields in a form of their own (Informatica, Adobe, Data Loader's
//! window): there one copies the token or the joined password.

use serde::{Deserialize, Serialize};

use crate::handover::account::{Account, AccountIn};
use crate::handover::dataloader::{self, IV_LENGTH, KEY_LENGTH};
use crate::handover::template::{self, TemplateError, Values};
use crate::handover::{Refusal, decode_array};

/// What a consumer key is called while the person has not given one.
pub const CLIENT_ID: &str = "YOUR_CONSUMER_KEY";
/// What a consumer secret is called while the person has not given one.
pub const CLIENT_SECRET: &str = "YOUR_CONSUMER_SECRET";

/// Where the token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// A field of its own.
    Separate,
    /// Right behind the password.
    Joined,
    /// Nothing but the token.
    TokenOnly,
}

/// How the client logs in, which tells how long it will go on working ([`crate::handover::clock`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Login {
    /// SOAP `login()`; gone with Summer '27 (§D1).
    Soap,
    /// OAuth username-password flow; blocked by default since Summer '23 (§D1).
    OauthPassword,
    /// The text belongs to no client.
    Any,
}

/// One format.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// Stable id; the sentence about it lies under `format_<id>`.
    pub id: &'static str,
    /// Proper name of the client, the same in every language.
    pub client: &'static str,
    /// The usual name of such a file.
    pub file: &'static str,
    /// Where the token goes.
    pub form: Form,
    /// How the client logs in.
    pub login: Login,
    /// The text.
    pub text: &'static str,
}

/// Bounds of what a person may type for his app.
const MAX_APP: usize = 512;

/// Every format, in the order in which the app offers them.
pub const FORMATS: &[Format] = &[
    row(
        "token",
        "",
        "token.txt",
        Form::TokenOnly,
        Login::Any,
        "{token}",
    ),
    row(
        "password_token",
        "",
        "password.txt",
        Form::Joined,
        Login::Any,
        "{password+token}",
    ),
    row(
        "env",
        ".env",
        ".env",
        Form::Separate,
        Login::Any,
        "SALESFORCE_USERNAME={username|dotenv}\nSALESFORCE_PASSWORD={password|dotenv}\nSALESFORCE_SECURITY_TOKEN={token}\nSALESFORCE_DOMAIN={domain}\n",
    ),
    row(
        "env_sf",
        ".env (SF_)",
        ".env",
        Form::Separate,
        Login::Any,
        "SF_USERNAME={username|dotenv}\nSF_PASSWORD={password|dotenv}\nSF_SECURITY_TOKEN={token}\nSF_DOMAIN={domain}\n",
    ),
    row(
        "env_python",
        ".env, python-dotenv",
        ".env",
        Form::Separate,
        Login::Any,
        "SALESFORCE_USERNAME={username|dotenv_python}\nSALESFORCE_PASSWORD={password|dotenv_python}\nSALESFORCE_SECURITY_TOKEN={token}\nSALESFORCE_DOMAIN={domain}\n",
    ),
    row(
        "env_python_sf",
        ".env (SF_), python-dotenv",
        ".env",
        Form::Separate,
        Login::Any,
        "SF_USERNAME={username|dotenv_python}\nSF_PASSWORD={password|dotenv_python}\nSF_SECURITY_TOKEN={token}\nSF_DOMAIN={domain}\n",
    ),
    row(
        "env_node",
        ".env, Node dotenv",
        ".env",
        Form::Separate,
        Login::Any,
        "SALESFORCE_USERNAME={username|dotenv_node}\nSALESFORCE_PASSWORD={password|dotenv_node}\nSALESFORCE_SECURITY_TOKEN={token}\nSALESFORCE_DOMAIN={domain}\n",
    ),
    row(
        "env_node_sf",
        ".env (SF_), Node dotenv",
        ".env",
        Form::Separate,
        Login::Any,
        "SF_USERNAME={username|dotenv_node}\nSF_PASSWORD={password|dotenv_node}\nSF_SECURITY_TOKEN={token}\nSF_DOMAIN={domain}\n",
    ),
    row(
        "env_docker",
        "Docker --env-file",
        "salesforce.env",
        Form::Separate,
        Login::Any,
        "SALESFORCE_USERNAME={username|docker}\nSALESFORCE_PASSWORD={password|docker}\nSALESFORCE_SECURITY_TOKEN={token}\nSALESFORCE_DOMAIN={domain}\n",
    ),
    row(
        "shell",
        "sh, bash, zsh",
        "salesforce.sh",
        Form::Separate,
        Login::Any,
        "export SALESFORCE_USERNAME={username|shell}\nexport SALESFORCE_PASSWORD={password|shell}\nexport SALESFORCE_SECURITY_TOKEN={token|shell}\nexport SALESFORCE_DOMAIN={domain|shell}\n",
    ),
    row(
        "shell_sf",
        "sh, bash, zsh (SF_)",
        "salesforce.sh",
        Form::Separate,
        Login::Any,
        "export SF_USERNAME={username|shell}\nexport SF_PASSWORD={password|shell}\nexport SF_SECURITY_TOKEN={token|shell}\nexport SF_DOMAIN={domain|shell}\n",
    ),
    row(
        "powershell",
        "PowerShell",
        "salesforce.ps1",
        Form::Separate,
        Login::Any,
        "$env:SALESFORCE_USERNAME = {username|powershell}\n$env:SALESFORCE_PASSWORD = {password|powershell}\n$env:SALESFORCE_SECURITY_TOKEN = {token|powershell}\n$env:SALESFORCE_DOMAIN = {domain|powershell}\n",
    ),
    row(
        "json",
        "JSON",
        "salesforce.json",
        Form::Separate,
        Login::Any,
        "{\n  \"username\": {username|json},\n  \"password\": {password|json},\n  \"security_token\": {token|json},\n  \"domain\": {domain|json}\n}\n",
    ),
    row(
        "yaml",
        "YAML",
        "salesforce.yaml",
        Form::Separate,
        Login::Any,
        "username: {username|json}\npassword: {password|json}\nsecurity_token: {token|json}\ndomain: {domain|json}\n",
    ),
    row(
        "toml",
        "TOML",
        "salesforce.toml",
        Form::Separate,
        Login::Any,
        "[salesforce]\nusername = {username|json}\npassword = {password|json}\nsecurity_token = {token|json}\ndomain = {domain|json}\n",
    ),
    row(
        "properties",
        "Java properties",
        "salesforce.properties",
        Form::Separate,
        Login::Any,
        "salesforce.username={username|properties}\nsalesforce.password={password|properties}\nsalesforce.securityToken={token}\nsalesforce.loginUrl={login_url|properties}\n",
    ),
    row(
        "simple_salesforce",
        "simple-salesforce",
        "login.py",
        Form::Separate,
        Login::Soap,
        "from simple_salesforce import Salesforce\n\nsf = Salesforce(\n    username={username|json},\n    password={password|json},\n    security_token={token|json},\n    domain={domain|json},\n)\n",
    ),
    row(
        "jsforce",
        "jsforce",
        "login.mjs",
        Form::Joined,
        Login::Soap,
        "import jsforce from \"jsforce\";\n\nconst connection = new jsforce.Connection({ loginUrl: {login_url|json} });\nawait connection.login(\n  {username|json},\n  {password+token|json},\n);\n",
    ),
    row(
        "restforce",
        "Restforce",
        "login.rb",
        Form::Separate,
        Login::OauthPassword,
        "require \"restforce\"\n\nclient = Restforce.new(\n  username: {username|single},\n  password: {password|single},\n  security_token: {token|single},\n  client_id: {client_id|single},\n  client_secret: {client_secret|single},\n  host: {host|single},\n)\n",
    ),
    row(
        "restforce_env",
        "Restforce (environment)",
        "salesforce.sh",
        Form::Separate,
        Login::OauthPassword,
        "export SALESFORCE_USERNAME={username|shell}\nexport SALESFORCE_PASSWORD={password|shell}\nexport SALESFORCE_SECURITY_TOKEN={token|shell}\nexport SALESFORCE_CLIENT_ID={client_id|shell}\nexport SALESFORCE_CLIENT_SECRET={client_secret|shell}\nexport SALESFORCE_HOST={host|shell}\n",
    ),
    row(
        "go_salesforce",
        "go-salesforce",
        "login.go",
        Form::Separate,
        Login::OauthPassword,
        "sf, err := salesforce.Init(salesforce.Creds{\n\tDomain:         {login_url|json},\n\tUsername:       {username|json},\n\tPassword:       {password|json},\n\tSecurityToken:  {token|json},\n\tConsumerKey:    {client_id|json},\n\tConsumerSecret: {client_secret|json},\n})\n",
    ),
    row(
        "simpleforce",
        "simpleforce (Go)",
        "login.go",
        Form::Separate,
        Login::Soap,
        "client := simpleforce.NewClient({login_url|json}, simpleforce.DefaultClientID, simpleforce.DefaultAPIVersion)\nerr := client.LoginPassword({username|json}, {password|json}, {token|json})\n",
    ),
    row(
        "php_toolkit",
        "Force.com Toolkit for PHP",
        "login.php",
        Form::Joined,
        Login::Soap,
        "<?php\nrequire_once 'SforcePartnerClient.php';\n\n$client = new SforcePartnerClient();\n$client->createConnection('partner.wsdl.xml');\n$client->setEndpoint({login_url|single} . '/services/Soap/u/64.0');\n$client->login({username|single}, {password+token|single});\n",
    ),
    row(
        "data_loader",
        "Data Loader (process-conf.xml)",
        "process-conf.xml",
        Form::Joined,
        Login::Soap,
        "<entry key=\"sfdc.endpoint\" value=\"{login_url|xml}\"/>\n<entry key=\"sfdc.username\" value=\"{username|xml}\"/>\n<entry key=\"sfdc.password\" value=\"{encrypted}\"/>\n<entry key=\"process.encryptionKeyFile\" value=\"dataloader.key\"/>\n",
    ),
    row(
        "airflow_uri",
        "Airflow (URI)",
        "connection.txt",
        Form::Separate,
        Login::Soap,
        "salesforce://{username|uri}:{password|uri}@/?security_token={token|uri}&domain={domain|uri}",
    ),
    row(
        "airflow_env",
        "Airflow (environment)",
        ".env",
        Form::Separate,
        Login::Soap,
        "AIRFLOW_CONN_SALESFORCE_DEFAULT='salesforce://{username|uri}:{password|uri}@/?security_token={token|uri}&domain={domain|uri}'\n",
    ),
    row(
        "airflow_json",
        "Airflow (JSON)",
        "connection.json",
        Form::Separate,
        Login::Soap,
        "{\n  \"conn_type\": \"salesforce\",\n  \"login\": {username|json},\n  \"password\": {password|json},\n  \"extra\": {\n    \"security_token\": {token|json},\n    \"domain\": {domain|json}\n  }\n}\n",
    ),
    row(
        "tap_salesforce",
        "tap-salesforce (MeltanoLabs)",
        "config.json",
        Form::Separate,
        Login::Soap,
        "{\n  \"username\": {username|json},\n  \"password\": {password|json},\n  \"security_token\": {token|json},\n  \"is_sandbox\": {sandbox}\n}\n",
    ),
    row(
        "meltano_env",
        "Meltano (.env)",
        ".env",
        Form::Separate,
        Login::Soap,
        "TAP_SALESFORCE_USERNAME={username|dotenv_python}\nTAP_SALESFORCE_PASSWORD={password|dotenv_python}\nTAP_SALESFORCE_SECURITY_TOKEN={token}\nTAP_SALESFORCE_IS_SANDBOX={sandbox}\n",
    ),
    row(
        "ingestr",
        "ingestr, Bruin",
        "source-uri.txt",
        Form::Separate,
        Login::Soap,
        "salesforce://?username={username|uri}&password={password|uri}&token={token|uri}&domain={domain|uri}",
    ),
    row(
        "cumulusci_push",
        "CumulusCI push tasks",
        "push.sh",
        Form::Joined,
        Login::Soap,
        "export SF_USERNAME={username|shell}\nexport SF_PASSWORD={password+token|shell}\n",
    ),
    row(
        "camel",
        "Apache Camel",
        "application.properties",
        Form::Joined,
        Login::OauthPassword,
        "camel.component.salesforce.login-url={login_url|camel}\ncamel.component.salesforce.user-name={username|camel}\ncamel.component.salesforce.password={password+token|camel}\ncamel.component.salesforce.client-id={client_id|camel}\ncamel.component.salesforce.client-secret={client_secret|camel}\n",
    ),
    row(
        "mule",
        "MuleSoft Salesforce connector",
        "salesforce.xml",
        Form::Separate,
        Login::Soap,
        "<salesforce:sfdc-config name=\"Salesforce_Config\">\n  <salesforce:basic-connection\n    username=\"{username|mule}\"\n    password=\"{password|mule}\"\n    securityToken=\"{token|mule}\"\n    url=\"{login_url|mule}/services/Soap/u/64.0\"/>\n</salesforce:sfdc-config>\n",
    ),
    row(
        "cdata",
        "CData drivers",
        "connection.txt",
        Form::Separate,
        Login::Soap,
        "AuthScheme=Basic;User={username|ado};Password={password|ado};SecurityToken={token|ado};UseSandbox={sandbox};",
    ),
    row(
        "datadirect_odbc",
        "DataDirect ODBC",
        "connection.txt",
        Form::Separate,
        Login::Soap,
        "DRIVER=DataDirect 8.0 Salesforce;HostName={host};LogonID={username|odbc};Password={password|odbc};SecurityToken={token|odbc};",
    ),
    row(
        "datadirect_jdbc",
        "DataDirect JDBC",
        "connection.txt",
        Form::Separate,
        Login::Soap,
        "jdbc:datadirect:sforce://{host};User={username|odbc};Password={password|odbc};SecurityToken={token|odbc}",
    ),
    row(
        "devart",
        "Devart dotConnect",
        "connection.txt",
        Form::Separate,
        Login::Soap,
        "Host={host};User Id={username|ado};Password={password|ado};Security Token={token|ado};",
    ),
    row(
        "azure_data_factory",
        "Azure Data Factory (legacy linked service)",
        "linked-service.json",
        Form::Separate,
        Login::Soap,
        "{\n  \"name\": \"Salesforce\",\n  \"properties\": {\n    \"type\": \"Salesforce\",\n    \"typeProperties\": {\n      \"environmentUrl\": {login_url|json},\n      \"username\": {username|json},\n      \"password\": { \"type\": \"SecureString\", \"value\": {password|json} },\n      \"securityToken\": { \"type\": \"SecureString\", \"value\": {token|json} }\n    }\n  }\n}\n",
    ),
    row(
        "datastream",
        "Google Datastream",
        "salesforce-profile.json",
        Form::Separate,
        Login::Soap,
        "{\n  \"domain\": {host|json},\n  \"userCredentials\": {\n    \"username\": {username|json},\n    \"password\": {password|json},\n    \"securityToken\": {token|json}\n  }\n}\n",
    ),
    row(
        "soap",
        "SOAP login()",
        "login.xml",
        Form::Joined,
        Login::Soap,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\">\n  <se:Body>\n    <login xmlns=\"urn:partner.soap.sforce.com\">\n      <username>{username|xml}</username>\n      <password>{password+token|xml}</password>\n    </login>\n  </se:Body>\n</se:Envelope>\n",
    ),
];

const fn row(
    id: &'static str,
    client: &'static str,
    file: &'static str,
    form: Form,
    login: Login,
    text: &'static str,
) -> Format {
    Format {
        id,
        client,
        file,
        form,
        login,
        text,
    }
}

/// The format with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// A format as the app lists it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FormatView {
    id: &'static str,
    client: &'static str,
    file: &'static str,
    form: Form,
    login: Login,
    needs_password: bool,
    needs_app: bool,
}

/// Every format, and what a person's own template may use.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    formats: Vec<FormatView>,
    placeholders: Vec<&'static str>,
    filters: Vec<&'static str>,
}

/// Lists the formats.
#[must_use]
pub fn list() -> List {
    List {
        formats: FORMATS.iter().map(view).collect(),
        placeholders: template::NAMES
            .into_iter()
            .filter(|name| *name != "encrypted")
            .collect(),
        filters: crate::handover::escape::Escape::ALL
            .iter()
            .map(|(name, _)| *name)
            .collect(),
    }
}

fn view(format: &Format) -> FormatView {
    FormatView {
        id: format.id,
        client: format.client,
        file: format.file,
        form: format.form,
        login: format.login,
        needs_password: template::needs_password(format.text) || format.id == DATA_LOADER,
        needs_app: template::needs_app(format.text),
    }
}

/// Asks for a format, or for a template of the person's own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    pub(crate) account: AccountIn,
    /// Id of a format; not together with `template`.
    #[serde(default)]
    pub(crate) format: Option<String>,
    /// A template of the person's own.
    #[serde(default)]
    pub(crate) template: Option<String>,
    /// Consumer key of the person's app, for the clients that log in through one.
    #[serde(default)]
    pub(crate) client_id: Option<String>,
    /// Consumer secret of that app.
    #[serde(default)]
    pub(crate) client_secret: Option<String>,
    /// 32 random bytes in base64url, for Data Loader alone.
    #[serde(default)]
    pub(crate) random: Option<String>,
    /// Base64url of a Data Loader key file that the person has; without it a new one is made.
    #[serde(default)]
    pub(crate) key_file: Option<String>,
    /// `false`: with the secrets. Anything that is only looked at is redacted.
    pub(crate) redacted: bool,
}

/// A finished text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    text: String,
    /// The usual name of such a file.
    file: String,
    /// A second file that belongs to it: its name and its bytes in base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<Extra>,
}

/// A second file.
#[derive(Serialize)]
pub struct Extra {
    file: &'static str,
    bytes: String,
}

impl From<TemplateError> for Refusal {
    fn from(error: TemplateError) -> Self {
        Self {
            code: error.code(),
            detail: error.detail().map(str::to_owned),
            at: error.at(),
        }
    }
}

const DATA_LOADER: &str = "data_loader";

/// Writes an account in a format.
///
/// # Errors
/// Codes of [`crate::handover::account::AccountError`] and [`TemplateError`]; `format_unknown`; `format_needs_password`
/// when a text with secrets is wanted and there is no password; `handover_bad_value` for the other values.
pub fn render(ask: Ask) -> Result<Rendered, Refusal> {
    let account = Account::check(ask.account)?;
    let (text, file, data_loader) = match (&ask.format, &ask.template) {
        (Some(id), None) => {
            let format = find(id).ok_or(Refusal::new("format_unknown"))?;
            (format.text, format.file, format.id == DATA_LOADER)
        }
        (None, Some(own)) => (own.as_str(), "account.txt", false),
        _ => return Err(Refusal::new("format_unknown")),
    };
    let no_password = account.password.is_empty() && !ask.redacted;
    if no_password && (data_loader || template::needs_password(text)) {
        return Err(Refusal::new("format_needs_password"));
    }
    let client_id = app_value(ask.client_id, CLIENT_ID)?;
    let client_secret = app_value(ask.client_secret, CLIENT_SECRET)?;
    let (encrypted, extra) = if data_loader && !ask.redacted {
        let (encrypted, extra) = encrypt(&account, ask.random.as_deref(), ask.key_file.as_deref())?;
        (Some(encrypted), extra)
    } else {
        (None, None)
    };
    let values = Values {
        account: &account,
        client_id: &client_id,
        client_secret: &client_secret,
        encrypted: encrypted.as_deref(),
        redacted: ask.redacted,
    };
    Ok(Rendered {
        text: template::render(text, &values)?.expose().to_owned(),
        file: file.to_owned(),
        extra,
    })
}

/// What a person gave for his app, or what stands for it.
///
/// # Errors
/// `handover_bad_value` for a value that is too long or holds control characters.
pub(crate) fn app_value(given: Option<String>, stand_in: &str) -> Result<String, Refusal> {
    match given {
        Some(value) if value.len() > MAX_APP || value.chars().any(char::is_control) => {
            Err(Refusal::new("handover_bad_value"))
        }
        Some(value) if !value.is_empty() => Ok(value),
        _ => Ok(stand_in.to_owned()),
    }
}

fn encrypt(
    account: &Account,
    random: Option<&str>,
    key_file: Option<&str>,
) -> Result<(String, Option<Extra>), Refusal> {
    let bad = Refusal::new("handover_bad_value");
    let random: [u8; KEY_LENGTH + IV_LENGTH] = decode_array(random).ok_or_else(|| bad.clone())?;
    let (fresh, iv) = random.split_at(KEY_LENGTH);
    let iv: [u8; IV_LENGTH] = iv.try_into().map_err(|_| bad.clone())?;
    let mut key: [u8; KEY_LENGTH] = fresh.try_into().map_err(|_| bad.clone())?;
    let mut extra = None;
    if let Some(given) = key_file {
        // A longer file is read to its sixteenth byte, as Data Loader does; it reads 1,024 bytes at most.
        let bytes = crate::vault::text::decode(given, 1024).map_err(|_| bad.clone())?;
        key = bytes
            .get(..KEY_LENGTH)
            .and_then(|front| front.try_into().ok())
            .ok_or(bad)?;
    } else {
        extra = Some(Extra {
            file: "dataloader.key",
            bytes: crate::vault::text::encode(&key),
        });
    }
    Ok((dataloader::encrypt(&account.joined(), &key, &iv), extra))
}
