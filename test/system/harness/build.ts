import { resolve } from "node:path";
import { build } from "../../../workers/self-hosted/bundle.ts";

/** The project under test. */
export const projectFolder = resolve(import.meta.dirname, "../../..");

/** Builds the bundle and the page once, before any test file starts its own installation from them. */
export default async function setup(): Promise<void> {
  await build(projectFolder, (line) => process.stderr.write(`${line}\n`));
}
