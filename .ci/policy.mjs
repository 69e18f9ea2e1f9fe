// The page's content security policy, and the servers that it may talk to besides its own: none, unless whoever builds it
// names them (docs/exports.md).

/** The origins that a text names: one scheme, host and port each; a wildcard, or what would end the directive, is refused. */
export function origins(text = "") {
  return text.split(/\s+/).filter(Boolean).map((word) => {
    const isOrigin = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/.test(word) && new URL(word).origin === word;
    if (!isOrigin) throw new Error(`PIPETTE_CONNECT: ${word} is no origin such as http://127.0.0.1:5000`);
    return word;
  });
}

/** The policy of a page that may connect to these. */
export const policy = (connect) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(" "),
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");
