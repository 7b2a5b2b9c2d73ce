import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** The y-websocket protocol from the client's side, written down once more by hand: it is what the server is held against. */
type ServerFrame =
  | { type: "update"; update: Uint8Array; step2: boolean }
  | { type: "step1"; stateVector: Uint8Array }
  | { type: "denied"; reason: string }
  | { type: "awareness"; clients: { clientId: number; clock: number; state: unknown }[] }
  | { type: "queryAwareness" };

const frame = (...parts: (number | Uint8Array)[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  for (const part of parts)
    if (typeof part === "number") encoding.writeVarUint(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
};

export const step1 = (stateVector: Uint8Array): Uint8Array => frame(0, 0, stateVector);
export const step2 = (update: Uint8Array): Uint8Array => frame(0, 1, update);
export const written = (update: Uint8Array): Uint8Array => frame(0, 2, update);

export const awareness = (...clients: { clientId: number; clock: number; state: unknown }[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, clients.length);
  for (const { clientId, clock, state } of clients) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  }
  return frame(1, encoding.toUint8Array(encoder));
};

export const readServerFrame = (bytes: Uint8Array): ServerFrame => {
  const decoder = decoding.createDecoder(bytes);
  switch (decoding.readVarUint(decoder)) {
    case 0: {
      const type = decoding.readVarUint(decoder);
      const content = decoding.readVarUint8Array(decoder);
      return type === 0
        ? { type: "step1", stateVector: content }
        : { type: "update", update: content, step2: type === 1 };
    }
    case 1: {
      const inner = decoding.createDecoder(decoding.readVarUint8Array(decoder));
      const clients = Array.from({ length: decoding.readVarUint(inner) }, () => ({
        clientId: decoding.readVarUint(inner),
        clock: decoding.readVarUint(inner),
        state: JSON.parse(decoding.readVarString(inner)) as unknown,
      }));
      return { type: "awareness", clients };
    }
    case 2:
      decoding.readVarUint(decoder);
      return { type: "denied", reason: decoding.readVarString(decoder) };
    case 3:
      return { type: "queryAwareness" };
    default:
      throw new Error("a frame of no known kind");
  }
};
