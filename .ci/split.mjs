// Makes the release's modules from cargo's: the page's in parts, and of the page's and the worker's first parts only what a
// first visit runs.
//
//   page:    cargo's app.wasm → wasm-split-cli (the parts that src/ui/lazy.rs names) → wasm-bindgen → late.mjs → wasm-opt
//   worker:  cargo's worker.wasm → wasm-bindgen → late.mjs → wasm-opt
//
// The splitters need the linker's relocations and the functions' names, which Trunk's wasm-bindgen and wasm-opt throw away,
// and Trunk has no hook between them and cargo. So this starts again from cargo's modules and takes the place of what Trunk
// made of them. The page's parts stand in a folder of their own, named by content; they find each other by plain names in it.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { defined, divide, optimised, read, watched } from "./late.mjs";
import { laterData, withoutRelocations } from "./relocations.mjs";

// The tools of ./pipette, for whoever calls trunk directly.
const tools = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache"), "pipette", "tools", "bin");
const PATH = [process.env.PATH, tools].join(delimiter);

function run(program, ...args) {
  try {
    execFileSync(program, args, { env: { ...process.env, PATH }, stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1 << 26 });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error(`split: ${program} is missing; ./pipette build installs it`);
    throw new Error(`split: ${program} failed:\n${error.stderr}`);
  }
}

const optimise = (file) => writeFileSync(file, optimised(readFileSync(file)));

/** Where cargo has put a module. */
function cargoModule(name, profile) {
  const module = join(process.env.CARGO_TARGET_DIR ?? "target", "wasm32-unknown-unknown", profile, `${name}.wasm`);
  if (!existsSync(module)) throw new Error(`split: ${module} is missing`);
  return module;
}

/** Runs wasm-bindgen. Gives the names of the module's own functions as people read them, in order. */
function bindgen(module, name, folder, ...options) {
  const common = [module, "--out-name", name, "--no-typescript", ...options];
  run("wasm-bindgen", ...common, "--out-dir", folder, "--no-demangle");
  const readable = mkdtempSync(join(tmpdir(), "pipette-names-"));
  run("wasm-bindgen", ...common, "--out-dir", readable);
  const names = defined(read(readFileSync(join(readable, `${name}_bg.wasm`)))).map((f) => plain(f.name));
  rmSync(readable, { recursive: true });
  return names;
}

/** A function's name without what differs from machine to machine: hashes of crates, numbers of namesakes. */
const plain = (name) => name.replaceAll(/\[[0-9a-f]{1,16}\]/g, "").replace(/(?:[._]\d+)+$/, "");

/** How .ci/later-….txt names a function. */
export const digestOf = (name) => `#${createHash("sha256").update(name).digest("base64url").slice(0, 8)}`;

/** Tells of a function whether a first visit does without it. */
function laterNames(module) {
  const lines = readFileSync(new URL(`later-${module}.txt`, import.meta.url), "utf8").split("\n").filter(Boolean);
  const digests = new Set(lines.filter((line) => line.startsWith("#")));
  const modules = lines.filter((line) => !line.startsWith("#"));
  return (name) => digests.has(digestOf(name)) || modules.some((module) => name.startsWith(module));
}

/** Divides a module that wasm-bindgen made into what a first visit runs and the rest. `linked` is cargo's module, `main`
    wasm-split's, if that was at work. */
function divideModule(folder, name, names, linked, main) {
  const wasm = join(folder, `${name}_bg.wasm`);
  const glue = join(folder, `${name}.js`);
  const bytes = readFileSync(wasm);
  const text = readFileSync(glue, "utf8");
  const IMPORTS = /const imports = __wbg_get_imports\(\);(?=\s+if \(typeof module_or_path)/g;
  if (process.env.PIPETTE_WATCH) {
    // For .ci/watch.mjs: nothing is divided, and each function tells that it ran.
    writeFileSync(wasm, watched(bytes));
    writeFileSync(`${wasm}.json`, JSON.stringify(names));
    const ran = `globalThis.ran_${name}`;
    const watch = `${ran} = new Uint8Array(${names.length}); imports.watch = { ran: (i) => { ${ran}[i] = 1; } };`;
    writeFileSync(glue, replaceOnce(text, IMPORTS, `const imports = __wbg_get_imports(); ${watch}`));
    return;
  }
  const isLater = laterNames(name);
  const own = defined(read(bytes)).map((f) => f.name);
  const later = new Set(own.filter((_, i) => isLater(names[i])));
  const parts = divide(bytes, (function_) => later.has(function_), (isGone) => laterData(readFileSync(linked), isGone, main && readFileSync(main)));
  for (const [file, part] of [[wasm, parts.first], [join(folder, `${name}_later.wasm`), parts.later]]) {
    writeFileSync(file, part);
    optimise(file);
  }
  const patched = replaceOnce(
    replaceOnce(text, IMPORTS, "const imports = await later.with(__wbg_get_imports(), module_or_path);"),
    /wasm = instance\.exports;/g,
    "wasm = later.of(instance.exports);",
  );
  writeFileSync(glue, `${readFileSync(new URL("late.js", import.meta.url), "utf8")}${patched}`);
}

/** Replaces exactly one match, or fails the build. */
function replaceOnce(text, pattern, replacement) {
  const found = text.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`split: ${found} × ${pattern} in wasm-bindgen's glue, 1 expected`);
  return text.replace(pattern, replacement);
}

/** Puts app.js, app_bg.wasm, app_later.wasm and the parts into `folder`. */
export function splitApp(folder) {
  const work = mkdtempSync(join(tmpdir(), "pipette-split-"));
  mkdirSync(folder);
  const linked = cargoModule("app", "release");
  run("wasm-split-cli", "--out-name", "app", linked, work);
  // The parts are linked to the first one by the linker's names.
  const names = bindgen(join(work, "app.wasm"), "app", folder, "--target", "web", "--keep-lld-exports");
  for (const file of readdirSync(work).filter((file) => file !== "app.wasm")) {
    copyFileSync(join(work, file), join(folder, file));
    if (file.endsWith(".wasm")) optimise(join(folder, file));
  }
  divideModule(folder, "app", names, linked, join(work, "app.wasm"));
  rmSync(work, { recursive: true });
}

/** Puts worker.js, worker_bg.wasm and worker_later.wasm into `folder`, in the place of Trunk's. */
export function splitWorker(folder) {
  const linked = cargoModule("worker", "worker");
  const work = mkdtempSync(join(tmpdir(), "pipette-split-"));
  const plain = join(work, "worker.wasm");
  writeFileSync(plain, withoutRelocations(readFileSync(linked)));
  divideModule(folder, "worker", bindgen(plain, "worker", folder, "--target", "no-modules"), linked);
  rmSync(work, { recursive: true });
}
