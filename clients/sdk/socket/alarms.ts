import type { ReceivedFrame } from "./frames.ts";
import { change, keep, remember, remembered, say, type Turn, tell, without } from "./state.ts";

type Frame<T extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { type: T }>;

const highest = (turn: Turn, seq: number): number => Math.max(turn.state.kept.lastSeq ?? 0, seq);

/** The newest number handled of an alarm: of its calls (the first, re-alarms, re-openings) and ends the largest holds. */
const numbered = (turn: Turn, alarmId: string, seq: number): Record<string, number> => {
  const { numbers = {} } = turn.state.kept;
  const entry = [alarmId, Math.max(seq, numbers[alarmId] ?? 0)] as const;
  return Object.fromEntries([...Object.entries(without(numbers, alarmId)), entry].slice(-remembered));
};

const hasAnswered = ({ state: { kept } }: Turn, alarmId: string): boolean =>
  kept.answers[alarmId] !== undefined || kept.answered?.includes(alarmId) === true;

/** Whatever is called again later, this person need not be asked a second time. */
export const answeredNow = (turn: Turn, alarmId: string): readonly string[] => {
  const { answered = [] } = turn.state.kept;
  return answered.includes(alarmId) ? answered : remember(answered, alarmId);
};

/**
 * Every arrival is receipted, also a repeat: the server repeats because it did not get the receipt. A call is shown once, by
 * the alarm's id and the number of its newest call, and not by `seq > lastSeq`: an alarm that was overtaken by a later one
 * comes with a lower number and is new. Told before it is saved: a crash in between shows it twice, the other order would not
 * show it at all.
 */
export const arrived = (turn: Turn, frame: Frame<"alarm">) => {
  const { kept } = turn.state;
  const { alarmId, seq } = frame;
  turn.effects.push({ type: "send", frame: { type: "receipt", alarmId } });
  const isNew = !kept.shown.includes(alarmId);
  const wasEnded = kept.ended.includes(alarmId);
  // Both are asked for: a number alone grows as well where the server counts anew, and then it is a plain repeat.
  const isCalledAgain = frame.reAlarm !== undefined || frame.reopened === true;
  const isLater = isCalledAgain && seq > (kept.numbers?.[alarmId] ?? kept.lastSeq ?? 0);
  const reopens = wasEnded && isLater;
  const answered = hasAnswered(turn, alarmId) ? { answered: true as const } : {};
  if (isNew) tell(turn, { name: "alarm", value: { ...frame, ...answered, ended: wasEnded && !reopens } });
  else if (reopens) tell(turn, { name: "alarm", value: { ...frame, ...answered, ended: false, again: "reopened" } });
  else if (isLater && answered.answered === undefined)
    tell(turn, { name: "alarm", value: { ...frame, ended: false, again: "reAlarm" } });
  else if (!isLater && seq <= (kept.lastSeq ?? 0)) return;
  keep(turn, {
    lastSeq: highest(turn, seq),
    shown: isNew ? remember(kept.shown, alarmId) : kept.shown,
    ended: reopens ? kept.ended.filter((id) => id !== alarmId) : kept.ended,
    numbers: numbered(turn, alarmId, seq),
  });
};

/** One that a later re-opening overtook is over and done with. */
export const stoodDown = (turn: Turn, frame: Frame<"standDown">) => {
  const { kept } = turn.state;
  const { alarmId, seq } = frame;
  const isNew = !kept.ended.includes(alarmId) && seq > (kept.numbers?.[alarmId] ?? 0);
  if (isNew) tell(turn, { name: "standDown", value: frame });
  else if (seq <= (kept.lastSeq ?? 0)) return;
  change(turn, { seen: turn.state.seen.filter((id) => id !== alarmId) });
  keep(turn, {
    lastSeq: highest(turn, seq),
    ended: isNew ? remember(kept.ended, alarmId) : kept.ended,
    numbers: numbered(turn, alarmId, seq),
  });
};

/** Of two updates the one with the larger version holds, whichever came last. */
export const updated = (turn: Turn, frame: Frame<"alarmUpdate">) => {
  const { alarmId, version, you } = frame;
  if (version <= (turn.state.versions.get(alarmId) ?? -1)) return;
  const versions = new Map([...turn.state.versions].filter(([id]) => id !== alarmId).slice(-remembered));
  change(turn, { versions: versions.set(alarmId, version) });
  if (you?.state === "seen" || you?.state === "answered")
    change(turn, { seen: turn.state.seen.filter((id) => id !== alarmId) });
  if (you?.state === "answered" && turn.state.kept.answered?.includes(alarmId) !== true)
    keep(turn, { answered: answeredNow(turn, alarmId) });
  tell(turn, { name: "alarmUpdate", value: frame });
};

/** `seen` has no answer, so it is said again after a reconnect until an update shows that the server knows. */
export const sawAlarm = (turn: Turn, alarmId: string) => {
  if (!turn.state.seen.includes(alarmId)) change(turn, { seen: remember(turn.state.seen, alarmId) });
  say(turn, { type: "seen", alarmId });
};

/**
 * A server that is behind us has another past (it was set up anew, or restored from a copy): our number means nothing to
 * it, and holding on to it would hide its next alarms. What was shown stays remembered, by ids that are never used twice.
 */
export const compareNumbering = (turn: Turn, welcome: Frame<"welcome">) => {
  if (welcome.resumed || welcome.seq >= (turn.state.kept.lastSeq ?? 0)) return;
  keep(turn, { lastSeq: 0, numbers: {} });
  change(turn, { versions: new Map() });
};
