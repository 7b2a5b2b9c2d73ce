import { signal } from "@preact/signals";
import type { Alarm } from "../../../protocol/alarms.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { isWallboard, mayCoordinate } from "./session.ts";

/** All open alarms of the organisation, the newest first; undefined until the board was received. */
export const openAlarms = signal<readonly Alarm[] | undefined>(undefined);

const newestFirst = (a: Alarm, b: Alarm): number => b.raisedAt.localeCompare(a.raisedAt);

/** A board that holds only changes takes the place of what it names and leaves the rest. */
const merged = (former: readonly Alarm[], changed: readonly Alarm[]): readonly Alarm[] => {
  const ids = new Set(changed.map((a) => a.alarmId));
  return [...changed, ...former.filter((a) => !ids.has(a.alarmId))];
};

export const listenForBoard = (line: AlarmSocket): void => {
  openAlarms.value = undefined;
  line.on("board", (board) => {
    if (board.board !== "alarms") return;
    const next = board.full ? board.alarms : merged(openAlarms.value ?? [], board.alarms);
    openAlarms.value = next.filter((a) => a.state === "open").toSorted(newestFirst);
  });
  if (mayCoordinate.value || isWallboard.value) line.watch({ board: "alarms" });
};
