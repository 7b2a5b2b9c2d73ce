/** The y-websocket protocol as a reader and a writer need it, and hocuspocus' form of it, which names the document first. */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** What stands before each frame: nothing, or the document's name. */
export const prefixOf = (document: string | undefined): Uint8Array => {
  const encoder = encoding.createEncoder();
  if (document !== undefined) encoding.writeVarString(encoder, document);
  return encoding.toUint8Array(encoder);
};

const frame = (prefix: Uint8Array, type: number, content: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, prefix);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
};

/** Asks for everything: the state vector of an empty document. */
export const askAll = (prefix: Uint8Array): Uint8Array => frame(prefix, 0, Y.encodeStateVector(new Y.Doc()));
export const updateOf = (prefix: Uint8Array, update: Uint8Array): Uint8Array => frame(prefix, 2, update);

/** hocuspocus wants a token first, also where it looks at none. */
export const authenticate = (document: string): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, 2);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, "");
  return encoding.toUint8Array(encoder);
};

/** What a frame is, by its first bytes alone: 500 readers share the client's core. */
export const kindOf = (bytes: Uint8Array, prefix: Uint8Array): "all" | "update" | "other" => {
  const at = prefix.byteLength;
  if (bytes[at] !== 0) return "other";
  return bytes[at + 1] === 1 ? "all" : bytes[at + 1] === 2 ? "update" : "other";
};
