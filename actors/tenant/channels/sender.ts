import type { Desk } from "../desk.ts";
import { Composer } from "./compose.ts";
import { Lane, type LaneWork } from "./lane.ts";
import { LinkTokens } from "./link-token.ts";
import type { ChannelSetup } from "./setup.ts";

/** Sends what is due on every channel side by side: after each commit that wrote down something to send, and by `sends:run`. */
export class Sender {
  #lanes: Lane[];

  constructor(desk: Desk, setup: ChannelSetup, commit: LaneWork["commit"]) {
    const composer = new Composer(desk, new LinkTokens(setup.pepper, setup.tenantId), setup.publicUrl);
    this.#lanes = Object.values(setup.adapters).map((adapter) => new Lane({ desk, composer, adapter, commit }));
  }

  /** Runs until nothing is due. Never throws for one lane's failure: the timer tries again. */
  async run(): Promise<void> {
    await Promise.allSettled(this.#lanes.map((lane) => lane.run()));
  }
}
