import type { Locale } from "../../../protocol/people.ts";
import type { Parts } from "../../../protocol/scenarios.ts";
import type { Values } from "../../../protocol/targets.ts";

/** What the system knows by itself. A raiser's `values` may say where better; the others are facts and are not replaced. */
export interface Known {
  raisedBy: string;
  time: string;
  date: string;
  organisation: string;
  where?: string | undefined;
}

export interface Template {
  title: string;
  message?: string | undefined;
  parts?: Parts | undefined;
}

type Words = "nl" | "en";

/** In the order of a good alarm text (domain.md, NL-Alert), with the most that scenarios.ts lets each part be. */
const partNames = ["sender", "when", "danger", "where", "action"] as const;
const most = { title: 200, message: 4_000, sender: 200, when: 200, danger: 500, where: 500, action: 1_000 } as const;
const labels: Record<Words, Record<(typeof partNames)[number], string>> = {
  nl: { sender: "Afzender", when: "Wanneer", danger: "Gevaar", where: "Waar", action: "Wat te doen" },
  en: { sender: "From", when: "When", danger: "Danger", where: "Where", action: "What to do" },
};

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * At most so many UTF-16 units, as the schemas count. What is cut ends in "…" and never within a character as people see
 * one: half of a letter with its accents, or of a flag, says something else.
 */
const clipped = (text: string, units: number): string => {
  if (text.length <= units) return text;
  let end = 0;
  // A look ahead of one unit is enough to see whether the last character that fits is whole.
  for (const { index, segment } of graphemes.segment(text.slice(0, units + 1))) {
    if (index + segment.length > units - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
};

/** The same names as the schema of `values` takes; anything else in braces is text. */
const placeholder = /\{([a-z][A-Za-z0-9]{0,39})\}/g;

/**
 * The text of an alarm from its scenario (issue 4, 2): `{name}` becomes the value of that name, or `[name]` when there is
 * none, so that a gap is seen and nobody waits for it. One pass: a value that holds braces is shown as it is. The five
 * parts become lines after the message, in the tenant's language; when all is too long the message gives way and not the
 * parts, which say what to do.
 */
export const fillText = (
  template: Template,
  values: Values,
  known: Known,
  locale: Locale,
): { title: string; message?: string } => {
  const { where, ...facts } = known;
  const named = new Map(
    Object.entries({ ...(where === undefined ? {} : { where }), ...values, ...facts }).filter(
      ([, value]) => value !== "",
    ),
  );
  const fill = (text: string, units: number) =>
    clipped(
      text.replace(placeholder, (_, name: string) => named.get(name) ?? `[${name}]`),
      units,
    );

  const { parts } = template;
  const lines = partNames.flatMap((name) => {
    const part = parts?.[name];
    return part === undefined ? [] : [`${labels[locale][name]}: ${fill(part, most[name])}`];
  });
  const title = fill(template.title, most.title);
  const room = most.message - lines.reduce((sum, line) => sum + line.length + 1, 0);
  const said = template.message === undefined || template.message === "" ? [] : [fill(template.message, room)];
  return said.length + lines.length === 0 ? { title } : { title, message: [...said, ...lines].join("\n") };
};
