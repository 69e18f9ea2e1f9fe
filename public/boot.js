// Starts the page's wasm. Takes the place of Trunk's inline script, so that script-src can stay 'self'.
const script = document.querySelector("script[data-wasm]");
const absolute = (path) => new URL(path, document.baseURI).href;

const app = await import(absolute(script.dataset.js));
await app.default({ module_or_path: absolute(script.dataset.wasm) });
