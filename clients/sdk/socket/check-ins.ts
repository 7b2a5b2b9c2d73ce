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
  sayCheckIn(turn, rollCallId);
};

export const checkedIn = (turn: Turn, loneWorkerSessionId: string) => {
  keep(turn, { checkedIns: { ...turn.state.kept.checkedIns, [loneWorkerSessionId]: { at: turn.now } } });
  sayCheckedIn(turn, loneWorkerSessionId);
};

/** What is older the server would not take any more. */
const isFresh = (turn: Turn, at: number): boolean => turn.now - at <= limits.checkInSecondsAgo * 1_000;

const secondsAgo = (turn: Turn, at: number) => {
  // A clock that was set back would give less than nothing.
  const seconds = Math.round(Math.max(0, turn.now - at) / 1_000);
  return seconds === 0 ? {} : { secondsAgo: seconds };
};

const sayCheckIn = (turn: Turn, rollCallId: string) => {
  const pressed = turn.state.kept.checkIns?.[rollCallId];
  if (pressed === undefined || !isFresh(turn, pressed.at)) return;
  const point = pressed.musterPointId === undefined ? {} : { musterPointId: pressed.musterPointId };
  say(turn, { type: "checkIn", rollCallId, ...point, ...secondsAgo(turn, pressed.at) });
};

const sayCheckedIn = (turn: Turn, loneWorkerSessionId: string) => {
  const pressed = turn.state.kept.checkedIns?.[loneWorkerSessionId];
  if (pressed === undefined || !isFresh(turn, pressed.at)) return;
  say(turn, { type: "checkedIn", loneWorkerSessionId, ...secondsAgo(turn, pressed.at) });
};

/** Says what is kept, after a `welcome` and when the time for replies is over. @returns whether there was anything */
export const sayCheckIns = (turn: Turn): boolean => {
  const { checkIns = {}, checkedIns = {} } = turn.state.kept;
  const fresh = [...Object.values(checkIns), ...Object.values(checkedIns)].some(({ at }) => isFresh(turn, at));
  for (const id of Object.keys(checkIns)) sayCheckIn(turn, id);
  for (const id of Object.keys(checkedIns)) sayCheckedIn(turn, id);
  return fresh;
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
