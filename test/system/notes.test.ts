/**
 * Proves issue 6, Proof, for notes: unmodified `y-websocket` providers on a real installation write one note together (text and
 * elements), one of them offline for a while, workerd is killed with SIGKILL three times in bursts of writing, and they end equal, to
 * each other and to what a fresh one gets. Right after each kill, before any writer is back, the server has everything it had relayed
 * (I1). A version names who wrote; what a reader writes is refused and in nobody's document (T20); awareness goes round. Does
 * not prove anything about power loss, nor every interleaving (test/core/simulation/rooms).
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { limits } from "../../protocol/limits.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { StockWriter } from "./stock-writer.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

const kills = 3;
/** Under what a person may write at once (limits.syncBurst): a stock provider does not slow down. */
const lettersEach = 150;

let standby: InstallationUnderTest;
let org: WireOrganisation;
let conversationId: string;
let tokens: string[];
let userIds: string[];
const open: StockWriter[] = [];

/** 0 and 1 lead and write; 2 reads. */
const join = (person: number): StockWriter => {
  const writer = new StockWriter(standby.url, org, conversationId, tokens[person] ?? "");
  open.push(writer);
  return writer;
};
const within = { timeout: 20_000 };
const joined = async (person: number): Promise<StockWriter> => {
  const writer = join(person);
  await expect.poll(() => writer.provider.synced, within).toBe(true);
  return writer;
};

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people: 3, sites: 1 });
  userIds = org.people.map(({ userId }) => userId);
  for (const userId of userIds.slice(0, 2))
    expect((await org.call("PATCH", `/users/${userId}`, { permission: "coordinator" })).status).toBe(200);
  tokens = await enrol(org, userIds);
  const note = { kind: "site", form: "note", title: "Ontruimingsplan", siteId: org.sites[0] };
  const made = await org.call("POST", "/conversations", note);
  expect(made.status, made.text).toBe(201);
  conversationId = made.body.conversationId;
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const writer of open.splice(0)) writer.end();
});

afterAll(() => standby?.stop());

test("I1, P3: written together, offline for a while and through three SIGKILLs, all end equal and nothing relayed is lost", {
  timeout: 240_000,
}, async () => {
  const [an, bo, reader] = [await joined(0), await joined(1), await joined(2)];
  an.write("Assemble at the north gate. ");
  bo.tell("Bo was here first.");
  await expect.poll(() => [bo.text, an.story], within).toEqual([an.text, bo.story]);
  bo.write("Quietly. ", an.text.length);
  an.doc.getText("content").format(0, 8, { bold: true });
  await expect.poll(() => an.equals(bo) && reader.equals(an), within).toBe(true);

  bo.offline();
  bo.write("[bo, offline] ", 0);
  bo.doc.getText("content").delete(bo.text.indexOf("north"), 5);
  bo.tell("Bo wrote this offline.");
  // More than a frame may have otherwise: it comes as one answer.
  bo.write("§".repeat(limits.noteFrameBytes));
  an.tell("An wrote this meanwhile.");
  an.write("The lift is out of use. ", 9);
  expect(bo.text).not.toContain("lift");

  let lost = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = reader.heard.length;
    let letters = 0;
    let isOn = true;
    const burst = (async () => {
      for (; isOn && letters < lettersEach; letters += 5) {
        for (let i = 0; i < 5; i++) an.write(`<${kill}.${letters + i}>`);
        await pause(3);
      }
    })();
    await expect.poll(() => reader.heard.length - before, { timeout: 20_000, interval: 1 }).toBeGreaterThan(60);
    await standby.killWorkerd();
    isOn = false;
    await burst;
    expect(letters, "the kill came in the midst of the burst").toBeGreaterThan(reader.heard.length - before);
    lost += letters - (reader.heard.length - before);
    // Those who have it all would bring it back themselves: nobody who writes is there when the server is asked.
    an.offline();
    reader.offline();
    await standby.startWorkerd();
    const fresh = await joined(2);
    expect(fresh.holds(reader.heard), `what was relayed before kill ${kill} is stored`).toBe(true);
    expect(fresh.text).toContain(`<${kill}.0>`);
    fresh.offline();
    an.online();
    reader.online();
    await expect.poll(() => reader.equals(an), within).toBe(true);
  }
  expect(lost, "letters were under way when it was killed").toBeGreaterThan(0);

  expect(an.text).not.toContain("[bo, offline]");
  bo.online();
  await expect.poll(() => an.equals(bo) && reader.equals(an), within).toBe(true);
  const late = await joined(2);
  for (const one of [an, bo, reader]) {
    expect(one.closedWith).toBeUndefined();
    expect(late.equals(one)).toBe(true);
    expect(late.holds(one.heard)).toBe(true);
    expect(one.doc.getText("content").toDelta()).toEqual(late.doc.getText("content").toDelta());
    expect(one.story).toBe(late.story);
  }
  expect(late.text).toContain("[bo, offline] ");
  expect(late.text).toContain("§".repeat(limits.noteFrameBytes));
  expect(late.text).toContain("The lift is out of use. ");
  expect(late.text).not.toContain("north");
  expect(late.story).toContain("Bo wrote this offline.");
  expect(late.story).toContain("An wrote this meanwhile.");
  // Each letter of the bursts once, in its order, though it was sent again after the kills.
  const letters = [...late.text.matchAll(/<(\d)\.(\d+)>/g)].map(([, kill, n]) => [Number(kill), Number(n)]);
  for (let kill = 0; kill < kills; kill++) {
    const own = letters.filter(([of]) => of === kill).map(([, n]) => n);
    expect(own).toEqual(own.map((_, n) => n));
    expect(own.length).toBeGreaterThan(60);
  }
});

test("T20: what a reader writes and takes away is refused, reported by the provider, and merged by nobody", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const [an, reader] = [await joined(0), await joined(2)];
  const before = an.text;
  const denials = () => warned.mock.calls.filter(([text]) => String(text).includes("Permission denied")).length;
  reader.write("[by the reader] ", 0);
  await expect.poll(denials, within).toBe(1);
  reader.doc.getText("content").delete(reader.text.length - 10, 10);
  await expect.poll(denials, within).toBe(2);
  // It keeps what it wrote, and offers it again when it comes back: refused once more.
  reader.offline();
  reader.online();
  await expect.poll(denials, within).toBe(3);
  // It goes on reading.
  an.write("[after the reader] ", 0);
  await expect.poll(() => reader.text, within).toContain("[after the reader] ");
  expect(reader.closedWith).toBeUndefined();
  expect(an.text).toBe(`[after the reader] ${before}`);
  const fresh = await joined(1);
  expect(fresh.text).toBe(an.text);
  expect(fresh.equals(an)).toBe(true);
});

test("awareness: cursors go round with the name the server gives them, and go with whoever goes", async () => {
  const [an, bo] = [await joined(0), await joined(1)];
  an.provider.awareness.setLocalStateField("cursor", { index: 4 });
  // A name of one's own making does not stand.
  an.provider.awareness.setLocalStateField("user", { userId: userIds[1], name: "An" });
  const of = (reader: StockWriter, writer: StockWriter) =>
    reader.provider.awareness.getStates().get(writer.doc.clientID);
  const known = { cursor: { index: 4 }, user: { userId: userIds[0] } };
  await expect.poll(() => of(bo, an), within).toEqual(known);
  bo.provider.awareness.setLocalState({ cursor: { index: 7 } });
  await expect.poll(() => of(an, bo), within).toMatchObject({ cursor: { index: 7 }, user: { userId: userIds[1] } });
  // Whoever comes later is told who is there.
  const reader = await joined(2);
  await expect.poll(() => of(reader, an), within).toEqual(known);
  an.offline();
  await expect.poll(() => of(bo, an), within).toBeUndefined();
  await expect.poll(() => of(reader, an), within).toBeUndefined();
});

test("a version names those who wrote, and none who was refused", { timeout: 120_000 }, async () => {
  const versions = async () =>
    (await org.call("GET", `/conversations/${conversationId}/versions`)).body.items as {
      version: number;
      authorIds: string[];
    }[];
  // Kept when nobody has written for a minute: since before the kills, so the timer has come through them (I11).
  await expect.poll(async () => (await versions()).length, { timeout: 90_000, interval: 1_000 }).toBeGreaterThan(0);
  const kept = await versions();
  expect(new Set(kept.flatMap(({ authorIds }) => authorIds))).toEqual(new Set(userIds.slice(0, 2)));
  const newest = await org.call("GET", `/conversations/${conversationId}/versions/${kept[0]?.version}`);
  const fresh = await joined(2);
  expect(newest.body.text).toContain(fresh.text);
});
