import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { ShiftTemplate } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { Link } from "../../parts/link.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { learnNames, personName } from "../../state/people.ts";
import { api } from "../../state/session.ts";
import { weekdayName } from "../../state/zoned.ts";
import { ExpandTemplate } from "./expand-template.tsx";

/** Weeks that are kept, to make shifts of. */
export const Templates = () => {
  const [expanding, setExpanding] = useState<ShiftTemplate | undefined>(undefined);
  const [removing, setRemoving] = useState<ShiftTemplate | undefined>(undefined);
  const found = useAsked(
    async (signal) => {
      const all: ShiftTemplate[] = [];
      for await (const one of api().items(routes.listShiftTemplates, { query: { limit: 200 }, signal })) all.push(one);
      return all;
    },
    ["templates"],
  );
  const w = words.value.roster;
  const { value, error } = found;
  return (
    <>
      <p class="quiet lead">{w.templatesHelp}</p>
      {error === undefined ? null : <Failure error={error} retry={found.again} />}
      {value === undefined && error === undefined ? <Loading /> : null}
      {value?.length === 0 ? (
        <>
          <Empty icon="again" title={w.noTemplates} help={w.noTemplatesHelp} />
          <Link to={{ view: "roster", part: "week" }} class="button">
            {w.parts.week}
          </Link>
        </>
      ) : null}
      <ul class="levels">
        {value?.map((template) => (
          <li key={template.templateId} class="panel level">
            <h2>{template.name}</h2>
            <p class="quiet">{w.lines(template.lines.length)}</p>
            <Lines template={template} />
            <p class="row-actions">
              <button type="button" class="button button-main" onClick={() => setExpanding(template)}>
                {w.makeShifts}
                <span class="hidden">: {template.name}</span>
              </button>
              <button type="button" class="button button-plain" onClick={() => setRemoving(template)}>
                {words.value.planning.remove}
                <span class="hidden">: {template.name}</span>
              </button>
            </p>
          </li>
        ))}
      </ul>
      {expanding === undefined ? null : <ExpandTemplate template={expanding} close={() => setExpanding(undefined)} />}
      {removing === undefined ? null : (
        <Ask
          title={w.removeTemplate(removing.name)}
          help={w.removeTemplateHelp}
          confirm={words.value.planning.remove}
          close={() => setRemoving(undefined)}
          run={async () => {
            const { templateId, name, lines } = removing;
            await api().call(routes.deleteShiftTemplate, { params: { templateId } });
            found.again();
            say(w.templateRemoved, async () => {
              await api().call(routes.createShiftTemplate, { body: { name, lines } });
              found.again();
            });
          }}
        />
      )}
    </>
  );
};

const Lines = ({ template }: { template: ShiftTemplate }) => {
  const w = words.value.roster;
  const people = template.lines.flatMap(({ userId }) => userId ?? []);
  useEffect(() => void learnNames(people), [template]);
  return (
    <details class="more">
      <summary>{w.showLines}</summary>
      <ul class="template-lines">
        {template.lines.map(({ weekday, from, until, siteId, roleId, userId, places = 1, note }, i) => (
          <li key={i}>
            <span class="figure">
              {weekdayName(weekday)} {from} – {until}
            </span>{" "}
            {names.value.get(roleId) ?? "…"}, {names.value.get(siteId) ?? "…"}:{" "}
            {userId === undefined ? w.openPlaces(places) : personName(userId)}
            {note === undefined ? null : <span class="quiet"> · {note}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
};
