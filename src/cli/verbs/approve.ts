import type { CommandAnswer, EnvironmentView, RequestView } from "../../contract/api.ts";
import { command, commandBody, commandFlags, outcome } from "../command.ts";
import { type Environment, environmentOfId, namedEnvironment } from "../environment.ts";
import { connect, type OperatorApi } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { REQUEST, requestOf, shortId, throwWhenClosed } from "../requests.ts";
import { approvals, showRequest } from "../show-request.ts";
import { type Call, defineVerb } from "../verb.ts";
import { TEN_MINUTES, waitFor } from "../wait.ts";
import { notReached, waitFlag, waitForFlip } from "../wait-for-flip.ts";

export const verb = defineVerb({
  description:
    "Approves a flip request, after showing exactly what is approved: the side, the release with its commit and author, the configuration and the revision. Where a run asked, the run flips as soon as it has all approvals; with --wait, ends when that flip has reached the phase.",
  arguments: [REQUEST],
  flags: { wait: waitFlag("quiet"), ...commandFlags },
  examples: [
    { command: "approve production-41", meaning: "approve what was shown" },
    {
      command: "approve production-41 --wait",
      meaning: "approve, and wait until the flip is done",
    },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal, clock } = call;
    const written = call.arguments[0] ?? "";
    const id = shortId(written);
    const api = connect(call);
    const environment = await namedEnvironment(call, api, environmentOfId(written));
    const path = `flip-requests/${encodeURIComponent(id)}`;
    const [view, request] = await Promise.all([
      api.get<EnvironmentView>(environment.path),
      api.get<RequestView>(`${environment.path}/${path}`),
    ]);
    terminal.say(...showRequest(view, request, clock.now(), terminal.paint));
    const answer = await command(api, environment, `${path}/approve`, commandBody(flags));
    terminal.say(outcome(answer, `approved ${id}`), next(answer, id));
    if (flags.wait === undefined || request.run === undefined) {
      if (terminal.json) terminal.document(answer);
      return EXIT.done;
    }
    return await waitForItsFlip(call, api, environment, answer, id, flags.wait);
  },
});

/** What happens now, or what is still to do. */
function next({ environment: view }: CommandAnswer, id: string): string {
  const request = requestOf(view, id);
  if (request.status === "open") return `${approvals(request)}: others must approve too`;
  if (request.status === "flipped") return "its flip is under way";
  return request.run === undefined
    ? `\`verdigris flip ${view.environment} --request ${id}\` carries it out`
    : `run ${request.run} flips now`;
}

async function waitForItsFlip(
  call: Call,
  api: OperatorApi,
  environment: Environment,
  answer: CommandAnswer,
  id: string,
  phase: Parameters<typeof waitForFlip>[4],
): Promise<ExitCode> {
  const { terminal, clock } = call;
  const seconds = call.globals.timeout ?? TEN_MINUTES;
  const deadline = clock.elapsed() + seconds * 1000;
  let last = answer.environment;
  const flipId = await waitFor(call, { what: `the flip of ${id}`, seconds }, async () => {
    last = await api.get<EnvironmentView>(environment.path);
    const flip = [last.flip, last.lastFlip].find((one) => one?.requestId === id);
    if (!flip) throwWhenClosed(requestOf(last, id));
    return flip?.id;
  });
  if (flipId === undefined) {
    if (terminal.json) terminal.document({ ...answer, environment: last });
    throw new Problem("notYet", `request ${id} is approved and its flip has not begun.`);
  }
  const left = Math.max(0, (deadline - clock.elapsed()) / 1000);
  const rest = { ...call, globals: { ...call.globals, timeout: left } };
  const { view, reached } = await waitForFlip(rest, api, environment, flipId, phase);
  if (terminal.json) terminal.document({ ...answer, environment: view });
  if (!reached) throw notReached(api, view, flipId, phase);
  return EXIT.done;
}
