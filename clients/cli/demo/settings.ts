import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";

export const usage = `npm run demo -- [options]

Fills the demo tenant and simulates its people until Ctrl-C. What is there already is left as it is.

  --alarms          raise an exercise now and then, and end it again
  --data <folder>   the data folder of the running \`npm start\` (STANDBY_DATA, or .standby)
  --url <address>   of a StandBy elsewhere (DEMO_URL); then also:
  --tenant <slug>   DEMO_TENANT
  --username <name> of an administrator (DEMO_USERNAME)
  DEMO_PASSWORD     the password, as an environment variable only: others can read command lines
`;

/** Something that whoever started the demo can put right. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

export interface DemoSettings {
  url: string;
  tenant: string;
  username: string;
  password: string;
  alarms: boolean;
  /** Where the demo keeps the tokens of its devices. */
  dataFolder: string;
}

/** What `npm start` leaves in its data folder (workers/self-hosted/data-lock.ts and demo-tenant.ts). */
const Running = z.object({ url: z.url() });
const LogIn = z.object({ tenant: z.string(), username: z.string(), password: z.string(), done: z.boolean() });

/**
 * @returns "help" when that was asked for
 * @throws Unusable with the reason
 */
export function readSettings(args: string[], environment: NodeJS.ProcessEnv): DemoSettings | "help" {
  const given = options(args);
  if (given.help) return "help";
  const dataFolder = resolve(given.data ?? environment.STANDBY_DATA ?? ".standby");
  const url = given.url ?? environment.DEMO_URL;
  const common = { alarms: given.alarms, dataFolder };
  if (url === undefined) {
    const running = readJson(join(dataFolder, "running.json"), Running);
    const { tenant, username, password, done } = readJson(join(dataFolder, "demo.json"), LogIn);
    if (!done) throw new Unusable("The demo tenant is not complete: start StandBy again.");
    return { ...common, url: running.url, tenant, username, password };
  }
  const tenant = given.tenant ?? environment.DEMO_TENANT;
  const username = given.username ?? environment.DEMO_USERNAME;
  const password = environment.DEMO_PASSWORD;
  if (tenant === undefined || username === undefined || password === undefined)
    throw new Unusable(`With an address of your own, the tenant, user name and password are needed too.\n\n${usage}`);
  if (!statSync(dataFolder, { throwIfNoEntry: false })?.isDirectory())
    throw new Unusable(`There is no folder ${dataFolder} to keep the devices' tokens in. Name one with --data.`);
  return { ...common, url: url.replace(/\/+$/, ""), tenant, username, password };
}

function options(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args,
      options: { alarms: flag, help: flag, data: text, url: text, tenant: text, username: text },
    }).values;
  } catch (thrown) {
    throw new Unusable(`${(thrown as Error).message}\n\n${usage}`);
  }
}

function readJson<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new Unusable(
      `${path} cannot be read. Run \`npm start\` first (without STANDBY_DEMO=off) and leave it running; ` +
        "--data says where its data folder is.",
    );
  }
}
