import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A git repository of an app, with commits to release. */
export class AppRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "verdigris-aws-"));

  constructor() {
    this.#git("init", "--quiet", "--initial-branch=master");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Commits all there is; the commit. */
  commit(subject: string): string {
    this.write("version", subject);
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--message", subject);
    return this.#git("rev-parse", "HEAD").trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #git(...words: string[]): string {
    const who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"];
    return execFileSync("git", [...who, ...words], { cwd: this.folder, encoding: "utf8" });
  }
}
