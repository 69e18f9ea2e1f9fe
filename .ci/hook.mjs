// Trunk's post_build hook: finishes the staged page before it becomes dist/.
//
//   1. names the worker's files by their content (Trunk leaves them unnamed, and a cache could pair an old worker with a
//      new page) and writes the names into the boot script's tag;
//   2. splits the page's and the worker's modules into parts (release);
//   3. joins the style sheets into one (release);
//   4. moves inline scripts (Trunk's reload script in development) into files;
//   5. inserts the content security policy;
//   6. writes 404.html, which lets GitHub Pages answer deep links;
//   7. fills in the service worker: its module, named by content, and the files that it keeps.
//
// In the release the HTML is already minified: attributes may stand without quotes.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { origins, policy } from "./policy.mjs";

const CONTENT_SECURITY_POLICY = policy(origins(process.env.PIPETTE_CONNECT));

const staging = process.env.TRUNK_STAGING_DIR;
const publicUrl = process.env.TRUNK_PUBLIC_URL;
const isRelease = process.env.TRUNK_PROFILE === "release";
// A development build is whole, and needs no tools for it.
const { splitApp, splitWorker } = isRelease ? await import("./split.mjs") : {};

const read = (name) => readFileSync(join(staging, name));
const write = (name, content) => writeFileSync(join(staging, name), content);
const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 16);

/** The value of an attribute of a tag, quoted or not. */
function attribute(tag, name) {
  const match = tag.match(new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"));
  return match ? (match[1] ?? match[2] ?? match[3]) : undefined;
}

/** Replaces exactly one match, or fails the build: a silent miss would ship a page without its policy or worker. */
function replaceOnce(html, pattern, replacement, what) {
  if (!pattern.test(html)) throw new Error(`hook: ${what} not found in the page`);
  return html.replace(pattern, replacement);
}

function nameWorkerByContent(html) {
  const files = readdirSync(staging).filter((file) => /^worker(_\w+)?\.(js|wasm)$/.test(file)).sort();
  const version = digest(Buffer.concat(files.map(read)));
  const named = (file) => file.replace("worker", `worker-${version}`);
  for (const file of files) renameSync(join(staging, file), join(staging, named(file)));
  const [glue, module] = ["worker.js", "worker_bg.wasm"].map(named);
  const names = ` data-worker-js="${publicUrl}${glue}" data-worker-wasm="${publicUrl}${module}"`;
  return replaceOnce(html, /(<script\b[^>]*\bdata-wasm=(?:"[^"]*"|[^\s>]+))/, `$1${names}`, "the boot script");
}

/** Puts the page's module in parts in the place of the whole one. */
function putApp(html) {
  const boot = html.match(/<script\b[^>]*\bdata-wasm=[^>]*>/i)?.[0] ?? "";
  const making = join(staging, "app");
  splitApp(making);
  const content = readdirSync(making).sort().map((file) => readFileSync(join(making, file)));
  const folder = `app-${digest(Buffer.concat(content))}`;
  renameSync(making, join(staging, folder));
  for (const [name, file] of [["data-js", "app.js"], ["data-wasm", "app_bg.wasm"]]) {
    const whole = attribute(boot, name)?.slice(publicUrl.length);
    if (!whole) throw new Error(`hook: ${name} not found in the page`);
    rmSync(join(staging, whole));
    html = html.replaceAll(whole, `${folder}/${file}`);
  }
  return html;
}

/** A style sheet that index.html does not name would be forgotten without a word. */
function expectAllStyleSheetsLinked() {
  const source = readFileSync(process.env.TRUNK_HTML_FILE, "utf8");
  const files = readdirSync("style", { recursive: true }).filter((file) => file.endsWith(".css"));
  const forgotten = files.map((file) => `style/${file.replaceAll("\\", "/")}`).filter((file) => !source.includes(`"${file}"`));
  if (forgotten.length) throw new Error(`hook: not linked in index.html: ${forgotten.join(", ")}`);
}

function joinStyleSheets(html) {
  const isStyleSheet = (tag) => attribute(tag, "rel") === "stylesheet";
  const tags = (html.match(/<link\b[^>]*>/gi) ?? []).filter(isStyleSheet);
  const files = tags.map((tag) => attribute(tag, "href").slice(publicUrl.length));
  const css = files.map((file) => read(file).toString()).join("\n");
  const name = `style-${digest(css)}.css`;
  write(name, css);
  for (const file of files) rmSync(join(staging, file));
  const [first, ...rest] = tags;
  const joined = html.replace(first, `<link rel="stylesheet" href="${publicUrl}${name}">`);
  return rest.reduce((page, tag) => page.replace(tag, ""), joined);
}

function moveInlineScripts(html) {
  let count = 0;
  return html.replace(/<script\b(?![^>]*\bsrc=)([^>]*)>([\s\S]*?)<\/script>/gi, (_, attributes, text) => {
    const name = `inline-${count++}.js`;
    const script = text
      .replaceAll(/['"`]\{\{__TRUNK_ADDRESS__\}\}['"`]/g, "window.location.host")
      .replaceAll("{{__TRUNK_WS_BASE__}}", publicUrl);
    write(name, script);
    return `<script${attributes} src="${publicUrl}${name}"></script>`;
  });
}

function insertPolicy(html) {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`;
  return replaceOnce(html, /(<meta\s+charset=[^>]*>)/i, `$1${policy}`, "<meta charset>");
}

/** Fills in the service worker: its module, and all that the page may need when there is no network. */
function finishServiceWorker() {
  const version = digest(Buffer.concat([read("server.js"), read("server_bg.wasm")]));
  const [js, wasm] = ["server.js", "server_bg.wasm"].map((file) => {
    const named = file.replace("server", `server-${version}`);
    renameSync(join(staging, file), join(staging, named));
    return named;
  });
  const entries = readdirSync(staging, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => relative(staging, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"));
  const kept = files.filter((file) => !["sw.js", "404.html"].includes(file)).sort();
  const content = digest(Buffer.concat(kept.flatMap((file) => [Buffer.from(file), read(file)])));
  const filled = { SERVER_JS: js, SERVER_WASM: wasm, VERSION: content, FILES: kept.map((file) => (file === "index.html" ? "." : file)).join(" ") };
  const script = read("sw.js").toString().replaceAll(/\{\{(\w+)\}\}/g, (_, name) => filled[name]);
  write("sw.js", script);
}

expectAllStyleSheetsLinked();
let html = read("index.html").toString();
if (isRelease) splitWorker(staging);
html = nameWorkerByContent(html);
if (isRelease) html = joinStyleSheets(putApp(html));
html = moveInlineScripts(html);
html = insertPolicy(html);
write("index.html", html);
write("404.html", html);
finishServiceWorker();
