import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { writePermissionDenied } from "y-protocols/auth";
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync";

/**
 * The y-websocket protocol, as bytes: a kind, then what y-protocols says of it. Decoded here and not by y-protocols' own
 * readers, because those apply what they read to a document at once and swallow what goes wrong (threats.md 5).
 */
const kinds = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;

export type SyncFrame =
  /** What the client has: it wants the rest. */
  | { type: "step1"; stateVector: Uint8Array }
  /** What the client has and we may lack (`step2`, answering ours), or has just written. */
  | { type: "step2" | "update"; update: Uint8Array }
  | { type: "awareness"; update: Uint8Array }
  | { type: "queryAwareness" };

/** Decodes one binary frame of a client (T20), or undefined: malformed, with bytes left over, or of a kind that servers send. */
export const readSyncFrame = (bytes: Uint8Array): SyncFrame | undefined => {
  try {
    const decoder = decoding.createDecoder(bytes);
    const frame = read(decoder);
    return decoding.hasContent(decoder) ? undefined : frame;
  } catch {
    return undefined;
  }
};

/** Whether a frame says of itself that it answers `step1`: such a one may be larger. Reads two bytes and judges nothing else. */
export const isStep2 = (bytes: Uint8Array): boolean => bytes[0] === kinds.sync && bytes[1] === messageYjsSyncStep2;

const read = (decoder: decoding.Decoder): SyncFrame | undefined => {
  switch (decoding.readVarUint(decoder)) {
    case kinds.sync: {
      const type = decoding.readVarUint(decoder);
      const content = decoding.readVarUint8Array(decoder);
      if (type === messageYjsSyncStep1) return { type: "step1", stateVector: content };
      if (type === messageYjsSyncStep2) return { type: "step2", update: content };
      return type === messageYjsUpdate ? { type: "update", update: content } : undefined;
    }
    case kinds.awareness:
      return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    case kinds.queryAwareness:
      return { type: "queryAwareness" };
    default:
      return undefined;
  }
};

const syncFrame = (type: number, content: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kinds.sync);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
};

/** Asks a client for what we lack. */
export const step1Frame = (stateVector: Uint8Array): Uint8Array => syncFrame(messageYjsSyncStep1, stateVector);
/** Answers `step1`. */
export const step2Frame = (update: Uint8Array): Uint8Array => syncFrame(messageYjsSyncStep2, update);
export const updateFrame = (update: Uint8Array): Uint8Array => syncFrame(messageYjsUpdate, update);

export const awarenessFrame = (update: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kinds.awareness);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
};

/** Asks every client for its awareness: after a wake nobody's is known here. */
export const queryAwarenessFrame = (): Uint8Array => Uint8Array.of(kinds.queryAwareness);

/** Tells a client that what it wrote was not taken; a y-websocket provider reports it. */
export const deniedFrame = (reason: string): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kinds.auth);
  writePermissionDenied(encoder, reason);
  return encoding.toUint8Array(encoder);
};
