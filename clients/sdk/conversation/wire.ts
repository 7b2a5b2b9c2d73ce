import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { readAuthMessage } from "y-protocols/auth";
import { type Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import {
  messageYjsSyncStep1,
  messageYjsSyncStep2,
  messageYjsUpdate,
  writeSyncStep1,
  writeUpdate,
} from "y-protocols/sync";
import * as Y from "yjs";

/** The y-websocket protocol as a client speaks it: a kind, then what y-protocols says of it. */
const kinds = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;

type Bytes = Uint8Array<ArrayBuffer>;

const framed = (kind: number, write: (encoder: encoding.Encoder) => void): Bytes => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  write(encoder);
  // SAFETY: lib0 writes into array buffers of its own, never into shared ones.
  return encoding.toUint8Array(encoder) as Bytes;
};

/** Asks for what a document lacks. */
export const step1Frame = (doc: Y.Doc): Bytes => framed(kinds.sync, (encoder) => writeSyncStep1(encoder, doc));
export const updateFrame = (update: Uint8Array): Bytes => framed(kinds.sync, (encoder) => writeUpdate(encoder, update));
/** Answers the server's question. Such a frame alone may be as large as a note. */
export const step2Frame = (update: Uint8Array): Bytes =>
  framed(kinds.sync, (encoder) => {
    encoding.writeVarUint(encoder, messageYjsSyncStep2);
    encoding.writeVarUint8Array(encoder, update);
  });
/** What this client says of itself. */
export const ownAwarenessFrame = (awareness: Awareness): Bytes =>
  framed(kinds.awareness, (encoder) =>
    encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID])),
  );

/** What came of a frame of the server. */
export type Applied =
  /** `reply` answers the server's own question: what it lacks of ours. */
  | { type: "asked"; reply: Bytes }
  /** The document is whole now. */
  | { type: "synced" }
  | { type: "applied" }
  | { type: "queried" }
  /** What was written was not taken. */
  | { type: "denied"; reason: string }
  | { type: "undecodable" };

/**
 * Applies one binary frame. Read here and not by y-protocols' own reader, which swallows what goes wrong.
 *
 * @param origin of the changes it makes to the document
 */
export const applyFrame = (
  bytes: Uint8Array,
  doc: Y.Doc,
  awareness: Awareness | undefined,
  origin: unknown,
): Applied => {
  try {
    const decoder = decoding.createDecoder(bytes);
    switch (decoding.readVarUint(decoder)) {
      case kinds.sync:
        return sync(decoder, doc, origin);
      case kinds.awareness: {
        const update = decoding.readVarUint8Array(decoder);
        if (awareness !== undefined) applyAwarenessUpdate(awareness, update, origin);
        return { type: "applied" };
      }
      case kinds.auth: {
        let said = "";
        readAuthMessage(decoder, doc, (_, reason) => {
          said = reason;
        });
        return { type: "denied", reason: said };
      }
      case kinds.queryAwareness:
        return { type: "queried" };
      default:
        return { type: "undecodable" };
    }
  } catch {
    return { type: "undecodable" };
  }
};

const sync = (decoder: decoding.Decoder, doc: Y.Doc, origin: unknown): Applied => {
  const type = decoding.readVarUint(decoder);
  const content = decoding.readVarUint8Array(decoder);
  switch (type) {
    case messageYjsSyncStep1:
      return { type: "asked", reply: step2Frame(Y.encodeStateAsUpdate(doc, content)) };
    case messageYjsSyncStep2:
      Y.applyUpdate(doc, content, origin);
      return { type: "synced" };
    case messageYjsUpdate:
      Y.applyUpdate(doc, content, origin);
      return { type: "applied" };
    default:
      return { type: "undecodable" };
  }
};
