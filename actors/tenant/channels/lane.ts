import { limits } from "../../../protocol/limits.ts";
import type { Channel } from "../../../protocol/terms.ts";
import { nameOf } from "../../kernel/timers.ts";
import type { Desk } from "../desk.ts";
import type { ChannelAdapter, SendResult } from "./channel.ts";
import type { Composed, Composer } from "./compose.ts";
import { cancel, type Send, settle, type TryResult, take, tryMs } from "./send.ts";

/** One send in hand: committed as `sending`, on its way. */
interface Taken {
  send: Send;
  messages: Composed["messages"];
}

interface Settled {
  sendId: string;
  attempt: number;
  result: TryResult;
  /** Browsers that are gone for good. */
  gone: { sessionId: string; endpoint: string }[];
}

export interface LaneWork {
  desk: Desk;
  composer: Composer;
  adapter: ChannelAdapter;
  /** One transaction, then what follows from it. */
  commit: <T>(change: (now: number) => T) => T;
}

/** A provider that asks for patience is left alone for at most this long, ms. */
const longestPauseMs = 30_000;

/**
 * One channel's sends on their way: as many at once and a second as its provider takes. Each channel has a lane of its own, so a
 * slow or failing provider holds up nobody else's. Results are gathered for a moment and written together.
 *
 * Crash windows: before the commit that takes a send, nothing left. Between it and the result's commit the send may have left;
 * its row is `sending` and becomes due again (send.ts). Nothing leaves before that commit is durable: the platform holds back
 * what goes out while a write is not confirmed.
 */
export class Lane {
  #channel: Channel;
  #work: LaneWork;
  #onTheWay = 0;
  #settled: Settled[] = [];
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #again = false;
  #wake: (() => void) | undefined;
  #budget: number;
  #budgetAt = 0;
  #pausedUntil = 0;

  constructor(work: LaneWork) {
    this.#channel = work.adapter.channel;
    this.#work = work;
    this.#budget = work.adapter.perSecond;
  }

  /** Runs until nothing is due and nothing is on its way. Called again while it runs, it looks once more. */
  run(): Promise<void> {
    this.#again = true;
    this.#wake?.();
    if (!this.#isRunning) this.#running = this.#loop();
    return this.#running;
  }

  async #loop(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#again || this.#onTheWay > 0 || this.#settled.length > 0) {
        this.#again = false;
        if (this.#settled.length > 0) this.#write();
        const wait = this.#start();
        // Something to send is left and its turn comes within a second: it is waited for here, not by the timer.
        if (wait !== undefined) this.#again = true;
        if (this.#onTheWay > 0 || wait !== undefined) await this.#woken(wait);
      }
    } finally {
      // In the turn that saw that nothing is left: whoever runs it in any later one must find that it rests.
      this.#isRunning = false;
    }
  }

  /** Waits for a result, for more to do, or for the next turn. Then a moment more, so that results are written together. */
  async #woken(ms: number | undefined): Promise<void> {
    if (this.#settled.length === 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (ms !== undefined) timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    if (this.#onTheWay > 0 && this.#settled.length > 0)
      await new Promise((resolve) => setTimeout(resolve, limits.receiptBatchMs));
  }

  /** Takes what may go now and sets it going. @returns ms until more may go, when that is soon */
  #start(): number | undefined {
    const now = Date.now();
    if (this.#pausedUntil > now) return Math.min(1_000, this.#pausedUntil - now);
    this.#refill(now);
    const free = Math.min(this.#work.adapter.atOnce - this.#onTheWay, Math.floor(this.#budget));
    if (free > 0) {
      const { taken, more } = this.#work.commit((at) => this.#take(at, free));
      this.#budget -= taken.length;
      for (const one of taken) void this.#go(one);
      if (!more) return undefined;
    } else if (!this.#hasDue(now)) return undefined;
    // All places taken: a result wakes this lane. No turns left this second: the next one comes soon.
    return this.#onTheWay >= this.#work.adapter.atOnce ? undefined : Math.ceil(1_000 / this.#work.adapter.perSecond);
  }

  #hasDue(now: number): boolean {
    return this.#work.desk.sends.due(this.#channel, now, 1).length > 0;
  }

  #refill(now: number): void {
    const { perSecond } = this.#work.adapter;
    const gained = ((now - this.#budgetAt) / 1_000) * perSecond;
    this.#budget = Math.min(Math.max(1, perSecond), this.#budget + gained);
    this.#budgetAt = now;
  }

  /** In one transaction: the sends that are due, each `sending` from now on, with what is to be said. */
  #take(now: number, limit: number): { taken: Taken[]; more: boolean } {
    const { desk, composer } = this.#work;
    const due = desk.sends.due(this.#channel, now, limit);
    const taken: Taken[] = [];
    const changes = due.map((before) => {
      const after = take(before, now);
      if (after.state !== "sending") return { before, after };
      const composed = composer.compose(after, now);
      if ("cancelled" in composed) return { before, after: cancel({ ...after, state: "waiting" }, now) };
      if ("failed" in composed)
        return {
          before,
          after: settle(after, after.attempts, { ok: false, retry: false, reason: composed.failed }, now),
        };
      taken.push({ send: after, messages: composed.messages });
      return { before, after };
    });
    desk.sends.save(changes, now);
    desk.sends.keepTimer(now);
    return { taken, more: due.length > 0 };
  }

  async #go({ send, messages }: Taken): Promise<void> {
    this.#onTheWay += 1;
    const results = await Promise.all(
      messages.map(async ({ message, sessionId }) => ({
        sessionId,
        to: message.to,
        result: await this.#try(message),
      })),
    );
    this.#settled.push({ sendId: send.sendId, attempt: send.attempts, ...together(results) });
    this.#onTheWay -= 1;
    this.#wake?.();
  }

  /** Adapters do not throw; should one, its channel must not stand still. */
  async #try(message: Taken["messages"][number]["message"]): Promise<SendResult> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), tryMs);
    try {
      const late = new Promise<SendResult>((resolve) =>
        limit.signal.addEventListener("abort", () => resolve({ ok: false, retry: true, reason: "timeout" })),
      );
      return await Promise.race([this.#work.adapter.send(message, limit.signal), late]);
    } catch (error) {
      console.error(JSON.stringify({ event: "channel", channel: this.#channel, error: nameOf(error) }));
      return { ok: false, retry: true, reason: "error" };
    } finally {
      clearTimeout(timer);
    }
  }

  /** In one transaction: what became of the tries that have ended. */
  #write(): void {
    const settled = this.#settled.splice(0);
    const { desk, commit } = this.#work;
    commit((now) => {
      const changes = settled.flatMap(({ sendId, attempt, result, gone }) => {
        for (const { sessionId, endpoint } of gone) desk.addresses.unsubscribe(sessionId, endpoint);
        const before = desk.sends.find(sendId);
        return before === undefined ? [] : [{ before, after: settle(before, attempt, result, now) }];
      });
      desk.sends.save(changes, now);
      desk.sends.keepTimer(now);
    });
    // What the provider asks of us it asks for all that goes to it. Push services are many.
    const patience = Math.max(0, ...settled.map(({ result }) => (result.ok ? 0 : (result.afterMs ?? 0))));
    if (patience > 0 && this.#channel !== "push") this.#pausedUntil = Date.now() + Math.min(longestPauseMs, patience);
  }
}

/** The results at all browsers of a person as one: those that have it are spared by the next try. */
const together = (
  results: readonly {
    sessionId: string | undefined;
    to: Taken["messages"][number]["message"]["to"];
    result: SendResult;
  }[],
): Pick<Settled, "result" | "gone"> => {
  const gone = results.flatMap(({ sessionId, to, result }) =>
    !result.ok && result.gone && sessionId !== undefined && to.type === "push"
      ? [{ sessionId, endpoint: to.endpoint }]
      : [],
  );
  const reached = results.flatMap(({ sessionId, result }) => (result.ok && sessionId !== undefined ? [sessionId] : []));
  const failures = results.flatMap(({ result }) => (result.ok ? [] : [result]));
  // One that may yet succeed decides: it is tried again for that one. Else one that has it, else the first failure.
  const failure =
    failures.find(({ retry }) => retry) ?? (results.some(({ result }) => result.ok) ? undefined : failures[0]);
  const result: SendResult = failure ?? { ok: true };
  return { result: { ...result, ...(reached.length > 0 ? { reached } : {}) }, gone };
};
