/**
 * Runs in the browser. The key stays in the tab's session storage; all values are set as text, so
 * none is ever read as markup.
 */
export const SCRIPT = `
"use strict";
const form = document.getElementById("key-form");
const message = document.getElementById("message");
const main = document.getElementById("apps");
const KEY = "verdigris-key";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, document.getElementById("key").value.trim());
  form.reset();
  refresh();
});

async function ask(path) {
  const answer = await fetch("/api/v1" + path, {
    headers: { "x-api-key": sessionStorage.getItem(KEY), "x-verdigris-via": "console" },
    signal: AbortSignal.timeout(10000),
  });
  const body = await answer.json();
  if (answer.status === 401) sessionStorage.removeItem(KEY);
  if (!answer.ok) throw new Error(body.error.message);
  return body;
}

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function rowsOf(environment) {
  return Object.entries(environment.sides).map(([colour, side], i) => {
    const request = environment.request;
    const asked = request && request.side === colour && ["open", "approved"].includes(request.status);
    const cells = [
      i === 0 ? environment.environment + " at " + environment.revision : "",
      colour + " (" + side.role + ")" + (side.draining ? ", draining" : ""),
      side.release ? side.release.id + " " + side.release.subject : "none",
      side.weight + " %",
      asked ? request.id + " " + request.status + ", " + request.approvals.length + " of " + request.approvalsRequired : "",
      i === 0 ? [
        environment.flip ? environment.flip.kind + " " + environment.flip.id + ": " + environment.flip.phase : "",
        environment.freeze ? "frozen by " + environment.freeze.by : "",
        ...environment.drift.map((item) => "drift: expected " + item.expected + ", found " + item.found),
      ].filter(Boolean).join("; ") : "",
    ];
    return element("tr", undefined, cells.map((text) => element("td", text)));
  });
}

const HEADS = ["Environment", "Side", "Release", "Weight", "Request", "Now"];

async function refresh() {
  form.hidden = sessionStorage.getItem(KEY) !== null;
  if (!form.hidden) {
    main.replaceChildren();
    return;
  }
  try {
    const apps = await ask("/apps");
    const shown = await Promise.all(apps.map(async (app) => {
      const environments = await ask("/apps/" + encodeURIComponent(app.name) + "/environments");
      const head = element("tr", undefined, HEADS.map((text) => element("th", text)));
      return [
        element("h2", app.name),
        element("table", undefined, [head, ...environments.flatMap(rowsOf)]),
      ];
    }));
    main.replaceChildren(...shown.flat());
    message.textContent = apps.length === 0 ? "No app is registered yet." : "";
  } catch (error) {
    message.textContent = error.message;
  }
}

async function follow() {
  await refresh();
  setTimeout(follow, 2000);
}
follow();
`;
