import type { AvailabilityReport, PresenceReport } from "../../../protocol/presence.ts";
import type { ReceivedFrame } from "./frames.ts";
import { change, type SocketState, say, type Turn, type Watching } from "./state.ts";

type Frame<T extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { type: T }>;

/** Places one device may speak about before a line comes back. The oldest statement is dropped. */
const mostStatements = 50;

const samePlace = (a: PresenceReport, b: PresenceReport): boolean => a.siteId === b.siteId && a.zoneId === b.zoneId;

/** A newer statement about a place replaces the older; the order of the others is kept, because it has a meaning. */
export const statePresence = (turn: Turn, report: PresenceReport) => {
  const others = turn.state.presence.filter((former) => !samePlace(former, report));
  change(turn, { presence: [...others, report].slice(-mostStatements) });
  say(turn, { type: "presence", ...report });
};

export const stateAvailability = (turn: Turn, report: AvailabilityReport) => {
  change(turn, { availability: report });
  say(turn, { type: "availability", ...report });
};

/** Replies name no statement, so what they show decides which statements have arrived. */
export const presenceReplied = (turn: Turn, frame: Frame<"presence">) => {
  const isShown = (report: PresenceReport): boolean => {
    const entry = frame.presence.find((e) => e.siteId === report.siteId && e.zoneId === report.zoneId);
    return (entry?.state === "present") === report.present;
  };
  change(turn, { presence: turn.state.presence.filter((report) => !isShown(report)) });
};

export const availabilityReplied = (turn: Turn, frame: Frame<"availability">) => {
  if (turn.state.availability?.available === frame.available) dropAvailability(turn);
};

const dropAvailability = (turn: Turn) => {
  const { availability: _, ...rest } = turn.state;
  turn.state = rest;
};

const watchFrame = ({ board, siteId, alarmId, rollCallId }: Watching) => ({
  type: "watch" as const,
  board,
  ...(siteId === undefined ? {} : { siteId }),
  ...(alarmId === undefined ? {} : { alarmId }),
  ...(rollCallId === undefined ? {} : { rollCallId }),
});

/** One board of a kind at a time, as the wire's `unwatch {board}` has it. */
export const watch = (turn: Turn, watching: Watching) => {
  const others = turn.state.watching.filter((w) => w.board !== watching.board);
  change(turn, { watching: [...others, { ...watching, shown: false }] });
  say(turn, watchFrame(watching));
};

export const unwatch = (turn: Turn, board: Watching["board"]) => {
  change(turn, { watching: turn.state.watching.filter((w) => w.board !== board) });
  say(turn, { type: "unwatch", board });
};

export const boardShown = (turn: Turn, board: Watching["board"]) => {
  if (turn.state.watching.some((w) => w.board === board && !w.shown))
    change(turn, { watching: turn.state.watching.map((w) => (w.board === board ? { ...w, shown: true } : w)) });
};

const passing = (code: string): boolean => code === "rate_limited" || code === "unavailable";

/**
 * A refused watch or statement is not made again after the next reconnect. The errors of the wire name an alarm or a type
 * of frame; a watch that has shown its board is not what a new error is about.
 *
 * @returns whether the error was about one of these
 */
export const refused = (turn: Turn, error: Frame<"error">): boolean => {
  if (error.ref === undefined || passing(error.code)) return false;
  const watching = turn.state.watching.filter(
    (w) => w.shown || (error.ref !== "watch" && ![w.alarmId, w.rollCallId].includes(error.ref)),
  );
  if (watching.length < turn.state.watching.length) {
    change(turn, { watching });
    return true;
  }
  // Replies come in the order of the statements: the oldest is the refused one.
  if (error.ref === "presence") change(turn, { presence: turn.state.presence.slice(1) });
  else if (error.ref === "availability") dropAvailability(turn);
  else return false;
  return true;
};

/** After every `welcome`. */
export const sayAgain = (turn: Turn) => {
  const { watching, presence, availability, seen }: SocketState = turn.state;
  for (const report of presence) say(turn, { type: "presence", ...report });
  if (availability !== undefined) say(turn, { type: "availability", ...availability });
  for (const watched of watching) say(turn, watchFrame(watched));
  for (const alarmId of seen) say(turn, { type: "seen", alarmId });
  change(turn, { watching: watching.map((w) => ({ ...w, shown: false })) });
};
