import { checkSurroundings } from "../diagnosis.ts";
import type { Finding } from "../finding.ts";
import { EXIT } from "../problem.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Checks what Verdigris needs: Node and git, the client file, the operator and your key, the ports and the data directory. Where it works on a table on AWS: your credentials and clock, the table, and for each environment of verdigris.yaml the hosted zone and its records, the services, the load balancers and the permissions. Nothing is changed. Each line that fails tells what to do. Exits with 1 when one does.",
  arguments: [],
  flags: {},
  examples: [
    { command: "doctor", meaning: "look at everything" },
    { command: "doctor --server https://verdigris.example.com", meaning: "with a remote operator" },
    { command: "doctor --table verdigris --region eu-west-1", meaning: "with your AWS account" },
  ],
  reach: "operator",
  async run(call) {
    const findings = await checkSurroundings(call);
    const { paint } = call.terminal;
    const line = ({ ok, what, mend }: Finding) =>
      ok
        ? `${paint.green("ok  ")}  ${what}`
        : `${paint.red("fail")}  ${what}\n      ${mend?.replaceAll("\n", "\n      ")}`;
    call.terminal.answer(findings, () => findings.flatMap((one) => line(one).split("\n")));
    return findings.every((finding) => finding.ok) ? EXIT.done : EXIT.failed;
  },
});
