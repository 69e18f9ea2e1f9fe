//! The service worker's module: what public/sw.js calls.

#[cfg(target_arch = "wasm32")]
mod exports {
    use pipette::serving::Request;
    use pipette::web::server::Server;
    use wasm_bindgen::prelude::*;

    /// Answers for deployments.
    #[wasm_bindgen]
    pub struct Deployments(Server);

    #[wasm_bindgen]
    impl Deployments {
        /// Opens the browser's store.
        ///
        /// # Errors
        /// A sentence.
        pub async fn open() -> Result<Deployments, JsValue> {
            Server::open().await.map(Self).map_err(|error| JsValue::from_str(&error.to_string()))
        }

        /// `[status, content type, body]` for a request to `/serving/NAME/PATH` that came at a moment of `performance.now()`.
        ///
        /// # Errors
        /// A sentence, where the store cannot be read.
        pub async fn answer(
            &self,
            name: String,
            method: String,
            path: String,
            content_type: String,
            body: Vec<u8>,
            came: Option<f64>,
        ) -> Result<js_sys::Array, JsValue> {
            let request = Request { method: &method, path: &path, content_type: &content_type, body: &body };
            let response = self.0.answer(&name, &request, came).await;
            let response = response.map_err(|error| JsValue::from_str(&error.to_string()))?;
            Ok(js_sys::Array::of3(&response.status.into(), &response.content_type.into(), &response.body.into()))
        }

        /// Counts what was answered.
        pub async fn count(&self) {
            self.0.count().await;
        }

        /// Writes what was counted.
        ///
        /// # Errors
        /// A sentence, where the store cannot be written.
        pub async fn keep(&self) -> Result<(), JsValue> {
            self.0.keep().await.map_err(|error| JsValue::from_str(&error.to_string()))
        }
    }
}

fn main() {}
