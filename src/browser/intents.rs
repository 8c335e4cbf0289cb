//! What the app asks for, one arm an intent.

use crate::browser::flows;
use crate::browser::handover;
use crate::browser::keeper::Keeper;
use crate::browser::link;
use crate::browser::moving;
use crate::browser::pages;
use crate::browser::shell::Shell;
use crate::browser::view::view;
use crate::guide::flow::Event;
use crate::recognise::eml::LARGEST;
use crate::recognise::host::{Host, Origin, Purpose};
use crate::recognise::text::cut;
use crate::vault::history::{Capture, Source, Why};
use crate::vault::records::Account;
use crate::vault::text::encode;
use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::messages::{Intent, MailReading, Reply, ShownText, TEXT_LIMIT};

/// Carries out one intent. Every answer but a secret is the new view.
///
/// # Errors
/// A [`Fault`] with a stable code; nothing was changed then.
pub async fn handle<S: Shell>(keeper: &mut Keeper<'_, S>, intent: Intent) -> Result<Reply, Fault> {
    if !matches!(intent, Intent::View { .. }) {
        keeper.used().await;
    }
    if std::mem::take(&mut keeper.session.news) {
        keeper.touch();
    }
    let mut tab = None;
    match intent {
        Intent::View { tab: front } => tab = front,
        Intent::CreateVault { with } => keeper.create(with).await?,
        Intent::AddWay { with } => keeper.add_way(with).await?,
        Intent::RemoveWay { place } => keeper.remove_way(place).await?,
        Intent::ChangePassphrase { old, new } => {
            keeper.change_passphrase(old, new).await?;
            keeper.notice("passphrase_changed");
        }
        Intent::RotateKey { with } => {
            let dropped = keeper.rotate_key(with).await?;
            keeper.notice(if dropped > 0 {
                "key_changed_ways_lost"
            } else {
                "key_changed"
            });
        }
        Intent::AcceptStore => keeper.accept_store().await?,
        Intent::RemoveVault => keeper.remove_vault().await?,
        Intent::Unlock { with } => {
            keeper.unlock(with).await?;
            flows::look_now(keeper).await;
        }
        Intent::Lock => keeper.lock().await,
        Intent::Start {
            tab: front,
            username,
            way,
        } => {
            tab = Some(front);
            flows::start(keeper, front, &username, way).await?;
        }
        Intent::ChangePassword => flows::change_password(keeper).await?,
        Intent::PressReset => flows::feed(keeper, Event::PressReset).await?,
        Intent::GoOn => {
            pages::forget_other_user(keeper);
            flows::feed(keeper, Event::GoOn).await?;
            flows::look_now(keeper).await;
        }
        Intent::Cancel => {
            keeper.session.flow = None;
            keeper.session.looks.clear();
            keeper.session.notice = None;
            keeper.session.offered = None;
            keeper.touch();
        }
        Intent::Paste { text } => paste(keeper, text).await?,
        Intent::MailFile { data } => {
            found(mail_file(keeper, &data, "file", Source::File).await?)?;
        }
        Intent::OpenLink => link::open(keeper).await?,
        Intent::Dismiss { host } => {
            keeper.session.dismiss(host);
            keeper.touch();
        }
        Intent::Scan { tab: front } => {
            tab = Some(front);
            scan(keeper, front).await?;
        }
        Intent::Keep {
            review,
            username,
            realm,
        } => {
            let older = keeper.keep_review(&review, &username, realm).await? == Capture::Older;
            if !older
                && flows::running(keeper)
                    .is_some_and(|flow| flow.username == username.trim().to_lowercase())
            {
                flows::token_kept(keeper).await;
            }
            keeper.notice(if older { "token_older" } else { "token_kept" });
        }
        Intent::Discard { review } => keeper.discard_review(&review).await?,
        Intent::Token { account, number } => return token(keeper, &account, number).await,
        Intent::Password { account } => {
            let account = keeper.account(&account).await?;
            let kept = account
                .password
                .as_ref()
                .ok_or_else(|| Fault::new("password_gone"))?;
            return Ok(Reply::Secret {
                text: kept.password.expose().to_owned(),
            });
        }
        Intent::Copied { sha256 } => keeper.copied(&sha256).await,
        Intent::Label { account, label } => {
            let account = keeper.account(&account).await?;
            let mut named = Ok(false);
            keeper
                .change(&account.username, account.realm, &mut |account, _| {
                    named = account.set_label(&label)
                })
                .await?;
            named?;
        }
        Intent::MarkDead { account } => {
            let account = keeper.account(&account).await?;
            let mut mark = |account: &mut Account, now| {
                account.mark_dead(Why::Said, now);
            };
            keeper
                .change(&account.username, account.realm, &mut mark)
                .await?;
        }
        Intent::Delete { account } => keeper.delete_account(&account).await?,
        Intent::Settings { lock_minutes } => keeper.set(Some(lock_minutes), None).await?,
        Intent::Sync => keeper.sync_on(false).await?,
        Intent::SyncReplace => keeper.sync_on(true).await?,
        Intent::SyncOff => keeper.sync_off(false).await?,
        Intent::SyncClear => keeper.sync_off(true).await?,
        Intent::JoinVault { with } => keeper.join(with).await?,
        Intent::LockAway { on } => keeper.set(None, Some(on)).await?,
        Intent::Handover {
            account,
            tool,
            input,
        } => return handover::ask(keeper, &account, &tool, &input).await,
        Intent::Probe { account, input } => {
            return handover::probe(keeper, &account, &input).await;
        }
        Intent::MailChanged => {
            keeper.shell.register_mail_reader().await;
            keeper.touch();
        }
        Intent::Backup { passphrase } => return moving::backup(keeper, &passphrase).await,
        Intent::MoveIn {
            data,
            passphrase,
            columns,
            on,
        } => return moving::move_in(keeper, &data, &passphrase, &columns, on).await,
        Intent::PlainExport { form } => return moving::plain_export(keeper, &form).await,
        Intent::ClearCookies { host, tab: of } => {
            let text = clear_cookies(keeper, &host, of).await?.to_string();
            return Ok(Reply::Answer { text });
        }
    }
    Ok(Reply::View(Box::new(view(keeper, tab).await)))
}

async fn token<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    id: &str,
    number: Option<u32>,
) -> Result<Reply, Fault> {
    let account = keeper.account(id).await?;
    let generation = match number {
        Some(number) => account
            .tokens
            .iter()
            .find(|generation| generation.number == number),
        None => account.newest(),
    };
    let generation = generation.ok_or_else(|| Fault::new("token_gone"))?;
    Ok(Reply::Secret {
        text: generation.token.expose().to_owned(),
    })
}

/// Text that a person pasted: a code for the step that waits for one, or a token to look at.
async fn paste<S: Shell>(keeper: &mut Keeper<'_, S>, text: String) -> Result<(), Fault> {
    // The source of a mail, as "show original" gives it: its lines and letters are encoded.
    let is_source = text.len() <= LARGEST && {
        let lower = text.to_ascii_lowercase();
        lower.contains("\nmime-version:") || lower.contains("\ncontent-transfer-encoding:")
    };
    if is_source {
        let data = encode(text.as_bytes());
        if let Ok(true) = mail_file(keeper, &data, "paste", Source::Paste).await {
            return Ok(());
        }
    }
    found(read_text(keeper, text, "paste", Source::Paste).await?)
}

/// Text that the person selected on a page and wants kept. No app page is open: the badge tells.
pub async fn selected<S: Shell>(keeper: &mut Keeper<'_, S>, text: String, host: &str) {
    keeper.used().await;
    let origin = if host.is_empty() { "selection" } else { host };
    match read_text(keeper, text, origin, Source::Selection).await {
        Ok(true) => {}
        Ok(false) => keeper.notice("selection_none"),
        // What could not be written is in memory.
        Err(_) => keeper.notice("token_waiting"),
    }
    keeper.session.news = true;
    keeper.touch();
}

async fn read_text<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    mut text: String,
    origin: &str,
    source: Source,
) -> Result<bool, Fault> {
    let cut = cut(&mut text, TEXT_LIMIT);
    let reading = MailReading {
        text: ShownText {
            full: String::new(),
            visible: text,
            cut,
        },
        ..MailReading::default()
    };
    pages::read_mail(keeper, origin, &reading, source).await
}

/// A mail file as base64: all messages in it. Was there anything?
async fn mail_file<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    data: &str,
    origin: &str,
    source: Source,
) -> Result<bool, Fault> {
    if data.len() > LARGEST.div_ceil(3) * 4 {
        return Err(Fault::new("file_too_large"));
    }
    let unreadable = || Fault::new("file_unreadable");
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    if !data.bytes().all(plain) {
        return Err(unreadable());
    }
    let input = ["{\"data\":\"", data, "\"}"].concat();
    let output = keeper.shell.tool("mail_file", &input).await;
    let mails: Vec<MailReading> = output
        .and_then(|output| json::from_str(&output).ok())
        .ok_or_else(unreadable)?;
    let mut anything = false;
    for mail in &mails {
        anything |= pages::read_mail(keeper, origin, mail, source).await?;
    }
    Ok(anything)
}

/// The tab in front, read once on the person's click.
async fn scan<S: Shell>(keeper: &mut Keeper<'_, S>, tab: i32) -> Result<(), Fault> {
    let reading = keeper
        .shell
        .scan(tab)
        .await
        .ok_or_else(|| Fault::new("scan_refused"))?;
    let origin = pages::origin_of(keeper, tab).await;
    let host = origin.as_ref().map_or("", Origin::host);
    found(pages::read_mail(keeper, host, &reading, Source::Scan).await?)
}

/// How many there were. Only of a genuine host that shows Salesforce's own pages: no other cookies are any business of ours.
async fn clear_cookies<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    host: &str,
    tab: Option<i32>,
) -> Result<u32, Fault> {
    let ours = Host::recognise(host).filter(|host| host.purpose != Purpose::Customer);
    let host = ours.ok_or_else(|| Fault::new("cookies_host"))?.name;
    let count = keeper.shell.clear_cookies(&host, tab).await;
    count.ok_or_else(|| Fault::new("cookies_refused"))
}

fn found(anything: bool) -> Result<(), Fault> {
    if anything {
        Ok(())
    } else {
        Err(Fault::new("no_token_found"))
    }
}
