// What `npm start` runs first. Plain JavaScript without imports from packages, because it has to run on the Node that the
// machine happens to have and before `npm ci`, so that a newcomer reads one clear sentence and no stack trace.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";

// Node 24 runs TypeScript as it is. With Node 20 or 22 on the machine, `npm ci` brings a Node 24 for the commonest
// platforms (the optional packages node-*), and npm puts that one first on the PATH of its scripts.
const NEEDED_NODE = 24;
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

const root = resolve(import.meta.dirname ?? ".", "../..");
const platform = `${process.platform}-${process.arch}`;
const major = Number(process.versions.node.split(".")[0]);

/** @param {string} message */
function refuse(message) {
  process.stderr.write(`StandBy cannot start: ${message}\n`);
  process.exit(1);
}

if (!PLATFORMS.includes(platform)) {
  const hint = process.platform === "win32" ? " On Windows, run it inside WSL 2." : "";
  refuse(`there is no workerd and sqld for ${platform}; it runs on ${PLATFORMS.join(", ")}.${hint}`);
}
if (!existsSync(join(root, "node_modules", "zod"))) {
  refuse("its packages are not installed. Run `npm ci` in the project's folder, then `npm start` again.");
}
if (major < NEEDED_NODE) {
  refuse(
    `it needs Node ${NEEDED_NODE} or newer and runs on Node ${process.versions.node}. \`npm ci\` installs a Node ${NEEDED_NODE} ` +
      "beside it on Linux and on Intel Macs (not with --omit=optional), which `npm start` then uses; " +
      `elsewhere install Node ${NEEDED_NODE} from https://nodejs.org.`,
  );
}
await import("./start.ts");
