import type { ReleaseDetailView } from "../../contract/api.ts";
import { appPath, findApp } from "../app.ts";
import { columns } from "../columns.ts";
import { wholeNumber } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { ago } from "../times.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description: "Lists the app's releases, the newest first, with the sides that hold them.",
  arguments: [],
  flags: { limit: wholeNumber("--limit <n>", "How many; 20 when left out", [1, 200]) },
  examples: [{ command: "releases --limit 5", meaning: "the last five" }],
  reach: "operator",
  async run(call) {
    const api = connect(call);
    const path = `${appPath(await findApp(call, api))}/releases`;
    const releases = await api.get<readonly ReleaseDetailView[]>(path, {
      limit: call.flags.limit ?? 20,
    });
    const now = call.clock.now();
    call.terminal.answer(releases, () => columns(releases.map((release) => row(release, now))));
    return EXIT.done;
  },
});

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
