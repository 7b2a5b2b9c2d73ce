import { again } from "../kernel/again.ts";
import { drain } from "../kernel/drain.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { othersFirst } from "../kernel/others-first.ts";
import { nameOf } from "../kernel/timers.ts";

/** Rows of one round; one call a receiver carries all of that receiver's. */
const batch = 1_000;

/** Fails this often at once before it no longer holds up what comes after it for the same receiver. */
const attempts = 8;

export interface CarrierParts<Errand, Message> {
  kernel: Kernel;
  tenantId: string;
  /** The outbox topic, and the timer that takes it up again after a crash. */
  topic: string;
  /** One receiver after the other, with a turn for everything else of the process in between; otherwise all side by side. */
  oneByOne?: boolean;
  /** How often a parked row is tried again, ms. */
  parkedRetryMs?: number;
  /** What a row says, as things stand when it is sent; nothing when there is no more to say. */
  toMessages: (entity: string, errand: Errand) => Message[];
  /** Hands them to the receiver; answers when they are stored there. */
  send: (entity: string, messages: Message[]) => Promise<unknown>;
}

/** Takes messages to other actors: in order for each receiver, until each has stored its own. */
export class Carrier<Errand, Message> {
  #parts: CarrierParts<Errand, Message>;

  constructor(parts: CarrierParts<Errand, Message>) {
    this.#parts = parts;
  }

  /** Runs until nothing is ready. Called after each commit that added a row, and by the timer of the topic's name. */
  run(): Promise<void> {
    return this.#rounds();
  }

  #rounds = again(() => {
    const { kernel, topic, tenantId, parkedRetryMs } = this.#parts;
    return drain({
      store: kernel.outbox.store(topic),
      now: Date.now,
      batch,
      attempts,
      ...(parkedRetryMs === undefined ? {} : { parkedRetryMs }),
      deliver: (rows) => this.#deliver(rows),
      rest: (next) => {
        if (next === undefined) kernel.timers.cancel(topic);
        else kernel.timers.set(topic, next);
      },
      report: (what, row) =>
        console.error(
          JSON.stringify({ event: `errand ${what}`, topic, tenant: tenantId, row: row.id, error: row.lastError }),
        ),
    });
  });

  async #deliver(
    rows: readonly { id: number; entity: string; body?: unknown }[],
  ): Promise<Map<number, string | undefined>> {
    const receivers = new Map<string, { ids: number[]; messages: Message[] }>();
    for (const row of rows) {
      // Written by this actor, by the type of this topic.
      const messages = this.#parts.toMessages(row.entity, row.body as Errand);
      if (messages.length === 0) continue;
      const there = receivers.get(row.entity) ?? { ids: [], messages: [] };
      there.ids.push(row.id);
      there.messages.push(...messages);
      receivers.set(row.entity, there);
    }
    const failures = new Map<number, string | undefined>();
    const hand = async (entity: string, { ids, messages }: { ids: number[]; messages: Message[] }) => {
      try {
        await this.#parts.send(entity, messages);
      } catch (error) {
        for (const id of ids) failures.set(id, nameOf(error));
      }
    };
    if (this.#parts.oneByOne === true)
      for (const [entity, theirs] of receivers) {
        await hand(entity, theirs);
        await othersFirst();
      }
    else await Promise.all([...receivers].map(([entity, theirs]) => hand(entity, theirs)));
    return failures;
  }
}
