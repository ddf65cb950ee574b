import { sideNames } from "../../domain/configuration.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { repositoryPath } from "./layout.ts";
import type { Machine } from "./machine.ts";

/** What `up --json` prints in one line when everything answers. */
export interface Ready {
  readonly api: string;
  readonly console: string;
  readonly token: string;
  /** The app's bare repository, to push to; absent before an app is registered. */
  readonly git?: string;
  readonly dns: { readonly host: string; readonly port: number };
  readonly gateway: string;
  readonly app?: string;
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly record: string;
        readonly preview?: string;
        readonly sides: Readonly<Record<string, string>>;
      }
    >
  >;
}

export async function readyOf(machine: Machine): Promise<Ready> {
  const { cloud, client, api, layout, operator } = machine;
  const app = client.app;
  const states = app === undefined ? [] : await operator.environments.list(app);
  const environments = (isRefusal(states) ? [] : states).flatMap((state) => {
    const configuration = state.configured?.configuration;
    if (!configuration) return [];
    const sides = sideNames(configuration).flatMap((side) => {
      const runsOn = configuration.sides[side];
      if (runsOn?.runtime !== "process") return [];
      return [[side, `http://${runsOn.address}:${runsOn.port}`]];
    });
    const name = state.name.slice(state.name.indexOf("/") + 1);
    const { record, preview } = configuration;
    return [
      [
        name,
        { record, ...(preview ? { preview } : {}), sides: Object.fromEntries(sides) },
      ] as const,
    ];
  });
  return {
    api,
    console: `${api}/`,
    token: client.token,
    ...(app === undefined ? {} : { git: repositoryPath(layout, app), app }),
    dns: cloud.dns,
    gateway: `http://localhost:${cloud.gateway.port}`,
    environments: Object.fromEntries(environments),
  };
}
