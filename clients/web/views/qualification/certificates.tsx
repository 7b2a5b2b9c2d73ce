import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { NewQualifications } from "../../../../protocol/readiness.ts";
import { Ask } from "../../parts/ask.tsx";
import { ExpiryChip } from "../../parts/expiry-chip.tsx";
import { Field } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import type { Person } from "../../parts/person-search.tsx";
import { Pick } from "../../parts/pick.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { directory, names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { dateOf } from "../../state/zoned.ts";

type Certificate = NewQualifications["qualifications"][number];

/** One person's certificates. They are stored together, so a change that was made meanwhile elsewhere is read first. */
export const Certificates = ({ person, changed }: { person: Person; changed: () => void }) => {
  const [editing, setEditing] = useState<Certificate | "new" | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  const params = { userId: person.userId };
  const found = useAsked((signal) => api().call(routes.getQualifications, { params, signal }), [person.userId]);
  const w = words.value.certificates;
  const isAdmin = me.value?.permission === "admin";
  const list = found.value?.qualifications;

  /** @returns how to take it back */
  const save = async (change: (list: readonly Certificate[]) => Certificate[]): Promise<() => Promise<void>> => {
    const { qualifications } = await api().call(routes.getQualifications, { params });
    const before = qualifications.map(({ expired: _, ...rest }) => rest);
    const put = async (next: Certificate[]): Promise<void> => {
      await api().call(routes.putQualifications, { params, body: { qualifications: next } });
      found.again();
      changed();
    };
    await put(change(before));
    return () => put(before);
  };
  const remove = async (roleId: string): Promise<void> => {
    setProblem(undefined);
    try {
      const undo = await save((all) => all.filter((one) => one.roleId !== roleId));
      say(w.removed(names.value.get(roleId) ?? "…", person.name), undo);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div class="certificates">
      <h3>{w.of(person.name)}</h3>
      {found.error === undefined ? null : <Failure error={found.error} retry={found.again} />}
      {problem === undefined ? null : <Failure error={problem} />}
      {list === undefined && found.error === undefined ? <Loading /> : null}
      {list?.length === 0 ? <p class="quiet">{w.hasNone(person.name)}</p> : null}
      <ul class="covers">
        {list?.map((one) => (
          <li key={one.roleId} class="cover">
            <div>
              <strong>{names.value.get(one.roleId) ?? "…"}</strong>
              <span class="quiet">{one.validUntil === undefined ? w.noEnd : w.until(dateOf(one.validUntil))}</span>
              <ExpiryChip validUntil={one.validUntil} />
            </div>
            {isAdmin ? (
              <p class="row-actions">
                <button type="button" class="button" onClick={() => setEditing(one)}>
                  <Icon name="write" size={18} />
                  {words.value.planning.change}
                  <span class="hidden">: {names.value.get(one.roleId)}</span>
                </button>
                <button type="button" class="button button-plain" onClick={() => void remove(one.roleId)}>
                  {words.value.planning.remove}
                  <span class="hidden">: {names.value.get(one.roleId)}</span>
                </button>
              </p>
            ) : null}
          </li>
        ))}
      </ul>
      {isAdmin && list !== undefined ? (
        <button type="button" class="button" onClick={() => setEditing("new")}>
          {w.add}
        </button>
      ) : null}
      {editing === undefined ? null : (
        <CertificateForm
          person={person}
          {...(editing === "new" ? {} : { certificate: editing })}
          taken={list?.map(({ roleId }) => roleId) ?? []}
          close={() => setEditing(undefined)}
          save={async (made) => {
            const undo = await save((all) => [...all.filter(({ roleId }) => roleId !== made.roleId), made]);
            say(w.saved(names.value.get(made.roleId) ?? "…", person.name), undo);
          }}
        />
      )}
    </div>
  );
};

const CertificateForm = (props: {
  person: Person;
  certificate?: Certificate;
  taken: readonly string[];
  close: () => void;
  save: (certificate: Certificate) => Promise<void>;
}) => {
  const { person, certificate, taken } = props;
  const [roleId, setRole] = useState(certificate?.roleId ?? "");
  const [until, setUntil] = useState(certificate?.validUntil ?? "");
  const w = words.value.certificates;
  const free = (directory.value?.roles ?? []).filter((role) => !taken.includes(role.roleId));
  return (
    <Ask
      title={
        certificate === undefined ? w.addTitle(person.name) : w.changeTitle(names.value.get(roleId) ?? "…", person.name)
      }
      help={w.formHelp}
      confirm={words.value.muster.save}
      close={props.close}
      run={() => props.save({ roleId, ...(until === "" ? {} : { validUntil: until }) })}
    >
      {certificate === undefined ? (
        <Pick
          label={words.value.planning.role}
          value={roleId}
          none={words.value.planning.chooseRole}
          required
          options={free.map((role) => ({ value: role.roleId, label: role.name }))}
          onChoose={setRole}
        />
      ) : null}
      <Field label={w.validUntil} hint={w.validUntilHint} type="date" value={until} onInput={setUntil} />
    </Ask>
  );
};
