import type { ReceivedFrame } from "./frames.ts";
import { change, keep, say, type Turn, tell } from "./state.ts";

type Frame<T extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { type: T }>;

/** Alarms remembered as shown or ended. More than anybody gets while a server may still send them again. */
const remembered = 500;

const remember = (list: readonly string[], id: string): string[] => [...list, id].slice(-remembered);

const highest = (turn: Turn, seq: number): number => Math.max(turn.state.kept.lastSeq ?? 0, seq);

/**
 * Every arrival is receipted, also a repeat: the server repeats because it did not get the receipt. Shown once, by the
 * alarm's id and not by `seq > lastSeq`: an alarm that was overtaken by a later one comes with a lower number and is new.
 * Told before it is saved: a crash in between shows it twice, the other order would not show it at all.
 */
export const arrived = (turn: Turn, frame: Frame<"alarm">) => {
  const { kept } = turn.state;
  turn.effects.push({ type: "send", frame: { type: "receipt", alarmId: frame.alarmId } });
  const isNew = !kept.shown.includes(frame.alarmId);
  if (isNew) tell(turn, { name: "alarm", value: { ...frame, ended: kept.ended.includes(frame.alarmId) } });
  else if (frame.seq <= (kept.lastSeq ?? 0)) return;
  keep(turn, {
    lastSeq: highest(turn, frame.seq),
    shown: isNew ? remember(kept.shown, frame.alarmId) : kept.shown,
  });
};

export const stoodDown = (turn: Turn, frame: Frame<"standDown">) => {
  const { kept } = turn.state;
  const isNew = !kept.ended.includes(frame.alarmId);
  if (isNew) tell(turn, { name: "standDown", value: frame });
  else if (frame.seq <= (kept.lastSeq ?? 0)) return;
  change(turn, { seen: turn.state.seen.filter((id) => id !== frame.alarmId) });
  keep(turn, {
    lastSeq: highest(turn, frame.seq),
    ended: isNew ? remember(kept.ended, frame.alarmId) : kept.ended,
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
  keep(turn, { lastSeq: 0 });
  change(turn, { versions: new Map() });
};
