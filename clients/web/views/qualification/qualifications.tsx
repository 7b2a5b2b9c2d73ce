import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { ExpiringQualification } from "../../../../protocol/rosters.ts";
import { ExpiryChip } from "../../parts/expiry-chip.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { type Person, PersonSearch } from "../../parts/person-search.tsx";
import { Pick, PickRole } from "../../parts/pick.tsx";
import { DoneBar } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { count } from "../../state/times.ts";
import { addDays, dateOf, today } from "../../state/zoned.ts";
import { Certificates } from "./certificates.tsx";

const spans = ["30", "90", "365", ""] as const;

/** Certificates: which expire soon, and which somebody has. For those who lead; administrators change them. */
export const QualificationsView = () => {
  const [person, setPerson] = useState<Person | undefined>(undefined);
  const [days, setDays] = useState("90");
  const [role, setRole] = useState("");
  const w = words.value.certificates;
  const before = days === "" ? undefined : addDays(today.value, Number(days));
  const found = useAsked(
    async (signal) => {
      const all: ExpiringQualification[] = [];
      const query = {
        limit: 200,
        ...(before === undefined ? {} : { expiringBefore: before }),
        ...(role === "" ? {} : { role }),
      };
      for await (const one of api().items(routes.listExpiringQualifications, { query, signal })) all.push(one);
      return all;
    },
    [before, role],
  );
  const { value, error } = found;
  return (
    <div class="planning">
      <h1 tabIndex={-1}>{w.title}</h1>
      <p class="quiet lead">{me.value?.permission === "admin" ? w.helpAdmin : w.help}</p>
      <section class="panel" aria-labelledby="of-person">
        <h2 id="of-person">{w.ofPerson}</h2>
        <PersonSearch
          label={w.person}
          chosen={person === undefined ? [] : [person]}
          onChoose={(chosen) => setPerson(chosen.at(-1))}
        />
        {person === undefined ? null : <Certificates key={person.userId} person={person} changed={found.again} />}
      </section>
      <section class="panel" aria-labelledby="expiring">
        <h2 id="expiring">
          {w.expiring} {value === undefined ? null : <span class="quiet">{count(value.length)}</span>}
        </h2>
        <div class="filters">
          <Pick
            label={w.within}
            value={days}
            options={spans.map((span) => ({ value: span, label: span === "" ? w.allWithEnd : w.days(Number(span)) }))}
            onChoose={setDays}
          />
          <PickRole value={role} none={words.value.roster.allRoles} onChoose={setRole} />
        </div>
        {error === undefined ? null : <Failure error={error} retry={found.again} />}
        {value === undefined && error === undefined ? <Loading /> : null}
        {value?.length === 0 ? <Empty icon="shield" title={w.none} help={w.noneHelp} /> : null}
        {value === undefined || value.length === 0 ? null : <Expiring list={value} choose={setPerson} />}
      </section>
      <DoneBar />
    </div>
  );
};

const Expiring = (props: { list: readonly ExpiringQualification[]; choose: (person: Person) => void }) => {
  const [limit, setLimit] = useState(100);
  const w = words.value.certificates;
  const choose = (person: Person): void => {
    props.choose(person);
    document.querySelector("#of-person")?.scrollIntoView({ block: "start" });
  };
  return (
    <>
      <div class="table-plain">
        <table class="past">
          <caption class="hidden">{w.expiring}</caption>
          <thead>
            <tr>
              <th scope="col">{w.person}</th>
              <th scope="col">{words.value.planning.role}</th>
              <th scope="col">{w.validUntil}</th>
              <th scope="col">{w.state}</th>
            </tr>
          </thead>
          <tbody>
            {props.list.slice(0, limit).map(({ userId, name, roleId, validUntil }) => (
              <tr key={`${userId} ${roleId}`}>
                <th scope="row">
                  <button type="button" class="row-name" onClick={() => choose({ userId, name })}>
                    {name}
                    <span class="hidden">, {w.show}</span>
                  </button>
                </th>
                <td data-label={words.value.planning.role}>{names.value.get(roleId) ?? "…"}</td>
                <td data-label={w.validUntil}>{dateOf(validUntil)}</td>
                <td data-label={w.state}>
                  <ExpiryChip validUntil={validUntil} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.list.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + 500)}>
          {words.value.common.more}
        </button>
      ) : null}
    </>
  );
};
