import type { Command, KeptRoom, Refused, Waiting } from "./memory.ts";

/** Commands that may wait on one device. */
export const mostWaiting = 500;
/** Refused ones that are kept for the person to see; the oldest go first. */
const mostRefused = 50;

type Box = Pick<KeptRoom, "queue" | "refused">;

/**
 * Takes a command into the queue. What was never tried is changed in place: a message that was written and corrected
 * offline is sent once, as it ended up.
 *
 * @throws RangeError when too many wait
 */
export const enqueue = (box: Box, command: Command, at: number): Box => {
  const { queue } = box;
  const own = queue.find((w) => w.command.type === "send" && w.command.messageId === command.messageId);
  if (own !== undefined && !own.tried) {
    if (command.type === "send") return box;
    if (command.type === "delete")
      return { ...box, queue: queue.filter((w) => w.command.messageId !== command.messageId) };
    if (command.type === "edit") return { ...box, queue: queue.map((w) => (w === own ? edited(w, command) : w)) };
  }
  // Of changes that were never tried the newest says it all.
  const others = queue.filter((w) => w.tried || !replaces(command, w.command));
  if (others.length >= mostWaiting) throw new RangeError("too much waits to be sent");
  return { ...box, queue: [...others, { command, at, tried: false }] };
};

const edited = (waiting: Waiting, { text, mentions }: Extract<Command, { type: "edit" }>): Waiting => {
  if (waiting.command.type !== "send") return waiting;
  const { mentions: _, ...rest } = waiting.command;
  return { ...waiting, command: { ...rest, text, ...(mentions === undefined ? {} : { mentions }) } };
};

const replaces = (newer: Command, older: Command): boolean => {
  if (newer.messageId !== older.messageId || newer.type !== older.type) return false;
  return newer.type !== "react" || (older.type === "react" && newer.emoji === older.emoji);
};

/** The first in the queue is on its way. */
export const tried = (box: Box): Box => ({
  ...box,
  queue: box.queue.map((w, i) => (i === 0 && !w.tried ? { ...w, tried: true } : w)),
});

/** The server has the first one of the queue, if this is what it confirms. */
export const confirmed = (box: Box, of: Command["type"], messageId: string): Box => {
  const [first, ...rest] = box.queue;
  return first?.command.type === of && first.command.messageId === messageId ? { ...box, queue: rest } : box;
};

/** The server will never take the first one. Without its message, what was done to it has no meaning either. */
export const refuseFirst = (box: Box, code: string): Box => {
  const [first, ...rest] = box.queue;
  if (first === undefined) return box;
  const { command, at } = first;
  const queue = command.type === "send" ? rest.filter((w) => w.command.messageId !== command.messageId) : rest;
  return { queue, refused: [...box.refused, { command, at, code }].slice(-mostRefused) };
};

const isOf = (messageId: string) => (refused: Refused) => refused.command.messageId === messageId;

/** The person has seen that it was refused. */
export const discard = (box: Box, messageId: string): Box => ({
  ...box,
  refused: box.refused.filter((r) => !isOf(messageId)(r)),
});

/** The person tries what was refused once more. */
export const tryAgain = (box: Box, messageId: string, at: number): Box =>
  box.refused.filter(isOf(messageId)).reduce((so, { command }) => enqueue(so, command, at), discard(box, messageId));
