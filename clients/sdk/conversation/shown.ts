import type { Message } from "../../../protocol/conversation/rooms.ts";
import type { Command, KeptRoom, Refused } from "./memory.ts";

/** A message as it is shown. */
export interface ShownMessage {
  message: Message;
  /** Something this person did to it is not confirmed yet; it is shown as if it were. */
  waiting: boolean;
}

/** A message of this person that the server does not have yet. */
export interface UnsentMessage {
  command: Extract<Command, { type: "send" }>;
  /** When it was written, ms since 1970 by this device. */
  at: number;
  /** The server will never take it: why. */
  refused?: string;
}

export interface RoomView {
  /** In the one order that everybody has, older epochs first. */
  messages: readonly ShownMessage[];
  /** Behind all of them, in the order they were written. */
  unsent: readonly UnsentMessage[];
  /** Changes of messages that the server will never take. */
  refused: readonly Refused[];
  /** There are older epochs that were not loaded. */
  hasOlder: boolean;
  /** The newest epoch's document is what the server has, or was when the line was last up. */
  isWhole: boolean;
}

/** What the person did to a message, as if the server had it already. */
export const applied = (message: Message, command: Command, me: string): Message => {
  switch (command.type) {
    case "send":
      return message;
    case "edit": {
      const { mentions: _, ...rest } = message;
      return { ...rest, text: command.text, ...(command.mentions === undefined ? {} : { mentions: command.mentions }) };
    }
    case "delete": {
      const { messageId, seq, at, authorId } = message;
      return { messageId, seq, at, gone: "deleted", ...(authorId === undefined ? {} : { authorId }) };
    }
    case "react": {
      const others = (message.reactions?.[command.emoji] ?? []).filter((userId) => userId !== me);
      const { [command.emoji]: _, ...rest } = message.reactions ?? {};
      const given = command.on ? [...others, me] : others;
      return { ...message, reactions: given.length === 0 ? rest : { ...rest, [command.emoji]: given } };
    }
  }
};

/**
 * Messages of all loaded epochs with what is still in the queue.
 *
 * @param epochs the messages of each loaded epoch, the oldest first
 * @param changed newer states of messages of older epochs
 */
export const showRoom = (
  epochs: readonly (readonly Message[])[],
  changed: ReadonlyMap<string, Message>,
  kept: Pick<KeptRoom, "queue" | "refused">,
  me: string,
): Pick<RoomView, "messages" | "unsent" | "refused"> => {
  const known = new Set<string>();
  const waiting = Map.groupBy(kept.queue, ({ command }) => command.messageId);
  const messages = epochs.flat().flatMap((stored): ShownMessage[] => {
    // An epoch that ended while it was being loaded may come twice.
    if (known.has(stored.messageId)) return [];
    known.add(stored.messageId);
    const message = changed.get(stored.messageId) ?? stored;
    const changes = waiting.get(message.messageId)?.filter(({ command }) => command.type !== "send") ?? [];
    return [
      {
        message: changes.reduce((so, { command }) => applied(so, command, me), message),
        waiting: changes.length > 0,
      },
    ];
  });
  const unsent = [
    ...kept.refused.flatMap(({ command, at, code }) =>
      command.type === "send" ? [{ command, at, refused: code }] : [],
    ),
    ...kept.queue.flatMap(({ command, at }) => (command.type === "send" ? [{ command, at }] : [])),
  ].filter(({ command }) => !known.has(command.messageId));
  return { messages, unsent, refused: kept.refused.filter(({ command }) => command.type !== "send") };
};
