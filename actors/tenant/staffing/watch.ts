import { restsBehind } from "../../kernel/giving-way.ts";
import type { Desk } from "../desk.ts";
import { checkStaffing, checkTimer } from "./checking.ts";
import { countPresent } from "./counting.ts";
import { presentFacts } from "./facts.ts";
import { postsOf } from "./level.ts";
import { paced } from "./paced.ts";

/** The rules are looked at once a second at most, however many people come and go. ms. */
const leastMs = 1_000;

/**
 * Looks at the staffing rules after everything that may change who counts. Never inside the operation that changed it: it counts
 * in slices between which alarms are taken and, up to a limit, sent out; only what it found is written in a transaction. It carries nothing that is not
 * stored: should this object die, the timer `staffing:check` looks again.
 */
export class StaffingWatch {
  #desk: Desk;
  #commit: (change: (now: number) => void) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #lastAt = 0;

  constructor(desk: Desk, commit: (change: (now: number) => void) => void) {
    this.#desk = desk;
    this.#commit = commit;
  }

  /** Call it after each commit, before what has changed is forgotten. */
  afterCommit(): void {
    const { staffing, changes } = this.#desk;
    if (changes.sites.size > 0) staffing.stir();
    if (!staffing.takeStirred() || staffing.rules.size === 0 || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#lastAt + leastMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.run();
    }, wait);
  }

  /** Looks at all rules now. One at a time: what changes meanwhile has its own turn. */
  async run(): Promise<void> {
    if (this.#running) return this.#desk.staffing.stir();
    this.#running = true;
    try {
      this.#lastAt = Date.now();
      const { generation } = this.#desk.staffing;
      const rest = restsBehind(() => this.#desk.alarmGoesOut());
      await rest();
      const posts = postsOf(this.#desk);
      const people = [...this.#desk.directory.people.values()];
      const counts = await paced(countPresent(people, posts, presentFacts(this.#desk, Date.now())), rest);
      this.#commit((now) => checkStaffing(this.#desk, counts, now));
      this.#desk.staffing.latest = { at: this.#lastAt, generation, posts, counts };
    } catch (error) {
      // The next look comes by the timer in any case (I11).
      console.error(JSON.stringify({ event: "staffing", error: error instanceof Error ? error.name : typeof error }));
      this.#desk.kernel.timers.setIfSooner(checkTimer, Date.now() + 10_000);
    } finally {
      this.#running = false;
    }
  }
}
