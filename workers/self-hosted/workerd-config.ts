import { basename, extname, join, relative } from "node:path";
import type { WranglerFile } from "./wrangler-file.ts";

/** The binding through which the Worker reaches libSQL, and through nothing else. It exists on one machine only. */
export const HISTORY_BINDING = "HISTORY_NET";
/** The bindings to hosts of the operator's own network, when any are named; the Worker keeps each to its own. */
const CHANNEL_BINDING = "CHANNEL_NET";
const CALENDAR_BINDING = "CALENDAR_NET";

/** Files that wrangler adds to a bundle and how workerd calls them; its source maps and README are no modules. */
const MODULE_KINDS: Record<string, "esModule" | "wasm" | "text" | "data"> = {
  ".js": "esModule",
  ".mjs": "esModule",
  ".wasm": "wasm",
  ".txt": "text",
  ".html": "text",
  ".sql": "text",
  ".bin": "data",
};

export interface WorkerdConfigInput {
  wrangler: WranglerFile;
  /** The folder in which the configuration will be kept: workerd embeds files by their path from there. */
  configFolder: string;
  /** The folder with wrangler's bundle, and the names of the files in it. */
  bundle: { folder: string; files: string[] };
  /** The folder with the built page. */
  pageFolder: string;
  /** Where the objects' SQLite files are. */
  objectsFolder: string;
  host: string;
  port: number;
  /** Names of the environment variables that the Worker gets. Values stay out of the file. */
  variables: string[];
  /** Whether CHANNEL_PRIVATE_HOSTS names any: without these two there is no other way into a private network than to libSQL. */
  channelHosts: boolean;
  /** Whether CALENDAR_PRIVATE_HOSTS names any. */
  calendarHosts: boolean;
}

/** The kind of module a file of the bundle is, or undefined when it is none. */
function moduleKind(file: string): string | undefined {
  return file === "README.md" ? undefined : MODULE_KINDS[extname(file)];
}

/**
 * workerd's own configuration (Cap'n Proto text), made from wrangler.toml so that the two cannot drift apart.
 * https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp
 */
export function workerdConfig(input: WorkerdConfigInput): string {
  const { wrangler } = input;
  const main = `${basename(wrangler.main, extname(wrangler.main))}.js`;
  // workerd takes the first module as the entry.
  const modules = [main, ...input.bundle.files.filter((file) => file !== main).toSorted()].flatMap((file) => {
    const kind = moduleKind(file);
    const path = relative(input.configFolder, join(input.bundle.folder, file));
    return kind === undefined ? [] : [`(name = ${text(file)}, ${kind} = embed ${text(path)})`];
  });
  const sqlClasses = new Set(wrangler.migrations.flatMap((migration) => migration.new_sqlite_classes));
  const objects = wrangler.durable_objects.bindings;
  const classes = [...new Set(objects.map((object) => object.class_name))];

  return `using Workerd = import "/workerd/workerd.capnp";

# Made at each start by workers/self-hosted from wrangler.toml. Changes here are lost.
const standby :Workerd.Config = (
  services = [
    (name = "standby", worker = (
      modules = ${list(modules, 6)},
      compatibilityDate = ${text(wrangler.compatibility_date)},
      compatibilityFlags = ${list(wrangler.compatibility_flags.map(text), 6)},
      bindings = ${list(
        [
          ...objects.map(
            (object) => `(name = ${text(object.name)}, durableObjectNamespace = ${text(object.class_name)})`,
          ),
          `(name = ${text(wrangler.assets.binding)}, service = "page")`,
          `(name = ${text(HISTORY_BINDING)}, service = "history-net")`,
          ...(input.channelHosts ? [`(name = ${text(CHANNEL_BINDING)}, service = "channel-net")`] : []),
          ...(input.calendarHosts ? [`(name = ${text(CALENDAR_BINDING)}, service = "calendar-net")`] : []),
          ...plainVariables(wrangler, input.variables),
          ...input.variables.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
        ],
        6,
      )},
      durableObjectNamespaces = ${list(
        // The unique key is the name of the folder with the objects of this class, and their ids are made from it.
        classes.map(
          (name) =>
            `(className = ${text(name)}, uniqueKey = ${text(`standby-${name}`)}, enableSql = ${sqlClasses.has(name)})`,
        ),
        6,
      )},
      durableObjectStorage = (localDisk = "objects"),
      globalOutbound = "internet",
    )),
    (name = "objects", disk = (path = ${text(input.objectsFolder)}, writable = true)),
    (name = "page", disk = (path = ${text(input.pageFolder)})),
    # Addresses that people type in (webhooks, integrations) are fetched through this one: public addresses only.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
    # Only libSQL may be on this machine or in a private network.
    (name = "history-net", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
${
  input.channelHosts
    ? `    # CHANNEL_PRIVATE_HOSTS: actors/tenant/channels/way-out.ts lets nothing but those through.
    (name = "channel-net", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
`
    : ""
}${
  input.calendarHosts
    ? `    # CALENDAR_PRIVATE_HOSTS: the same, and no host of a channel.
    (name = "calendar-net", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
`
    : ""
}  ],
  sockets = [
    (name = "http", address = ${text(listenAddress(input.host, input.port))}, service = "standby", http = (
      # Cloudflare sets this one and a client could not; here a client could, so it is taken away. The peer is in request.cf.clientIp.
      injectRequestHeaders = [(name = "CF-Connecting-IP")],
    )),
  ],
);
`;
}

/** [vars] of wrangler.toml, but for those the environment gives and JURISDICTION: the local runtime has none (I12). */
function plainVariables(wrangler: WranglerFile, given: string[]): string[] {
  return Object.entries(wrangler.vars)
    .filter(([name]) => name !== "JURISDICTION" && !given.includes(name))
    .map(([name, value]) =>
      typeof value === "string"
        ? `(name = ${text(name)}, text = ${text(value)})`
        : `(name = ${text(name)}, json = ${text(JSON.stringify(value))})`,
    );
}

function listenAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A Cap'n Proto string: backslash escapes as in C, everything else as UTF-8. */
function text(value: string): string {
  const escaped = value.replace(/[\\"]/g, "\\$&").replace(/[\x00-\x1f\x7f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}

function list(items: string[], indent: number): string {
  if (items.length === 0) return "[]";
  const margin = " ".repeat(indent + 2);
  return `[\n${items.map((item) => `${margin}${item},\n`).join("")}${" ".repeat(indent)}]`;
}
