import type { Notice, NoticeState, NoticeSubject, Notifier } from "../../ports/notifier.ts";
import { follows } from "../../ports/notifier.ts";

/** Notices for tests and simulations. */
export class MemoryNotifier implements Notifier {
  /** The last notice about each thing, in the order in which they were first told. */
  readonly notices = new Map<string, Notice>();

  async tell(notice: Notice): Promise<void> {
    const key = keyOf(notice);
    if (!follows(notice.state, this.notices.get(key)?.state)) return;
    if (notice.state === "succeeded") this.#endOthers(notice);
    this.notices.set(key, notice);
  }

  async told(about: NoticeSubject): Promise<NoticeState | undefined> {
    return this.notices.get(keyOf(about))?.state;
  }

  #endOthers({ app, place, id }: Notice): void {
    for (const [key, other] of this.notices) {
      const replaced = other.app === app && other.place === place && other.id !== id;
      if (replaced && other.state === "succeeded")
        this.notices.set(key, { ...other, state: "over" });
    }
  }
}

function keyOf({ app, place, id }: NoticeSubject): string {
  return JSON.stringify([app, place, id]);
}
