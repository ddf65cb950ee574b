import type { ReleaseDetailView } from "../../contract/api.ts";
import { appPath, findApp } from "../app.ts";
import { columns } from "../columns.ts";
import { listed, wholeNumber } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { registerFlags, registerRelease } from "../register-release.ts";
import { ago } from "../times.ts";
import { type Call, defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Lists the app's releases, the newest first, with the sides that hold them; or registers what a CI system has built. A release is one image of one commit, named by its digest: registering it again changes nothing, so a job may be retried.",
  arguments: [
    { name: "action", summary: "list, also when left out, or register", required: false },
  ],
  flags: {
    limit: wholeNumber("--limit <n>", "list: how many; 20 when left out", [1, 200]),
    ...registerFlags,
  },
  examples: [
    { command: "releases --limit 5", meaning: "the last five" },
    {
      command: `releases register --commit ${"3f2a9c1e".repeat(5)} --image ghcr.io/acme/rainbow@sha256:${"5f0c3a9d".repeat(8)}`,
      meaning: "what a CI system has built and pushed",
    },
  ],
  reach: "operator",
  async run(call) {
    const [action = "list"] = call.arguments;
    if (action === "list") return await list(call, call.flags.limit ?? 20);
    if (action === "register") return await registerRelease(call, call.flags);
    throw new Problem("usage", `"${action}" is not ${listed(["list", "register"])}`);
  },
});

async function list(call: Call, limit: number): Promise<ExitCode> {
  const api = connect(call);
  const path = `${appPath(await findApp(call, api))}/releases`;
  const releases = await api.get<readonly ReleaseDetailView[]>(path, { limit });
  const now = call.clock.now();
  call.terminal.answer(releases, () => columns(releases.map((release) => row(release, now))));
  return EXIT.done;
}

function row(release: ReleaseDetailView, now: number): readonly string[] {
  return [
    release.id,
    `"${release.subject}"`,
    release.author.name,
    ago(release.builtAt, now),
    release.run === undefined ? "" : `run ${release.run}`,
    release.on.join(", "),
  ];
}
