/** Who got one alarm, when, and how often. Times are those of `performance.now()`, in milliseconds. */
import { textFrame } from "./frame.ts";

export class Delivery {
  readonly alarmId: string;
  /** What every device answers with, encoded once. */
  readonly receipt: Buffer;
  received = 0;
  duplicates = 0;
  readonly #at: Float64Array;

  constructor(alarmId: string, devices: number) {
    this.alarmId = alarmId;
    this.receipt = textFrame({ type: "receipt", alarmId });
    this.#at = new Float64Array(devices);
  }

  record(device: number, at: number): void {
    if (this.#at[device] === 0) {
      this.#at[device] = at;
      this.received++;
    } else {
      this.duplicates++;
    }
  }

  /** Milliseconds from `since` to the receipt at each device that got it, ascending. */
  delays(since: number): Float64Array {
    return this.#at
      .filter((at) => at !== 0)
      .map((at) => at - since)
      .sort();
  }
}
