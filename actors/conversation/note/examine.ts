import * as Y from "yjs";
import { limits } from "../../../protocol/limits.ts";

/** What an update would do to a document. */
export type Examined =
  /** No update, or one that no Yjs ever makes. */
  | { kind: "malformed" }
  /** It builds upon something that this document does not have. */
  | { kind: "lacking"; clientIds: number[] }
  /** There is nothing in it that this document does not have. */
  | { kind: "held" }
  | {
      kind: "fresh";
      /** Under which client ids there is something new. */
      clientIds: number[];
      /** Bytes that the document grows by at most. What a provider sends of deletions is all there ever were: known ones do not count. */
      growth: number;
      /** Bytes of it without what is known to be taken away: what the document grows by when nothing has to be split. */
      bytes: number;
      /** Places of the new elements and other types that hold something themselves. */
      types: Y.ID[];
    };

/** What splitting an item, or putting a tombstone there, adds to the encoded document: ids, clocks, lengths; at most. Bytes. */
const splitBytes = 32;

const malformed: Examined = { kind: "malformed" };

/**
 * Looks at an update without applying it (T20): Yjs itself takes in what has holes and waits for the rest, for ever if need be,
 * and a length that no number holds would spoil the document for everybody. Never throws. Pure.
 */
export const examine = (update: Uint8Array, doc: Y.Doc): Examined => {
  let decoded: ReturnType<typeof Y.decodeUpdate>;
  try {
    decoded = Y.decodeUpdate(update);
  } catch {
    return malformed;
  }
  const { structs, ds } = decoded;
  const covered = new Map<number, number>();
  const coverage = (clientId: number) => covered.get(clientId) ?? Y.getState(doc.store, clientId);
  const fresh: (Y.Item | Y.GC)[] = [];
  let lacking = false;
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue;
    const { client, clock } = struct.id;
    const end = clock + struct.length;
    if (struct.length < 1 || !Number.isSafeInteger(end)) return malformed;
    const known = coverage(client);
    if (clock > known) lacking = true;
    if (end <= known) continue;
    covered.set(client, end);
    fresh.push(struct);
  }
  for (const struct of fresh) {
    if (!(struct instanceof Y.Item)) continue;
    for (const id of [struct.origin, struct.rightOrigin, struct.parent]) {
      if (!(id instanceof Y.ID)) continue;
      if (id.client === struct.id.client && id.clock >= struct.id.clock) return malformed;
      if (id.clock >= coverage(id.client)) lacking = true;
    }
  }
  let newRanges = 0;
  let knownBytes = 0;
  for (const [client, list] of ds.clients)
    for (const { clock, len } of list) {
      const end = clock + len;
      if (!Number.isSafeInteger(end)) return malformed;
      if (end > coverage(client)) lacking = true;
      if (isDeleted(doc, client, clock, end)) knownBytes += varUintBytes(clock) + varUintBytes(len);
      else newRanges += 1;
    }
  const clientIds = [...covered.keys()];
  if (clientIds.length > limits.noteClientIds) return malformed;
  if (lacking) return { kind: "lacking", clientIds };
  if (fresh.length === 0 && newRanges === 0) return { kind: "held" };
  const types = fresh.flatMap((struct) =>
    struct instanceof Y.Item && struct.content instanceof Y.ContentType ? [struct.id] : [],
  );
  const bytes = update.byteLength - knownBytes;
  return { kind: "fresh", clientIds, types, bytes, growth: bytes + splitBytes * (fresh.length + 2 * newRanges) };
};

/** Bytes of a number as lib0 writes it: seven bits in each. */
const varUintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
};

/** Whether all of this was taken away already. */
const isDeleted = (doc: Y.Doc, client: number, clock: number, end: number): boolean => {
  if (clock >= end) return true;
  const structs = doc.store.clients.get(client);
  // What is new in the same update is not there to be looked for yet.
  if (structs === undefined || end > Y.getState(doc.store, client)) return false;
  for (let i = Y.findIndexSS(structs, clock); i < structs.length; i++) {
    const struct = structs[i];
    if (struct === undefined || struct.id.clock >= end) return true;
    if (!struct.deleted) return false;
  }
  return true;
};
