/** What `run-k6.ts` may be told. The parameters of a scenario travel as environment variables (load/k6/parameters.ts). */
import { parseArgs } from "node:util";
import * as z from "zod";

const SCENARIOS = ["alarm-fanout", "escalation-storm", "presence-churn", "chat-rooms"] as const;

export const USAGE = `Runs a k6 scenario against StandBy.

  npm run load -- alarm-fanout [options]
  npm run load:smoke                   300 sockets, 5 alarms, none missed

  --sockets 300                        in all, one a person
  --sites 1                            the people are spread over so many sites
  --alarms 5                           by webhook and by a user in turns
  --rate 30                            alarms a minute
  --connect-seconds <n>                time to open the sockets before the first alarm (5 s and 1 s for each 250 by itself)
  npm run load -- escalation-storm [options]
  --tenants 50                         organisations that all raise at the same moment, twice
  --people 10                          of each; half of them are called by the escalation step
  --step-seconds 5                     when that step is due, and when the second wave comes

  npm run load -- presence-churn [options]
  --sockets 300                        people of one site; some hundred of them come and go, up to five coordinators watch
  --alarms 5                           in quiet, and as many while people come and go, in turns
  --changes 10000                      of presence in a minute
  --assert                             fail also when a speed target is not met

  npm run load -- chat-rooms [options]
  --sockets 300                        people, in the room of all and in a group of ten each: two sockets a person
  --messages 300                       in all; every tenth to all
  --message-rate 600                   messages a minute

  --json results.json                  k6's own summary, for programs
  --limit 900                          seconds after which it ends, whatever happens

It starts its own installation, unless BASE_URL and OPERATOR_TOKEN name a running one (and SERVER_PID its workerd, to tell
its CPU). k6 is looked for in K6 and on the PATH. Ends with 99 when a threshold does not hold.`;

const positive = z.coerce.number().positive();
const options = z.object({
  sockets: positive.int(),
  sites: positive.int(),
  alarms: positive.int(),
  rate: positive.int(),
  "connect-seconds": positive.int().optional(),
  tenants: positive.int(),
  people: positive.int(),
  "step-seconds": positive.int(),
  changes: positive.int(),
  messages: positive.int(),
  "message-rate": positive.int(),
  assert: z.boolean(),
  json: z.string().optional(),
  limit: positive,
  help: z.boolean(),
});

export interface K6Run {
  readonly scenario: (typeof SCENARIOS)[number];
  readonly options: z.infer<typeof options>;
}

/** @throws Error that names what is wrong */
export function readK6Options(args: readonly string[]): K6Run {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sockets: { type: "string", default: "300" },
      sites: { type: "string", default: "1" },
      alarms: { type: "string", default: "5" },
      rate: { type: "string", default: "30" },
      "connect-seconds": { type: "string" },
      tenants: { type: "string", default: "50" },
      people: { type: "string", default: "10" },
      "step-seconds": { type: "string", default: "5" },
      changes: { type: "string", default: "10000" },
      messages: { type: "string", default: "300" },
      "message-rate": { type: "string", default: "600" },
      assert: { type: "boolean", default: false },
      json: { type: "string" },
      limit: { type: "string", default: "900" },
      help: { type: "boolean", default: false },
    },
  });
  const scenario = z
    .enum(SCENARIOS, `there is a scenario ${SCENARIOS.join(", ")}`)
    .safeParse(positionals[0] ?? SCENARIOS[0]);
  const read = options.safeParse(values);
  const issues = [...(scenario.error?.issues ?? []), ...(read.error?.issues ?? [])];
  if (!scenario.success || !read.success) {
    throw new Error(
      issues.map(({ path, message }) => `${path.length > 0 ? `--${path.join(".")} ` : ""}${message}`).join("\n"),
    );
  }
  return { scenario: scenario.data, options: read.data };
}
