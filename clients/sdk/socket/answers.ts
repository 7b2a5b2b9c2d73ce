import { answeredNow } from "./alarms.ts";
import { sayCheckIns } from "./check-ins.ts";
import type { ReceivedFrame } from "./frames.ts";
import type { Answer } from "./memory.ts";
import { change, keep, say, type Turn, tell, without } from "./state.ts";

/** An answer without a reply is sent again after this time on the same line, ms. */
export const answerAgainMs = 5_000;

/**
 * An answer is kept until the server has confirmed it. Of one alarm only the newest is kept, and the next is sent only when
 * the former was replied to: so a reply can belong to one answer alone, and the server gets them in the person's order.
 */
export const respond = (turn: Turn, answer: Answer) => {
  keep(turn, { answers: { ...turn.state.kept.answers, [answer.alarmId]: answer } });
  if (turn.state.phase !== "online") return;
  if (turn.state.sent[answer.alarmId] === undefined) send(turn, answer);
  waitForReplies(turn);
};

/** What has no reply by then is said again. */
export const waitForReplies = (turn: Turn) => {
  if (turn.state.phase === "online") turn.effects.push({ type: "setTimer", name: "answers", ms: answerAgainMs });
};

/**
 * After every `welcome` everything kept is sent (with the former line the replies to what was sent on it were given up), and
 * again when the time for replies is over: the newest answers, whatever became of the former ones.
 */
export const sendKept = (turn: Turn) => {
  if (turn.state.phase !== "online") return;
  const answers = Object.values(turn.state.kept.answers);
  for (const answer of answers) send(turn, answer);
  const isAnySaid = sayCheckIns(turn);
  if (answers.length > 0 || isAnySaid) waitForReplies(turn);
};

const send = (turn: Turn, answer: Answer) => {
  const outstanding = (turn.state.sent[answer.alarmId]?.outstanding ?? 0) + 1;
  change(turn, { sent: { ...turn.state.sent, [answer.alarmId]: { answer, outstanding } } });
  say(turn, { type: "respond", ...answer });
};

export const accepted = (turn: Turn, frame: Extract<ReceivedFrame, { type: "responseAccepted" }>) => {
  const { alarmId } = frame;
  const sent = turn.state.sent[alarmId];
  if (sent === undefined || sent.answer.response !== frame.response) return;
  const newest = turn.state.kept.answers[alarmId] === sent.answer;
  if (newest) {
    keep(turn, { answers: without(turn.state.kept.answers, alarmId), answered: answeredNow(turn, alarmId) });
    // An answer says that the person has seen it.
    change(turn, { seen: turn.state.seen.filter((id) => id !== alarmId) });
  }
  replied(turn, alarmId, sent);
  if (newest) tell(turn, { name: "answerAccepted", value: frame });
};

/** @returns whether the error was about an answer */
export const rejected = (turn: Turn, error: Extract<ReceivedFrame, { type: "error" }>): boolean => {
  const alarmId = error.ref;
  const sent = alarmId === undefined ? undefined : turn.state.sent[alarmId];
  if (alarmId === undefined || sent === undefined) return false;
  if (error.code === "rate_limited" || error.code === "unavailable") {
    // These two pass: the answer stays kept, and not this reply but the timer sends it again.
    const outstanding = Math.max(0, sent.outstanding - 1);
    change(turn, { sent: { ...turn.state.sent, [alarmId]: { ...sent, outstanding } } });
    return true;
  }
  const newest = turn.state.kept.answers[alarmId] === sent.answer;
  if (newest) keep(turn, { answers: without(turn.state.kept.answers, alarmId) });
  replied(turn, alarmId, sent);
  if (newest)
    tell(turn, { name: "answerRejected", value: { ...sent.answer, code: error.code, message: error.message } });
  return true;
};

/** One reply came. After the last the way is free for a newer answer of the same alarm. */
const replied = (turn: Turn, alarmId: string, sent: { answer: Answer; outstanding: number }) => {
  const outstanding = sent.outstanding - 1;
  if (outstanding > 0) return change(turn, { sent: { ...turn.state.sent, [alarmId]: { ...sent, outstanding } } });
  change(turn, { sent: without(turn.state.sent, alarmId) });
  const next = turn.state.kept.answers[alarmId];
  if (next !== undefined) send(turn, next);
};
