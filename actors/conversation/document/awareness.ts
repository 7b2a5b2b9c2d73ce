import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as z from "zod";
import { limits } from "../../../protocol/limits.ts";

/**
 * Who is typing, and where. Awareness comes unauthenticated (threats.md 5): here each socket speaks for one client id alone, and
 * whose it is the actor writes into the state itself. No `Awareness` of y-protocols is made: its timer would keep the object
 * from hibernating (platform.md C2).
 */
export interface ClientAwareness {
  clientId: number;
  clock: number;
  /** JSON; `null` for somebody who went. */
  state: string;
}

const State = z.nullable(z.record(z.string(), z.json()));

/** What a client said. Providers send on what they hear of others as well: that is passed over. */
export type Said = { own?: ClientAwareness } | "forged" | undefined;

/**
 * Decodes what a client says of itself and takes out what is not its own.
 *
 * @param own the client id that this socket has spoken for before; without one, a single state says which it is
 * @param known the clock of a client id that another socket of the room speaks for
 * @returns undefined when malformed or too large; `forged` when it says something new in another one's name
 */
export const readAwareness = (
  update: Uint8Array,
  own: number | undefined,
  known: (clientId: number) => number | undefined,
  user: { userId: string },
): Said => {
  try {
    const entries = readEntries(update);
    for (const { clientId, clock, state } of entries)
      if (clientId !== own && state !== "null" && clock > (known(clientId) ?? Number.POSITIVE_INFINITY))
        return "forged";
    const [first] = entries;
    const mine =
      own !== undefined
        ? entries.find(({ clientId }) => clientId === own)
        : entries.length === 1 && first !== undefined && known(first.clientId) === undefined
          ? first
          : undefined;
    if (mine === undefined) return {};
    if (mine.state.length > limits.awarenessBytes) return undefined;
    const state = State.parse(JSON.parse(mine.state));
    return { own: { ...mine, state: state === null ? "null" : JSON.stringify({ ...state, user }) } };
  } catch {
    return undefined;
  }
};

/** Throws when it is malformed. */
const readEntries = (update: Uint8Array): ClientAwareness[] => {
  const decoder = decoding.createDecoder(update);
  const entries = Array.from({ length: Math.min(decoding.readVarUint(decoder), limits.roomSockets) }, () => ({
    clientId: decoding.readVarUint(decoder),
    clock: decoding.readVarUint(decoder),
    state: decoding.readVarString(decoder),
  }));
  if (decoding.hasContent(decoder)) throw new Error("more than it says");
  return entries;
};

/** The states of many clients as one update. */
export const encodeAwareness = (clients: readonly ClientAwareness[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, clients.length);
  for (const { clientId, clock, state } of clients) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
};

/** What is said for a client whose socket closed. */
export const gone = (client: ClientAwareness): ClientAwareness => ({
  ...client,
  clock: client.clock + 1,
  state: "null",
});
