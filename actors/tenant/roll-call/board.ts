import type { RollCallBoard } from "../../../protocol/socket/server-frames.ts";
import type { Desk } from "../desk.ts";
import { nameIn, pointsIn } from "./changing.ts";
import { showLine, showRollCall } from "./roll-call.ts";

/** Lines of one frame. */
const rowsPerFrame = 1_000;

/**
 * What watchers of a roll-call are sent: its totals and these lines, in frames of a size that a socket takes. Undefined when
 * there is no such roll-call.
 */
export const rollCallBoard = (
  desk: Desk,
  rollCallId: string,
  lines: readonly number[] | "all",
): string[] | undefined => {
  const opened = desk.rollCalls.get(rollCallId);
  if (opened === undefined) return undefined;
  const { facts, roll } = opened;
  const nameOf = nameIn(desk);
  const rollCall = showRollCall(facts, roll, pointsIn(desk, opened), nameOf);
  const shown = lines === "all" ? roll.userIds.map((_, i) => i) : lines;
  const frames: string[] = [];
  for (let from = 0; from === 0 || from < shown.length; from += rowsPerFrame) {
    const frame = {
      type: "board",
      board: "rollCall",
      // Only the first part replaces what the watcher had; the others add to it.
      full: lines === "all" && from === 0,
      rollCall,
      lines: shown.slice(from, from + rowsPerFrame).map((i) => showLine(roll, i, nameOf)),
    } satisfies RollCallBoard;
    frames.push(JSON.stringify(frame));
  }
  return frames;
};
