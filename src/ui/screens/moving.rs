//! Backup and moving house: a backup file, a file that is taken in after a look at what it would change, and everything in
//! clear after a warning.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::ui::codes::realm_code;
use crate::ui::files::{self, File};
use crate::ui::parts::button::{busy_button, button};
use crate::ui::parts::chip::chip;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::drop::drop_place;
use crate::ui::parts::field::{clear, focus_soon, labelled, passphrase_field, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, card, fault_line, hint, line, p, says};
use crate::ui::parts::passphrase::{measured, new_passphrase, strength_line};
use crate::ui::read;
use crate::ui::state::{App, Screen};
use crate::ui::strength::Strength;
use crate::ui::strings::{coded, t, t1, t2};
use crate::vault::backup::MAX_FILE;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};
use crate::wire::moving::{Change, Done, FIELDS, Preview};
use crate::wire::views::Realm;

/// Where the app opens this screen in a tab of its own.
pub const PAGE: &str = "app.html?surface=tab&screen=moving";

const PASSPHRASE: &str = "backup-passphrase";
const REPEAT: &str = "backup-repeat";
const OPENING: &str = "restore-passphrase";
const FILE: &str = "move-file";

/// The screen; the vault is open.
#[must_use]
pub fn moving(app: App) -> AnyView {
    let back = button(t("back"))
        .quiet()
        .icon(Icon::Back)
        .press(move || app.screen.set(Screen::Settings));
    vec![
        el("div")
            .class("title-row settings-head")
            .put(el("h2").put(t("moving")))
            .put(back)
            .one(),
        backup(app).one(),
        Coming::new(app).card().one(),
        plain_export(app).one(),
    ]
    .one()
}

// --- backup ---

fn backup(app: App) -> El {
    let shown = RwSignal::new(false);
    let strength = RwSignal::new(None);
    let fault = RwSignal::new(None);
    let saved = RwSignal::new(None::<String>);
    let form = el("form")
        .on_submit(move || make(app, fault, saved, strength))
        .put(measured(
            PASSPHRASE,
            t("backup_passphrase"),
            shown,
            strength,
        ))
        .put(strength_line(strength))
        .put(passphrase_field(REPEAT, t("backup_repeat"), shown, false))
        .put(fault_line(fault))
        .put(busy_button("backup", "backup_making", "backup_make").main());
    card("backup_title")
        .put(p(t("backup_what")))
        .put(hint(t("backup_nobody")))
        .put(form)
        .put(says(live(move || {
            saved.get().map(|name| line("good", t1("saved_as", &name)))
        })))
}

fn make(
    app: App,
    fault: RwSignal<Option<Fault>>,
    saved: RwSignal<Option<String>>,
    strength: RwSignal<Option<Strength>>,
) {
    if app.busy.with_untracked(Option::is_some) {
        return;
    }
    saved.set(None);
    let passphrase = match new_passphrase(PASSPHRASE, REPEAT) {
        Ok(passphrase) => passphrase,
        Err(why) => return fault.set(Some(why)),
    };
    fault.set(None);
    let intent = Intent::Backup {
        passphrase: passphrase.to_string(),
    };
    spawn_local(async move {
        match answer(app, intent).await {
            Ok(text) => {
                let data = Zeroizing::new(read::text_in(&text, "data"));
                let name = file_name(app, "age");
                if files::save_base64(&name, &data) {
                    saved.try_set(Some(name));
                    strength.try_set(None);
                    clear(PASSPHRASE);
                    clear(REPEAT);
                } else {
                    fault.try_set(Some(Fault::new("not_saved")));
                }
            }
            Err(why) => drop(fault.try_set(Some(why))),
        }
    });
}

/// `token-keeper-2026-11-26.age`
fn file_name(app: App, ending: &str) -> String {
    let now = js_sys::Date::new(&app.now().into());
    let day = String::from(now.to_iso_string());
    format!(
        "token-keeper-{}.{ending}",
        day.get(..10).unwrap_or_default()
    )
}

/// Runs an intent that a tool answers.
async fn answer(app: App, intent: Intent) -> Result<Zeroizing<String>, Fault> {
    match app.run(intent).await? {
        Reply::Answer { text } => Ok(Zeroizing::new(text)),
        _ => Err(Fault::new("background_silent")),
    }
}

// --- a file that comes in ---

/// A file on its way in. All of it goes with the screen, and so at a lock.
#[derive(Clone, Copy)]
struct Coming {
    app: App,
    data: StoredValue<Zeroizing<String>>,
    passphrase: StoredValue<Zeroizing<String>>,
    preview: RwSignal<Option<Preview>>,
    done: RwSignal<Option<Done>>,
    fault: RwSignal<Option<Fault>>,
}

impl Coming {
    fn new(app: App) -> Self {
        Self {
            app,
            data: StoredValue::new(Zeroizing::default()),
            passphrase: StoredValue::new(Zeroizing::default()),
            preview: RwSignal::new(None),
            done: RwSignal::new(None),
            fault: RwSignal::new(None),
        }
    }

    fn card(self) -> El {
        card("restore_title")
            .put(p(t("restore_what")))
            .put(self.place())
            .put(fault_line(self.fault))
            .put(live(move || {
                self.preview.get().map(|preview| self.show(&preview))
            }))
            .put(says(live(move || {
                self.done.get().map(|done| outcome(&done))
            })))
    }

    /// Drop a file here, or choose it.
    fn place(self) -> El {
        let choose = button(t("choose_file"));
        drop_place(FILE, "", choose, t("file_drop"), move |files| {
            self.read(files)
        })
    }

    /// Takes the first file; one at a time is enough to look at.
    fn read(self, files: Vec<File>) {
        let Some(file) = files.into_iter().next() else {
            return;
        };
        if self.app.busy.with_untracked(Option::is_some) {
            return;
        }
        self.forget();
        spawn_local(async move {
            match files::base64(&file, MAX_FILE).await {
                Ok(data) => {
                    self.data.try_set_value(Zeroizing::new(data));
                    self.look(String::new()).await;
                }
                Err(fault) if fault.code == "file_too_large" => {
                    self.fail(Fault::new("import_too_large"))
                }
                Err(why) => self.fail(why),
            }
        });
    }

    fn fail(self, why: Fault) {
        self.fault.try_set(Some(why));
    }

    fn forget(self) {
        self.data.set_value(Zeroizing::default());
        self.passphrase.set_value(Zeroizing::default());
        self.preview.set(None);
        self.done.set(None);
        self.fault.set(None);
    }

    fn intent(self, columns: String, on: bool) -> Option<Intent> {
        Some(Intent::MoveIn {
            data: self.data.try_with_value(|data| data.to_string())?,
            passphrase: self.passphrase.try_with_value(|text| text.to_string())?,
            columns,
            on,
        })
    }

    /// Asks what the file would change.
    async fn look(self, columns: String) {
        let Some(intent) = self.intent(columns, false) else {
            return;
        };
        match answer(self.app, intent).await {
            Ok(text) => {
                let preview: Preview = read::json(&text);
                if preview.needs == "passphrase" {
                    focus_soon(OPENING);
                }
                self.fault.try_set(None);
                self.preview.try_set(Some(preview));
            }
            Err(why) => {
                // The passphrase that did not open it is not sent again.
                self.passphrase.try_set_value(Zeroizing::default());
                self.fail(why);
            }
        }
    }

    /// Takes it in, in as many rounds as it needs.
    async fn take_in(self, columns: String) {
        let mut sum = Done::default();
        loop {
            let Some(intent) = self.intent(columns.clone(), true) else {
                return;
            };
            let done: Done = match answer(self.app, intent).await {
                Ok(text) => read::json(&text),
                Err(why) => {
                    self.fail(why);
                    break;
                }
            };
            sum.written += done.written;
            sum.left = done.left;
            sum.failed = done.failed;
            self.done.try_set(Some(sum.clone()));
            if sum.left == 0 || done.written == 0 {
                break;
            }
        }
        // While something is left, the file stays at hand for another press.
        let all = sum.left == 0 && sum.failed.is_empty();
        if all && self.fault.try_with_untracked(Option::is_none) == Some(true) {
            self.forget();
            self.done.try_set(Some(sum));
        }
    }

    fn show(self, preview: &Preview) -> El {
        let kind = el("p")
            .class("hint")
            .put(t1("preview_kind", &coded("kind", &preview.kind)));
        let shown = el("div").class("outcome").put(kind);
        match preview.needs.as_str() {
            "passphrase" => shown.put(self.opening()),
            "columns" => shown
                .put(line("warn", t("columns_unclear")))
                .put(self.columns(preview))
                .put(self.endings(false, String::new())),
            _ => {
                let columns = columns_word(&preview.mapping);
                let any = preview.fresh + preview.more > 0;
                let table = (!preview.columns.is_empty()).then(|| {
                    el("details")
                        .put(el("summary").put(t("columns")))
                        .put(self.columns(preview))
                });
                shown
                    .put(counts(preview))
                    .put(table)
                    .put(changes(preview))
                    .put(bad(preview))
                    .put(self.endings(any, columns))
            }
        }
    }

    fn opening(self) -> El {
        let shown = RwSignal::new(false);
        let cancel = button(t("cancel")).quiet().press(move || self.forget());
        el("form")
            .on_submit(move || {
                if self.app.busy.with_untracked(Option::is_some) {
                    return;
                }
                self.passphrase.set_value(read(OPENING));
                self.fault.set(None);
                spawn_local(self.look(String::new()));
            })
            .put(passphrase_field(
                OPENING,
                t("backup_passphrase_of"),
                shown,
                true,
            ))
            .put(
                buttons()
                    .put(busy_button("moveIn", "backup_opening", "backup_open").main())
                    .put(cancel),
            )
    }

    /// Which column holds what; every choice is looked at anew.
    fn columns(self, preview: &Preview) -> El {
        let fields: Vec<_> = (0..)
            .zip(FIELDS)
            .map(|(at, field)| self.column(preview, at, field))
            .collect();
        el("div").class("columns").put(fields)
    }

    fn column(self, preview: &Preview, at: usize, field: &str) -> El {
        let id = format!("column-{field}");
        let chosen = preview.mapping.get(at).copied().unwrap_or(-1);
        let option = |number: i32, name: String| {
            el("option")
                .set("value", number.to_string())
                .maybe("selected", (number == chosen).then(String::new))
                .put(name)
        };
        let names = (0..).zip(&preview.columns);
        let names: Vec<_> = names
            .map(|(number, name)| option(number, name.clone()))
            .collect();
        let mapping = preview.mapping.clone();
        let select = el("select")
            .set("id", &id)
            .put(option(-1, t("column_none")))
            .put(names)
            .on("change", move |event| {
                let mut mapping = mapping.clone();
                let number = event_target_value(&event).parse().unwrap_or(-1);
                if let Some(place) = mapping.get_mut(at) {
                    *place = number;
                }
                spawn_local(self.look(columns_word(&mapping)));
            });
        labelled(&id, coded("column", field)).put(select)
    }

    fn endings(self, any: bool, columns: String) -> El {
        let take = any.then(|| {
            busy_button("moveIn", "taking_in", "take_in")
                .main()
                .press(move || {
                    self.fault.set(None);
                    spawn_local(self.take_in(columns.clone()));
                })
        });
        let cancel = button(t(if any { "cancel" } else { "close" }))
            .quiet()
            .press(move || self.forget());
        buttons().put(take).put(cancel)
    }
}

/// The mapping as the background reads it: numbers with commas between, nothing for none.
fn columns_word(mapping: &[i32]) -> String {
    let one = |number: &i32| {
        if *number < 0 {
            String::new()
        } else {
            number.to_string()
        }
    };
    mapping.iter().map(one).collect::<Vec<_>>().join(",")
}

fn counts(preview: &Preview) -> Vec<El> {
    let rows = [
        ("preview_new", preview.fresh),
        ("preview_more", preview.more),
        ("preview_same", preview.same),
        ("preview_left_out", preview.left_out),
    ];
    let rows = rows.into_iter().filter(|(_, count)| *count > 0);
    let rows: Vec<_> = rows
        .map(|(id, count)| el("li").put(t1(id, &count.to_string())))
        .collect();
    let nothing = (preview.fresh + preview.more == 0).then(|| line("calm", t("preview_nothing")));
    let mut shown = vec![el("h3").put(t("preview_title"))];
    shown.extend(nothing);
    shown.push(el("ul").class("counts").set("role", "list").put(rows));
    shown
}

fn changes(preview: &Preview) -> Option<Vec<El>> {
    let total = preview.fresh + preview.more + preview.same;
    if total == 0 {
        return None;
    }
    let rows: Vec<_> = preview.accounts.iter().map(change).collect();
    let rest = total.saturating_sub(u32::try_from(rows.len()).unwrap_or(total));
    let mut shown = vec![
        el("ul")
            .class("changes")
            .set("role", "list")
            .set("aria-label", t("preview_title"))
            // A long list scrolls in itself, also by keyboard.
            .set("tabindex", "0")
            .put(rows),
    ];
    shown.extend((rest > 0).then(|| hint(t1("preview_rest", &rest.to_string()))));
    Some(shown)
}

fn change(change: &Change) -> El {
    let state = match change.state.as_str() {
        "new" => chip("good", Icon::Check, t("change_new")),
        "more" => chip("warn", Icon::Info, t("change_more")),
        _ => chip("calm", Icon::Dash, t("change_same")),
    };
    let realm = (change.realm != Realm::Live).then(|| {
        el("span")
            .class("badge")
            .put(coded("realm", realm_code(change.realm)))
    });
    let gains: Vec<_> = change
        .gains
        .iter()
        .map(|code| coded("gain", code))
        .collect();
    let said = [change.label.clone(), gains.join(" ")];
    let said: Vec<_> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let said: Vec<_> = said
        .into_iter()
        .map(|text| el("p").class("hint").put(bdi(text)))
        .collect();
    el("li")
        .put(
            el("div")
                .class("title-row")
                .put(bdi(change.username.clone()).class("name"))
                .put(el("span").class("tags").put(realm).put(state)),
        )
        .put(said)
}

fn bad(preview: &Preview) -> Option<Vec<El>> {
    if preview.bad_count == 0 {
        return None;
    }
    let id = if matches!(preview.kind.as_str(), "csv" | "keepass") {
        "bad_line"
    } else {
        "bad_entry"
    };
    let rows: Vec<_> = preview
        .bad
        .iter()
        .map(|bad| el("li").put(t2(id, &bad.row.to_string(), &coded("bad", &bad.code))))
        .collect();
    Some(vec![
        line("warn", t1("preview_bad", &preview.bad_count.to_string())),
        el("ul")
            .class("reasons changes")
            .set("tabindex", "0")
            .set("aria-label", t("preview_bad_list"))
            .put(rows),
    ])
}

fn outcome(done: &Done) -> El {
    let mut shown = vec![];
    if done.written > 0 || done.failed.is_empty() {
        shown.push(line("good", t1("taken_in", &done.written.to_string())));
    }
    if !done.failed.is_empty() {
        shown.push(line(
            "bad",
            t1("not_taken_in", &done.failed.len().to_string()),
        ));
        let rows = done.failed.iter().map(|failed| {
            el("li")
                .put(bdi(failed.username.clone()))
                .put(" ".to_owned())
                .put(coded("fault", &failed.code))
        });
        shown.push(el("ul").class("reasons").put(rows.collect::<Vec<_>>()));
    }
    el("div").class("sure").put(shown)
}

// --- everything in clear ---

fn plain_export(app: App) -> El {
    let sure = RwSignal::new(None::<&'static str>);
    let fault = RwSignal::new(None);
    let saved = RwSignal::new(None::<String>);
    let choice = live(move || {
        if let Some(form) = sure.get() {
            let go = button(t("plain_now")).danger().press(move || {
                let wish = Intent::PlainExport {
                    form: form.to_owned(),
                };
                spawn_local(async move {
                    match answer(app, wish).await {
                        Ok(text) => {
                            let text = Zeroizing::new(read::text_in(&text, "text"));
                            let name = file_name(app, form);
                            if files::save_text(&name, &text) {
                                saved.try_set(Some(name));
                            } else {
                                fault.try_set(Some(Fault::new("not_saved")));
                            }
                        }
                        Err(why) => drop(fault.try_set(Some(why))),
                    }
                    sure.try_set(None);
                });
            });
            let keep = button(t("plain_not")).quiet().press(move || sure.set(None));
            return el("div")
                .class("sure")
                .set("role", "alert")
                .put(line("bad", t("plain_sure")))
                .put(buttons().put(go).put(keep));
        }
        let ask = move |form: &'static str| {
            saved.set(None);
            fault.set(None);
            sure.set(Some(form));
        };
        buttons()
            .put(button(t("plain_csv")).press(move || ask("csv")))
            .put(button(t("plain_json")).press(move || ask("json")))
    });
    card("plain_title")
        .put(p(t("plain_what")))
        .put(choice)
        .put(fault_line(fault))
        .put(says(live(move || {
            saved
                .get()
                .map(|name| line("warn", t1("plain_saved", &name)))
        })))
}
