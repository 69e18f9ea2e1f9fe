// The built page starts, under its policy, without a word on the console.

import { expect, test } from "./support/page.mjs";

test("the page starts", async ({ pipette, page }) => {
  await pipette.open();
  await expect(page).toHaveTitle(/Pipette/);
});

test("a deep link starts the page from 404.html", async ({ pipette, watch }) => {
  await pipette.open("runs");
  // Only the document's own status may be reported: GitHub Pages cannot answer 200 here.
  watch.forgive(/^404: .*\/runs$/);
  watch.forgive(/^error: Failed to load resource: .* 404/);
});

test("the theme chosen earlier is there before the first paint", async ({ pipette, page }) => {
  await page.addInitScript(() => localStorage.setItem("pipette.theme", '"dark"'));
  await pipette.open();
  await expect(pipette.root).toHaveAttribute("data-theme", "dark");
});

test("the policy refuses foreign requests, eval and inline styles", async ({ pipette, page, watch }) => {
  await pipette.open();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  const outcome = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "document.documentElement.dataset.probe = 'inline script ran'";
    document.head.append(script);
    const styled = document.createElement("p");
    styled.setAttribute("style", "width: 7px");
    document.body.append(styled);
    setTimeout("document.documentElement.dataset.probe = 'eval ran'");
    await new Promise((resolve) => setTimeout(resolve, 50));
    return {
      foreign: await fetch("https://example.com/").then(
        () => "allowed",
        () => "refused",
      ),
      scripts: document.documentElement.dataset.probe ?? "refused",
      style: styled.style.width || "refused",
    };
  });
  expect(outcome).toEqual({ foreign: "refused", scripts: "refused", style: "refused" });
  watch.forgive(/Content Security Policy|example\.com/);
});

// A worker from a URL would not inherit the page's policy. Ours are started from a blob: URL, which does; so does a
// worker that such a worker starts.
test("workers stand under the page's policy", async ({ pipette, page, watch }) => {
  await pipette.open();
  expect(page.workers().map((worker) => new URL(worker.url()).protocol)).toContain("blob:");
  for (const worker of page.workers()) {
    expect(new URL(worker.url()).protocol).toBe("blob:");
    const outcome = await worker.evaluate(async () => {
      const probe = `
        let evaluated = "allowed";
        try { new Function("return 1")(); } catch { evaluated = "refused"; }
        fetch("https://example.com/").then(() => "allowed", () => "refused").then((fetched) => postMessage([fetched, evaluated]));`;
      const nested = new Worker(URL.createObjectURL(new Blob([probe], { type: "text/javascript" })));
      const inNested = await new Promise((resolve) => (nested.onmessage = (event) => resolve(event.data)));
      nested.terminate();
      const fetched = await fetch("https://example.com/").then(
        () => "allowed",
        () => "refused",
      );
      return { fetched, inNested };
    });
    expect(outcome).toEqual({ fetched: "refused", inNested: ["refused", "refused"] });
  }
  watch.forgive(/Content Security Policy|example\.com/);
});
