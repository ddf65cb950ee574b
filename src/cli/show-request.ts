import type { EnvironmentView, RequestView } from "../contract/api.ts";
import { columns } from "./columns.ts";
import type { Paint } from "./paint.ts";
import { showSide } from "./side.ts";
import { until } from "./times.ts";

/** All that an approval is bound to (G3), and who asks. */
export function showRequest(
  view: EnvironmentView,
  request: RequestView,
  now: number,
  paint: Paint,
): readonly string[] {
  const { release } = request;
  const { author } = release;
  return [
    `request ${request.id} of ${request.environment}: ${request.status}`,
    ...columns(
      [
        ["side", showSide(view, request.side, paint)],
        ["release", release.id],
        ["digest", release.digest],
        ["commit", release.commit],
        ["subject", release.subject],
        ["author", `${author.name} <${author.email}>`],
        ["configuration", shortHash(request.configurationHash)],
        ["revision", `${request.revision}`],
        ["asked by", `${request.requestedBy}, expires ${until(request.expiresAt, now)}`],
        ["so far", approvals(request)],
      ],
      "  ",
    ),
  ];
}

/** `1 of 2 approvals (ana@example.com)`. */
export function approvals({ approvals: given, approvalsRequired }: RequestView): string {
  const names = given.map((approval) => approval.by).join(", ");
  return `${given.length} of ${approvalsRequired} approvals${names ? ` (${names})` : ""}`;
}

function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, "").slice(0, 12);
}
