// Splits the page's module into the parts that src/ui/lazy.rs names, for the release.
//
// The splitter needs the linker's relocations, which wasm-bindgen throws away, and Trunk has no hook between cargo and
// wasm-bindgen. So this starts again from cargo's module and takes the place of what Trunk made of it:
//   cargo's app.wasm → wasm-split-cli → wasm-bindgen (the first part) → wasm-opt (every part)
// The parts stand in a folder of their own, named by content; they find each other by plain names in it.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What browsers with SIMD have; what rustc 1.95 uses. */
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "simd",
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "reference-types",
  "multivalue",
].map((feature) => `--enable-${feature}`);

// npm's wasm-opt before any of the system, and the tools of ./pipette, for whoever calls trunk directly.
const tools = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache"), "pipette", "tools", "bin");
const PATH = [join("tests", "e2e", "node_modules", ".bin"), process.env.PATH, tools].join(delimiter);

function run(program, ...args) {
  try {
    execFileSync(program, args, { env: { ...process.env, PATH }, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error(`split: ${program} is missing; ./pipette build installs it`);
    throw new Error(`split: ${program} failed:\n${error.stderr}`);
  }
}

/** Where cargo has put the page's module. */
export function cargoModule() {
  const module = join(process.env.CARGO_TARGET_DIR ?? "target", "wasm32-unknown-unknown", "release", "app.wasm");
  if (!existsSync(module)) throw new Error(`split: ${module} is missing`);
  return module;
}

/** Puts app.js, app_bg.wasm and the parts into `folder`. */
export function split(folder) {
  const work = mkdtempSync(join(tmpdir(), "pipette-split-"));
  mkdirSync(folder);
  run("wasm-split-cli", "--out-name", "app", cargoModule(), work);
  const names = ["--target", "web", "--out-name", "app", "--out-dir", folder, "--no-typescript"];
  // The parts are linked to the first one by the linker's names.
  run("wasm-bindgen", join(work, "app.wasm"), ...names, "--keep-lld-exports", "--no-demangle");
  for (const file of readdirSync(work)) {
    if (file !== "app.wasm") copyFileSync(join(work, file), join(folder, file));
  }
  for (const file of readdirSync(folder).filter((file) => file.endsWith(".wasm"))) {
    run("wasm-opt", "-Oz", ...FEATURES, join(folder, file), "-o", join(folder, file));
  }
  rmSync(work, { recursive: true });
}
