import type { OwnPresence } from "../../../protocol/presence.ts";
import { Turns } from "../../kernel/turns.ts";
import type { Source } from "./presence.ts";

/** A report whose sender, site and zone were checked, and when it came (ms since 1970). */
export interface CheckedReport {
  userId: string;
  report: { zoneId?: string | undefined; present: boolean };
  source: Source;
  hook?: string | undefined;
  at: number;
  /** The person is present elsewhere since this came. */
  overtaken?: boolean;
}

interface Waiting {
  report: CheckedReport;
  resolve: (presence: OwnPresence) => void;
  reject: (error: unknown) => void;
}

/** Reports that come within this time of the last call to the tenant go together in the next, ms. */
export const gatherMs = 25;
/** Reports of one transaction and one call: their rows stay far below one SQLite value. */
const most = 500;

/**
 * Gathers reports of presence, so that many cost one transaction and one call to the tenant, and lets alarms go first: when is
 * kernel/giving-way.ts. One call at a time, so the tenant hears of them in order. What waits here was not answered: if this object
 * dies, the device says it again.
 */
export class Gatherer {
  #take: (reports: readonly CheckedReport[]) => Promise<OwnPresence[]>;
  #waiting: Waiting[] = [];
  #turns: Turns;

  /** @param take stores them, tells the tenant, and answers each, in order */
  constructor(take: (reports: readonly CheckedReport[]) => Promise<OwnPresence[]>, alarmGoesOut: () => boolean) {
    this.#take = take;
    this.#turns = new Turns({
      restMs: gatherMs,
      owed: () => this.#waiting.length > 0,
      take: () => this.#tell(),
      alarmGoesOut,
    });
  }

  /** @returns the answer, when the tenant has it; rejects when the tenant could not be told */
  add(report: CheckedReport): Promise<OwnPresence> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ report, resolve, reject });
      this.#turns.look();
    });
  }

  /** The person is present in another site since `at`: what was said here before holds no more. */
  overtake(userId: string, at: number): void {
    for (const { report } of this.#waiting) if (report.userId === userId && report.at <= at) report.overtaken = true;
  }

  async #tell(): Promise<void> {
    const group = this.#waiting.splice(0, most);
    try {
      const answers = await this.#take(group.map(({ report }) => report));
      for (const [i, { resolve, reject }] of group.entries()) {
        const answer = answers[i];
        if (answer === undefined) reject(new Error("a report got no answer"));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
