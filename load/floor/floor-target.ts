/** The bare floor, as something to be measured. */
import * as z from "zod";
import type { Raised, Target } from "../light/round.ts";
import type { Floor } from "./start.ts";

const raised = z.object({ alarmId: z.string(), recipients: z.number() });
const stored = z.object({ receipts: z.number() });

export function floorTarget(floor: Floor): Target {
  let storedBefore = 0;
  return {
    name: "floor",
    pids: { server: floor.pid },
    prepareRaise: (round) => {
      const body = JSON.stringify({ title: `Load test ${round}`, message: "Assemble at the reception desk." });
      return async (): Promise<Raised> => {
        const response = await fetch(`${floor.url}/alarm`, { method: "POST", body });
        return raised.parse(await response.json());
      };
    },
    finish: async () => {},
    storedReceipts: async () => {
      const { receipts } = stored.parse(await (await fetch(`${floor.url}/stored`)).json());
      const ofThisAlarm = receipts - storedBefore;
      storedBefore = receipts;
      return ofThisAlarm;
    },
  };
}
