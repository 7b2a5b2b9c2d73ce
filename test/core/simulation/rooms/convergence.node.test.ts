import * as prng from "lib0/prng";
import { expect, test, vi } from "vitest";
import * as Y from "yjs";
import { compare } from "yjs/testHelper";

// Proves issue 6, Proof: Yjs' own randomized test helper with our actor between its clients converges. Five people write into one note
// (arrays, text with formats, maps, XML), lose their lines and come back; the actor is dropped from memory and its process is killed
// in between; in the end all are equal by what was relayed to them, then, after one more kill, down to the structs, and so is somebody
// who joins afterwards. Not proven: that updates are relayed in the order they came, which Yjs does not need. `YJS_ROUNDS` makes it
// longer, `YJS_SEED` repeats a run.

vi.mock("../../../../actors/kernel/ids.ts", () => import("../ids.ts"));
vi.mock("../../../../history/sink.ts", () => import("../record-sink.ts"));
vi.mock("../../../../history/client.ts", () => import("../record-sink.ts"));
const { ActorConnector } = await import("./actor-connector.ts");
type ActorConnector = InstanceType<typeof ActorConnector>;

const rounds = Number(process.env.YJS_ROUNDS ?? 1_000);
const base = Number(process.env.YJS_SEED ?? Date.now() % 1_000_000_000);

type Mod = (doc: Y.Doc, gen: prng.PRNG) => void;

const place = (gen: prng.PRNG, length: number): number => prng.int32(gen, 0, length);

/** What people do to a document: the kinds of change that Yjs' own tests make. */
const mods: Mod[] = [
  (doc, gen) => {
    const array = doc.getArray("array");
    array.insert(place(gen, array.length), [prng.int32(gen, 0, 100), prng.word(gen)]);
  },
  (doc, gen) => {
    const array = doc.getArray("array");
    const nested = new Y.Array();
    array.insert(place(gen, array.length), [nested]);
    nested.insert(0, [1, 2, 3]);
  },
  (doc, gen) => {
    const array = doc.getArray("array");
    if (array.length === 0) return;
    const at = prng.int32(gen, 0, array.length - 1);
    array.delete(at, prng.int32(gen, 1, Math.min(3, array.length - at)));
  },
  (doc, gen) => doc.getMap("map").set(prng.oneOf(gen, ["one", "two"]), prng.utf16String(gen)),
  (doc, gen) => {
    doc.getMap("map").set(prng.oneOf(gen, ["one", "two"]), prng.bool(gen) ? new Y.Array() : new Y.Map());
  },
  (doc, gen) => doc.getMap("map").delete(prng.oneOf(gen, ["one", "two"])),
  (doc, gen) => {
    const text = doc.getText("text");
    text.insert(place(gen, text.length), prng.word(gen));
  },
  (doc, gen) => {
    const text = doc.getText("text");
    const at = place(gen, text.length);
    text.delete(at, Math.min(text.length - at, prng.int32(gen, 0, 4)));
  },
  (doc, gen) => {
    const text = doc.getText("text");
    const at = place(gen, text.length);
    text.format(at, Math.min(text.length - at, prng.int32(gen, 0, 6)), { bold: prng.bool(gen) ? true : null });
  },
  (doc, gen) => {
    const xml = doc.get("xml", Y.XmlElement) as Y.XmlElement;
    if (xml.length > 5 && prng.bool(gen)) xml.delete(0, 1);
    else xml.insert(place(gen, xml.length), [prng.bool(gen) ? new Y.XmlText(prng.word(gen)) : new Y.XmlElement("p")]);
  },
];

/** Looked at before anybody comes back: a new line brings everything, and would hide that something was not relayed. */
const equalByRelay = ([first, ...others]: readonly Y.Doc[]): void => {
  if (first === undefined) return;
  const expected = Y.snapshot(first);
  for (const doc of [first, ...others]) {
    expect([doc.store.pendingStructs, doc.store.pendingDs], "waits for something that was not relayed").toEqual([
      null,
      null,
    ]);
    expect(Y.equalSnapshots(Y.snapshot(doc), expected), "has all that the others have").toBe(true);
  }
};

const round = (seed: number): void => {
  const gen = prng.create(seed);
  const connector: ActorConnector = new ActorConnector(gen);
  try {
    const users = Array.from({ length: 5 }, (_, i) => connector.createY(i));
    connector.flushAllMessages();
    for (let i = 0; i < 40; i++) {
      const chance = prng.int32(gen, 0, 100);
      if (chance <= 4) connector.disconnectRandom();
      else if (chance <= 10) connector.reconnectRandom();
      else if (chance <= 12) connector.process.evict();
      else if (chance <= 13) connector.process.kill();
      else if (chance <= 15) connector.flushAllMessages();
      else if (chance <= 60) connector.flushRandomMessage();
      prng.oneOf(gen, mods)(prng.oneOf(gen, users), gen);
    }
    connector.reconnectAll();
    connector.flushAllMessages();
    equalByRelay(users);
    // Whoever comes after a restart has only what was stored.
    connector.process.kill();
    connector.reconnectAll();
    const late = connector.createY(99);
    connector.flushAllMessages();
    for (const { closes } of users)
      expect(
        closes.every((code) => code === 1006),
        `no line was cut: ${closes}`,
      ).toBe(true);
    compare([...users, late]);
  } finally {
    connector.end();
  }
};

test(`I4: ${rounds} rounds of Yjs' randomized helper through our actor converge`, () => {
  console.log(`convergence: ${rounds} rounds, YJS_SEED=${base}`);
  for (let i = 0; i < rounds; i++) {
    try {
      round(base + i);
    } catch (error) {
      throw new Error(`YJS_SEED=${base + i} YJS_ROUNDS=1`, { cause: error });
    }
  }
}, 600_000);
