import { limits } from "../../../protocol/limits.ts";
import type { LineState } from "../../../protocol/roll-calls.ts";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import type { KnownRollCall, RollCallMessage, RollCallStore } from "./roll-call-store.ts";

const textOf = (frame: RollCallFrame, state: LineState): string => JSON.stringify({ ...frame, you: { state } });

/** Tells people of this place that a roll-call asks for them: when it changes for them, and when their devices come back. */
export class Crier {
  #store: RollCallStore;
  #send: (userIds: readonly string[], text: string) => Promise<void>;

  constructor(store: RollCallStore, send: (userIds: readonly string[], text: string) => Promise<void>) {
    this.#store = store;
    this.#send = send;
  }

  /** Stores a message of the tenant, in the caller's transaction. @returns what to send after the commit */
  take(message: RollCallMessage, now: number): () => Promise<void> {
    const known = this.#store.take(message, now);
    if (known === undefined) return () => Promise.resolve();
    const told = message.all === true ? byState(known) : new Map(Object.entries(message.people));
    return async () => {
      // Each of at most three texts is made once, however many people get it (I3: nobody else does).
      for (const [state, userIds] of told) await this.#send(userIds, textOf(known.frame, state as LineState));
    };
  }

  /** What a person's device hears after `welcome`: what is open, and what was closed while it may have been away. */
  owed(userId: string, now: number): string[] {
    const frames: string[] = [];
    for (const { frame, states, closedAt } of this.#store.all.values()) {
      const state = states.get(userId);
      if (state === undefined || (closedAt !== undefined && closedAt < now - limits.rollCallEchoMs)) continue;
      frames.push(textOf(frame, state));
    }
    return frames;
  }

  sweep(now: number): void {
    this.#store.prune(now - limits.rollCallEchoMs, now - limits.rollCallMs - limits.rollCallEchoMs);
  }
}

const byState = ({ states }: KnownRollCall): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const [userId, state] of states) {
    const same = groups.get(state);
    if (same === undefined) groups.set(state, [userId]);
    else same.push(userId);
  }
  return groups;
};
