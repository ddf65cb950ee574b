import { z } from "zod";
import { DURATION, parseDuration } from "./duration.ts";

/** A value as a message shows it: quoted when it is text, on one line, and never long. */
function show(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : String(value);
}

/** What is wrong with a value that is not `wanted`: a noun, perhaps followed by an example. */
export function complaint(value: unknown, wanted: string): string {
  if (value === undefined) return "is missing";
  if (value === null) return "has no value; give one or leave the key out";
  return `${show(value)} is not ${wanted}`;
}

function saying(wanted: string) {
  return ({ input }: { readonly input?: unknown }) => complaint(input, wanted);
}

/** The noun that `wanted` begins with, for the reference. */
function nounOf(wanted: string): string {
  return wanted.replace(/;.*/s, "");
}

/** Text of a form; `wanted` as in `complaint`. */
export function text(pattern: RegExp, wanted: string) {
  const error = saying(wanted);
  return z
    .string({ error })
    .regex(pattern, { error })
    .meta({ title: nounOf(wanted) });
}

export const name = () =>
  text(/^[a-z][a-z0-9-]{0,30}$/, "a name; write up to 31 of a-z, 0-9 and -, a letter first");

/** A host name as a record holds it: lower case, two labels or more (RFC 1123, section 2.1). */
export const dnsName = () =>
  text(
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "a domain name; write it in lower case and without a final dot, for example rainbow.example.com",
  );

/** IPv4 loopback is the whole of 127.0.0.0/8 (RFC 6890, table 5). */
export const loopbackAddress = () =>
  text(
    /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/,
    "a loopback address; write one from 127.0.0.1 to 127.255.255.254",
  );

export const line = (wanted: string) => text(/^(?=.*\S)[^\0\r\n]*$/, wanted);

export const region = () =>
  text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "an AWS region; write for example eu-west-1");

export const roleArn = () =>
  text(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[!-~]+$/,
    "the ARN of a role; write for example arn:aws:iam::123456789012:role/verdigris",
  );

export const shellCommand = () =>
  text(/^(?=[\s\S]*\S)[^\0]*$/, "a command; write what a shell is to run");

export const urlPath = () =>
  text(/^\/[!-~]*$/, "a path; write one that begins with /, for example /health");

/** Output in seconds. `meaning` is a sentence for the reference. */
export function duration(meaning: string, least: string, most: string) {
  const [min = 0, max = 0] = [least, most].map(parseDuration);
  const form = text(DURATION, "a duration; write for example 60s, 10m, 24h");
  const inRange = form.transform((written, ctx) => {
    const seconds = parseDuration(written) ?? 0;
    if (seconds < min || seconds > max) {
      ctx.addIssue({
        code: "custom",
        message: `"${written}" is too ${seconds < min ? "short" : "long"}; write from ${least} to ${most}`,
      });
    }
    return seconds;
  });
  return inRange.meta({ description: `${meaning} From ${least} to ${most}.` });
}

/** `meaning` is a sentence for the reference. */
export function wholeNumber(meaning: string, least: number, most: number) {
  const error = saying(`a whole number from ${least} to ${most}`);
  const inRange = z
    .int({ error })
    .min(least, { error, abort: true })
    .max(most, { error, abort: true });
  return inRange.meta({
    title: "a whole number",
    description: `${meaning} From ${least} to ${most}.`,
  });
}
