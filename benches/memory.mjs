// Peak memory of a tab: resident bytes of the browser's renderer process (workers live in it), sampled from /proc.
// performance.measureUserAgentSpecificMemory() would need isolation headers, which GitHub Pages does not send.

import { readdirSync, readFileSync } from "node:fs";

const INTERVAL_MS = 50;
const PAGE_BYTES = 4096;

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // ended between listing and reading
  }
}

/** Process ids below `root`, at any depth. */
function descendants(root) {
  const children = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = readProc(pid, "stat").replace(/^.*\) /s, "").split(" ")[1];
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [];
  for (let open = [String(root)]; open.length; ) {
    open = open.flatMap((pid) => children.get(pid) ?? []);
    found.push(...open);
  }
  return found;
}

const residentBytes = (pid) => Number(readProc(pid, "statm").split(" ")[1] ?? 0) * PAGE_BYTES;

/** Starts sampling the renderers below this process; `stop()` gives the largest one's peak, or undefined without /proc. */
export function samplePeak() {
  if (process.platform !== "linux") return { stop: () => undefined };
  const renderers = descendants(process.pid).filter((pid) => readProc(pid, "cmdline").includes("--type=renderer"));
  let peak = 0;
  const sample = () => (peak = Math.max(peak, ...renderers.map(residentBytes)));
  const timer = setInterval(sample, INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return peak;
    },
  };
}
