/** What a folder tells of the app in it. */
export interface DetectedApp {
  readonly app: string;
  /** The names of the scripts in package.json. */
  readonly scripts: readonly string[];
  /** Whether there is a package-lock.json. */
  readonly locked?: boolean;
}

/** The text of a commented `verdigris.yaml` for one machine. */
export function configurationFor(detected: DetectedApp): string {
  const { app } = detected;
  return `# How Verdigris builds, runs and releases this app. Every key: docs/configuration.md
app: ${app}

build:
${buildLines(detected).join("\n")}

branch: master                # a commit here starts a release

environments:
  test:
    kind: single              # one side, updated in place
    record: test.${app}.test
    ttl: 60s

  production:
    kind: blue-green          # two sides; only the one without traffic is updated
    record: ${app}.test
    preview: standby.${app}.test   # shows the standby before anyone approves
    ttl: 60s
    sides:
      blue: { runtime: process }
      green: { runtime: process }
${flipLines("2m")}
`;
}

/**
 * The same for AWS. What only the account knows stands in angle brackets, which no command accepts:
 * each names the line that is to be filled in.
 */
export function awsConfigurationFor(
  { app, scripts }: DetectedApp,
  { table, region }: { readonly table: string; readonly region: string },
): string {
  const side = (name: string, cluster: string) => `      ${name}:
        runtime: ecs
        cluster: ${cluster}
        service: ${app}
        loadBalancer: <ARN of ${cluster}'s load balancer>`;
  return `# How Verdigris builds, runs and releases this app on AWS. Every key: docs/configuration.md
app: ${app}

build:
${scripts.includes("test") ? "  validate: npm test" : "  # validate: make test"}
  image: <account>.dkr.ecr.${region}.amazonaws.com/${app}   # without a tag

branch: master                # a commit here starts a release

environments:
  test:
    kind: single              # one side, updated in place
    record: test.${app}.example.com
    sides:
${side("main", `${app}-test`)}

  production:
    kind: blue-green          # two sides; only the one without traffic is updated
    record: ${app}.example.com
    preview: standby.${app}.example.com   # shows the standby before anyone approves
    tasks: 2                  # a side that serves has at least so many
    standbyTasks: 1           # a side that no longer serves is brought back to so many
    sides:
${side("blue", `${app}-blue`)}
${side("green", `${app}-green`)}
${flipLines("5m")}

control:                      # or { server: https://verdigris.example.com }
  table: ${table}
  region: ${region}
`;
}

function flipLines(drain: string): string {
  return `    flip:
      approvals:
        required: 1           # people who must agree before a flip
        expires: 24h
        authorMayApprove: true
      steps: [100]            # or [{ weight: 10, bake: 10m }, { weight: 100, bake: 30m }]
      drain: ${drain}               # how long the old side may keep late clients`;
}

function buildLines({ scripts, locked }: DetectedApp): readonly string[] {
  const has = (script: string) => scripts.includes(script);
  const steps = [...(locked ? ["npm ci"] : []), ...(has("build") ? ["npm run build"] : [])];
  const start = has("start") ? "npm start" : "./start.sh";
  return [
    steps.length > 0
      ? `  command: ${steps.join(" && ")}`
      : "  # command: make            # fetches and compiles, in a fresh checkout",
    has("test")
      ? "  validate: npm test          # a branch that fails this can't be merged"
      : "  # validate: make test       # a branch that fails this can't be merged",
    `  start: ${start}            # listens on $PORT, ends at SIGTERM`,
    "  health: /                   # a path that answers with 200 when a task can serve",
  ];
}
