import { Channel } from "../../../protocol/terms.ts";
import type { Desk } from "../desk.ts";
import { Composer } from "./compose.ts";
import { Lane, type LaneWork } from "./lane.ts";
import { LinkTokens } from "./link-token.ts";
import { settle, take } from "./send.ts";
import type { ChannelSetup } from "./setup.ts";

/** Rows of one transaction that gives up what has no provider any more. */
const batch = 500;

/** Sends what is due on every channel side by side: after each commit that wrote down something to send, and by `sends:run`. */
export class Sender {
  #desk: Desk;
  #commit: LaneWork["commit"];
  #lanes: Lane[];
  #without: Channel[];

  constructor(desk: Desk, setup: ChannelSetup, commit: LaneWork["commit"]) {
    this.#desk = desk;
    this.#commit = commit;
    const composer = new Composer(desk, new LinkTokens(setup.pepper, setup.tenantId), setup.publicUrl);
    this.#lanes = Object.values(setup.adapters).map((adapter) => new Lane({ desk, composer, adapter, commit }));
    this.#without = Channel.options.filter((channel) => setup.adapters[channel] === undefined);
  }

  /** Runs until nothing is due. Never throws for one lane's failure: the timer tries again. */
  async run(): Promise<void> {
    for (const channel of this.#without) this.#giveUp(channel);
    await Promise.allSettled(this.#lanes.map((lane) => lane.run()));
  }

  /** What was written down before the operator took the provider away: nobody will send it, and it must say so (I2). */
  #giveUp(channel: Channel): void {
    while (this.#desk.sends.due(channel, Date.now(), 1).length > 0)
      this.#commit((now) => {
        const changes = this.#desk.sends.due(channel, now, batch).map((before) => {
          const taken = take(before, now);
          const result = { ok: false, retry: false, reason: "noProvider" } as const;
          return { before, after: settle(taken, taken.attempts, result, now) };
        });
        this.#desk.sends.save(changes, now);
        this.#desk.sends.keepTimer(now);
      });
  }
}
