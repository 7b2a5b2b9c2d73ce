import { limits } from "../../../protocol/limits.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { PresenceChange, SiteFacts } from "../../kernel/messages.ts";
import { dayEnds } from "./day-end.ts";
import { keepWords, type SitePresenceState, type Word } from "./presence.ts";
import type { PresenceStore } from "./presence-store.ts";

/** Changes told to the tenant in one call. */
const batch = 500;
/** Until the tenant has been told, it is tried again after this, ms (I11). */
const retryMs = 2_000;

/** The next time of the grid on which presence is counted and held against silence. */
export const nextOnGrid = (now: number): number =>
  (Math.floor(now / limits.presenceGridMs) + 1) * limits.presenceGridMs;

/** Sets the timer of the end of the working day, or takes it away where there is no such rule. */
export const setDayEnd = (kernel: Kernel, { dayEndsAt, timeZone }: SiteFacts, now: number): void => {
  if (dayEndsAt === undefined) kernel.timers.cancel("dayEnd");
  else kernel.timers.set("dayEnd", dayEnds({ at: dayEndsAt, timeZone }, now).next);
};

export interface EndingParts {
  kernel: Kernel;
  store: PresenceStore;
  toChange: (userId: string, state: SitePresenceState) => PresenceChange;
  tell: (changes: PresenceChange[]) => Promise<void>;
  /** Whether this device has an open socket here. */
  isOpen: (userId: string, deviceId: string) => boolean;
  /** When the tenant last had a sign of these devices, wherever their sockets are; 0 for never. ms since 1970. */
  signsOf: (deviceIds: string[]) => Promise<readonly number[]>;
}

/**
 * How presence ends when nobody says so: by the end of the working day, and when what reported somebody has been silent too
 * long. One timer for each, however many people are here.
 */
export class Endings {
  #parts: EndingParts;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /**
   * The timer `dayEnd`. Words from after the day ended hold: a server that was away at that time must not end the presence of
   * the night shift, which has come since.
   */
  dayEnded(now: number): Promise<void> {
    const { kernel, store } = this.#parts;
    const facts = store.facts;
    if (facts?.dayEndsAt === undefined) return Promise.resolve();
    const { last } = dayEnds({ at: facts.dayEndsAt, timeZone: facts.timeZone }, now);
    kernel.transaction(() => {
      this.#apply(facts.dayEndsAs ?? "absent", now, (_, { at }) => (at > last ? at : undefined));
      setDayEnd(kernel, facts, now);
    });
    return this.tellTenant();
  }

  /**
   * The timer `silence`. It stays set for the next time of the grid before anything is asked, so a failure is made good then.
   */
  async checkSilence(now: number): Promise<void> {
    const { kernel, store } = this.#parts;
    const present = store.present();
    if (present.size === 0) return;
    kernel.timers.set("silence", nextOnGrid(now));
    const silent = now - (store.facts?.silenceMinutes ?? limits.silenceMinutes) * 60_000;
    const asked = new Map<string, number>();
    for (const [userId, { words }] of present)
      for (const [id, { at }] of Object.entries(words))
        if (at <= silent) asked.set(id, this.#parts.isOpen(userId, id) ? now : 0);
    if (asked.size === 0) return;
    const unknown = [...asked].flatMap(([id, at]) => (at === 0 ? [id] : []));
    const signs = unknown.length === 0 ? [] : await this.#parts.signsOf(unknown);
    for (const [i, id] of unknown.entries()) asked.set(id, signs[i] ?? 0);
    kernel.transaction(() =>
      // Read anew: somebody may have reported while the tenant was asked, and a word that was said since holds.
      this.#apply("unknown", now, (id, { at }) => {
        const heard = Math.max(at, asked.get(id) ?? 0);
        return heard > silent ? heard : undefined;
      }),
    );
    await this.tellTenant();
  }

  /** Tells the tenant what nobody else will tell it. Until it has taken it, the timer `untold` stays set. */
  async tellTenant(): Promise<void> {
    const { kernel, store, toChange, tell } = this.#parts;
    for (;;) {
      const owed = store.owed(batch);
      if (owed.length === 0) return kernel.timers.cancel("untold");
      await tell(owed.map(([userId, state]) => toChange(userId, state)));
      // Whom another ending came upon meanwhile is still owed. Who reported meanwhile was told in that way.
      kernel.transaction(() =>
        store.told(owed.flatMap(([userId, { at }]) => (store.of(userId)?.at === at ? [userId] : []))),
      );
    }
  }

  #apply(otherwise: "absent" | "unknown", now: number, heard: (id: string, word: Word) => number | undefined): void {
    const { kernel, store } = this.#parts;
    const ended: string[] = [];
    for (const [userId, before] of store.present()) {
      const after = keepWords(before, heard, otherwise, now);
      if (after === undefined) continue;
      store.save(userId, after);
      ended.push(userId);
    }
    if (ended.length === 0) return;
    store.owe(ended);
    kernel.timers.set("untold", now + retryMs);
  }
}
