import * as z from "zod";
import { Message, Title } from "./alarms.ts";
import { Escalation, Forgotten, Ladder } from "./course.ts";
import { Id } from "./ids.ts";
import { Attachments, Conditions, Instructions, Targets, WhenFilled } from "./targets.ts";
import { Category, Requirement, Severity, Urgency } from "./terms.ts";
import { line } from "./text.ts";

/**
 * The five parts of a good alarm text (domain.md, NL-Alert): who sends it, when, what is the danger, where, what to do. Each may
 * hold placeholders in braces, filled from the request's or webhook's `values` and from what is known: `{raisedBy}`,
 * `{time}`, `{date}`, `{organisation}`.
 */
export const Parts = z.strictObject({
  sender: line(200).optional(),
  when: line(200).optional(),
  danger: line(500).optional(),
  where: line(500).optional(),
  action: line(1_000).optional(),
});
export type Parts = z.infer<typeof Parts>;

/** What a scenario may say besides its name, text and targets. */
const course = {
  parts: Parts.optional(),
  conditions: Conditions.optional(),
  severity: Severity.optional(),
  category: Category.optional(),
  requirement: Requirement.optional(),
  whenFilled: WhenFilled.optional(),
  escalation: Escalation.optional(),
  /** Without one: the usual ladder of the alarm's urgency. Empty: the socket alone. */
  ladder: Ladder.optional(),
  forgotten: Forgotten.optional(),
  instructions: Instructions.optional(),
  attachments: Attachments.optional(),
  /** A duress alarm: silent at the raiser and at those around. */
  duress: z.literal(true).optional(),
};

export const NewScenario = z.strictObject({
  name: line(200),
  title: Title,
  message: Message.optional(),
  targets: Targets,
  urgency: Urgency.optional(),
  silent: z.boolean().optional(),
  ...course,
});
export type NewScenario = z.infer<typeof NewScenario>;

/** `null` takes an optional field away. */
const clearable = <S extends z.ZodRawShape>(shape: S) =>
  Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, (schema as z.ZodType).nullable()])) as {
    [K in keyof S]: z.ZodNullable<S[K] extends z.ZodType ? S[K] : never>;
  };
export const ScenarioPatch = NewScenario.partial().extend(clearable({ message: Message.optional(), ...course }));
export type ScenarioPatch = z.infer<typeof ScenarioPatch>;

export const Scenario = z.strictObject({
  scenarioId: Id,
  version: z.int(),
  name: z.string(),
  title: z.string(),
  message: z.string().optional(),
  targets: Targets,
  urgency: Urgency,
  silent: z.boolean(),
  ...course,
});
export type Scenario = z.infer<typeof Scenario>;
