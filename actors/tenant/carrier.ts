import { again } from "../kernel/again.ts";
import { type Drain, drain, fail, type OutboxRow, unanswered } from "../kernel/drain.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { othersFirst } from "../kernel/others-first.ts";
import { nameOf } from "../kernel/timers.ts";

/** Rows of one round; one call a receiver carries all of that receiver's. */
const batch = 1_000;

/** Fails this often at once before it no longer holds up what comes after it for the same receiver. */
const attempts = 8;

/** A receiver that has not answered after this is waited for by itself, ms: an alarm for one site must not wait for another. */
const patienceMs = 250;

/** One that has not answered after this counts as failed and is tried anew, ms. It may still have taken it: twice is harmless. */
const longestMs = 30_000;

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

/** What one receiver is handed in one call. */
interface Parcel<Message> {
  entity: string;
  rows: OutboxRow[];
  messages: Message[];
}

/** Takes messages to other actors: in order for each receiver, until each has stored its own. */
export class Carrier<Errand, Message> {
  #parts: CarrierParts<Errand, Message>;
  #work: Drain;
  /** Receivers that have not answered for some time. */
  #awaited = new Set<string>();

  constructor(parts: CarrierParts<Errand, Message>) {
    this.#parts = parts;
    const { kernel, topic, tenantId, parkedRetryMs } = parts;
    this.#work = {
      store: kernel.outbox.store(topic),
      now: Date.now,
      batch,
      attempts,
      ...(parkedRetryMs === undefined ? {} : { parkedRetryMs }),
      deliver: (rows) => this.#deliver(rows),
      isHeld: (entity) => this.#awaited.has(entity),
      rest: (next) => {
        if (next === undefined) kernel.timers.cancel(topic);
        else kernel.timers.set(topic, next);
      },
      report: (what, row) =>
        console.error(
          JSON.stringify({ event: `errand ${what}`, topic, tenant: tenantId, row: row.id, error: row.lastError }),
        ),
    };
  }

  /** Runs until nothing is ready. Called after each commit that added a row, and by the timer of the topic's name. */
  run(): Promise<void> {
    return this.#rounds();
  }

  #rounds = again(() => drain(this.#work));

  async #deliver(rows: readonly OutboxRow[]): Promise<Map<number, string | typeof unanswered | undefined>> {
    const results = new Map<number, string | typeof unanswered | undefined>();
    const hand = async (parcel: Parcel<Message>) => {
      const result = await this.#hand(parcel);
      for (const { id } of parcel.rows) results.set(id, result);
    };
    const parcels = this.#parcels(rows);
    if (this.#parts.oneByOne === true)
      for (const parcel of parcels) {
        await hand(parcel);
        await othersFirst();
      }
    else await Promise.all(parcels.map(hand));
    return results;
  }

  #parcels(rows: readonly OutboxRow[]): Parcel<Message>[] {
    const parcels = new Map<string, Parcel<Message>>();
    for (const row of rows) {
      // Written by this actor, by the type of this topic.
      const messages = this.#parts.toMessages(row.entity, row.body as Errand);
      if (messages.length === 0) continue;
      const parcel = parcels.get(row.entity) ?? { entity: row.entity, rows: [], messages: [] };
      parcel.rows.push(row);
      parcel.messages.push(...messages);
      parcels.set(row.entity, parcel);
    }
    return [...parcels.values()];
  }

  /** @returns why it failed; undefined when it was taken */
  #hand(parcel: Parcel<Message>): Promise<string | typeof unanswered | undefined> {
    const answer = this.#send(parcel);
    return Promise.race([answer, after(patienceMs, unanswered, answer)]).then((first) => {
      if (first === unanswered)
        // What it does not come to is left to the timer of the topic, which stays set for as long as there are rows (I11).
        void this.#await(parcel, answer).catch((error: unknown) =>
          console.error(JSON.stringify({ event: "errand left", topic: this.#parts.topic, error: nameOf(error) })),
        );
      return first;
    });
  }

  async #send({ entity, messages }: Parcel<Message>): Promise<string | undefined> {
    try {
      await this.#parts.send(entity, messages);
      return undefined;
    } catch (error) {
      return nameOf(error);
    }
  }

  /** Nobody else waits for it any more. Its rows stay as they are until it has answered, and later ones of its behind them. */
  async #await({ entity, rows }: Parcel<Message>, answer: Promise<string | undefined>): Promise<void> {
    this.#awaited.add(entity);
    try {
      const late = await Promise.race([answer, after(longestMs, "no answer", answer)]);
      if (late === undefined) this.#work.store.remove(rows.map(({ id }) => id));
      else for (const row of rows) fail(this.#work, row, late);
    } finally {
      this.#awaited.delete(entity);
    }
    await this.run();
  }
}

/** Resolves after so long, unless `other` comes first: then never, and without a timer that is left. */
const after = <T>(ms: number, value: T, other: Promise<unknown>): Promise<T> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(value), ms);
    void other.then(() => clearTimeout(timer));
  });
