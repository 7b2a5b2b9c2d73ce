import { providers as channelProviders } from "../../../actors/tenant/channels/setup.ts";
import type { History } from "./deeds.ts";
import { Driver } from "./driver.ts";
import { endOf } from "./ending.ts";
import { beginIds } from "./ids.ts";
import { Providers } from "./providers.ts";
import { arrived } from "./record-sink.ts";
import { beginning, makeWorld, type World } from "./world.ts";

const outside = new Providers();
channelProviders.of = () => outside.adapters;

/** How often what happened, over all histories of this run: what never happened was not proven. */
export const tally: Record<string, number> = {};
const count = (what: string, n: number): void => {
  tally[what] = (tally[what] ?? 0) + n;
};

const tallyUp = (driver: Driver): void => {
  const courses = [...driver.auditor.courses.values()];
  const sum = (of: (course: (typeof courses)[number]) => number) => courses.reduce((n, course) => n + of(course), 0);
  count("histories", 1);
  count("alarms", courses.length);
  count(
    "exercises",
    sum(({ kind }) => (kind === "actual" ? 0 : 1)),
  );
  count(
    "steps",
    sum(({ fired }) => fired.size),
  );
  count(
    "reopened",
    sum(({ reopened }) => reopened),
  );
  count(
    "again",
    sum(({ reAlarms }) => reAlarms),
  );
  count(
    "answers",
    sum(({ answers }) => answers.size),
  );
  count(
    "fills",
    sum((course) => (course.requirement.length > 0 && course.filled(driver.town) ? 1 : 0)),
  );
  count("kills", driver.kills.length);
  count("merged", driver.asked.filter(({ merged }) => merged).length);
  count("sends", outside.said.length);
  count(
    "outside",
    outside.said.filter(({ message }) => message.link === undefined && message.purpose === "alarm").length,
  );
  count(
    "told",
    driver.world.devices.reduce((n, { frames }) => n + frames.filter((one) => one.frame.type === "alarm").length, 0),
  );
};

const worlds = new Map<number, World>();

const worldOf = async (seed: number): Promise<World> => {
  const known = worlds.get(seed);
  if (known !== undefined) return known;
  const made = await makeWorld(seed);
  worlds.set(seed, made);
  return made;
};

/** Lives through one history and holds it against every promise. Throws the first that was broken. */
export const simulate = async (history: History): Promise<void> => {
  const world = await worldOf(history.world);
  const { machine, devices } = world;
  outside.reset();
  arrived.length = 0;
  for (const device of devices) device.reset();
  beginIds("h");
  machine.clock.now = beginning;
  const leave = machine.enter();
  const { error } = console;
  // Actors report what fails, and here much fails on purpose.
  console.error = () => undefined;
  try {
    const driver = new Driver(world, world.town.copy(), outside);
    for (const act of history.acts) await driver.act(act);
    await endOf(driver, outside);
    tallyUp(driver);
  } finally {
    console.error = error;
    // While its own clock is still in place: nothing of this history may go on in real time.
    machine.back();
    leave();
  }
};
