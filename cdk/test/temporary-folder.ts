import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives the tests a temporary folder of their own: each synthesized app leaves its templates there. */
export default function temporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "verdigris-cdk-"));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
