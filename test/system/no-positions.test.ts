/**
 * Proves I7 and P4 on real workerd and sqld: coordinates that are put into every call of the route table and every frame of the
 * socket, in every place where a client could put a number or a field, are nowhere afterwards: in no row of an actor or of libSQL, no
 * log line and no answer. The shapes of sites and zones are the only ones that are kept, and only in the tenant's own rows: they are
 * also the proof that this search would find one.
 *
 * Does not prove anything about what people write: a title may say "52.1, 4.3", as it may say anything.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { ClientFrame } from "../../protocol/socket/client-frames.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { World } from "./world.ts";

/** Numbers that occur nowhere by chance. */
const position = { latitude: 52.37021934, longitude: 4.89516752 };
const shaped = { latitude: 51.92244871, longitude: 4.47917359 };

/** How fields for a position are called in the wild. */
const fields: readonly [string, unknown][] = [
  ["latitude", position.latitude],
  ["longitude", position.longitude],
  ["lat", position.latitude],
  ["lng", position.longitude],
  ["position", position],
  ["location", { coords: position }],
  ["coordinates", [position.longitude, position.latitude]],
  ["geometry", { type: "Point", coordinates: [position.longitude, position.latitude] }],
];

type Json = Readonly<Record<string, unknown>>;

/** A value that a JSON Schema takes, as far as it goes: enough for the rest of a body to be right. */
const sample = (schema: Json, known: Readonly<Record<string, string>>, name = ""): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choice = (schema.oneOf ?? schema.anyOf ?? schema.allOf) as Json[] | undefined;
  if (choice?.[0] !== undefined) return sample(choice[0], known, name);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" || schema.properties !== undefined) {
    const required = (schema.required as string[] | undefined) ?? [];
    return Object.fromEntries(
      required.map((key) => [key, sample((schema.properties as Json | undefined)?.[key] as Json, known, key)]),
    );
  }
  if (type === "array") return [sample((schema.items ?? {}) as Json, known, name)];
  if (type === "integer" || type === "number") return Math.max(1, Number(schema.minimum ?? 1));
  if (type === "boolean") return true;
  if (schema.format === "date-time") return "2099-01-01T00:00:00Z";
  return known[name] ?? known[name.replace(/s$/, "")] ?? "something long enough";
};

/** Every body with one thing in it that would be a position: a field more, or such a number where another value belongs. */
const poisoned = (schema: Json, value: unknown): unknown[] => {
  const out: unknown[] = [];
  if (Array.isArray(value)) {
    const inner = (schema.items ?? {}) as Json;
    for (const one of poisoned(inner, value[0])) out.push([one]);
    out.push([position.longitude, position.latitude]);
  } else if (typeof value === "object" && value !== null) {
    for (const [field, given] of fields) out.push({ ...value, [field]: given });
    const properties = (schema.properties ?? {}) as Record<string, Json>;
    for (const [key, inner] of Object.entries(properties)) {
      // Text may say anything that people write; where there is none, a number must not get in as text either.
      if (!JSON.stringify(inner).includes('"type":"string"')) out.push({ ...value, [key]: String(position.latitude) });
      out.push({ ...value, [key]: position.latitude }, { ...value, [key]: [position.longitude, position.latitude] });
      out.push({ ...value, [key]: position });
      for (const one of poisoned(inner, (value as Record<string, unknown>)[key]).slice(0, 40))
        out.push({ ...value, [key]: one });
    }
  } else out.push(position.latitude);
  return out;
};

const jsonSchema = (schema: z.ZodType): Json =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Json;

/** Whether a file holds the number, as text or as the eight bytes that SQLite keeps of it. */
const holds = (bytes: Buffer, value: number): boolean => {
  const eight = Buffer.alloc(8);
  eight.writeDoubleBE(value);
  return bytes.includes(String(value)) || bytes.includes(String(value).slice(0, 9)) || bytes.includes(eight);
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

let standby: InstallationUnderTest;
let world: World;

beforeAll(async () => {
  standby = await startInstallation();
  world = await World.make(standby, "positions");
}, 120_000);
afterAll(() => standby.stop());

/** Poisoned calls of each route. A refused one is what is hoped for; one that is taken must have dropped the position. */
const bodiesOf = (route: Route, known: Readonly<Record<string, string>>): unknown[] => {
  if (route.body === undefined) return [];
  const schema = jsonSchema(route.body);
  return poisoned(schema, sample(schema, known));
};

test("I7: no position gets in by any call or frame, into any row, log line or answer", {
  timeout: 240_000,
}, async () => {
  const ring = [
    [shaped.longitude, shaped.latitude],
    [4.49, 51.92],
    [4.49, 51.93],
    [shaped.longitude, shaped.latitude],
  ];
  const shape = { type: "Polygon", coordinates: [ring] };
  const site = JSON.parse((await world.call("POST", "/sites", { name: "Drawn", shape })).text) as { siteId: string };
  const zone = JSON.parse((await world.call("POST", `/sites/${site.siteId}/zones`, { name: "Hall", shape })).text) as {
    zoneId: string;
  };
  await world.addRole("First aider");
  await world.addPeople([{ username: "walker", permission: "responder" }]);
  const [device] = await world.addDevices(["walker"]);
  const userId = world.people.get("walker") ?? "";
  const known = {
    siteId: site.siteId,
    zoneId: zone.zoneId,
    userId,
    user: userId,
    site: site.siteId,
    zone: zone.zoneId,
  };
  const token = device?.token ?? "";

  let sent = 0;
  let taken = 0;
  const ask = async (route: Route, body: unknown, query = "") => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === "tenant" ? world.slug : ((known as Record<string, string>)[name] ?? "unknown_thing"),
    );
    const own = route.path.includes("/me/") && sent % 2 === 0;
    const response = await fetch(`${standby.url}${path}${query}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${own ? token : world.admin}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        geolocation: `${position.latitude},${position.longitude}`,
        "x-position": JSON.stringify(position),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    sent += 1;
    if (response.ok) taken += 1;
    const text = await response.text();
    expect(text.includes(String(position.latitude)), `${route.id} answers with it: ${text.slice(0, 300)}`).toBe(false);
  };
  // Those that end the session, and the shapes themselves: what an admin draws is what may be kept.
  const left = new Set(["logOut", "deleteSite", "deleteZone"]);
  const isShape = (body: unknown): boolean => JSON.stringify(body).includes('"shape"');
  for (const route of Object.values(routes) as Route[]) {
    if (left.has(route.id)) continue;
    await ask(route, undefined, `?lat=${position.latitude}&position=${position.longitude}`);
    const bodies = bodiesOf(route, known).filter((body) => !isShape(body));
    for (let i = 0; i < bodies.length; i += 8)
      await Promise.all(bodies.slice(i, i + 8).map((body) => ask(route, body)));
  }
  expect(sent).toBeGreaterThan(1_000);
  expect(taken, "the walk is not refused at the door").toBeGreaterThan(20);

  const frames = jsonSchema(ClientFrame);
  const kinds = (frames.oneOf ?? frames.anyOf) as unknown as Json[];
  let said = 0;
  for (const kind of kinds) {
    const good = sample(kind, known) as Record<string, unknown>;
    const bad = poisoned(kind, good).map((frame) => ({ ...(frame as object), type: good.type }));
    // A socket is closed after three it cannot read: a new one for every two.
    for (let i = 0; i < bad.length; i += 2) said += await say(token, bad.slice(i, i + 2));
  }
  expect(said).toBeGreaterThan(100);

  // And one that means it: present, by the socket and by HTTP.
  await world.call("PUT", "/me/presence", { siteId: site.siteId, zoneId: zone.zoneId, present: true }, token);
  const { url, authToken } = standby.history;
  const history = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
  await expect
    .poll(
      async () => (await history.execute("SELECT count(*) AS n FROM events WHERE type = 'site.saved'")).rows[0]?.n,
      {
        timeout: 30_000,
      },
    )
    .toBeGreaterThan(0);
  const tables = await history.execute("SELECT name FROM sqlite_master WHERE type = 'table'");
  for (const { name } of tables.rows) {
    const rows = Buffer.from(JSON.stringify((await history.execute(`SELECT * FROM "${name}"`)).rows));
    for (const value of [...Object.values(position), ...Object.values(shaped)])
      expect(holds(rows, value), `libSQL ${name} holds ${value}`).toBe(false);
  }
  history.close();

  const output = Buffer.from(standby.output.join("\n"));
  await standby.killWorkerd();
  const found = { position: [] as string[], shapes: [] as string[] };
  for (const file of filesBelow(standby.dataFolder)) {
    const bytes = readFileSync(file);
    if (Object.values(position).some((value) => holds(bytes, value))) found.position.push(file);
    if (Object.values(shaped).some((value) => holds(bytes, value))) found.shapes.push(file);
  }
  expect(found.position).toEqual([]);
  for (const value of [...Object.values(position), ...Object.values(shaped)])
    expect(holds(output, value), "a log line").toBe(false);
  // The tenant's own object, and its write-ahead log: the search does find what is there, and the sites' actors have no shapes.
  expect(found.shapes.length).toBeGreaterThan(0);
  const objects = new Set(found.shapes.map((file) => file.replace(/-(wal|shm)$/, "")));
  expect([...objects]).toHaveLength(1);
});

/** Says these on a socket of its own and waits until each was answered. @returns how many were said */
const say = (token: string, frames: readonly object[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${standby.url.replace("http", "ws")}/v1/${world.slug}/socket`, {
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on("error", reject);
    socket.on("open", () => socket.send('{"type":"hello"}'));
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      expect(text.includes(String(position.latitude)), text).toBe(false);
      const { type } = JSON.parse(text) as { type: string };
      if (type === "welcome") {
        for (const frame of frames) socket.send(JSON.stringify(frame));
        // Frames are read in order: when this is answered the others were read.
        socket.send('{"type":"ping"}');
      } else if (type === "pong") socket.close();
    });
    socket.on("close", () => resolve(frames.length));
  });
