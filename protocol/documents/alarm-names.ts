import { ChannelTry, Escalate, ReAlarm } from "../alarms.ts";
import {
  Escalation,
  EscalationStep,
  Fill,
  Forgotten,
  Ladder,
  Rung,
  StepAction,
  StepCondition,
  StepState,
} from "../course.ts";
import { Explanation, LeftOutReason, Preview, PreviewedRecipient } from "../explanations.ts";
import { Incident, IncidentRecord, NewNote, Note, Participant } from "../incidents.ts";
import { Parts } from "../scenarios.ts";
import { Attachments, Conditions, Instructions, Values, WhenFilled } from "../targets.ts";
import { Category, Channel, ChannelState, Severity } from "../terms.ts";

/** Names of what an alarm's life is described by. */
export const alarmNames = {
  Attachments,
  Category,
  Channel,
  ChannelState,
  ChannelTry,
  Conditions,
  Escalate,
  Escalation,
  EscalationStep,
  Explanation,
  Fill,
  Forgotten,
  Incident,
  IncidentRecord,
  Instructions,
  Ladder,
  LeftOutReason,
  NewNote,
  Note,
  Participant,
  Parts,
  Preview,
  PreviewedRecipient,
  ReAlarm,
  Rung,
  Severity,
  StepAction,
  StepCondition,
  StepState,
  Values,
  WhenFilled,
} as const;
