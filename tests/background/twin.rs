//! The browser in memory: storage with faults, a clock, tabs with pages that move when they are pressed,
//! and a worker that dies at any call. Invented people, tokens and codes only.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use base64::Engine;
use serde_json::json;
use token_keeper::browser::shell::{ALARM_LOOK, Area, Badge, Shell, StorageFailed, TabInfo};
use token_keeper::browser::{Waking, wake};
use token_keeper::wire::json::Raw;
use token_keeper::wire::messages::{
    Act, Intent, MailReading, Mark, Outcome, PageFacts, Refusal, Reply, ShownText, Verb,
};
use token_keeper::wire::senders::{RawSender, RawTab};
use token_keeper::wire::views::View;

pub const ID: &str = "abcdefgh";
pub const OWN: &str = "chrome-extension://abcdefgh";
pub const CODE: &str = "481516";
/// The tokens that resets bring, in order.
pub const TOKENS: [&str; 3] = [
    "Qx7LmV2tRb9KsWp4HnYc8ZdEf",
    "hTgRkWzPqLvNxBcMdJfSyAeu",
    "Zp3WnC8yTf6JdQs1LmKv5RbGh",
];

/// The tab that opens for a link which has none.
pub const NEW_TAB: i32 = 99;

/// What a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Login,
    Forgot,
    CheckMail,
    Interstitial,
    Verify,
    NewPassword,
    Home,
    Edit,
    Confirm,
    /// A page without any of the known marks, and without an agent.
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Tab {
    pub host: String,
    pub shows: Shows,
    pub nonce: String,
    pub person: Option<String>,
    pub filled: BTreeMap<String, String>,
    pub pressed: bool,
    pub error: bool,
    /// Where a sign-in leads.
    after: Shows,
}

/// Which write goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    WriteFails(Area),
    WriteIsLost(Area),
    ReadFails(Area),
    RemoveFails(Area),
}

/// Everything in every area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Areas([BTreeMap<String, String>; 5]);

#[derive(Default)]
pub struct State {
    pub now: u64,
    pub areas: Areas,
    pub faults: Vec<Fault>,
    pub tabs: BTreeMap<i32, Tab>,
    /// The browser's own alarms: they outlive the worker, and come half a minute from now at the soonest.
    pub alarms: BTreeMap<&'static str, u64>,
    /// The worker's timers, for what is due sooner.
    timers: Vec<(u64, &'static str)>,
    pub badge: Option<Badge>,
    pub opened: Vec<String>,
    /// Everything that was carried out or tried on a page: tab, origin of the document, the plan.
    pub acts: Vec<(i32, String, Act)>,
    /// Answers in place of the page's own.
    pub outcomes: VecDeque<Outcome>,
    pub scans: BTreeMap<i32, MailReading>,
    /// What a look at a tab of any host gives.
    pub looks_once: BTreeMap<i32, PageFacts>,
    pub allowed: Vec<String>,
    pub cleared: Vec<String>,
    /// How often a notification was asked for.
    pub notified: u32,
    pub policy_days: u32,
    /// How many cookies a host has; `None` without the permission.
    pub cookies: Option<u32>,
    /// The hosts whose cookies were asked to go.
    pub cookie_calls: Vec<(String, Option<i32>)>,
    pub told: u32,
    /// Every request that left, JSON.
    pub posts: Vec<String>,
    /// What comes back for it, JSON; without any nobody can be reached.
    pub answers: VecDeque<String>,
    /// Outputs in place of the tools' own.
    pub outputs: VecDeque<String>,
    /// Pages whose agents are about to report.
    pub reports: VecDeque<i32>,
    /// What Salesforce counts.
    pub resets: usize,
    pub passwords: Vec<String>,
    pub signed_in: bool,
    /// Does the confirmation page show the token, as the article has it?
    pub shows_token: bool,
    /// Must not be in clear on disk, ever.
    pub secrets: BTreeSet<String>,
    /// All that was ever written to disk.
    pub written: Vec<String>,
    /// So many writes to disk still go well; then it is full.
    pub room: Option<u32>,
    /// What a write to disk takes, in milliseconds.
    pub write_takes: u64,
    nonces: u32,
    seed: u64,
    calls: u64,
    die_at: Option<u64>,
    dead: bool,
}

pub struct Twin(pub RefCell<State>);

/// The worker died in the event.
#[derive(Debug, PartialEq, Eq)]
pub struct Died;

impl Twin {
    pub fn new(seed: u64) -> Self {
        let state = State {
            now: 1_700_000_000_000,
            seed,
            allowed: vec!["gmail".to_owned()],
            ..State::default()
        };
        Self(RefCell::new(state))
    }

    pub fn areas(&self) -> Areas {
        self.0.borrow().areas.clone()
    }

    // --- steering ---

    pub fn later(&self, ms: u64) {
        self.0.borrow_mut().now += ms;
    }

    pub fn fault(&self, fault: Fault) {
        self.0.borrow_mut().faults.push(fault);
    }

    pub fn healthy(&self) {
        self.0.borrow_mut().faults.clear();
    }

    pub fn secret(&self, text: &str) {
        self.0.borrow_mut().secrets.insert(text.to_owned());
    }

    /// A page in a tab; its agent will report.
    pub fn show(&self, tab: i32, host: &str, shows: Shows) {
        let mut state = self.0.borrow_mut();
        state.navigate(tab, host, shows);
    }

    pub fn tab_now(&self, tab: i32) -> Tab {
        self.0.borrow().tabs[&tab].clone()
    }

    /// The person signs in on the log-in page of a tab.
    pub fn sign_in(&self, tab: i32) {
        let mut state = self.0.borrow_mut();
        let Some(now) = state.tabs.get(&tab).cloned() else {
            return;
        };
        if now.shows == Shows::Login {
            state.signed_in = true;
            state.navigate(tab, &now.host, now.after);
        }
    }

    /// The worker dies at the n-th call from now.
    pub fn die_at(&self, call: u64) {
        let mut state = self.0.borrow_mut();
        state.calls = 0;
        state.die_at = Some(call);
    }

    /// No death any more.
    pub fn spare(&self) {
        self.0.borrow_mut().die_at = None;
    }

    /// Has an armed death not come yet?
    pub fn lives(&self) -> bool {
        self.0.borrow().die_at.is_some()
    }

    // --- events ---

    /// One event in a fresh background.
    pub fn wake(&self, waking: Waking) -> Result<Option<Reply>, Died> {
        let mut event = pin!(wake(self, waking));
        match event.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(reply) => Ok(reply),
            Poll::Pending => {
                let mut state = self.0.borrow_mut();
                assert!(state.dead, "nothing but death lets an event wait");
                (state.dead, state.die_at) = (false, None);
                state.timers.clear();
                Err(Died)
            }
        }
    }

    pub fn message(&self, json: &str, sender: RawSender) -> Result<Option<Reply>, Died> {
        self.wake(Waking::Message {
            message: Raw(json.to_owned()),
            sender,
        })
    }

    pub fn intent(&self, intent: &Intent) -> Result<Reply, Died> {
        let json = serde_json::to_string(intent).unwrap();
        self.message(&json, app())
            .map(|reply| reply.expect("the app is always answered"))
    }

    /// An intent that works, and the view after it.
    pub fn ask(&self, intent: &Intent) -> View {
        match self.intent(intent).unwrap() {
            Reply::View(view) => *view,
            Reply::Error(fault) => panic!("{intent:?}: {fault}"),
            Reply::Secret { .. } | Reply::Answer { .. } => panic!("no view for {intent:?}"),
        }
    }

    pub fn secret_of(&self, intent: &Intent) -> Result<String, String> {
        match self.intent(intent).unwrap() {
            Reply::Secret { text } => Ok(text),
            Reply::Error(fault) => Err(fault.code.to_string()),
            Reply::View(_) | Reply::Answer { .. } => panic!("no secret for {intent:?}"),
        }
    }

    /// What comes back for an intent that asks something of an account.
    pub fn told(&self, intent: &Intent) -> serde_json::Value {
        match self.intent(intent).unwrap() {
            Reply::Answer { text } => serde_json::from_str(&text).unwrap(),
            Reply::Error(fault) => panic!("{intent:?}: {fault}"),
            _ => panic!("no answer for {intent:?}"),
        }
    }

    /// The code of the fault with which an intent ends, and the wait it names.
    pub fn refused(&self, intent: &Intent) -> (String, Option<u64>) {
        match self.intent(intent).unwrap() {
            Reply::Error(fault) => (fault.code.to_string(), fault.wait_ms),
            _ => panic!("{intent:?} was not refused"),
        }
    }

    pub fn view(&self) -> View {
        self.ask(&Intent::View { tab: None })
    }

    /// The agent of a tab reports what it shows.
    pub fn report(&self, tab: i32) -> Result<(), Died> {
        let Some((facts, host)) = self.0.borrow().facts(tab) else {
            return Ok(());
        };
        self.message(&facts_json(&facts), page(tab, &format!("https://{host}")))
            .map(|_| ())
    }

    /// Everything that happens by itself: reports of pages, and the looks that were planned.
    pub fn settle(&self) {
        for _ in 0..300 {
            let next = self.0.borrow_mut().reports.pop_front();
            if let Some(tab) = next {
                if self.report(tab) == Err(Died) {
                    // The agent was not answered, and says it again.
                    self.0.borrow_mut().reports.push_back(tab);
                }
                continue;
            }
            {
                let mut state = self.0.borrow_mut();
                let timer = state
                    .timers
                    .iter()
                    .filter(|(_, name)| *name == ALARM_LOOK)
                    .min()
                    .copied();
                let alarm = state.alarms.get(ALARM_LOOK).copied();
                let at = match (timer, alarm) {
                    (None, None) => return,
                    (Some((at, name)), alarm) if alarm.is_none_or(|alarm| at <= alarm) => {
                        state.timers.retain(|timer| *timer != (at, name));
                        at
                    }
                    (_, Some(at)) => {
                        state.alarms.remove(ALARM_LOOK);
                        at
                    }
                    (Some(_), None) => return,
                };
                state.now = state.now.max(at);
            }
            let _ = self.wake(Waking::Alarm {
                name: ALARM_LOOK.to_owned(),
            });
        }
        panic!("never quiet");
    }

    // --- what must hold ---

    /// No secret was ever written to disk in clear, in no encoding.
    pub fn disk_is_clean(&self) {
        let state = self.0.borrow();
        let mut secrets = state.secrets.clone();
        secrets.extend(state.passwords.iter().cloned());
        secrets.extend(TOKENS.map(str::to_owned));
        for text in &state.written {
            for secret in &secrets {
                assert!(!holds(text, secret), "a secret on disk: {secret}");
            }
        }
    }

    /// Neither key nor secret is in memory that outlives an event.
    pub fn memory_is_clean(&self) {
        let state = self.0.borrow();
        assert!(
            !state.areas[Area::Session].contains_key("key"),
            "the key is still there"
        );
        let mut secrets = state.secrets.clone();
        secrets.extend(state.passwords.iter().cloned());
        secrets.extend(TOKENS.map(str::to_owned));
        for (name, text) in &state.areas[Area::Session] {
            for secret in &secrets {
                assert!(
                    !holds(text, secret),
                    "a secret in memory under {name}: {secret}"
                );
            }
        }
    }
}

fn holds(text: &str, secret: &str) -> bool {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    let inside = |bytes: &[u8]| {
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    inside(text.as_bytes())
        || [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
            .iter()
            .any(|way| way.decode(text).is_ok_and(|bytes| inside(&bytes)))
}

impl State {
    fn navigate(&mut self, tab: i32, host: &str, shows: Shows) {
        self.nonces += 1;
        let after = if shows == Shows::Edit && !self.signed_in {
            Shows::Edit
        } else {
            Shows::Home
        };
        let shows = if shows == Shows::Edit && !self.signed_in {
            Shows::Login
        } else {
            shows
        };
        let page = Tab {
            host: host.to_owned(),
            shows,
            nonce: format!("n{}", self.nonces),
            person: None,
            filled: BTreeMap::new(),
            pressed: false,
            error: false,
            after,
        };
        self.tabs.insert(tab, page);
        self.reports.push_back(tab);
    }

    pub fn facts(&self, tab: i32) -> Option<(PageFacts, String)> {
        let page = self.tabs.get(&tab)?;
        let (path, marks): (&str, &[&str]) = match page.shows {
            Shows::Login => ("/", &["username", "password", "login", "forgot"]),
            Shows::Forgot => ("/secur/forgotpassword.jsp", &["un", "continue"]),
            Shows::CheckMail => ("/secur/forgotpassword.jsp", &[]),
            Shows::Interstitial => (
                "/_nc_external/identity/ui/login/ForgotPasswordInterstitial",
                &["interstitialSave"],
            ),
            Shows::Verify => (
                "/_ui/identity/verification/method/EmailVerificationFinishUi/e",
                &["emc", "save"],
            ),
            Shows::NewPassword => (
                "/_ui/system/security/ChangePassword",
                &["newpassword", "confirmpassword", "passwordButton"],
            ),
            Shows::Edit => ("/_ui/system/security/ResetApiTokenEdit", &["resetButton"]),
            Shows::Confirm => ("/_ui/system/security/ResetApiTokenConfirm", &[]),
            Shows::Home => ("/home/home.jsp", &[]),
            Shows::Nothing => return None,
        };
        let mark = |name: &&str| {
            (
                (*name).to_owned(),
                Mark {
                    n: 1,
                    seen: true,
                    on: true,
                    full: page.filled.contains_key(*name),
                },
            )
        };
        let mut marks: BTreeMap<String, Mark> = marks.iter().map(mark).collect();
        if page.error {
            marks.extend([mark(&"error")]);
        }
        let shown = (page.shows == Shows::Confirm && self.shows_token)
            .then(|| shown(&format!("Your new security token: {}", self.newest_token())));
        let facts = PageFacts {
            nonce: page.nonce.clone(),
            path: path.to_owned(),
            settled: true,
            marks,
            person: page.person.clone(),
            rules: if page.shows == Shows::NewPassword {
                vec!["charcount 24".to_owned(), "letters null".to_owned()]
            } else {
                vec![]
            },
            shown,
            framed: false,
        };
        Some((facts, page.host.clone()))
    }

    /// Other random bytes than before.
    pub fn seeded_anew(&mut self) {
        self.seed ^= 0x5555;
    }

    pub fn newest_token(&self) -> &'static str {
        TOKENS[self.resets.saturating_sub(1).min(TOKENS.len() - 1)]
    }

    fn act(&mut self, tab: i32, act: &Act) -> Outcome {
        let refuse = |done, why| Outcome {
            done,
            refused: Some(why),
        };
        let Some(page) = self.tabs.get(&tab).cloned() else {
            return refuse(0, Refusal::Silent);
        };
        self.acts
            .push((tab, format!("https://{}", page.host), act.clone()));
        if let Some(outcome) = self.outcomes.pop_front() {
            return outcome;
        }
        if act.nonce != page.nonce || act.origin != format!("https://{}", page.host) {
            return refuse(0, Refusal::Moved);
        }
        let marks = self
            .facts(tab)
            .map(|(facts, _)| facts.marks)
            .unwrap_or_default();
        for (done, verb) in (0..).zip(&act.steps) {
            let (Verb::Fill { mark, .. } | Verb::Press { mark }) = verb;
            if !marks.contains_key(mark) {
                return refuse(done, Refusal::Missing);
            }
            let here = self.tabs.get_mut(&tab).unwrap();
            match verb {
                Verb::Fill { mark, value } => drop(here.filled.insert(mark.clone(), value.clone())),
                Verb::Press { .. } if here.pressed => return refuse(done, Refusal::Again),
                Verb::Press { mark } => {
                    here.pressed = true;
                    let mark = mark.clone();
                    self.pressed(tab, &mark);
                }
            }
        }
        Outcome {
            done: u32::try_from(act.steps.len()).unwrap(),
            refused: None,
        }
    }

    /// What a press on the page's own button leads to, whoever pressed it.
    pub fn pressed(&mut self, tab: i32, mark: &str) {
        let page = self.tabs[&tab].clone();
        let value = |name: &str| page.filled.get(name).cloned().unwrap_or_default();
        let next = match (page.shows, mark) {
            (Shows::Login, "forgot") => Shows::Forgot,
            (Shows::Forgot, "continue") => Shows::CheckMail,
            (Shows::Interstitial, "interstitialSave") => Shows::Verify,
            (Shows::Verify, "save") if value("emc") == CODE => Shows::NewPassword,
            (Shows::Verify, "save") => Shows::Verify,
            (Shows::NewPassword, "passwordButton") => {
                assert_eq!(value("newpassword"), value("confirmpassword"));
                self.passwords.push(value("newpassword"));
                self.signed_in = true;
                Shows::Home
            }
            (Shows::Edit, "resetButton") => {
                self.resets += 1;
                Shows::Confirm
            }
            other => panic!("nobody presses {other:?}"),
        };
        self.navigate(tab, &page.host, next);
        self.tabs.get_mut(&tab).unwrap().error = page.shows == next;
    }
}

impl std::ops::Index<Area> for Areas {
    type Output = BTreeMap<String, String>;

    fn index(&self, area: Area) -> &Self::Output {
        &self.0[area as usize]
    }
}

impl std::ops::IndexMut<Area> for Areas {
    fn index_mut(&mut self, area: Area) -> &mut Self::Output {
        &mut self.0[area as usize]
    }
}

impl Twin {
    async fn call(&self) {
        let dies = {
            let mut state = self.0.borrow_mut();
            state.calls += 1;
            state.dead = state.die_at == Some(state.calls);
            state.dead
        };
        if dies {
            std::future::pending::<()>().await;
        }
    }

    fn failing(&self, fault: Fault) -> bool {
        self.0.borrow().faults.contains(&fault)
    }
}

impl Shell for Twin {
    fn now(&self) -> u64 {
        self.0.borrow().now
    }

    fn random(&self, buffer: &mut [u8]) {
        let mut state = self.0.borrow_mut();
        for byte in buffer {
            state.seed = state.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state.seed ^ (state.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            *byte = u8::try_from((mixed >> 40) & 0xFF).unwrap();
        }
    }

    fn identity(&self) -> (String, String) {
        (ID.to_owned(), OWN.to_owned())
    }

    async fn get(
        &self,
        area: Area,
        names: &[String],
    ) -> Result<BTreeMap<String, String>, StorageFailed> {
        let mut all = self.read(area).await?;
        all.retain(|name, _| names.contains(name));
        Ok(all)
    }

    async fn names(&self, area: Area) -> Result<Vec<String>, StorageFailed> {
        Ok(self.read(area).await?.into_keys().collect())
    }

    async fn read(&self, area: Area) -> Result<BTreeMap<String, String>, StorageFailed> {
        self.call().await;
        if self.failing(Fault::ReadFails(area)) {
            return Err(StorageFailed);
        }
        Ok(self.0.borrow().areas[area].clone())
    }

    async fn write(&self, area: Area, items: &[(String, String)]) -> Result<(), StorageFailed> {
        self.call().await;
        let mut state = self.0.borrow_mut();
        if area != Area::Session {
            for (name, text) in items {
                for secret in &state.secrets {
                    assert!(
                        !holds(name, secret) && !holds(text, secret),
                        "a secret on its way to the disk"
                    );
                }
            }
            // What was refused may still have been on the disk for a moment.
            state.written.extend(
                items
                    .iter()
                    .flat_map(|(name, text)| [name.clone(), text.clone()]),
            );
        }
        if area == Area::Local {
            state.now += state.write_takes;
            match &mut state.room {
                Some(0) => return Err(StorageFailed),
                Some(room) => *room -= 1,
                None => {}
            }
        }
        if state.faults.contains(&Fault::WriteFails(area)) {
            return Err(StorageFailed);
        }
        if !state.faults.contains(&Fault::WriteIsLost(area)) {
            state.areas[area].extend(items.iter().cloned());
        }
        Ok(())
    }

    async fn remove(&self, area: Area, keys: &[String]) -> Result<(), StorageFailed> {
        self.call().await;
        if self.failing(Fault::RemoveFails(area)) {
            return Err(StorageFailed);
        }
        let mut state = self.0.borrow_mut();
        for key in keys {
            state.areas[area].remove(key);
        }
        Ok(())
    }

    async fn tab(&self, tab: i32) -> Option<TabInfo> {
        self.call().await;
        let state = self.0.borrow();
        let page = state.tabs.get(&tab)?;
        let path = state.facts(tab).map_or_else(
            || "/lightning/page/home".to_owned(),
            |(facts, _)| facts.path,
        );
        Some(TabInfo {
            url: Some(format!("https://{}{path}", page.host)),
            complete: true,
        })
    }

    async fn open(&self, tab: i32, url: &str) {
        self.call().await;
        let mut state = self.0.borrow_mut();
        state.opened.push(url.to_owned());
        let (host, path) = url
            .strip_prefix("https://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let shows = match path {
            "" => Shows::Login,
            "_ui/system/security/ResetApiTokenEdit" => Shows::Edit,
            path if path
                .starts_with("_nc_external/identity/ui/login/ForgotPasswordInterstitial?r=") =>
            {
                Shows::Interstitial
            }
            _ => panic!("nobody opens {url}"),
        };
        state.navigate(tab, host, shows);
    }

    async fn open_new(&self, url: &str) -> Option<i32> {
        let last = self.0.borrow().tabs.keys().max().copied().unwrap_or(0);
        let tab = NEW_TAB.max(last + 1);
        self.open(tab, url).await;
        Some(tab)
    }

    async fn look(&self, tab: i32, frame: i64) -> Option<PageFacts> {
        self.call().await;
        assert_eq!(frame, 0);
        self.0.borrow().facts(tab).map(|(facts, _)| facts)
    }

    async fn act(&self, tab: i32, _frame: i64, act: &Act) -> Outcome {
        self.call().await;
        self.0.borrow_mut().act(tab, act)
    }

    async fn scan(&self, tab: i32) -> Option<MailReading> {
        self.call().await;
        self.0.borrow().scans.get(&tab).cloned()
    }

    async fn post(&self, request: &str) -> Option<String> {
        self.call().await;
        let mut state = self.0.borrow_mut();
        state.posts.push(request.to_owned());
        let answer = state.answers.pop_front();
        Some(answer.unwrap_or_else(|| "{\"unreachable\":true}".to_owned()))
    }

    async fn tool(&self, name: &'static str, input: &str) -> Option<String> {
        self.call().await;
        if let Some(output) = self.0.borrow_mut().outputs.pop_front() {
            return Some(output);
        }
        token_keeper::tools::run(name, input)
    }

    async fn look_once(&self, tab: i32) -> Option<String> {
        self.call().await;
        let facts = facts_json(self.0.borrow().looks_once.get(&tab)?);
        Some(format!(
            r#"[{{"documentId":"D","frameId":0,"result":{facts}}}]"#
        ))
    }

    async fn register_mail_reader(&self) {
        self.call().await;
    }

    async fn mail_allowed(&self) -> Vec<String> {
        self.call().await;
        self.0.borrow().allowed.clone()
    }

    async fn clipboard_allowed(&self) -> bool {
        self.call().await;
        true
    }

    async fn clear_clipboard(&self, sha256: &str) {
        self.call().await;
        self.0.borrow_mut().cleared.push(sha256.to_owned());
    }

    async fn clear_cookies(&self, host: &str, tab: Option<i32>) -> Option<u32> {
        self.call().await;
        let mut state = self.0.borrow_mut();
        state.cookie_calls.push((host.to_owned(), tab));
        state.cookies
    }

    async fn notify(&self) {
        self.call().await;
        self.0.borrow_mut().notified += 1;
    }

    async fn policy_days(&self) -> u32 {
        self.call().await;
        self.0.borrow().policy_days
    }

    async fn alarm(&self, name: &'static str, after_ms: u64) {
        self.call().await;
        let mut state = self.0.borrow_mut();
        let now = state.now;
        if after_ms < 30_000 {
            state.timers.push((now + after_ms, name));
        }
        state.alarms.insert(name, now + after_ms.max(30_000));
    }

    async fn badge(&self, badge: Badge) {
        self.call().await;
        self.0.borrow_mut().badge = Some(badge);
    }

    async fn changed(&self) {
        self.call().await;
        self.0.borrow_mut().told += 1;
    }
}

// --- senders and messages ---

pub fn app() -> RawSender {
    RawSender {
        id: Some(ID.to_owned()),
        origin: Some(OWN.to_owned()),
        ..RawSender::default()
    }
}

/// The agent in the top document of a tab.
pub fn page(tab: i32, origin: &str) -> RawSender {
    RawSender {
        id: Some(ID.to_owned()),
        origin: Some(origin.to_owned()),
        tab: Some(RawTab {
            id: Some(tab),
            url: Some(format!("{origin}/")),
        }),
        frame_id: Some(0),
        document_lifecycle: Some("active".to_owned()),
    }
}

/// The agent in a frame of a tab whose top document has another address.
pub fn framed(tab: i32, origin: &str, top: &str) -> RawSender {
    RawSender {
        frame_id: Some(3),
        tab: Some(RawTab {
            id: Some(tab),
            url: Some(top.to_owned()),
        }),
        ..page(tab, origin)
    }
}

pub fn shown(text: &str) -> ShownText {
    ShownText {
        visible: text.to_owned(),
        full: text.to_owned(),
        cut: false,
    }
}

pub fn facts_json(facts: &PageFacts) -> String {
    let marks: BTreeMap<_, _> = facts
        .marks
        .iter()
        .map(|(name, mark)| {
            (
                name,
                json!({ "n": mark.n, "seen": mark.seen, "on": mark.on, "full": mark.full }),
            )
        })
        .collect();
    json!({
        "kind": "facts", "nonce": facts.nonce, "path": facts.path, "framed": facts.framed, "settled": facts.settled,
        "marks": marks, "person": facts.person, "rules": facts.rules, "shown": facts.shown,
    })
    .to_string()
}

pub fn submitted_json(username: &str) -> String {
    json!({ "kind": "submitted", "nonce": "n", "username": username }).to_string()
}

pub fn token_mail(user: &str, token: &str) -> MailReading {
    let text = format!(
        "We are sending you a new token.\n\nUsername: {user}\nSecurity token (case-sensitive): {token}\n\nhttps://help.salesforce.com/?id=user_security_token"
    );
    MailReading {
        provider: Some("gmail".to_owned()),
        sender: Some("support@salesforce.com".to_owned()),
        text: shown(&text),
        ..MailReading::default()
    }
}

pub fn code_mail(user: &str, code: &str) -> MailReading {
    let text =
        format!("You recently logged in.\n\nUsername: {user}\n\nVerification Code: {code}\n\nBye");
    MailReading {
        text: shown(&text),
        ..token_mail(user, "")
    }
}

pub fn mail_json(mail: &MailReading) -> String {
    json!({ "kind": "mail", "provider": mail.provider, "sender": mail.sender, "subject": mail.subject, "id": mail.id, "text": mail.text, "sentAt": mail.sent_at, "links": mail.links }).to_string()
}
