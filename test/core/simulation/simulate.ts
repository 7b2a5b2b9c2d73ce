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
  } finally {
    console.error = error;
    // While its own clock is still in place: nothing of this history may go on in real time.
    machine.back();
    leave();
  }
};
