import { createHash } from "node:crypto";
import { SCRIPT } from "./status-page-script.ts";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
input { font: inherit; width: 24rem; max-width: 100%; }
`;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Verdigris</title>
<style>${STYLE}</style>
<h1>Verdigris</h1>
<form id="key-form" hidden><label>Key <input id="key" type="password" autocomplete="off" required></label> <button>Show</button></form>
<p id="message" role="status"></p>
<main id="apps"></main>
<noscript>This page needs JavaScript. The same is at /api/v1/apps.</noscript>
<script>${SCRIPT}</script>
</html>
`;

/** Only this script and this style run, and only this server is asked. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hash(SCRIPT)}'`,
  `style-src '${hash(STYLE)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A plain page that shows every environment and follows it. */
export function statusPage(): Response {
  return new Response(PAGE, {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY },
  });
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
