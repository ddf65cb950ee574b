import type { ReleaseView } from "../contract/api.ts";
import { appPath, findApp } from "./app.ts";
import { newCommandId } from "./command.ts";
import { type Flag, type FlagValues, needed, text } from "./flags.ts";
import { type CommitDescription, describeCommit } from "./git-commit.ts";
import { connect } from "./operator-api.ts";
import { EXIT, type ExitCode, Problem } from "./problem.ts";
import { showRelease } from "./side.ts";
import type { Call } from "./verb.ts";

const commit: Flag<string> = {
  ...text("--commit <sha>", "register: the whole commit that was built"),
  read: (written) => {
    if (/^[0-9a-f]{40}$/.test(written)) return written;
    throw new Problem(
      "usage",
      `--commit: "${written}" is not a whole commit; write its 40 digits, as \`git rev-parse HEAD\` prints them`,
    );
  },
};

const image: Flag<string> = {
  ...text("--image <image>", "register: what was built, as repository@sha256:digest"),
  read: (written) => {
    if (IMAGE.test(written)) return written;
    throw new Problem(
      "usage",
      `--image: "${written}" does not name a digest. A tag can be moved to another image, so it is no release; write <repository>@sha256:<digest>, as \`docker buildx imagetools inspect <image>\` prints the digest`,
    );
  },
};

/**
 * A repository and a digest, without a tag between them (the OCI distribution specification,
 * "Pulling manifests": `<name>` and `<digest>`).
 */
const IMAGE = /^(?:[A-Za-z0-9.-]+(?::\d{1,5})?\/)?[a-z0-9._/-]{1,255}@(sha256:[0-9a-f]{64})$/;

const oneLine = (syntax: string, summary: string): Flag<string> => ({
  ...text(syntax, summary),
  read: (written) => {
    if (ONE_LINE.test(written) && written.trim() !== "") return written;
    const [name] = syntax.split(" ");
    throw new Problem("usage", `${name}: write one line of at most 1024 characters`);
  },
});

/** As the API demands of a release's author and subject. */
const ONE_LINE = /^[^\0\r\n]{1,1024}$/;

export const registerFlags = {
  commit,
  image,
  authorName: oneLine("--author-name <name>", "register: the commit's author; git's when left out"),
  authorEmail: oneLine("--author-email <email>", "register: as --author-name"),
  subject: oneLine("--subject <text>", "register: the commit's first line; git's when left out"),
};

/** Registers what a build made. Told the same again, it answers the same release. */
export async function registerRelease(
  call: Call,
  flags: FlagValues<typeof registerFlags>,
): Promise<ExitCode> {
  const sha = needed(flags.commit, commit);
  const location = needed(flags.image, image);
  const digest = IMAGE.exec(location)?.[1] ?? "";
  const { name, email, subject } = await descriptionOf(call, sha, flags);
  const api = connect(call);
  const body = {
    commit: sha,
    artifact: { digest, location },
    author: { name, email },
    subject,
  };
  const path = `${appPath(await findApp(call, api))}/releases`;
  const ask = (commandId: string) => api.command<ReleaseView>(path, { ...body, commandId });
  const release = await ask(`register-${sha}-${digest.slice("sha256:".length)}`).catch((error) => {
    if (!isOfAnother(error)) throw error;
    return ask(newCommandId());
  });
  call.terminal.answer(release, () => [`release ${showRelease(release)} is registered`]);
  return EXIT.done;
}

/**
 * The same build was registered before, by another key or with other words about its commit. A
 * release never changes, so under an id of its own the command is answered with the one there is.
 */
function isOfAnother(error: unknown): boolean {
  return error instanceof Problem && error.answer?.error.code === "command_id_reused";
}

/** What was written goes before what git says, and git is asked only where something is left out. */
async function descriptionOf(
  call: Call,
  sha: string,
  { authorName: name, authorEmail: email, subject }: FlagValues<typeof registerFlags>,
): Promise<CommitDescription> {
  if (name !== undefined && email !== undefined && subject !== undefined) {
    return { name, email, subject };
  }
  const git = await describeCommit(call, sha);
  return {
    name: name ?? git.name,
    email: email ?? git.email,
    subject: subject ?? git.subject,
  };
}
