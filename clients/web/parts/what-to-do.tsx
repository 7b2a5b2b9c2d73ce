import type { Attachments, Instructions } from "../../../protocol/targets.ts";
import type { Severity } from "../../../protocol/terms.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { me } from "../state/session.ts";
import { Icon } from "./icon.tsx";

/** What this person's own roles do; what others do is not their concern when they have to run. */
export const OwnInstructions = ({ instructions }: { instructions: Instructions | undefined }) => {
  const own = instructions?.filter(({ roleId }) => me.value?.roleIds.includes(roleId)) ?? [];
  if (own.length === 0) return null;
  return <InstructionList instructions={own} heading={words.value.mine.yourTask} />;
};

export const InstructionList = ({ instructions, heading }: { instructions: Instructions; heading: string }) => (
  <section class="instructions" aria-label={heading}>
    <p class="instructions-heading">{heading}</p>
    <dl>
      {instructions.map(({ roleId, text }) => (
        <div key={roleId}>
          <dt>{names.value.get(roleId) ?? "…"}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  </section>
);

/** Floor plans and emergency cards, in a tab of their own: the alarm stays where it is. */
export const AttachmentList = ({ attachments }: { attachments: Attachments | undefined }) =>
  attachments === undefined || attachments.length === 0 ? null : (
    <ul class="attachments" aria-label={words.value.alarm.attachments}>
      {attachments.map(({ title, url }) => (
        <li key={url}>
          <a href={url} target="_blank" rel="noopener noreferrer" class="button">
            <Icon name="file" size={18} />
            {title}
            <span class="hidden"> ({words.value.common.newTab})</span>
          </a>
        </li>
      ))}
    </ul>
  );

/** Nothing for what nobody has judged. */
export const SeverityMark = ({ severity }: { severity: Severity | undefined }) =>
  severity === undefined || severity === "Unknown" ? null : (
    <span class={`mark mark-severity-${severity}`}>{words.value.severity[severity]}</span>
  );
