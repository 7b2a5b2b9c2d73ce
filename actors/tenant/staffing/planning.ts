import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { NewSimulation, StaffingForecast, StaffingSimulation } from "../../../protocol/staffing.ts";
import type { Desk } from "../desk.ts";
import type { Operation } from "../operations/operation.ts";
import { clockOf, expectedFacts } from "./facts.ts";
import { type ForecastWish, forecast, hourMs } from "./forecast.ts";
import { paced } from "./paced.ts";
import { beginSampling } from "./sampling.ts";
import { bySite, type SimulationWish, simulate } from "./simulation.ts";

const dayHours = 24;
const usualDays = 7;

/** Forecasts and simulations that wait for each other; more are asked to come again (T21). */
const mostWaiting = 8;

const hourOf = (at: number): number => Math.floor(at / hourMs) * hourMs;

/** May this person ask, and is there such a scenario? The work itself is no transaction: it takes turns with alarms. */
export const simulateStaffing: Operation<"simulateStaffing"> = (desk, _who, { body }, now) => {
  const { scenarioId, from } = body;
  const scenario = desk.directory.scenarios.get(scenarioId);
  const at = from === undefined ? now : Date.parse(from);
  const errors = [
    ...(scenario === undefined ? [{ path: "scenarioId", message: "does not exist" }] : []),
    ...(scenario !== undefined && (scenario.requirement ?? []).length === 0
      ? [{ path: "scenarioId", message: "asks for nobody: it has no requirement" }]
      : []),
    ...(at < hourOf(now) ? [{ path: "from", message: "is over" }] : []),
    ...(at > now + limits.forecastDays * dayHours * hourMs ? [{ path: "from", message: "is too far away" }] : []),
  ];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  beginSampling(desk, now);
  return done(null);
};

/** What a forecast is made of. The lists are copies: the tenant goes on while it is made. */
export const forecastWish = (desk: Desk, days: number | undefined, now: number): ForecastWish => {
  const from = hourOf(now);
  return {
    rules: [...desk.staffing.rules.values()].filter(({ enabled }) => enabled),
    members: [...desk.directory.people.values()],
    facts: expectedFacts(desk, from),
    usual: desk.staffing.usual,
    clockOf: (siteId) => clockOf(desk, siteId),
    from,
    hours: (days ?? usualDays) * dayHours,
  };
};

const simulationWish = (desk: Desk, wish: NewSimulation, now: number): SimulationWish | undefined => {
  const scenario = desk.directory.scenarios.get(wish.scenarioId);
  if (scenario === undefined) return undefined;
  const { zones } = desk.directory;
  const from = hourOf(wish.from === undefined ? now : Date.parse(wish.from));
  return {
    scenarioId: wish.scenarioId,
    targets: bySite(scenario.targets, (zoneId) => zones.get(zoneId)?.siteId),
    conditions: scenario.conditions,
    requirement: scenario.requirement ?? [],
    members: [...desk.directory.people.values()],
    facts: expectedFacts(desk, from),
    usual: desk.staffing.usual,
    clockOf: (siteId) => clockOf(desk, siteId),
    from,
    hours: (wish.days ?? usualDays) * dayHours,
  };
};

/**
 * Makes forecasts and simulations beside everything else of the tenant: a slice of a few milliseconds at a time (paced.ts), and one
 * after the other, so that many who ask take no more of the thread than one.
 */
export class Planner {
  #desk: Desk;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #made: { days: number | undefined; from: number; generation: number; forecast: StaffingForecast } | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The same for everybody: asked again while nothing has changed, it is not made again. */
  forecast(days: number | undefined): Promise<Outcome<StaffingForecast>> {
    return this.#inTurn(async () => {
      const { generation } = this.#desk.staffing;
      const now = Date.now();
      const made = this.#made;
      if (made !== undefined && made.days === days && made.from === hourOf(now) && made.generation === generation)
        return done(made.forecast);
      const fresh = await paced(forecast(forecastWish(this.#desk, days, now)));
      this.#made = { days, from: hourOf(now), generation, forecast: fresh };
      return done(fresh);
    });
  }

  simulate(wish: NewSimulation): Promise<Outcome<StaffingSimulation>> {
    return this.#inTurn(async () => {
      const made = simulationWish(this.#desk, wish, Date.now());
      return made === undefined ? refuse("not_found") : done(await paced(simulate(made)));
    });
  }

  async #inTurn<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.#waiting >= mostWaiting) return refuse("unavailable");
    this.#waiting += 1;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
