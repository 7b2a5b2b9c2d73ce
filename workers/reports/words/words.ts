import type { EndReason, NotReachedReason } from "../../../protocol/alarms.ts";
import type { Channel, Kind, Response, Severity, Urgency } from "../../../protocol/terms.ts";

type Cause = "time" | "condition" | "hand";

/** The words of reports in one language. Texts that hold a number or a name are functions, so that each language orders them. */
export interface Words {
  report: string;
  notice: Record<Exclude<Kind, "actual">, string>;
  kind: Record<Kind, string>;
  urgency: Record<Urgency, string>;
  severity: Record<Severity, string>;
  state: { open: string; ended: string };
  silent: string;
  response: Record<Response, string>;
  reason: Record<NotReachedReason, string>;
  endReason: Record<EndReason, string>;
  channel: Record<Channel | "socket", string>;
  cause: Record<Cause, string>;
  recipientState: Record<"pending" | "sent" | "received" | "seen" | "answered" | "notReached", string>;
  heading: Record<
    "head" | "requirement" | "timings" | "answers" | "channels" | "failed" | "timeline" | "recipients" | "notes",
    string
  >;
  label: Record<
    | "organisation"
    | "raisedAt"
    | "raisedBy"
    | "kind"
    | "urgency"
    | "severity"
    | "category"
    | "state"
    | "endedAt"
    | "endReason"
    | "message"
    | "incident"
    | "alarm"
    | "madeAt"
    | "counts"
    | "filled"
    | "role"
    | "needed"
    | "coming"
    | "firstReceived"
    | "firstAnswer"
    | "firstComing"
    | "firstOnScene"
    | "ended"
    | "received"
    | "answered"
    | "time"
    | "after"
    | "who"
    | "what"
    | "name"
    | "answer"
    | "eta"
    | "text"
    | "channel"
    | "sent"
    | "delivered"
    | "failed"
    | "skipped"
    | "reason"
    | "notReached"
    | "steps"
    | "step"
    | "cause"
    | "people"
    | "userId"
    | "sentAt"
    | "receivedAt"
    | "seenAt"
    | "respondedAt"
    | "type",
    string
  >;
  nothing: string;
  never: string;
  minutes: (count: number) => string;
  counts: (all: number, received: number, coming: number) => string;
  event: {
    raised: (title: string | undefined, people: number | undefined) => string;
    committed: (ms: number | undefined) => string;
    dispatched: (place: string, people: number | undefined) => string;
    roaming: string;
    sent: (people: number | undefined) => string;
    receipts: (count: number | undefined) => string;
    notReached: (people: number | undefined) => string;
    answered: (name: string, response: string, eta: string | undefined, text: string | undefined) => string;
    widened: (people: number | undefined) => string;
    stepFired: (step: number, name: string, cause: string, people: number | undefined) => string;
    reAlarmed: (times: number | undefined, people: number | undefined) => string;
    filled: string;
    unfilled: string;
    channels: (changes: number | undefined) => string;
    repeated: (repeats: number | undefined) => string;
    reminded: (people: number | undefined) => string;
    reopened: string;
    stoodDown: (reason: string, text: string | undefined) => string;
    noted: (text: string) => string;
  };
}
