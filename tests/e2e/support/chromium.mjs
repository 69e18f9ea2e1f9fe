// Where Chromium is and how it is started: the machine's own, quiet, with no request of its own.

import { execFileSync } from "node:child_process";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function which(name) {
  try {
    return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** `CHROMIUM` if it is set, else the first browser on PATH. */
export function chromiumPath() {
  const path = process.env.CHROMIUM || NAMES.map(which).find(Boolean);
  if (!path) throw new Error("No Chromium found: install it, or set CHROMIUM to its path.");
  return path;
}

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
