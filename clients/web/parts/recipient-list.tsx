import { useId, useState } from "preact/hooks";
import type { Counts, Recipient } from "../../../protocol/alarms.ts";
import { words } from "../state/language.ts";
import { countGroups, type Group, groups, type Recipients, shown } from "../state/recipients.ts";
import { count } from "../state/times.ts";
import { Icon } from "./icon.tsx";
import { groupIcon } from "./marks.tsx";
import { eachOnce } from "./progress.tsx";
import { RecipientTable } from "./recipient-table.tsx";

interface Props {
  alarmId: string;
  recipients: Recipients;
  counts: Counts;
  since?: number;
  /** Asked about one of them. */
  ask?: (person: Recipient) => void;
}

/** The counts are the filter: a press on "Not reached 3" shows those three. */
export const RecipientList = ({ alarmId, recipients, counts, since, ask }: Props) => {
  const [group, setGroup] = useState<Group | "all">("all");
  const [search, setSearch] = useState("");
  const id = useId();
  const w = words.value;
  // From the people themselves where all are here, so that the numbers and the list can never disagree on screen.
  const each = recipients.size >= counts.recipients ? countGroups(recipients.values()) : eachOnce(counts);
  const rows = shown(alarmId, recipients, group, search);
  return (
    <div class="recipient-list">
      <fieldset class="tiles">
        <legend class="hidden">{w.alarm.filterLabel}</legend>
        <Tile name={w.alarm.all} number={counts.recipients} group="all" chosen={group} onChoose={setGroup} />
        {groups.map((g) => (
          <Tile key={g} name={w.counts[g]} number={each[g]} group={g} chosen={group} onChoose={setGroup} />
        ))}
      </fieldset>
      <div class="list-head">
        <label class="hidden" for={id}>
          {w.alarm.searchName}
        </label>
        <input
          id={id}
          class="input"
          type="search"
          placeholder={w.alarm.searchName}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <p class="quiet" aria-live="polite">
          {w.alarm.showing(rows.length, counts.recipients)}
        </p>
      </div>
      {rows.length > 0 ? (
        <RecipientTable
          recipients={rows}
          {...(since === undefined ? {} : { since })}
          {...(ask === undefined ? {} : { ask })}
        />
      ) : (
        <p class="empty-row quiet">{counts.recipients === 0 ? w.alarm.nobody : w.alarm.nobodyMatches}</p>
      )}
    </div>
  );
};

const Tile = (props: {
  name: string;
  number: number;
  group: Group | "all";
  chosen: Group | "all";
  onChoose: (group: Group | "all") => void;
}) => {
  const isChosen = props.chosen === props.group;
  return (
    <button
      type="button"
      class={`tile tile-${props.group}${props.number === 0 ? " tile-zero" : ""}`}
      aria-pressed={isChosen}
      onClick={() => props.onChoose(isChosen ? "all" : props.group)}
    >
      <span class="tile-name">
        <Icon name={props.group === "all" ? "people" : groupIcon[props.group]} size={16} />
        {props.name}
      </span>
      <span class="tile-number">{count(props.number)}</span>
    </button>
  );
};
