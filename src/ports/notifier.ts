/** Tells people, where they look anyway, what becomes of releases: on a code host, in a chat. */
export interface Notifier {
  /**
   * Tells how something stands now. What was told before and is so still is not told again, and a
   * state is never followed by an earlier one, so notices may come twice and in any order. One that
   * has succeeded takes the place of those that had: they are over. What is over and was never told
   * stays untold. Rejects with `NoticeRefused` where trying again is of no use.
   */
  tell(notice: Notice): Promise<void>;
  /** What was told last; undefined when nothing was. */
  told(about: NoticeSubject): Promise<NoticeState | undefined>;
}

/** What a notice is about. */
export interface NoticeSubject {
  readonly app: string;
  /** Equal for all notices about the same thing, and for no others: `rainbow/production/production-41`. */
  readonly id: string;
  readonly commit: string;
  /** Where the release goes: `test`, `production`, `production/standby`. */
  readonly place: string;
}

export interface Notice extends NoticeSubject {
  readonly state: NoticeState;
  /** One line for people. */
  readonly description: string;
  /** Where it can be seen. */
  readonly url?: string;
}

/**
 * `waiting` for a person, `running`, then `succeeded` or `failed`, and `over` when another release has
 * its place or nothing will come of it any more.
 */
export type NoticeState = "waiting" | "running" | "succeeded" | "failed" | "over";

const RANK: Readonly<Record<NoticeState, number>> = {
  waiting: 0,
  running: 1,
  failed: 2,
  succeeded: 2,
  over: 3,
};

/** Whether `next` may be told after `last`, which may be nothing. */
export function follows(next: NoticeState, last: NoticeState | undefined): boolean {
  if (last === undefined) return next !== "over";
  return next === last || RANK[next] > RANK[last];
}

/** The other side has understood, and won't take this notice now or later. */
export class NoticeRefused extends Error {
  override readonly name = "NoticeRefused";
}
