// Starts what scripts outside the test runner need: the static server on a free port, and the browser.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { CHROMIUM_ARGS, chromiumPath } from "./chromium.mjs";

/** Serves dist/, or another build, under /pipette/: `{ url, stop }`. */
export async function startServer(dist) {
  const script = fileURLToPath(new URL("server.mjs", import.meta.url));
  const server = spawn("node", [script, "--port", "0", ...(dist ? ["--dist", dist] : [])], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    server.stdout.once("data", (data) => resolve(String(data).trim()));
    server.once("exit", () => reject(new Error("the server did not start")));
  });
  return { url, stop: () => server.kill() };
}

export const launchBrowser = () => chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
