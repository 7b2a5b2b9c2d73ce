import type { OwnPresence } from "../../../protocol/presence.ts";
import { gatherMs, giveWayMs, giveWayStepMs, nextForPresence } from "./giving-way.ts";
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

/** Reports of one transaction and one call: their rows stay far below one SQLite value. */
const most = 500;

/**
 * Gathers reports of presence, so that many cost one transaction and one call to the tenant, and lets alarms go first: when is
 * giving-way.ts. One call at a time, so the tenant hears of them in order. What waits here was not answered: if this object dies,
 * the device says it again.
 */
export class Gatherer {
  #take: (reports: readonly CheckedReport[]) => Promise<OwnPresence[]>;
  #alarmGoesOut: () => boolean;
  #waiting: Waiting[] = [];
  #telling = false;
  #resting = false;
  #givingWay = false;
  #gaveWayMs = 0;

  /** @param take stores them, tells the tenant, and answers each, in order */
  constructor(take: (reports: readonly CheckedReport[]) => Promise<OwnPresence[]>, alarmGoesOut: () => boolean) {
    this.#take = take;
    this.#alarmGoesOut = alarmGoesOut;
  }

  /** @returns the answer, when the tenant has it; rejects when the tenant could not be told */
  add(report: CheckedReport): Promise<OwnPresence> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ report, resolve, reject });
      this.#look();
    });
  }

  /** The person is present in another site since `at`: what was said here before holds no more. */
  overtake(userId: string, at: number): void {
    for (const { report } of this.#waiting) if (report.userId === userId && report.at <= at) report.overtaken = true;
  }

  #look(): void {
    if (this.#givingWay) return;
    const gathering = {
      waiting: this.#waiting.length,
      telling: this.#telling,
      resting: this.#resting,
      gaveWayMs: this.#gaveWayMs,
    };
    const next = nextForPresence(gathering, this.#alarmGoesOut());
    if (next === "take") void this.#tell();
    if (next !== "giveWay") return;
    this.#givingWay = true;
    setTimeout(() => {
      this.#givingWay = false;
      this.#gaveWayMs = Math.min(giveWayMs, this.#gaveWayMs + giveWayStepMs);
      this.#look();
    }, giveWayStepMs);
  }

  async #tell(): Promise<void> {
    const group = this.#waiting.splice(0, most);
    this.#telling = true;
    this.#resting = true;
    this.#gaveWayMs = 0;
    setTimeout(() => {
      this.#resting = false;
      this.#look();
    }, gatherMs);
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
    this.#telling = false;
    this.#look();
  }
}
