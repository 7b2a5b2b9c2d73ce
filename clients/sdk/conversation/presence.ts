import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import * as z from "zod";

/** The server writes into a state whose it is. */
const State = z.object({ user: z.object({ userId: z.string() }), typing: z.literal(true) });

/** After the last key, ms, nobody is typing any more. */
export const quietMs = 4_000;

/**
 * Who is typing, on one line. Somebody who is not typing has no state at all: then nothing is renewed, and the room may sleep.
 * Made anew for every line, under another client id: the server may still hold the line before, which speaks for the old one.
 */
export class Presence {
  readonly awareness = new Awareness(new Y.Doc());
  readonly #say: () => void;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** @param say sends this client's own state; @param heard somebody else began or stopped */
  constructor(say: () => void, heard: () => void) {
    this.#say = say;
    this.awareness.setLocalState(null);
    this.awareness.on("update", (_: unknown, origin: unknown) => {
      if (this.#isOver) return;
      if (origin === "local") this.#say();
      else heard();
    });
  }

  /** Those who are typing now, without this person. */
  typing(me: string): string[] {
    const states = [...this.awareness.getStates().values()].flatMap((state) => {
      const read = State.safeParse(state);
      return read.success && read.data.user.userId !== me ? [read.data.user.userId] : [];
    });
    return [...new Set(states)];
  }

  /** A key was pressed. */
  type(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.rest(), quietMs);
    if (this.awareness.getLocalState() === null) this.awareness.setLocalState({ typing: true });
  }

  /** It was sent, or given up. */
  rest(): void {
    clearTimeout(this.#quiet);
    if (this.awareness.getLocalState() !== null) this.awareness.setLocalState(null);
  }

  /** The server asked. Who is silent has nothing to say. */
  sayAgain(): void {
    if (this.awareness.getLocalState() !== null) this.#say();
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#quiet);
    this.awareness.destroy();
  }
}
