// The same page for other servers: a copy of a finished dist/ whose policy names these origins, as PIPETTE_CONNECT would have
// built it. The tests take the release that they have instead of building it twice.
//
//   node .ci/connect.mjs DIST COPY "http://127.0.0.1:5123 …"

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { origins, policy } from "./policy.mjs";

const [dist, copy, connect] = process.argv.slice(2);
rmSync(copy, { recursive: true, force: true });
cpSync(dist, copy, { recursive: true });
for (const file of ["index.html", "404.html"]) {
  const page = readFileSync(join(copy, file), "utf8");
  if (!page.includes(policy([]))) throw new Error(`${file} does not have the policy of a page that talks to nobody`);
  writeFileSync(join(copy, file), page.replaceAll(policy([]), policy(origins(connect))));
}
