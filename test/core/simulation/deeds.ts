import fc from "fast-check";
import type { Escalation, Ladder } from "../../../protocol/course.ts";
import type { Kind, Response } from "../../../protocol/terms.ts";
import type { Manner } from "./device.ts";
import type { Mood } from "./providers.ts";

/** Who is meant: numbers are taken modulo what the world has, so that every history fits every world and shrinks in any order. */
export interface AimedAt {
  everyone: boolean;
  roles: number[];
  sites: number[];
  zones: number[];
  users: number[];
}

export interface Conditioned {
  present: boolean;
  available: boolean;
  onDuty: boolean;
  qualified: boolean;
  visitors: "included" | "whenNeeded" | "never" | undefined;
}

export interface Step {
  afterSeconds: number;
  when: Escalation[number]["when"]["type"];
  percent: number;
  role: number;
  action: Escalation[number]["action"]["type"];
  aim: AimedAt;
  conditions: Conditioned | undefined;
  who: "unanswered" | "unreceived" | "all";
}

export interface Plan {
  aim: AimedAt;
  conditions: Conditioned | undefined;
  requirement: { role: number; count: number }[];
  whenFilled: "stop" | "collect" | undefined;
  steps: Step[];
  ladder: Ladder | undefined;
  forgotten: { remindMinutes: number; endMinutes: number };
  duress: boolean;
  silent: boolean;
}

/** One thing that somebody does, or that happens to the machine. */
export type Deed =
  | { do: "presence"; who: number; site: number; zone: number; state: "present" | "absent" | "unknown" }
  | { do: "availability"; who: number; available: boolean; minutes: number | undefined }
  | { do: "duty"; who: number; onDuty: boolean; minutes: number | undefined }
  | { do: "certificate"; who: number; role: number; expired: boolean }
  | { do: "enable"; who: number; enabled: boolean }
  | { do: "scenario"; plan: Plan }
  | { do: "raise"; by: number; scenario: number; kind: Kind; join: number | undefined }
  | { do: "hook"; hook: number; text: number; times: number }
  | { do: "repeat"; which: number }
  | { do: "connect"; device: number; manner: Manner }
  | { do: "disconnect"; device: number }
  | { do: "answer"; device: number; alarm: number; response: Response; etaMinutes: number | undefined }
  | { do: "answerAll"; alarm: number; response: Response; leaveOut: number }
  | { do: "answerAgain"; which: number }
  | { do: "reportAgain"; which: number }
  | { do: "escalate"; alarm: number; step: number | undefined }
  | { do: "reAlarm"; alarm: number; who: "unanswered" | "unreceived" | "all" }
  | { do: "standDown"; alarm: number }
  | { do: "reopen"; alarm: number }
  | { do: "wait"; ms: number }
  | { do: "kill" }
  | { do: "evict"; object: number }
  /** Calls to it fail at once or, when `silent`, what the tenant sends there arrives when the line is whole again. */
  | { do: "cut"; object: number; ms: number; silent: boolean }
  | { do: "provider"; channel: number; mood: Mood };

/** One kind of deed. */
export type Of<D extends Deed["do"]> = Extract<Deed, { do: D }>;

/** A deed, and after how many writes and calls within it the process is killed, if at all. */
export type Act = Deed & { killedAfter?: number | undefined };

export interface History {
  world: number;
  acts: Act[];
}

const n = fc.nat({ max: 11 });
const few = fc.array(n, { maxLength: 2 });
const aim: fc.Arbitrary<AimedAt> = fc.record({
  everyone: fc.boolean(),
  roles: few,
  sites: few,
  zones: fc.array(n, { maxLength: 1 }),
  users: fc.array(n, { maxLength: 1 }),
});
const conditions: fc.Arbitrary<Conditioned | undefined> = fc.option(
  fc.record({
    present: rarely(),
    available: rarely(),
    onDuty: rarely(),
    qualified: rarely(),
    visitors: fc.constantFrom(undefined, undefined, "included", "whenNeeded", "never"),
  }),
  { nil: undefined },
);

function rarely(): fc.Arbitrary<boolean> {
  return fc.nat({ max: 3 }).map((value) => value === 3);
}

const step: fc.Arbitrary<Step> = fc.record({
  afterSeconds: fc.constantFrom(0, 1, 7, 30, 100, 240),
  when: fc.constantFrom("always", "always", "unfilled", "unfillable", "noReceipt", "noResponse", "roleMissing"),
  percent: fc.constantFrom(1, 34, 50, 100),
  role: n,
  action: fc.constantFrom("widen", "neighbours", "visitors", "everyone", "reAlarm", "contacts"),
  aim,
  conditions,
  who: fc.constantFrom("unanswered", "unreceived", "all"),
});

const ladder: fc.Arbitrary<Ladder | undefined> = fc.option(
  fc.array(
    fc.record({
      criterion: fc.constantFrom("received", "seen", "responded"),
      withinSeconds: fc.constantFrom(0, 2, 10, 45),
      channel: fc.constantFrom("push", "sms", "voice", "email"),
    }),
    { maxLength: 4 },
  ),
  { nil: undefined },
);

const plan: fc.Arbitrary<Plan> = fc.record({
  aim,
  conditions,
  requirement: fc.array(fc.record({ role: n, count: fc.constantFrom(1, 1, 2) }), { maxLength: 2 }),
  whenFilled: fc.constantFrom(undefined, "stop", "collect"),
  steps: fc.array(step, { maxLength: 4 }),
  ladder,
  forgotten: fc.record({ remindMinutes: fc.constantFrom(1, 2, 4), endMinutes: fc.constantFrom(2, 3, 5, 9) }),
  duress: rarely(),
  silent: rarely(),
});

const response = fc.constantFrom<Response>("coming", "coming", "notComing", "enRoute", "onScene");
const minutes = fc.constantFrom(undefined, 1, 5);
const killedAfter = fc.constantFrom(...Array<undefined>(14).fill(undefined), 1, 3, 7, 12, 20, 33, 60, 100);
const kind = fc.constantFrom<Kind>("actual", "actual", "exercise", "test");
const who = fc.constantFrom("unanswered" as const, "unreceived" as const, "all" as const);

const fact: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("presence" as const),
      who: n,
      site: n,
      zone: n,
      state: fc.constantFrom("present" as const, "present" as const, "absent" as const, "unknown" as const),
    }),
  },
  fc.record({ do: fc.constant("availability" as const), who: n, available: fc.boolean(), minutes }),
  fc.record({ do: fc.constant("duty" as const), who: n, onDuty: fc.boolean(), minutes }),
  fc.record({ do: fc.constant("certificate" as const), who: n, role: n, expired: fc.boolean() }),
  fc.record({ do: fc.constant("enable" as const), who: n, enabled: fc.boolean() }),
);

const connect = fc.record({
  do: fc.constant("connect" as const),
  device: n,
  manner: fc.constantFrom<Manner>("prompt", "prompt", "slow", "deaf"),
});
const wait = fc.record({
  do: fc.constant("wait" as const),
  ms: fc.constantFrom(5, 150, 1_000, 4_000, 11_000, 35_000, 90_000, 280_000),
});

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fact },
  { weight: 2, arbitrary: connect },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("raise" as const),
      by: n,
      scenario: n,
      kind,
      join: fc.option(n, { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("hook" as const),
      hook: n,
      text: fc.nat({ max: 1 }),
      times: fc.constantFrom(1, 1, 2, 3),
    }),
  },
  fc.record({ do: fc.constant("repeat" as const), which: n }),
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      device: n,
      alarm: n,
      response,
      etaMinutes: fc.constantFrom(undefined, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("answerAll" as const), alarm: n, response, leaveOut: fc.nat({ max: 3 }) }),
  },
  fc.record({ do: fc.constant("answerAgain" as const), which: n }),
  fc.record({ do: fc.constant("reportAgain" as const), which: n }),
  fc.record({ do: fc.constant("disconnect" as const), device: n }),
  fc.record({
    do: fc.constant("escalate" as const),
    alarm: n,
    step: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  }),
  fc.record({ do: fc.constant("reAlarm" as const), alarm: n, who }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("standDown" as const), alarm: n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reopen" as const), alarm: n }) },
  { weight: 9, arbitrary: wait },
  fc.record({ do: fc.constant("kill" as const) }),
  fc.record({ do: fc.constant("evict" as const), object: n }),
  fc.record({
    do: fc.constant("cut" as const),
    object: n,
    ms: fc.constantFrom(900, 20_000, 45_000),
    silent: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("provider" as const),
    channel: fc.nat({ max: 3 }),
    mood: fc.constantFrom<Mood>("works", "slow", "busy", "refuses", "silent"),
  }),
);

const act: fc.Arbitrary<Act> = fc.tuple(deed, killedAfter).map(([done, after]) => ({ ...done, killedAfter: after }));

/** A morning: how things stand, a scenario and an alarm from it, then whatever comes. */
export const histories = (worlds: number): fc.Arbitrary<History> =>
  fc
    .record({
      world: fc.nat({ max: worlds - 1 }),
      facts: fc.array(fact, { maxLength: 4 }),
      connected: fc.array(connect, { maxLength: 3 }),
      scenarios: fc.array(plan, { minLength: 1, maxLength: 2 }),
      raise: fc.record({
        do: fc.constant("raise" as const),
        by: n,
        scenario: n,
        kind,
        join: fc.constant(undefined),
        killedAfter,
      }),
      acts: fc.array(act, { minLength: 2, maxLength: 8, size: "max" }),
    })
    .map(({ world, facts, connected, scenarios, raise, acts }) => ({
      world,
      acts: [
        ...facts,
        ...connected,
        ...scenarios.map((one) => ({ do: "scenario" as const, plan: one })),
        raise,
        ...acts,
      ],
    }));
