// A static server that answers as GitHub Pages does: everything under one prefix, index.html for a folder, 404.html with
// status 404 for what is not there, no isolation headers.
//
//   node server.mjs [--dist DIR] [--prefix /pipette/] [--port 4173]

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const { values: options } = parseArgs({
  options: {
    dist: { type: "string", default: new URL("../../../dist", import.meta.url).pathname },
    prefix: { type: "string", default: "/pipette/" },
    port: { type: "string", default: "4173" },
  },
});

/** The file that answers a path, or undefined. */
async function fileFor(path) {
  if (!path.startsWith(options.prefix)) return undefined;
  const inside = normalize("/" + path.slice(options.prefix.length)); // no "..": the path stays below dist
  const file = join(options.dist, inside.endsWith("/") ? inside + "index.html" : inside);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { file, size: found.size } : undefined;
}

async function answer(request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const wanted = await fileFor(path);
  const sent = wanted ?? (await fileFor(options.prefix + "404.html"));
  const status = wanted ? 200 : 404;
  if (!sent) return response.writeHead(status, { "content-type": "text/plain" }).end("Not found");
  response.writeHead(status, {
    "content-type": TYPES[extname(sent.file)] ?? "application/octet-stream",
    "content-length": sent.size,
    "cache-control": "max-age=600",
  });
  createReadStream(sent.file).pipe(response);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(400).end());
});
server.listen(Number(options.port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}${options.prefix}`);
});
