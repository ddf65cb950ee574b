/** What kind of trouble it is: what a caller may do about it differs. */
export type AwsTroubleKind =
  | "denied"
  | "missing"
  | "throttled"
  | "credentials"
  | "clock"
  | "unreachable"
  | "other";

export interface AwsTrouble {
  readonly kind: AwsTroubleKind;
  /** What happened and what mends it, in one line. */
  readonly message: string;
  /** Of what was denied: `ecs:UpdateService`. */
  readonly permission?: string;
}

/** AWS didn't do what was asked; the message says what was asked, why not, and what mends it. */
export class AwsFault extends Error {
  override readonly name = "AwsFault";
  readonly kind: AwsTroubleKind;
  readonly permission: string | undefined;
  /** Why, without what was asked. */
  readonly reason: string;

  /** @param asked a clause that the reason follows: `the service rainbow can't be looked at` */
  constructor(asked: string, cause: unknown) {
    const { kind, message, permission } = explainAwsError(cause);
    super(`${asked}: ${message}`, { cause });
    this.kind = kind;
    this.permission = permission;
    this.reason = message;
  }
}

/** Says in words what an error of the SDK, of a service or of the network means. */
export function explainAwsError(error: unknown): AwsTrouble {
  if (error instanceof AwsFault) {
    const { kind, reason: message, permission } = error;
    return { kind, message, ...(permission === undefined ? {} : { permission }) };
  }
  const found = readError(error);
  return (
    denied(found) ??
    clock(found) ??
    credentials(found) ??
    throttled(found) ??
    missing(found) ??
    unreachable(found) ?? { kind: "other", message: `${found.name}: ${found.text}` }
  );
}

interface FoundError {
  /** The error's code or class: `AccessDeniedException`. */
  readonly name: string;
  readonly text: string;
  /** Codes of the network's errors, the causes' included. */
  readonly codes: readonly string[];
}

function readError(error: unknown): FoundError {
  const codes: string[] = [];
  const texts: string[] = [];
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string") codes.push(code);
    if (at.message) texts.push(at.message);
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  const name = error instanceof Error ? error.name : "Error";
  const text = oneLine(texts[0] ?? (error instanceof Error ? codes.join(" ") : String(error)));
  return { name, text, codes };
}

/** As IAM words it (IAM User Guide, "Troubleshoot access denied error messages"). */
const NOT_AUTHORIZED =
  /(?:User|Principal):? (\S+) is not authorized to perform:? (\S+?)(?:[,.]?)(?: on resource:? (\S+))?(?:[ ,.]|$)/i;

function denied({ name, text }: FoundError): AwsTrouble | undefined {
  const [, who, permission, where] = NOT_AUTHORIZED.exec(text) ?? [];
  if (who && permission) {
    const explicit = /explicit deny/i.test(text);
    const because = /(?:because|with) (.+?)\.?$/i.exec(text)?.[1];
    const on = where ? ` on ${where.replace(/[.,]$/, "")}` : "";
    const why = because ? ` (${because})` : "";
    const mend = explicit
      ? "Remove the statement that denies it"
      : permission === "sts:AssumeRole"
        ? "Grant it, and let the role's trust policy name the caller"
        : "Grant it";
    return {
      kind: "denied",
      permission,
      message: `${permission}${on} is not allowed to ${who}${why}. ${mend}, then try again.`,
    };
  }
  if (!/^(AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden)/.test(name)) {
    return undefined;
  }
  return {
    kind: "denied",
    message: `AWS denies access (${name}: ${text}). Grant the permission, then try again.`,
  };
}

function clock({ name, text }: FoundError): AwsTrouble | undefined {
  const skewed =
    /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/.test(name) ||
    (/^(SignatureDoesNotMatch|InvalidSignature)/.test(name) &&
      /signature (expired|not yet current)|too skewed/i.test(text));
  if (!skewed) return undefined;
  return {
    kind: "clock",
    message: `this machine's clock differs too much from that of AWS (${text}). Set it, by NTP for instance, then try again.`,
  };
}

function credentials({ name, text }: FoundError): AwsTrouble | undefined {
  if (/^(ExpiredToken|RequestExpired|TokenRefreshRequired)/.test(name)) {
    return {
      kind: "credentials",
      message: `the AWS credentials have expired (${text}). Sign in again, with \`aws sso login\` for instance, then try again.`,
    };
  }
  if (name === "CredentialsProviderError" || name === "TokenProviderError") {
    return {
      kind: "credentials",
      message: `no AWS credentials were found (${text}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the task or function a role.`,
    };
  }
  if (
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|MissingAuthenticationToken|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|AuthFailure|OptInRequired)/.test(
      name,
    )
  ) {
    return {
      kind: "credentials",
      message: `AWS doesn't accept the credentials (${name}: ${text}). Check the access key, that it belongs to the right account, and that the region is enabled there.`,
    };
  }
  return undefined;
}

function throttled({ name, text }: FoundError): AwsTrouble | undefined {
  const known =
    /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|ProvisionedThroughputExceeded|PriorRequestNotComplete|BandwidthLimitExceeded)/;
  if (!known.test(name) && !/rate exceeded/i.test(text)) return undefined;
  return {
    kind: "throttled",
    message: `AWS takes no more requests of this account at the moment (${name}: ${text}). It is tried again; if it lasts, something else uses up the account's limit.`,
  };
}

const MISSING: readonly (readonly [RegExp, string])[] = [
  [/^ClusterNotFound/, "there is no such ECS cluster"],
  [/^ServiceNotFound/, "there is no such ECS service in that cluster"],
  [/^ServiceNotActive/, "the ECS service was deleted and is no longer active"],
  [/^LoadBalancerNotFound/, "there is no such load balancer"],
  [/^TargetGroupNotFound/, "there is no such target group"],
  [/^NoSuchHostedZone/, "there is no such hosted zone"],
  [/NotFound(Exception|Fault)?$/, "what was asked for isn't there"],
];

function missing({ name, text }: FoundError): AwsTrouble | undefined {
  const [, what] = MISSING.find(([known]) => known.test(name)) ?? [];
  if (what === undefined) return undefined;
  return {
    kind: "missing",
    message: `${what} (${text}). Check its name, the region and the account in verdigris.yaml.`,
  };
}

const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|UND_ERR_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

function unreachable({ name, text, codes }: FoundError): AwsTrouble | undefined {
  const code = codes.find((one) => NETWORK.test(one));
  const late = /^(TimeoutError|AbortError|NetworkingError)$/.test(name);
  if (code === undefined && !late) return undefined;
  const hint = code === "ENOTFOUND" ? "Check the region's name and this machine's DNS" : "Check";
  const rest = code === "ENOTFOUND" ? "" : " the network, and AWS_ENDPOINT_URL where it is set";
  return {
    kind: "unreachable",
    message: `AWS can't be reached (${code === undefined ? name : code}: ${text}). Whether it did what it was asked isn't known; repeating it is safe. ${hint}${rest}.`,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
