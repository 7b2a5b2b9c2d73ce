import type { Alarm } from "../../../protocol/alarms.ts";
import type { Fill } from "../../../protocol/course.ts";
import { Icon } from "../parts/icon.tsx";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";

/** How the need is met, role by role: "2 of 2 First aider". */
export const FillList = ({ fill }: { fill: Fill }) => (
  <ul class="fill">
    {fill.roles.map(({ roleId, count, coming }) => (
      <li key={roleId} class={coming >= count ? "fill-met" : "fill-short"}>
        <Icon name={coming >= count ? "check" : "people"} size={18} />
        <span>
          <strong>{words.value.course.of(Math.min(coming, count), count)}</strong> {names.value.get(roleId) ?? "…"}
        </span>
      </li>
    ))}
  </ul>
);

/** Whether enough are coming, in words that are read out when they change. */
export const Need = ({ alarm }: { alarm: Alarm }) => {
  const w = words.value.course;
  const { fill, whenFilled } = alarm;
  if (fill === undefined) return null;
  return (
    <section class="panel" aria-labelledby="need">
      <h2 id="need">
        <Icon name="people" size={18} />
        {w.need}
      </h2>
      <p class={`standing ${fill.filled ? "standing-in" : "standing-out"}`} role="status">
        <strong>{fill.filled ? w.filled : w.unfilled}</strong>
      </p>
      <FillList fill={fill} />
      <p class="hint">{w.whenFilled[whenFilled ?? "stop"]}</p>
    </section>
  );
};
