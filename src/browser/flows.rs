//! Runs the guided flow: feeds it events, carries out what it wants, and writes its state before
//! anything happens on a page.

use std::collections::VecDeque;

use crate::browser::keeper::{Keeper, seen_on};
use crate::browser::pages;
use crate::browser::shell::{ALARM_LOOK, Shell};
use crate::guide::flow::{Effect, Event, Flow, Step};
use crate::guide::password;
use crate::recognise::host::Host;
use crate::vault::history::Why;
use crate::vault::records::Account;
use crate::wire::errors::Fault;
use crate::wire::messages::{Outcome, Refusal};
use crate::wire::views::Way;

/// When to look again after something was pressed (milliseconds): soon, then ever later.
const LOOKS: [u64; 7] = [400, 1_000, 2_000, 4_000, 7_000, 12_000, 30_000];

/// Begins a flow in a tab.
///
/// # Errors
/// `flow_running` if another one has not ended; the vault's own faults; `page_not_ready` if the tab shows
/// no host on which a reset can start; `username_missing`.
pub async fn start<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    tab: i32,
    username: &str,
    way: Way,
) -> Result<(), Fault> {
    keeper.key()?;
    if running(keeper).is_some() {
        return Err(Fault::new("flow_running"));
    }
    let username = username.trim().to_lowercase();
    if !crate::recognise::text::is_username(&username) {
        return Err(Fault::new("username_missing"));
    }
    let host = pages::origin_of(keeper, tab)
        .await
        .and_then(|origin| Host::recognise(origin.host()))
        .filter(pages::can_start)
        .ok_or_else(|| Fault::new("page_not_ready"))?;
    let (mut flow, effects) = Flow::start(&username, way, tab, &host, keeper.shell.now());
    if way == Way::SignedIn {
        // The page in front is left at once; what it still reports is not about the flow.
        flow.left = keeper
            .shell
            .look(tab, 0)
            .await
            .map(|facts| facts.nonce)
            .unwrap_or_default();
    }
    keeper.session.flow = Some(flow);
    keeper.session.notice = None;
    keeper.touch();
    carry_out(keeper, effects).await
}

/// The flow that runs now; one that is too old is ended first.
pub fn running<'k, S: Shell>(keeper: &'k mut Keeper<'_, S>) -> Option<&'k mut Flow> {
    let now = keeper.shell.now();
    if keeper
        .session
        .flow
        .as_ref()
        .is_some_and(|flow| now >= flow.ends())
    {
        keeper.session.flow = None;
        keeper.notice("flow_ended");
    }
    keeper
        .session
        .flow
        .as_mut()
        .filter(|flow| flow.step != Step::Done)
}

/// Feeds one event to the running flow.
///
/// # Errors
/// `flow_gone` if there is none; else what an effect failed with. The flow then stands as before that effect.
pub async fn feed<S: Shell>(keeper: &mut Keeper<'_, S>, event: Event) -> Result<(), Fault> {
    let now = keeper.shell.now();
    let flow = running(keeper).ok_or_else(|| Fault::new("flow_gone"))?;
    let effects = flow.handle(event, now);
    keeper.touch();
    carry_out(keeper, effects).await
}

/// The person's word for this very step: a new password is made, sealed, and only then written.
///
/// # Errors
/// The vault's faults; `flow_gone`.
pub async fn change_password<S: Shell>(keeper: &mut Keeper<'_, S>) -> Result<(), Fault> {
    keeper.key()?;
    let flow = running(keeper).ok_or_else(|| Fault::new("flow_gone"))?;
    let (length, username) = (flow.policy().characters(), flow.username.clone());
    let made = password::generate(length, &username, &keeper.random())
        .ok_or_else(|| Fault::new("write_failed"))?;
    feed(keeper, Event::ChangePassword(made)).await
}

/// A token of the flow's user was kept.
pub async fn token_kept<S: Shell>(keeper: &mut Keeper<'_, S>) {
    if keeper.is_open()
        && let Some(flow) = running(keeper)
    {
        let (username, realm, host) = (flow.username.clone(), flow.realm, flow.host.clone());
        // A mail does not tell on which host its user logs in; the guide was there. A comfort: the token itself is kept.
        let saw = &mut |account: &mut Account, _| seen_on(account, &host);
        let _ = keeper.change(&username, realm, saw).await;
    }
    let _ = feed(keeper, Event::TokenKept).await;
}

/// A tab was closed.
pub async fn tab_closed<S: Shell>(keeper: &mut Keeper<'_, S>, tab: i32) {
    if keeper.session.tab(tab).is_some() {
        keeper.session.tabs.retain(|note| note.tab != tab);
        keeper.touch();
    }
    if running(keeper).is_some_and(|flow| flow.tab == tab) {
        let _ = feed(keeper, Event::TabClosed).await;
    }
}

/// Looks at the flow's tab, if a look is due.
pub async fn look_if_due<S: Shell>(keeper: &mut Keeper<'_, S>) {
    let now = keeper.shell.now();
    let before = keeper.session.looks.len();
    keeper.session.looks.retain(|&at| at > now);
    if keeper.session.looks.len() < before {
        // The worker may die in the look, and its alarm is used up.
        let next = keeper
            .session
            .looks
            .first()
            .map_or(30_000, |at| at.saturating_sub(now));
        keeper.shell.alarm(ALARM_LOOK, next).await;
        keeper.touch();
        look_now(keeper).await;
    }
    if let Some(&next) = keeper.session.looks.first() {
        keeper
            .shell
            .alarm(ALARM_LOOK, next.saturating_sub(now))
            .await;
    }
}

/// Looks at the tabs in which something is going on: the flow's, and those where a password was sent by hand.
pub async fn look_now<S: Shell>(keeper: &mut Keeper<'_, S>) {
    let flow_tab = running(keeper).map(|flow| flow.tab);
    let mut tabs: Vec<i32> = keeper
        .session
        .tabs
        .iter()
        .filter(|note| note.changing.is_some())
        .map(|note| note.tab)
        .collect();
    tabs.retain(|tab| Some(*tab) != flow_tab);
    tabs.extend(flow_tab);
    for tab in tabs {
        Box::pin(pages::look(keeper, tab)).await;
    }
}

/// Plans the looks that follow a press.
pub async fn plan_looks<S: Shell>(keeper: &mut Keeper<'_, S>) {
    let now = keeper.shell.now();
    keeper.session.looks = LOOKS.iter().map(|after| now + after).collect();
    keeper.touch();
    if let Some(first) = LOOKS.first() {
        keeper.shell.alarm(ALARM_LOOK, *first).await;
    }
}

async fn carry_out<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    effects: Vec<Effect>,
) -> Result<(), Fault> {
    let mut todo: VecDeque<Effect> = effects.into();
    while let Some(effect) = todo.pop_front() {
        let Some((username, realm, tab)) = keeper
            .session
            .flow
            .as_ref()
            .map(|flow| (flow.username.clone(), flow.realm, flow.tab))
        else {
            return Ok(());
        };
        match effect {
            Effect::KeepPassword(password) => {
                let kept = keeper
                    .change(&username, realm, &mut |account, now| {
                        account.keep_password(password.clone(), now)
                    })
                    .await;
                if let Err(fault) = kept {
                    // Nothing was written into the page, so the step is open again.
                    if let Some(flow) = keeper.session.flow.as_mut() {
                        flow.change = crate::guide::flow::Change::Open;
                    }
                    return Err(fault);
                }
            }
            Effect::Act { frame, act } => {
                // What could not be written down is not done: after a death nobody would know of it.
                let outcome = if keeper.save_session().await {
                    keeper.shell.act(tab, frame, &act).await
                } else {
                    Outcome {
                        done: 0,
                        refused: Some(Refusal::Moved),
                    }
                };
                let now = keeper.shell.now();
                if let Some(flow) = keeper.session.flow.as_mut() {
                    todo.extend(flow.handle(Event::Acted { outcome }, now));
                }
            }
            Effect::Open(url) => {
                keeper.save_session().await;
                if keeper.shell.tab(tab).await.is_some() {
                    keeper.shell.open(tab, &url).await;
                } else if let Some(new) = keeper.shell.open_new(&url).await
                    && let Some(flow) = keeper.session.flow.as_mut()
                {
                    flow.tab = new;
                    keeper.touch();
                }
            }
            Effect::LookAgain => plan_looks(keeper).await,
            Effect::PasswordTaken => {
                let host = keeper
                    .session
                    .flow
                    .as_ref()
                    .map(|flow| flow.host.clone())
                    .unwrap_or_default();
                if keeper.is_open() {
                    keeper
                        .change(&username, realm, &mut |account, now| {
                            seen_on(account, &host);
                            account.confirm_password(now);
                        })
                        .await?;
                } else {
                    keeper.token_died(&username, realm, Why::Password).await?;
                }
                keeper.notice("password_taken");
            }
            Effect::TokenReset => {
                keeper.token_died(&username, realm, Why::Reset).await?;
                keeper.notice("token_reset");
            }
        }
    }
    Ok(())
}
