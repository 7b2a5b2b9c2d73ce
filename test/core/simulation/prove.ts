import fc from "fast-check";
import { expect } from "vitest";
import { type History, histories, type Plan } from "./deeds.ts";
import { simulate, tally } from "./simulate.ts";

/** Organisations that histories happen in. */
const worlds = 40;

/** Of both files together at least ten thousand (issue 4, Proof). */
const usualRuns = 5_000;

const everybody = { everyone: true, roles: [], sites: [], zones: [], users: [] };
const plan: Plan = {
  aim: everybody,
  conditions: undefined,
  requirement: [],
  whenFilled: undefined,
  steps: [],
  ladder: [],
  forgotten: { remindMinutes: 1, endMinutes: 3 },
  duress: false,
  silent: false,
};
const step = (facts: Partial<Plan["steps"][number]>): Plan["steps"][number] => ({
  afterSeconds: 0,
  when: "always",
  percent: 50,
  role: 0,
  action: "reAlarm",
  aim: everybody,
  conditions: undefined,
  who: "all",
  ...facts,
});
const connected = [0, 1, 2, 3].map((device) => ({ do: "connect", device, manner: "prompt" }) as const);
const raise = { do: "raise", by: 0, scenario: 0, kind: "actual", join: undefined } as const;

/** Histories that once broke a promise: they come first in each run. */
const broke: History[] = [
  // A step at 0 seconds waited for the next report.
  {
    world: 0,
    acts: [
      { do: "scenario", plan: { ...plan, aim: { ...everybody, everyone: false, users: [0] }, steps: [step({})] } },
      raise,
    ],
  },
  // A call of all that was overtaken by a call of fewer was not sent.
  {
    world: 3,
    acts: [
      ...connected,
      {
        do: "scenario",
        plan: { ...plan, steps: [step({ afterSeconds: 7 }), step({ afterSeconds: 7, who: "unanswered" })] },
      },
      raise,
      { do: "answer", device: 0, alarm: 0, response: "coming", etaMinutes: undefined },
      { do: "answer", device: 1, alarm: 0, response: "coming", etaMinutes: undefined },
      { do: "wait", ms: 35_000 },
    ],
  },
  // One place did not answer: the next alarm came to the others when it did.
  {
    world: 0,
    acts: [
      ...[0, 1, 2, 3, 4, 5, 6].map((device) => ({ do: "connect", device, manner: "prompt" }) as const),
      { do: "scenario", plan },
      { do: "wait", ms: 20_000 },
      { do: "cut", object: 1, ms: 45_000, silent: true },
      raise,
      { do: "wait", ms: 1_000 },
      raise,
      { do: "wait", ms: 35_000 },
    ],
  },
  // Called again by hand while the timer of a step was late: the step was forgotten.
  {
    world: 1,
    acts: [
      { do: "scenario", plan: { ...plan, steps: [step({ afterSeconds: 7, action: "everyone" })] } },
      raise,
      { do: "wait", ms: 4_000 },
      { do: "kill" },
      { do: "wait", ms: 2_990 },
      { do: "reAlarm", alarm: 0, who: "all", killedAfter: 60 },
    ],
  },
];

const number = (name: "FC_SEED" | "FC_RUNS"): number | undefined => {
  const text = process.env[name];
  return text === undefined || text === "" ? undefined : Number(text);
};

/** What must have happened in a run, or it has proven nothing. */
const lived = [
  "alarms",
  "steps",
  "sends",
  "kills",
  "reopened",
  "again",
  "fills",
  "exercises",
  "merged",
  "outside",
  "told",
];

/**
 * Lives through thousands of histories. `FC_SEED` repeats a run, `FC_RUNS` makes it longer or shorter.
 *
 * @param part which of the files this is: each has seeds of its own
 */
export const prove = async (part: number): Promise<void> => {
  const base = number("FC_SEED") ?? Date.now() % 1_000_000_000;
  const seed = base + part;
  const numRuns = number("FC_RUNS") ?? usualRuns;
  console.log(`histories of part ${part}: ${numRuns}, FC_SEED=${base}`);
  const examples = broke.map((history): [History] => [history]);
  await fc.assert(fc.asyncProperty(histories(worlds), simulate), { seed, numRuns, examples });
  console.log(JSON.stringify(tally));
  if (numRuns >= 1_000) for (const what of lived) expect(tally[what], what).toBeGreaterThan(numRuns / 100);
};
