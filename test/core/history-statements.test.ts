import { describe, expect, it } from "vitest";
import { batches, pending } from "../../history/batches.ts";
import { fromCursor, toCursor } from "../../history/cursor.ts";
import { statementsFor } from "../../history/statements.ts";
import { storableJson } from "../../history/storable-json.ts";
import { limits } from "../../protocol/limits.ts";
import { id, raised, record, T0 } from "./history-samples.ts";

const refused = (candidate: unknown): string => {
  const outcome = statementsFor(candidate);
  if (outcome.ok) throw new Error("was taken");
  return JSON.stringify(outcome.refusal);
};

describe("statementsFor", () => {
  it("writes the event first and then, from the event alone, what follows from it", () => {
    const outcome = statementsFor(raised(id("alr", 1), [id("usr", 1)], { eventId: id("evt", 7) }));
    if (!outcome.ok) throw new Error("refused");
    const [event, ...projections] = outcome.value.map((s) => (typeof s === "string" ? { sql: s, args: [] } : s));
    expect(event?.sql).toContain("INTO events");
    expect(projections.map((s) => s.args)).toEqual([[id("evt", 7)], [id("evt", 7)], [id("evt", 7)]]);
  });

  it("refuses what the protocol does not know, and repeats no value of it", () => {
    const secret = "Ada Lovelace <ada@example.org>";
    expect(refused({ ...raised(id("alr", 1), []), type: secret })).not.toContain("Ada");
    expect(refused(record("role.saved", { roleId: secret, name: secret, version: 1 }))).not.toContain("Ada");
    expect(refused(record("role.saved", { roleId: secret, name: secret, version: 1 }))).toContain("roleId");
    expect(refused(null)).toContain("envelope");
  });

  it("refuses an alarm's record that is filed under another entity, where nobody would find it", () => {
    expect(refused(raised(id("alr", 1), [], { entity: id("alr", 2) }))).toContain("entity");
  });

  it("stores no field that the protocol does not name", () => {
    const outcome = statementsFor(
      record("role.saved", { roleId: id("rol", 1), name: "Marshal", version: 1, latitude: 52.1 } as never),
    );
    expect(JSON.stringify(outcome)).not.toContain("latitude");
  });
});

describe("storableJson", () => {
  it("replaces half an emoji, and nothing else", () => {
    expect(JSON.parse(storableJson({ title: "cut \ud83d", rows: [["\udc00x"]] }))).toEqual({
      title: "cut \ufffd",
      rows: [["\ufffdx"]],
    });
    const whole = { title: "\u{1f525} é \u0000 \\ud83d", n: 1.5, none: null };
    expect(storableJson(whole)).toBe(JSON.stringify(whole));
    expect(JSON.parse(storableJson(whole))).toEqual(whole);
  });
});

describe("batches", () => {
  const of = (statements: number, size: number) =>
    pending(
      0,
      Array.from({ length: statements }, () => ({ sql: "", args: ["x".repeat(size / statements)] })),
    );

  it("keeps the order, divides no record and stays under the limit of statements", () => {
    const all = Array.from({ length: 170 }, (_, i) => ({ ...of(1 + (i % 3), 30), index: i }));
    const cut = batches(all);
    expect(cut.flat()).toEqual(all);
    for (const batch of cut)
      expect(batch.reduce((sum, one) => sum + one.statements.length, 0)).toBeLessThanOrEqual(limits.historyBatch);
    expect(cut.length).toBe(Math.ceil(all.reduce((sum, one) => sum + one.statements.length, 0) / limits.historyBatch));
  });

  it("cuts by size too, and sends a large record alone", () => {
    expect(
      batches([of(1, 600_000), of(1, 600_000), of(1, 100), of(1, 3_000_000), of(1, 1)]).map((b) => b.length),
    ).toEqual([1, 2, 1, 1]);
    expect(batches([])).toEqual([]);
  });
});

describe("cursor", () => {
  it("comes back as it was and decodes nothing else", () => {
    expect(fromCursor(toCursor([T0, id("alr", 3)]))).toEqual([T0, id("alr", 3)]);
    expect(toCursor([T0, id("alr", 3)])).toMatch(/^[A-Za-z0-9_-]+$/);
    for (const bad of ["", "%%%", "e30", btoa('["a","b"]'), btoa(`[${T0},"x' OR 1=1"]`), btoa("[1]")])
      expect(fromCursor(bad), bad).toBeUndefined();
  });
});
