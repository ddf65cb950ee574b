import type { ConfigurationFile, EnvironmentSection } from "../../contract/configuration/types.ts";
import { Problem } from "../problem.ts";
import type {
  Approval,
  BuildPlan,
  EnvironmentPlan,
  FlipPlan,
  ImagePlan,
  PipelinePlan,
} from "./pipeline-plan.ts";
import { minutes } from "./pipeline-plan.ts";

/** What the folder of verdigris.yaml tells. */
export interface Folder {
  readonly packageJson: boolean;
  readonly packageLock: boolean;
}

export interface Choices {
  readonly approval: Approval;
  readonly region?: string | undefined;
  readonly role?: string | undefined;
  readonly version: string;
}

/** Throws a usage problem where a pipeline would need what the file does not say. */
export function planPipeline(
  file: ConfigurationFile,
  folder: Folder,
  choices: Choices,
): PipelinePlan {
  const { app, branch } = file;
  const { approval, role, version } = choices;
  const image = imageOf(file);
  const control = controlOf(file);
  const environments = Object.entries(file.environments).map(environmentOf);
  if (approval === "ci") checkGate(file);
  const aws =
    control === "table" || image.ecrRegion !== undefined
      ? { region: regionOf(file, image, choices), ...(role === undefined ? {} : { role }) }
      : undefined;
  return {
    app,
    branch,
    version,
    build: buildOf(file, folder),
    image,
    control,
    ...(aws ? { aws } : {}),
    environments,
    approval,
  };
}

/** `npm test` needs its packages: where nothing is said to fetch them, the lock file says how. */
function buildOf({ build }: ConfigurationFile, folder: Folder): BuildPlan {
  const fetch = build.command ?? (folder.packageLock ? "npm ci" : undefined);
  return {
    steps: [
      ...(fetch === undefined ? [] : [{ name: "Fetch and compile", command: fetch }]),
      ...(build.validate === undefined ? [] : [{ name: "Validate", command: build.validate }]),
    ],
    minutes: minutes(build.timeout),
    node: folder.packageJson,
    locked: folder.packageLock,
  };
}

/** A registry's host, perhaps with a port, then names; as the references of images are written. */
const REPOSITORY =
  /^((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d{1,5})?)\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/;

/** Amazon ECR user guide, "Private registry": its host names the account and the region. */
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

function imageOf({ build }: ConfigurationFile): ImagePlan {
  const repository = build.image;
  if (repository === undefined) {
    throw new Problem(
      "usage",
      "build.image is missing in verdigris.yaml: the pipeline builds an image and pushes it there. Write for example 123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow. Nothing was written. (An app of processes on one machine needs no CI system: `verdigris up` builds what is pushed.)",
    );
  }
  const registry = REPOSITORY.exec(repository)?.[1];
  if (registry === undefined) {
    throw new Problem(
      "usage",
      `build.image: "${repository}" is not a registry and a name without a tag. Write for example 123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow. Nothing was written.`,
    );
  }
  const ecrRegion = ECR.exec(registry)?.[1];
  return { repository, registry, ...(ecrRegion === undefined ? {} : { ecrRegion }) };
}

/** The jobs read it from the verdigris.yaml of their commit; the pipeline knows only what they need for it. */
function controlOf({ control }: ConfigurationFile): PipelinePlan["control"] {
  if (control.server !== undefined) return "server";
  if (control.table !== undefined) return "table";
  throw new Problem(
    "usage",
    "control is missing in verdigris.yaml, so a CI system would not know where the state is. Write control: { table: verdigris, region: eu-west-1 }, or control: { server: https://verdigris.example.com }. Nothing was written.",
  );
}

function regionOf({ control }: ConfigurationFile, image: ImagePlan, { region }: Choices): string {
  const known = region ?? control.region ?? image.ecrRegion;
  if (known !== undefined && /^[a-z0-9-]+$/.test(known)) return known;
  throw new Problem(
    "usage",
    "no AWS region is known. Write control.region in verdigris.yaml, or --region. Nothing was written.",
  );
}

const LEAST_WAIT_SECONDS = 600;
/** What hosted runners give a job at most is five or six hours. */
const LONGEST_WAIT_SECONDS = 5 * 3600;

function environmentOf([name, section]: [string, EnvironmentSection]): EnvironmentPlan {
  const drain = section.kind === "blue-green" ? section.ttl + section.flip.drain : 0;
  const wanted = Math.max(section.deployTimeout, drain, LEAST_WAIT_SECONDS) + 60;
  return {
    name,
    record: section.record,
    deploySeconds: Math.min(wanted, LONGEST_WAIT_SECONDS / 2),
    ...(section.kind === "blue-green"
      ? {
          flip: flipOf(section),
          ...(section.preview === undefined ? {} : { preview: section.preview }),
        }
      : {}),
  };
}

/** Each step but the last bakes before the next, after its own answers are known everywhere. */
function flipOf({
  flip,
  ttl,
}: Extract<EnvironmentSection, { readonly kind: "blue-green" }>): FlipPlan {
  const before = flip.steps.slice(0, -1).reduce((sum, { bake }) => sum + bake + ttl, 0);
  return {
    approvals: flip.approvals.required,
    seconds: Math.min(before + LEAST_WAIT_SECONDS, LONGEST_WAIT_SECONDS),
  };
}

/**
 * One click in a CI system is one approval, and the key under which the pipeline passes it on is not
 * the author's, whoever has clicked.
 */
function checkGate({ environments }: ConfigurationFile): void {
  for (const [name, section] of Object.entries(environments)) {
    if (section.kind !== "blue-green") continue;
    const { required, authorMayApprove } = section.flip.approvals;
    const why =
      required > 1
        ? `wants ${required} approvals, and a gate of a CI system gives one`
        : required === 1 && !authorMayApprove
          ? "wants somebody else's approval than the author's, which can't be told behind a gate of a CI system"
          : undefined;
    if (why === undefined) continue;
    throw new Problem(
      "usage",
      `${name} ${why}. Nothing was written. Write --approval verdigris: then people approve in Verdigris, each under their own name.`,
    );
  }
}
