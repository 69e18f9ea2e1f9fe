//! Files that are looked at again (File System Access API): chosen by a person, kept between visits, allowed anew by a click.

use idb::{Database, DatabaseEvent, Factory, TransactionMode};
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::js::message;
#[cfg(feature = "page")]
use super::store::{Held, hold};

/// Handles are no text, so they have a database of their own.
const DATABASE: &str = "pipette-watched";
const FILES: &str = "files";
/// The lock of the tab that looks after the triggers.
#[cfg(feature = "page")]
const LOCK: &str = "pipette:triggers";

#[wasm_bindgen]
extern "C" {
    /// The parts of `FileSystemFileHandle` that web-sys has only behind a build flag.
    #[derive(Debug, Clone)]
    pub type FileHandle;
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &FileHandle) -> String;
    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = queryPermission)]
    fn query_permission(this: &FileHandle, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = requestPermission)]
    fn request_permission(this: &FileHandle, options: &Object) -> Result<Promise, JsValue>;

    type Picker;
    #[wasm_bindgen(method, catch, js_name = showOpenFilePicker)]
    fn show_open_file_picker(this: &Picker) -> Result<Promise, JsValue>;
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// A person has to allow it again.
    NotAllowed,
    /// The browser's words.
    Lost(String),
}

/// Whether this browser can look at a file again.
#[must_use]
pub fn can_watch() -> bool {
    web_sys::window().is_some_and(|window| Reflect::has(&window, &"showOpenFilePicker".into()).unwrap_or(false))
}

/// Lets a person choose a file; `None` where they chose none.
///
/// # Errors
/// A sentence.
pub async fn choose() -> Result<Option<FileHandle>, String> {
    let picker: Picker = web_sys::window().ok_or_else(String::new)?.unchecked_into();
    let words = |error: JsValue| format!("No file was chosen: {}", message(&error));
    let chosen = JsFuture::from(picker.show_open_file_picker().map_err(words)?).await;
    match chosen {
        Ok(handles) => Ok(Some(handles.unchecked_into::<js_sys::Array>().get(0).unchecked_into())),
        Err(error) if is_named(&error, "AbortError") => Ok(None),
        Err(error) => Err(words(error)),
    }
}

fn is_named(error: &JsValue, name: &str) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|found| found == name)
}

fn reading() -> Object {
    let options = Object::new();
    // Setting a field of a new object cannot fail.
    let _ = Reflect::set(&options, &"mode".into(), &"read".into());
    options
}

async fn granted(asked: Result<Promise, JsValue>) -> bool {
    match asked {
        Ok(answer) => JsFuture::from(answer).await.is_ok_and(|state| state == "granted"),
        Err(_) => false,
    }
}

/// Asks the person for the file again; only a click may do so.
pub async fn allow(handle: &FileHandle) -> bool {
    granted(handle.request_permission(&reading())).await
}

/// The file as it is now.
///
/// # Errors
/// `NotRead`.
pub async fn file(handle: &FileHandle) -> Result<File, NotRead> {
    if !granted(handle.query_permission(&reading())).await {
        return Err(NotRead::NotAllowed);
    }
    let lost = |error: JsValue| NotRead::Lost(message(&error));
    Ok(JsFuture::from(handle.get_file().map_err(lost)?).await.map_err(lost)?.unchecked_into())
}

async fn database() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // Where it cannot be made, the first use of it fails.
            let _ = database.create_object_store(FILES, idb::ObjectStoreParams::new());
        }
    });
    request.await
}

/// Keeps a file under a trigger's name, with the time of its last change when the pipeline last ran on it (Unix ms). A
/// browser that does not keep it asks for the file again at the next visit.
pub async fn keep(trigger: &str, handle: &FileHandle, used: i64) {
    let value = Object::new();
    let _ = Reflect::set(&value, &"handle".into(), handle.as_ref());
    let _ = Reflect::set(&value, &"used".into(), &JsValue::from(used as f64));
    let _ = write(trigger, &value).await;
}

async fn write(trigger: &str, value: &JsValue) -> Result<(), idb::Error> {
    let database = database().await?;
    let transaction = database.transaction(&[FILES], TransactionMode::ReadWrite)?;
    transaction.object_store(FILES)?.put(value, Some(&trigger.into()))?.await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

/// What is kept under a trigger's name.
pub async fn kept(trigger: &str) -> Option<(FileHandle, i64)> {
    let value = read(trigger).await.ok()??;
    let get = |name: &str| Reflect::get(&value, &name.into()).ok();
    Some((get("handle")?.unchecked_into(), get("used")?.as_f64()? as i64))
}

async fn read(trigger: &str) -> Result<Option<JsValue>, idb::Error> {
    let database = database().await?;
    let transaction = database.transaction(&[FILES], TransactionMode::ReadOnly)?;
    let value = transaction.object_store(FILES)?.get(JsValue::from(trigger))?.await?;
    database.close();
    Ok(value)
}

/// Forgets all files.
pub async fn erase() {
    // Where there are none, nothing is lost.
    if let Ok(request) = Factory::new().and_then(|factory| factory.delete(DATABASE)) {
        let _ = request.await;
    }
}

/// Waits until no other tab looks after the triggers; `None` where the browser cannot tell.
#[cfg(feature = "page")]
pub(crate) async fn alone() -> Option<Held> {
    hold(LOCK).await
}
