/** What `measure.ts` may be told. */
import { parseArgs } from "node:util";
import * as z from "zod";

export const SCENARIOS = ["one-site", "ten-sites", "connect"] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const USAGE = `Measures StandBy beside the bare floor: the same client, the same machine, rounds in turns.

  npm run load:floor   -- [options]    both servers
  npm run load:measure -- [options]    StandBy alone

  --servers standby,floor              which are measured
  --scenarios one-site,ten-sites,connect
  --sockets 9500                       in all; each server needs two descriptors a socket, the client one
  --rounds 10  --warm-up 2             alarms that count, and alarms before them that do not
  --connects 3                         how often the connect scenario opens all sockets
  --server-core 0  --client-core 1     processors of the servers and of the client (and sqld), with taskset
  --no-pin                             leave that to the scheduler
  --present                            each person says "present" first; otherwise presence is unknown, at the home site
  --json results.json                  everything measured, for programs
  --assert                             fail also when a speed target is not met
  --limit 1200                         seconds after which it ends, whatever happens

It starts its own installation, unless BASE_URL, OPERATOR_TOKEN, SERVER_PID (of workerd) and, if wanted, STORE_PID (of sqld)
name one that runs on this machine.`;

const list = (allowed: readonly string[]): z.ZodType<string[]> =>
  z.string().transform((text, context) => {
    const names = text.split(",").map((name) => name.trim());
    const wrong = names.filter((name) => !allowed.includes(name));
    if (wrong.length > 0)
      context.addIssue({ code: "custom", message: `knows ${allowed.join(", ")}, not ${wrong.join(", ")}` });
    return names;
  });
const count = z.coerce.number().int().min(1);

const options = z.object({
  servers: list(["standby", "floor"]),
  scenarios: list(SCENARIOS),
  sockets: count,
  rounds: count,
  "warm-up": z.coerce.number().int().min(0),
  connects: count,
  "server-core": z.coerce.number().int().min(0),
  "client-core": z.coerce.number().int().min(0),
  "no-pin": z.boolean(),
  present: z.boolean(),
  json: z.string().optional(),
  assert: z.boolean(),
  limit: count,
  help: z.boolean(),
});
export type MeasureOptions = z.infer<typeof options>;

/** @throws Error that names the option and what is wrong with it */
export function readOptions(args: readonly string[]): MeasureOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { type: "string", default: "standby,floor" },
      scenarios: { type: "string", default: SCENARIOS.join(",") },
      sockets: { type: "string", default: "9500" },
      rounds: { type: "string", default: "10" },
      "warm-up": { type: "string", default: "2" },
      connects: { type: "string", default: "3" },
      "server-core": { type: "string", default: "0" },
      "client-core": { type: "string", default: "1" },
      "no-pin": { type: "boolean", default: false },
      present: { type: "boolean", default: false },
      json: { type: "string" },
      assert: { type: "boolean", default: false },
      limit: { type: "string", default: "1200" },
      help: { type: "boolean", default: false },
    },
  });
  const read = options.safeParse(values);
  if (!read.success) {
    throw new Error(read.error.issues.map((issue) => `--${issue.path.join(".")} ${issue.message}`).join("\n"));
  }
  return read.data;
}
