import type { Identity } from "./identity.js";

// Runs in the browser: asks every second who answers, and shows it.

const ASK_EVERY_MS = 1000;
const GIVE_UP_AFTER_MS = 3000;
const ANSWERS_SHOWN = 30;

let lost = false;

async function ask(): Promise<void> {
  try {
    const response = await fetch("/api/info", {
      cache: "no-store",
      signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    show((await response.json()) as Identity);
  } catch (error) {
    lost = true;
    mark("none");
    say(`no answer: ${error instanceof Error ? error.message : error}`);
  }
  setTimeout(ask, ASK_EVERY_MS);
}

function show(who: Identity): void {
  const before = document.documentElement.dataset.side;
  document.documentElement.dataset.side = who.side;
  document.title = `Rainbow ${who.version}`;
  for (const element of document.querySelectorAll<HTMLElement>("[data-fact]")) {
    const key = element.dataset.fact as keyof Identity;
    element.textContent = key === "uptimeSeconds" ? `${who[key]} s` : String(who[key]);
  }
  mark(who.side);
  if (before !== who.side) say(`moved from ${before} to ${who.side} at ${time()}`);
  else if (lost) say(`answers again since ${time()}`);
  lost = false;
}

function mark(side: string): void {
  const answers = document.querySelector("#answers");
  const item = document.createElement("li");
  item.dataset.side = side;
  item.title = `${side} at ${time()}`;
  answers?.append(item);
  if ((answers?.childElementCount ?? 0) > ANSWERS_SHOWN) answers?.firstElementChild?.remove();
}

function say(text: string): void {
  const status = document.querySelector("#status");
  if (status) status.textContent = text;
}

function time(): string {
  return new Date().toLocaleTimeString();
}

setTimeout(ask, ASK_EVERY_MS);
