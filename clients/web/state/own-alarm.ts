import { z } from "zod";
import { EndReason, RecipientState } from "../../../protocol/alarms.ts";
import { Fill } from "../../../protocol/course.ts";
import { Time } from "../../../protocol/ids.ts";
import { AlarmFrame, type AlarmUpdate, type StandDownFrame } from "../../../protocol/socket/server-frames.ts";
import { Response } from "../../../protocol/terms.ts";

/** Where the person's newest answer given on this page is. */
const Answering = z.strictObject({
  response: Response,
  etaMinutes: z.int().optional(),
  text: z.string().optional(),
  progress: z.enum(["sending", "accepted", "rejected"]),
  at: Time.optional(),
  /** The highest `seq` on this page when it was given: alarms after that one are news to the person. */
  knew: z.int(),
  /** Coming, but enough were already: stand by. */
  standBy: z.literal(true).optional(),
});

/** An alarm for the person of this page: what the server said, and what this page did with it. */
export const OwnAlarm = AlarmFrame.strip().extend({
  /** What the server knows of this person. */
  you: z.strictObject({ state: RecipientState, response: Response.optional() }).optional(),
  answering: Answering.optional(),
  /** How the need is met, as far as this page was told. */
  fill: Fill.optional(),
  /** Answered on another device: this page needs to ask nothing. */
  elsewhere: z.boolean(),
  /** Put away by the person: it no longer fills the screen. */
  aside: z.boolean(),
  muted: z.boolean(),
  ended: z.strictObject({ reason: EndReason.optional(), text: z.string().optional() }).optional(),
});
export type OwnAlarm = z.infer<typeof OwnAlarm>;

export const newAlarm = (frame: AlarmFrame & { ended?: boolean; answered?: true; again?: string }): OwnAlarm => {
  const { ended, answered = false, again: _, ...alarm } = frame;
  return {
    ...OwnAlarm.parse({ ...alarm, elsewhere: answered, aside: ended === true || answered, muted: false }),
    ...(ended ? { ended: {} } : {}),
  };
};

/** What this alarm's later call does to it: it is asked for again, and what was known of it stays. */
export const calledAgain = (known: OwnAlarm, frame: AlarmFrame & { answered?: true }): OwnAlarm => {
  const { ended: _, ...rest } = known;
  // Who has answered is not asked again; a re-opened alarm is open for them as well.
  const isAsked = frame.answered !== true && !known.elsewhere;
  return { ...rest, ...OwnAlarm.parse({ ...rest, ...frame }), aside: !isAsked, muted: false };
};

/** The answer that holds, as far as this page knows. */
export const responseOf = (alarm: OwnAlarm): Response | undefined => {
  const { answering, you } = alarm;
  if (answering !== undefined && answering.progress !== "rejected") return answering.response;
  return you?.response;
};

/** Nobody answered for this person yet. */
export const isUnanswered = (alarm: OwnAlarm): boolean => alarm.ended === undefined && responseOf(alarm) === undefined;

/** It fills the screen: until it is answered and put aside, and again for a stand-down while it is up. */
export const isUp = (alarm: OwnAlarm): boolean => !alarm.aside;

const pressing = { urgent: 0, normal: 1, information: 2 } as const;
const real = { actual: 0, exercise: 1, test: 1 } as const;

/** Which alarm is shown first: unanswered, then actual before exercise, then by urgency, then the newest. */
const mostPressing = (a: OwnAlarm, b: OwnAlarm): number =>
  Number(isUnanswered(b)) - Number(isUnanswered(a)) ||
  real[a.kind] - real[b.kind] ||
  pressing[a.urgency] - pressing[b.urgency] ||
  b.seq - a.seq;

/**
 * The alarm that fills the screen. One that was just answered stays, with what became of the answer, until the person goes
 * on; only an alarm that came after the answer takes its place.
 */
export const inFront = (alarms: readonly OwnAlarm[]): OwnAlarm | undefined => {
  const up = alarms.filter(isUp);
  const answered = up.find((a) => a.answering !== undefined && a.ended === undefined);
  const isNews = (a: OwnAlarm): boolean => isUnanswered(a) && a.seq > (answered?.answering?.knew ?? -1);
  return answered !== undefined && !up.some(isNews) ? answered : up.toSorted(mostPressing)[0];
};

export const withUpdate = (former: OwnAlarm, { you, fill }: AlarmUpdate): OwnAlarm => {
  const alarm = fill === undefined ? former : { ...former, fill };
  if (you === undefined) return alarm;
  const updated = { ...alarm, you };
  if (you.state !== "answered" || alarm.answering?.progress === "sending") return updated;
  // Ours is accepted and the server agrees: nothing new. Otherwise another device of the same person spoke last.
  if (alarm.answering?.progress === "accepted" && alarm.answering.response === you.response) return updated;
  const { answering: _, ...rest } = updated;
  return { ...rest, elsewhere: true, aside: true };
};

export const withStandDown = (alarm: OwnAlarm, { reason, text }: StandDownFrame): OwnAlarm => ({
  ...alarm,
  ended: { reason, ...(text === undefined ? {} : { text }) },
});
