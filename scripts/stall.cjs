// `NODE_OPTIONS="--require $PWD/scripts/stall.cjs" npx vitest run --project e2e`: every process of Node
// stands still at random moments, as on a machine that has too much to do. Tests that lean on its speed
// fail then. STALL_MS is the longest that one stands still at a time.
const LONGEST_MS = Number(process.env.STALL_MS ?? 300);
const LONGEST_PAUSE_MS = 600;
const cell = new Int32Array(new SharedArrayBuffer(4));

function stall() {
  Atomics.wait(cell, 0, 0, Math.random() * LONGEST_MS);
  setTimeout(stall, Math.random() * LONGEST_PAUSE_MS).unref();
}

stall();
