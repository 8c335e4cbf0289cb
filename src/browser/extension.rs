//! The extension APIs: the few calls that we need, and nothing decided about them.
//!
//! One binding carries them all: the path of a method below the API's namespace, its arguments as JSON,
//! and its result as JSON (`tokenKeeper.call` in `background.js`). A call that a browser does not know, a
//! permission that was not given, or an answer that does not come in time is an `Err`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::browser::frames;
use crate::browser::shell::{Area, Badge, Shell, StorageFailed, TabInfo};
use crate::recognise::mail::PROVIDERS;
use crate::wire::json::{self, Raw};
use crate::wire::messages::{Act, MailReading, Outcome, PageFacts, Refusal, ToPage};

/// How long the browser may take to answer (milliseconds).
const PATIENCE: u32 = 5_000;
/// How long a page may take to carry out a plan (milliseconds): two waits of three seconds and some air.
const ACT_PATIENCE: u32 = 9_000;
/// How long a tool may take (milliseconds): to start, and to stretch a passphrase.
const TOOL_PATIENCE: u32 = 20_000;
/// How long a request may take (milliseconds): its own time-out, and some air.
const POST_PATIENCE: u32 = crate::handover::probe::TIMEOUT_MS + 3_000;
/// How long a page may take to describe itself (milliseconds).
const LOOK_PATIENCE: u32 = 1_500;
/// Alarms do not go off sooner than this (minutes, Chrome 120 and later).
const SHORTEST_ALARM: f64 = 0.5;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["tokenKeeper"])]
    async fn call(method: &str, args: &str, patience: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["tokenKeeper"])]
    fn later(name: &str, after: f64);
    #[wasm_bindgen(js_namespace = ["tokenKeeper"])]
    fn panicked();
    #[wasm_bindgen(thread_local_v2, js_namespace = ["tokenKeeper"], js_name = id)]
    static ID: String;
    #[wasm_bindgen(thread_local_v2, js_namespace = ["tokenKeeper"], js_name = origin)]
    static ORIGIN: String;
}

/// The real browser.
pub struct Extension;

/// Tells `background.js` of a panic, which then drops this instance. The message is not passed on: it
/// could quote what it failed on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|_| panicked()));
}

/// Calls a method of the extension API; its result is read as `T` (`()` takes anything).
async fn api<T: Answer>(method: &str, args: impl Serialize, patience: u32) -> Option<T> {
    T::read(&call_text(method, serde_json::to_string(&args).ok()?, patience).await?)
}

/// [`api`] without its types, so that each use does not bring a copy of it.
async fn call_text(method: &str, args: String, patience: u32) -> Option<String> {
    call(method, &args, patience).await.ok()?.as_string()
}

/// What an API call can be read as.
trait Answer: Sized {
    fn read(text: &str) -> Option<Self>;
}

impl Answer for () {
    fn read(_: &str) -> Option<Self> {
        Some(())
    }
}

impl<T: DeserializeOwned> Answer for (T,) {
    fn read(text: &str) -> Option<Self> {
        json::from_str(text).ok().map(|value| (value,))
    }
}

impl Area {
    fn method(self, name: &str) -> String {
        let area = match self {
            Self::Local => "storage.local",
            Self::Session => "storage.session",
            Self::Copy => "copy",
            Self::Witness => "witness",
            Self::Sync => "storage.sync",
        };
        [area, ".", name].concat()
    }
}

/// Pairs as an object.
struct Items<'a>(&'a [(String, String)]);

impl Serialize for Items<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    tab_id: i32,
    all_frames: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Injection<'a> {
    target: Target,
    files: &'a [&'a str],
    inject_immediately: bool,
}

impl<'a> Injection<'a> {
    /// Into the tab's own document, once it has loaded.
    fn top(tab_id: i32, files: &'a [&'a str]) -> Self {
        Self {
            target: Target {
                tab_id,
                all_frames: false,
            },
            files,
            inject_immediately: false,
        }
    }

    /// Into every document of the tab that the person lets us into; none is waited for.
    fn everywhere(tab_id: i32, files: &'a [&'a str]) -> Self {
        Self {
            target: Target {
                tab_id,
                all_frames: true,
            },
            files,
            inject_immediately: true,
        }
    }
}

#[derive(Serialize)]
struct Permissions<'a> {
    permissions: &'a [&'a str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    origins: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReaderScript<'a> {
    id: &'a str,
    matches: Vec<String>,
    js: &'a [&'a str],
    run_at: &'a str,
}

#[derive(Serialize, serde::Deserialize)]
struct Identified<T> {
    id: T,
}

impl Shell for Extension {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn now(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    fn random(&self, buffer: &mut [u8]) {
        // A system without a generator must not go on with zeroes; the trap ends this event.
        #[allow(clippy::expect_used)]
        getrandom::fill(buffer).expect("the browser has a random generator");
    }

    fn identity(&self) -> (String, String) {
        (ID.with(String::clone), ORIGIN.with(String::clone))
    }

    async fn get(
        &self,
        area: Area,
        names: &[String],
    ) -> Result<BTreeMap<String, String>, StorageFailed> {
        entries(&area.method("get"), (names,)).await
    }

    async fn names(&self, area: Area) -> Result<Vec<String>, StorageFailed> {
        // Chrome 130, Firefox 143.
        match api(&area.method("getKeys"), (), PATIENCE).await {
            Some((names,)) => Ok(names),
            None => Ok(self.read(area).await?.into_keys().collect()),
        }
    }

    async fn read(&self, area: Area) -> Result<BTreeMap<String, String>, StorageFailed> {
        entries(&area.method("get"), ()).await
    }

    async fn write(&self, area: Area, items: &[(String, String)]) -> Result<(), StorageFailed> {
        api(&area.method("set"), (Items(items),), PATIENCE)
            .await
            .ok_or(StorageFailed)
    }

    async fn remove(&self, area: Area, keys: &[String]) -> Result<(), StorageFailed> {
        api(&area.method("remove"), (keys,), PATIENCE)
            .await
            .ok_or(StorageFailed)
    }

    async fn tab(&self, tab: i32) -> Option<TabInfo> {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Tab {
            url: Option<String>,
            status: Option<String>,
        }
        let (tab,): (Tab,) = api("tabs.get", (tab,), PATIENCE).await?;
        Some(TabInfo {
            url: tab.url,
            complete: tab.status.as_deref() == Some("complete"),
        })
    }

    async fn open(&self, tab: i32, url: &str) {
        #[derive(Serialize)]
        struct Change<'a> {
            url: &'a str,
            active: bool,
        }
        // The tab may be gone; then nothing reports from it, and the flow says so.
        let _: Option<()> = api("tabs.update", (tab, Change { url, active: true }), PATIENCE).await;
    }

    async fn open_new(&self, url: &str) -> Option<i32> {
        #[derive(Serialize)]
        struct New<'a> {
            url: &'a str,
        }
        #[derive(serde::Deserialize)]
        struct Made {
            id: i32,
        }
        let (made,): (Made,) = api("tabs.create", (New { url },), PATIENCE).await?;
        Some(made.id)
    }

    async fn look(&self, tab: i32, frame: i64) -> Option<PageFacts> {
        send(tab, frame, &ToPage::Look, LOOK_PATIENCE).await
    }

    async fn act(&self, tab: i32, frame: i64, act: &Act) -> Outcome {
        let answer = send(tab, frame, &ToPage::Act(act.clone()), ACT_PATIENCE).await;
        answer.unwrap_or(Outcome {
            done: 0,
            refused: Some(Refusal::Silent),
        })
    }

    async fn scan(&self, tab: i32) -> Option<MailReading> {
        #[derive(Default, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Injected {
            // Firefox counts beyond 32 bits.
            frame_id: i64,
            // A frame that went away, or that failed, has none.
            result: Option<MailReading>,
        }
        let injection = Injection::everywhere(tab, &["page/mail.js"]);
        let (results,): (Vec<Injected>,) =
            api("scripting.executeScript", (injection,), PATIENCE).await?;
        let readings = results.into_iter();
        frames::one_of(readings.filter_map(|one| one.result.map(|reading| (one.frame_id, reading))))
    }

    async fn tool(&self, name: &'static str, input: &str) -> Option<String> {
        let (output,): (Option<String>,) = api("runTool", (name, input), TOOL_PATIENCE).await?;
        output
    }

    async fn post(&self, request: &str) -> Option<String> {
        let args = ["[", request, "]"].concat();
        call_text("postOnce", args, POST_PATIENCE).await
    }

    async fn look_once(&self, tab: i32) -> Option<String> {
        let injection = Injection::top(tab, &["page/facts.js", "page/once.js"]);
        let args = serde_json::to_string(&(injection,)).ok()?;
        call_text("scripting.executeScript", args, LOOK_PATIENCE).await
    }

    async fn register_mail_reader(&self) {
        let registered: Option<(Vec<Identified<String>>,)> =
            api("scripting.getRegisteredContentScripts", (), PATIENCE).await;
        let registered = registered.map(|(scripts,)| scripts).unwrap_or_default();
        let allowed = self.mail_allowed().await;
        let files = ["page/mail.js", "page/watch.js"];
        for (provider, hosts) in PROVIDERS {
            let is_registered = registered.iter().any(|script| script.id == *provider);
            match (allowed.iter().any(|name| name == provider), is_registered) {
                (true, false) => {
                    let script = ReaderScript {
                        id: provider,
                        matches: patterns(hosts),
                        js: &files,
                        run_at: "document_idle",
                    };
                    let _: Option<()> =
                        api("scripting.registerContentScripts", ([script],), PATIENCE).await;
                    // Mail that is open already is not loaded anew for our sake.
                    #[derive(Serialize)]
                    struct Query {
                        url: Vec<String>,
                    }
                    let tabs: Option<(Vec<Identified<i32>>,)> = api(
                        "tabs.query",
                        (Query {
                            url: patterns(hosts),
                        },),
                        PATIENCE,
                    )
                    .await;
                    for tab in tabs.map(|(tabs,)| tabs).unwrap_or_default() {
                        let injection = Injection::top(tab.id, &files);
                        let _: Option<()> =
                            api("scripting.executeScript", (injection,), PATIENCE).await;
                    }
                }
                (false, true) => {
                    #[derive(Serialize)]
                    struct Filter<'a> {
                        ids: [&'a str; 1],
                    }
                    let _: Option<()> = api(
                        "scripting.unregisterContentScripts",
                        (Filter { ids: [provider] },),
                        PATIENCE,
                    )
                    .await;
                }
                _ => {}
            }
        }
    }

    async fn mail_allowed(&self) -> Vec<String> {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Granted {
            permissions: Vec<String>,
            origins: Vec<String>,
        }
        // One question for all of them: a view asks it each time.
        let granted: Option<(Granted,)> = api("permissions.getAll", (), PATIENCE).await;
        let (granted,) = granted.unwrap_or_default();
        if !granted.permissions.iter().any(|name| name == "scripting") {
            return vec![];
        }
        let is_granted = |pattern: &String| granted.origins.contains(pattern);
        PROVIDERS
            .iter()
            .filter(|(_, hosts)| patterns(hosts).iter().all(is_granted))
            .map(|(name, _)| (*name).to_owned())
            .collect()
    }

    async fn clipboard_allowed(&self) -> bool {
        contains("clipboardRead", vec![]).await
    }

    async fn clear_clipboard(&self, sha256: &str) {
        let _: Option<()> = api("clearClipboard", (sha256,), PATIENCE).await;
    }

    async fn clear_cookies(&self, host: &str, tab: Option<i32>) -> Option<u32> {
        let (count,): (Option<u32>,) = api("clearCookies", (host, tab), PATIENCE).await?;
        count
    }

    async fn notify(&self) {
        let _: Option<()> = api("notify", (), PATIENCE).await;
    }

    async fn policy_days(&self) -> u32 {
        api("policyDays", (), PATIENCE)
            .await
            .map_or(0, |(days,)| days)
    }

    #[allow(clippy::cast_precision_loss)]
    async fn alarm(&self, name: &'static str, after_ms: u64) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct When {
            delay_in_minutes: f64,
        }
        let after = after_ms as f64;
        if after < SHORTEST_ALARM * 60_000.0 {
            later(name, after);
        }
        // Also for short waits: the worker may die before its timer goes off.
        let when = When {
            delay_in_minutes: (after / 60_000.0).max(SHORTEST_ALARM),
        };
        let _: Option<()> = api("alarms.create", (name, when), PATIENCE).await;
    }

    async fn badge(&self, badge: Badge) {
        #[derive(Serialize)]
        struct Text {
            text: String,
        }
        #[derive(Serialize)]
        struct Color {
            color: &'static str,
        }
        let (text, color) = match badge {
            Badge::None => (String::new(), "#0f766e"),
            Badge::Running => ("…".to_owned(), "#0f766e"),
            Badge::Press => ("!".to_owned(), "#b45309"),
            Badge::Review(count) => (count.to_string(), "#b45309"),
            Badge::Due => ("↻".to_owned(), "#b45309"),
            Badge::News => ("•".to_owned(), "#0f766e"),
        };
        let _: Option<()> = api("action.setBadgeText", (Text { text },), PATIENCE).await;
        let _: Option<()> = api(
            "action.setBadgeBackgroundColor",
            (Color { color },),
            PATIENCE,
        )
        .await;
    }

    async fn changed(&self) {
        #[derive(Serialize)]
        struct Changed {
            kind: &'static str,
        }
        // Fails when no app page is open, which is the usual case.
        let _: Option<()> = api("runtime.sendMessage", (Changed { kind: "changed" },), 0).await;
    }
}

/// What a read of a storage area gives.
async fn entries(
    method: &str,
    args: impl Serialize,
) -> Result<BTreeMap<String, String>, StorageFailed> {
    let (items,): (BTreeMap<String, Raw>,) =
        api(method, args, PATIENCE).await.ok_or(StorageFailed)?;
    let mut all = BTreeMap::new();
    for (key, Raw(value)) in items {
        // Something that is not text is not ours, but it must not look like an empty store.
        let text = json::from_str(&value).unwrap_or(value);
        all.insert(key, text);
    }
    Ok(all)
}

/// Sends to one document of a tab. `None`: no agent there, or no answer in time.
async fn send<T: DeserializeOwned>(
    tab: i32,
    frame: i64,
    message: &ToPage,
    patience: u32,
) -> Option<T> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Options {
        frame_id: i64,
    }
    let (answer,): (Option<T>,) = api(
        "tabs.sendMessage",
        (tab, message, Options { frame_id: frame }),
        patience,
    )
    .await?;
    answer
}

async fn contains(permission: &str, origins: Vec<String>) -> bool {
    let answer: Option<(bool,)> = api(
        "permissions.contains",
        (Permissions {
            permissions: &[permission],
            origins,
        },),
        PATIENCE,
    )
    .await;
    answer.is_some_and(|(allowed,)| allowed)
}

fn patterns(hosts: &[&str]) -> Vec<String> {
    hosts
        .iter()
        .map(|host| format!("https://{host}/*"))
        .collect()
}
