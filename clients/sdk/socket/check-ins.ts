import { limits } from "../../../protocol/limits.ts";
import type { ReceivedFrame } from "./frames.ts";
import { change, keep, remembered, say, type Turn, tell, without } from "./state.ts";

type Frame<T extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { type: T }>;

/**
 * "I am safe" at a roll-call and "all is well" of a lone worker. Like an answer, each is kept until the server has shown that
 * it has it, and says then how long ago the person pressed: somebody who pressed where there was no network did press.
 */
export const checkIn = (turn: Turn, rollCallId: string, musterPointId: string | undefined) => {
  const pressed = { at: turn.now, ...(musterPointId === undefined ? {} : { musterPointId }) };
  keep(turn, { checkIns: { ...turn.state.kept.checkIns, [rollCallId]: pressed } });
  sayCheckIns(turn);
};

export const checkedIn = (turn: Turn, loneWorkerSessionId: string) => {
  keep(turn, { checkedIns: { ...turn.state.kept.checkedIns, [loneWorkerSessionId]: { at: turn.now } } });
  sayCheckIns(turn);
};

const secondsAgo = (turn: Turn, at: number) => {
  // A clock that was set back would give less than nothing.
  const seconds = Math.round(Math.max(0, turn.now - at) / 1_000);
  return seconds === 0 ? {} : { secondsAgo: Math.min(seconds, limits.checkInSecondsAgo) };
};

/** Says what is kept; too old is what the server would not take any more. @returns whether anything was said */
export const sayCheckIns = (turn: Turn): boolean => {
  if (turn.state.phase !== "online") return false;
  const { checkIns = {}, checkedIns = {} } = turn.state.kept;
  const isFresh = (at: number): boolean => turn.now - at <= limits.checkInSecondsAgo * 1_000;
  let said = false;
  for (const [rollCallId, { at, musterPointId }] of Object.entries(checkIns)) {
    if (!isFresh(at)) continue;
    const point = musterPointId === undefined ? {} : { musterPointId };
    say(turn, { type: "checkIn", rollCallId, ...point, ...secondsAgo(turn, at) });
    said = true;
  }
  for (const [loneWorkerSessionId, { at }] of Object.entries(checkedIns)) {
    if (!isFresh(at)) continue;
    say(turn, { type: "checkedIn", loneWorkerSessionId, ...secondsAgo(turn, at) });
    said = true;
  }
  return said;
};

const dropCheckIn = (turn: Turn, id: string) => keep(turn, { checkIns: without(turn.state.kept.checkIns ?? {}, id) });
const dropCheckedIn = (turn: Turn, id: string) =>
  keep(turn, { checkedIns: without(turn.state.kept.checkedIns ?? {}, id) });

/** Of two frames of one roll-call the one with the larger version holds. */
export const rollCallShown = (turn: Turn, frame: Frame<"rollCall">) => {
  const { rollCallId, version, you, state } = frame;
  // `accepted` also where a marshal has said since that the person is missing: that word holds, and ours is stored.
  const isTaken = frame.accepted === true || you?.state === "accountedFor" || state === "closed";
  if (isTaken && turn.state.kept.checkIns?.[rollCallId] !== undefined) dropCheckIn(turn, rollCallId);
  if (version < (turn.state.versions.get(rollCallId) ?? -1)) return;
  const versions = new Map([...turn.state.versions].filter(([id]) => id !== rollCallId).slice(-remembered));
  change(turn, { versions: versions.set(rollCallId, version) });
  tell(turn, { name: "rollCall", value: frame });
};

/** Only ever the reply to a check-in. */
export const loneWorkerShown = (turn: Turn, frame: Frame<"loneWorker">) => {
  if (turn.state.kept.checkedIns?.[frame.loneWorkerSessionId] !== undefined)
    dropCheckedIn(turn, frame.loneWorkerSessionId);
  tell(turn, { name: "loneWorker", value: frame });
};

/** A check-in that will never be taken is not kept; one that only met a busy server is said again by the timer. */
export const checkInRefused = (turn: Turn, { code, ref }: Frame<"error">) => {
  if (ref === undefined || code === "rate_limited" || code === "unavailable") return;
  if (turn.state.kept.checkIns?.[ref] !== undefined) dropCheckIn(turn, ref);
  if (turn.state.kept.checkedIns?.[ref] !== undefined) dropCheckedIn(turn, ref);
};
