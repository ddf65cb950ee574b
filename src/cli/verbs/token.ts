import type { IssuedKey, KeyView } from "../../contract/api.ts";
import { columns } from "../columns.ts";
import { choice, listed, needed, text } from "../flags.ts";
import { connect, type OperatorApi } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { ago } from "../times.ts";
import { type Call, defineVerb } from "../verb.ts";

const ROLES = [
  "viewer",
  "deployer",
  "approver",
  "admin",
] as const satisfies readonly KeyView["role"][];

const name = text("--name <name>", "Whose key it is: approvals and the history bear this name");
const role = choice("--role <role>", `What it may do: ${listed(ROLES)}`, ROLES);
const flags = { name, role };

export const verb = defineVerb({
  description:
    "Makes, lists and revokes API keys. A new key is printed once, alone on its line, and kept by the operator only as a hash. Keys are given to other commands in VERDIGRIS_API_KEY, never on a command line.",
  arguments: [
    { name: "action", summary: "create, list or revoke", required: true },
    { name: "id", summary: "The key to revoke, as list shows it", required: false },
  ],
  flags,
  examples: [
    {
      command: "token create --name ana@example.com --role approver",
      meaning: "a key for a person who may approve",
    },
    { command: "token list", meaning: "all keys, without the keys themselves" },
    { command: "token revoke k3f9", meaning: "it stops working at once" },
  ],
  reach: "operator",
  async run(call) {
    const [action = "", id] = call.arguments;
    if (action === "create") return await create(call);
    if (action === "list") return await list(call, connect(call));
    if (action === "revoke") return await revoke(call, id);
    throw new Problem("usage", `"${action}" is not ${listed(["create", "list", "revoke"])}`);
  },
});

async function create(call: Call<typeof flags>): Promise<ExitCode> {
  const body = { name: needed(call.flags.name, name), role: needed(call.flags.role, role) };
  const key = await connect(call).send<IssuedKey>("POST", "/keys", body);
  call.terminal.answer(key, () => [key.key]);
  call.terminal.remark(
    `key ${key.id} for ${key.name}, ${key.role}: it is shown this once. Give it in VERDIGRIS_API_KEY.`,
  );
  return EXIT.done;
}

async function list({ terminal, clock }: Call, api: OperatorApi): Promise<ExitCode> {
  const keys = await api.get<readonly KeyView[]>("/keys");
  const now = clock.now();
  terminal.answer(keys, () =>
    columns(
      keys.map((key) => [
        key.id,
        key.name,
        key.role,
        `made ${ago(key.issuedAt, now)}`,
        key.lastUsedAt ? `used ${ago(key.lastUsedAt, now)}` : "never used",
        key.revokedAt ? `revoked ${ago(key.revokedAt, now)}` : "",
      ]),
    ),
  );
  return EXIT.done;
}

async function revoke(call: Call, id: string | undefined): Promise<ExitCode> {
  if (id === undefined) {
    throw new Problem("usage", "which key? `verdigris token list` shows their ids");
  }
  const path = `/keys/${encodeURIComponent(id)}`;
  const key = await connect(call).send<KeyView>("DELETE", path);
  call.terminal.answer(key, () => [`key ${key.id} of ${key.name} is revoked`]);
  return EXIT.done;
}
