import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { encodeContent, plainText } from "../../actors/conversation/note/content.ts";
import { examine } from "../../actors/conversation/note/examine.ts";
import { NoteDocument, UnfitUpdate } from "../../actors/conversation/note/note-document.ts";
import { versionDueAt } from "../../actors/conversation/note/versions.ts";
import { limits } from "../../protocol/limits.ts";

// Proves the rules of notes that need no runtime: what is found in an update before it counts (T20), when a version is due, and that what
// a version holds comes back whole, whatever types it is made of. Who may write, what is stored and sent is test/workerd's. Not proven, and
// not so: that a writer who makes updates by hand cannot bring the order of two letters apart (Yjs' threat model: writers are trusted).

/** What somebody writes in a document, as the update of it. */
const written = (doc: Y.Doc, write: () => void): Uint8Array => {
  const made: Uint8Array[] = [];
  const take = (update: Uint8Array) => made.push(update);
  doc.on("update", take);
  doc.transact(write);
  doc.off("update", take);
  return Y.mergeUpdates(made);
};

const client = (clientId: number): Y.Doc => {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  return doc;
};

const take = (note: NoteDocument, update: Uint8Array): Uint8Array => {
  const examined = note.examine(update);
  if (examined.kind !== "fresh") throw new Error(examined.kind);
  return note.apply(update, examined);
};

const noteOf = (text: string, clientId = 7): { note: NoteDocument; doc: Y.Doc } => {
  const doc = client(clientId);
  doc.getText("content").insert(0, text);
  return { note: new NoteDocument(Y.encodeStateAsUpdate(doc)), doc };
};

test("T20: bytes that are no update are malformed, and nothing of them is kept", () => {
  const { note, doc } = noteOf("the north gate");
  const whole = Y.encodeStateAsUpdate(doc);
  const before = note.whole();
  for (const bytes of [new Uint8Array(), Uint8Array.of(255), Uint8Array.of(0), whole.slice(0, -3)])
    expect(note.examine(bytes)).toEqual({ kind: "malformed" });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      examine(bytes, note.doc);
    }),
    { numRuns: 1_000 },
  );
  expect(note.whole()).toEqual(before);
});

test("T20: an update with any byte changed is refused, or leaves a document that clients can still read whole", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, by) => {
      const { note, doc } = noteOf("the north gate");
      const update = written(doc, () => {
        doc.getText("content").delete(4, 6);
        doc.getText("content").insert(4, "south ", { bold: true });
        doc.getXmlFragment("more").insert(0, [new Y.XmlElement("p")]);
      });
      update[where % update.length] = (update[where % update.length] ?? 0) ^ by;
      const examined = note.examine(update);
      if (examined.kind !== "fresh") return;
      try {
        note.apply(update, examined);
      } catch (error) {
        expect(error).toBeInstanceOf(UnfitUpdate);
        return;
      }
      const reader = new Y.Doc();
      Y.applyUpdate(reader, note.whole());
      expect(Y.encodeStateVector(reader)).toEqual(note.stateVector());
      expect(reader.store.pendingStructs).toBeNull();
      expect(reader.store.pendingDs).toBeNull();
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

/** An update made by hand: no structs, or one of a client, and deleted ranges. */
const forgedUpdate = (structs: readonly number[], deleted: readonly number[]) => Uint8Array.of(...structs, ...deleted);

test("T20: lengths that no number holds, and things of no length, are malformed", () => {
  const { note } = noteOf("gate");
  const huge = [255, 255, 255, 255, 255, 255, 255, 15];
  // One client (9), two structs from clock 0 that stand for something taken away.
  expect(note.examine(forgedUpdate([1, 2, 9, 0, 0, ...huge, 0, ...huge], [0]))).toEqual({ kind: "malformed" });
  expect(note.examine(forgedUpdate([1, 1, 9, 0, 0, 0], [0]))).toEqual({ kind: "malformed" });
  expect(note.examine(forgedUpdate([1, 1, 9, 0, 0, 3], [0]))).toMatchObject({ kind: "fresh", clientIds: [9] });
  expect(note.examine(forgedUpdate([0], [1, 7, 1, ...huge, ...huge]))).toEqual({ kind: "malformed" });
});

test("T20: what builds upon something unknown is lacking: structs, origins, and what is taken away", () => {
  const { note, doc } = noteOf("gate");
  const first = written(doc, () => doc.getText("content").insert(4, "s"));
  const second = written(doc, () => doc.getText("content").insert(5, "!"));
  expect(note.examine(second)).toEqual({ kind: "lacking", clientIds: [7] });

  const other = client(8);
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const upon = written(other, () => other.getText("content").insert(6, "?"));
  expect(note.examine(upon)).toEqual({ kind: "lacking", clientIds: [8] });
  const away = written(other, () => other.getText("content").delete(5, 1));
  expect(note.examine(away)).toEqual({ kind: "lacking", clientIds: [] });

  // All together there is no hole.
  take(note, Y.mergeUpdates([first, second, upon, away]));
  expect(plainText(note.doc)).toBe("gates?");
});

test("T20: an update of which everything is known is held, deletions as well", () => {
  const { note, doc } = noteOf("gate");
  const update = written(doc, () => {
    doc.getText("content").delete(0, 2);
    doc.getText("content").insert(0, "la");
  });
  expect(note.examine(update)).toMatchObject({ kind: "fresh", clientIds: [7] });
  take(note, update);
  expect(note.examine(update)).toEqual({ kind: "held" });
  expect(note.examine(Y.encodeStateAsUpdate(doc))).toEqual({ kind: "held" });
  // Only taking away writes under no client id.
  const away = written(doc, () => doc.getText("content").delete(0, 1));
  expect(note.examine(away)).toMatchObject({ kind: "fresh", clientIds: [] });
});

test("only what is new in an update comes out of it", () => {
  const { note, doc } = noteOf("gate");
  const before = note.stateVector();
  doc.getText("content").insert(4, "s");
  const added = take(note, Y.encodeStateAsUpdate(doc));
  expect(added).toEqual(Y.diffUpdate(Y.encodeStateAsUpdate(doc), before));
});

test("T20: elements that lie in each other without end are unfit", () => {
  const doc = client(7);
  const deep = (levels: number) => {
    let inner = doc.getXmlFragment("content") as Y.XmlFragment;
    for (let i = 0; i < levels; i++) {
      const element = new Y.XmlElement("p");
      inner.insert(0, [element]);
      inner = element;
    }
  };
  const allowed = written(doc, () => deep(limits.noteDepth - 1));
  take(new NoteDocument(), allowed);
  const tooDeep = written(doc, () => deep(limits.noteDepth + 1));
  const note = new NoteDocument(allowed);
  expect(() => take(note, tooDeep)).toThrow(UnfitUpdate);
});

test("T20: one update under hundreds of client ids is malformed", () => {
  const updates = Array.from({ length: limits.noteClientIds + 1 }, (_, i) => {
    const doc = client(100 + i);
    return written(doc, () => doc.getText("content").insert(0, "x"));
  });
  const note = new NoteDocument();
  expect(note.examine(Y.mergeUpdates(updates.slice(1))).kind).toBe("fresh");
  expect(note.examine(Y.mergeUpdates(updates))).toEqual({ kind: "malformed" });
});

test("a full note takes nothing more, can be made smaller, and then has room", () => {
  const doc = client(7);
  const text = doc.getText("content");
  text.insert(0, "x".repeat(limits.documentBytes - limits.noteSpareBytes - 1_000));
  const note = new NoteDocument(Y.encodeStateAsUpdate(doc));
  const ask = (update: Uint8Array) => {
    const examined = note.examine(update);
    if (examined.kind !== "fresh") throw new Error(examined.kind);
    return note.hasRoomFor(examined, update);
  };
  const more = (characters: number) => written(doc, () => text.insert(0, "y".repeat(characters)));
  expect(ask(more(100))).toBe(true);
  const full = new NoteDocument(Y.encodeStateAsUpdate(doc));
  const tooMuch = more(2_000);
  const refused = full.examine(tooMuch);
  expect(refused.kind === "fresh" && full.hasRoomFor(refused, tooMuch)).toBe(false);
  // The client goes on with what was refused; a fresh one has what the server has.
  const fresh = client(9);
  Y.applyUpdate(fresh, full.whole());
  const away = written(fresh, () => fresh.getText("content").delete(0, 5_000));
  const smaller = full.examine(away);
  expect(smaller.kind === "fresh" && full.hasRoomFor(smaller, away)).toBe(true);
  take(full, away);
  const again = written(fresh, () => fresh.getText("content").insert(0, "z".repeat(2_000)));
  const welcome = full.examine(again);
  expect(welcome.kind === "fresh" && full.hasRoomFor(welcome, again)).toBe(true);
});

/** Something stays, something goes, by turns: as many separate deletions as these. In a map, where nothing has to be looked for. */
const perforated = (doc: Y.Doc, deletions: number): void => {
  const map = doc.getMap("m");
  doc.transact(() => {
    for (let i = 0; i < deletions; i++) {
      map.set(i.toString(36), 1);
      map.set("-", 1);
    }
  });
};

test("whoever comes back to a note with 68,000 separate deletions is not refused for what is known already", () => {
  const note = new NoteDocument();
  const doc = client(7);
  perforated(doc, 68_000);
  const whole = Y.encodeStateAsUpdate(doc);
  expect(whole.byteLength).toBeLessThan(limits.documentBytes - limits.noteSpareBytes);
  const examined = note.examine(whole);
  if (examined.kind !== "fresh") throw new Error(examined.kind);
  expect(note.hasRoomFor(examined, whole)).toBe(true);
  note.apply(whole, examined);
  // As a provider answers `step1`: every deletion there ever was, and one new letter.
  doc.getText("content").insert(0, "!");
  const back = Y.encodeStateAsUpdate(doc, note.stateVector());
  expect(back.byteLength).toBeGreaterThan(limits.noteFrameBytes);
  const returning = note.examine(back);
  if (returning.kind !== "fresh") throw new Error(returning.kind);
  expect(returning.growth).toBeLessThan(200);
  expect(note.hasRoomFor(returning, back)).toBe(true);
  note.apply(back, returning);
  expect(note.examine(Y.encodeStateAsUpdate(doc))).toEqual({ kind: "held" });
});

test("a range that is known in part counts, and growth is never less than what a note grows by", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 59 }), fc.integer({ min: 1, max: 5 })), { maxLength: 20 }),
      fc.array(fc.tuple(fc.nat({ max: 59 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 20 }),
      (first, second) => {
        const doc = client(7);
        const text = doc.getText("content");
        text.insert(0, "0123456789".repeat(6));
        const deleting = (list: readonly (readonly [number, number])[]) => {
          for (const [at, length] of list) if (at < text.length) text.delete(at, Math.min(length, text.length - at));
        };
        deleting(first);
        const note = new NoteDocument(Y.encodeStateAsUpdate(doc));
        const before = note.whole().byteLength;
        deleting(second);
        // Everything that was ever taken away, as an answer to `step1` has it.
        const update = Y.encodeStateAsUpdate(doc, note.stateVector());
        const examined = note.examine(update);
        if (examined.kind === "held") return;
        if (examined.kind !== "fresh") throw new Error(examined.kind);
        note.apply(update, examined);
        expect(note.whole().byteLength - before).toBeLessThanOrEqual(examined.growth);
        expect(note.whole()).toEqual(Y.encodeStateAsUpdate(doc));
      },
    ),
    { numRuns: 300 },
  );
});

test("a version is due when nobody wrote for a while, and at the latest when it was written for long", () => {
  const authorIds = ["usr_1"];
  expect(versionDueAt({ authorIds, firstAt: 0, lastAt: 5_000 })).toBe(5_000 + limits.noteQuietMs);
  expect(versionDueAt({ authorIds, firstAt: 0, lastAt: limits.noteVersionMs - 1 })).toBe(limits.noteVersionMs);
});

test("the words of a note: paragraphs, marks, lists and titles on lines of their own", () => {
  const doc = new Y.Doc();
  doc.getText("title").insert(0, "Plan");
  const content = doc.getXmlFragment("content");
  const paragraph = (...texts: (string | Y.XmlElement)[]) => {
    const element = new Y.XmlElement("paragraph");
    element.insert(
      0,
      texts.map((text) => (typeof text === "string" ? new Y.XmlText(text) : text)),
    );
    element.setAttribute("class", "never a word");
    return element;
  };
  content.insert(0, [paragraph("Go ", "north"), paragraph("one", new Y.XmlElement("hard_break"), "two"), paragraph()]);
  doc.getArray("tags").insert(0, ["fire", 3, "smoke"]);
  expect(plainText(doc)).toBe("Go north\none\ntwo\nfire\nsmoke\nPlan");
});

/** One edit of somebody, of any kind of type that Yjs has. */
const edit = fc.record({
  who: fc.nat({ max: 2 }),
  what: fc.constantFrom("text", "format", "delete", "element", "nested", "attribute", "map", "array", "embed", "unset"),
  at: fc.nat({ max: 30 }),
  word: fc.string({ minLength: 1, maxLength: 4 }),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

const perform = (doc: Y.Doc, { what, at, word }: Edit): void => {
  const text = doc.getText("text");
  const xml = doc.getXmlFragment("content");
  const map = doc.getMap("map");
  const array = doc.getArray("array");
  const place = (length: number) => (length === 0 ? 0 : at % length);
  switch (what) {
    case "text":
      text.insert(place(text.length), word, at % 3 === 0 ? { bold: true } : undefined);
      break;
    case "format":
      if (text.length > 0) text.format(place(text.length), 1, { italic: at % 2 === 0 ? true : null });
      break;
    case "embed":
      text.insertEmbed(place(text.length), { image: word });
      break;
    case "delete":
      if (text.length > 0) text.delete(place(text.length), 1);
      if (xml.length > 2) xml.delete(place(xml.length), 1);
      if (array.length > 2) array.delete(place(array.length), 1);
      break;
    case "element":
    case "nested": {
      const element = new Y.XmlElement("p");
      element.insert(0, [new Y.XmlText(word)]);
      const first = xml.get(0);
      if (what === "nested" && first instanceof Y.XmlElement) first.insert(0, [element]);
      else xml.insert(place(xml.length), [element]);
      break;
    }
    case "attribute": {
      const first = xml.length > 0 ? xml.get(0) : undefined;
      if (first instanceof Y.XmlElement) first.setAttribute(word, String(at));
      break;
    }
    case "map":
      map.set(word, at % 2 === 0 ? at : new Y.Text(word));
      break;
    case "unset":
      map.delete(word);
      break;
    case "array":
      array.insert(place(array.length), [at % 3 === 0 ? new Y.Map([[word, at]]) : { word }]);
      break;
  }
};

test("what a version holds is what could be seen, and restoring brings exactly that back to everybody", () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 25 }), fc.array(edit, { maxLength: 25 }), (first, second) => {
      const note = new NoteDocument();
      const people = [client(11), client(12), client(13)];
      const tell = (update: Uint8Array, but?: Y.Doc) => {
        for (const doc of people) if (doc !== but) Y.applyUpdate(doc, update);
      };
      const write = (edits: readonly Edit[]) => {
        for (const one of edits) {
          const doc = people[one.who] as Y.Doc;
          const update = written(doc, () => perform(doc, one));
          if (note.examine(update).kind === "fresh") tell(take(note, update), doc);
        }
      };
      write(first);
      const version = note.content().state;
      // The copy of a copy is the same bytes: nothing in it tells how it came about.
      const copy = new Y.Doc();
      Y.applyUpdate(copy, version);
      expect(encodeContent(copy)).toEqual(version);
      expect(plainText(copy)).toBe(plainText(note.doc));
      write(second);

      const same = note.shows(version);
      const restored = note.restore(version);
      expect(restored === undefined).toBe(same);
      if (restored !== undefined) tell(restored);
      expect(note.shows(version)).toBe(true);
      for (const doc of people) {
        expect(doc.getText("text").toDelta()).toEqual(copy.getText("text").toDelta());
        expect(doc.getXmlFragment("content").toJSON()).toBe(copy.getXmlFragment("content").toJSON());
        expect(doc.getMap("map").toJSON()).toEqual(copy.getMap("map").toJSON());
        expect(doc.getArray("array").toJSON()).toEqual(copy.getArray("array").toJSON());
      }
      // Everything after it goes on from there.
      write(first);
      for (const doc of people) expect(encodeContent(doc)).toEqual(encodeContent(note.doc));
    }),
    { numRuns: 100 },
  );
}, 60_000);
