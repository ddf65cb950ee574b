import type { Identity } from "./identity.js";

/** The page as `who` serves it. It shows the truth without its script, which then keeps it so. */
export function page(who: Identity): string {
  return `<!doctype html>
<html lang="en" data-side="${escapeHtml(who.side)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rainbow ${escapeHtml(who.version)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<main>
  <p class="app">rainbow</p>
  <h1><span data-fact="version">${escapeHtml(who.version)}</span></h1>
  <p class="side">answered by <strong data-fact="side">${escapeHtml(who.side)}</strong></p>
  <dl>
    ${fact("environment", "Environment", who.environment)}
    ${fact("release", "Release", who.release)}
    ${fact("host", "Host", who.host)}
    ${fact("pid", "Process", String(who.pid))}
    ${fact("uptimeSeconds", "Up for", `${who.uptimeSeconds} s`)}
  </dl>
  <ol id="answers" aria-label="The latest answers, newest last"></ol>
  <p id="status" role="status">asking every second</p>
</main>
<script type="module" src="/watch.js"></script>
</html>
`;
}

function fact(key: keyof Identity, label: string, value: string): string {
  return `<div><dt>${label}</dt><dd data-fact="${key}">${escapeHtml(value)}</dd></div>`;
}

/** Text as HTML content and quoted attribute values need it. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const STYLE = `
  :root { --page: #4b5563; --deep: #1f2937; font-family: system-ui, sans-serif; color: #fff }
  [data-side="blue"] { --page: #2563eb; --deep: #1e3a8a }
  [data-side="green"] { --page: #047857; --deep: #053d30 }
  [data-side="main"] { --page: #7c3aed; --deep: #4c1d95 }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background-color: var(--page);
    background-image: radial-gradient(circle at 50% 0, rgb(255 255 255 / .18), transparent 60%);
    transition: background-color .6s }
  main { width: min(34rem, 100vw - 3rem); padding: 2rem 0; text-align: center }
  .app { margin: 0; letter-spacing: .35em; text-indent: .35em; text-transform: uppercase; opacity: .75 }
  h1 { margin: .1em 0; font-size: clamp(4rem, 18vw, 8rem); line-height: 1; font-weight: 800; letter-spacing: -.04em }
  .side { margin: 0 0 2rem; font-size: 1.25rem }
  .side strong { padding: .15em .6em; border-radius: 1em; background: rgb(255 255 255 / .2) }
  dl { margin: 0; padding: .5rem 1.25rem; border-radius: 1rem; background: var(--deep); transition: background-color .6s }
  dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .55rem 0 }
  dl div + div { border-top: 1px solid rgb(255 255 255 / .12) }
  dt { opacity: .7 }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; text-align: right }
  ol { display: flex; justify-content: center; gap: .3rem; height: 1rem; margin: 1.5rem 0 .75rem; padding: 0; list-style: none }
  li { flex: 0 0 .6rem; height: 1rem; border-radius: .3rem; background: var(--page); border: 1px solid rgb(255 255 255 / .6) }
  li[data-side="none"] { background: #dc2626 }
  #status { margin: 0; font-size: .9rem; opacity: .8 }
  @media (prefers-reduced-motion: reduce) { * { transition: none !important } }
`;
