import { giveWayMs, giveWayStepMs, nextTurn } from "./giving-way.ts";
import { nameOf } from "./timers.ts";

export interface TurnParts {
  /** From the beginning of one turn to that of the next, at least, ms. */
  restMs: number;
  /** Whether anything waits. */
  owed: () => boolean;
  /** Takes all that waits, or as much as one turn may have. */
  take: () => Promise<void> | void;
  /** Whether an alarm is on its way: this waits for it. */
  alarmGoesOut: () => boolean;
}

/** One kind of work in turns, one at a time and never more often than it may: when is giving-way.ts. */
export class Turns {
  #parts: TurnParts;
  #underWay = false;
  #resting = false;
  #givingWay = false;
  #gaveWayMs = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Something waits: it is taken now, if it is its turn. */
  look(): void {
    if (this.#givingWay) return;
    const waiting = {
      owed: this.#parts.owed(),
      underWay: this.#underWay,
      resting: this.#resting,
      gaveWayMs: this.#gaveWayMs,
    };
    const next = nextTurn(waiting, this.#parts.alarmGoesOut());
    if (next === "take") void this.#take();
    if (next !== "giveWay") return;
    this.#givingWay = true;
    setTimeout(() => {
      this.#givingWay = false;
      this.#gaveWayMs = Math.min(giveWayMs, this.#gaveWayMs + giveWayStepMs);
      this.look();
    }, giveWayStepMs);
  }

  /** Something waits: whoever made it so is answered first. */
  lookSoon(): void {
    if (this.#resting || this.#givingWay || this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.look();
    }, 0);
  }

  async #take(): Promise<void> {
    this.#underWay = true;
    this.#resting = true;
    this.#gaveWayMs = 0;
    setTimeout(() => {
      this.#resting = false;
      this.look();
    }, this.#parts.restMs);
    try {
      await this.#parts.take();
    } catch (error) {
      console.error(JSON.stringify({ event: "turn failed", error: nameOf(error) }));
    }
    this.#underWay = false;
    this.look();
  }
}
