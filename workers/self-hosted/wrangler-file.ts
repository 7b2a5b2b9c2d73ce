import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import * as z from "zod";
import { Failure, reasonOf } from "./failure.ts";

const objectBinding = z.strictObject({ name: z.string(), class_name: z.string() });

/**
 * What of wrangler.toml has a counterpart on one machine. The schema is strict on purpose: a binding or an option that is
 * added there and that `workerd-config.ts` does not know would work on Cloudflare and be absent here, so it is refused.
 */
const wranglerFile = z.strictObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  vars: z.record(z.string(), z.json()).default({}),
  assets: z.strictObject({ directory: z.string(), binding: z.string(), run_worker_first: z.literal(true) }),
  durable_objects: z.strictObject({ bindings: z.array(objectBinding) }),
  // Objects are kept under their class's name, so a rename needs thought about existing data before it is let in here.
  migrations: z.array(z.strictObject({ tag: z.string(), new_sqlite_classes: z.array(z.string()) })),
  // Nothing on one machine answers to these: they say how the bundle is made, or belong to the Cloudflare account.
  rules: z.unknown().optional(),
  minify: z.unknown().optional(),
  upload_source_maps: z.unknown().optional(),
  observability: z.unknown().optional(),
  account_id: z.unknown().optional(),
  routes: z.unknown().optional(),
  workers_dev: z.unknown().optional(),
  preview_urls: z.unknown().optional(),
  limits: z.unknown().optional(),
  placement: z.unknown().optional(),
});

export type WranglerFile = z.infer<typeof wranglerFile>;

/**
 * Reads wrangler.toml, the one description of the Worker.
 * @throws Failure that names what is missing, or what has no counterpart on one machine yet.
 */
export function readWranglerFile(path: string): WranglerFile {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    throw new Failure(`${path} cannot be read: ${reasonOf(thrown)}`);
  }
  const parsed = wranglerFile.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const where = issue.path.join(".") || "top level";
    return issue.code === "unrecognized_keys"
      ? `  ${where}: workers/self-hosted does not know ${issue.keys.join(", ")} yet`
      : `  ${where}: ${issue.message}`;
  });
  throw new Failure(`${path} does not fit workerd on one machine:\n${problems.join("\n")}`);
}
