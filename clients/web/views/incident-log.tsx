import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { IncidentRecord } from "../../../protocol/incidents.ts";
import { Icon } from "../parts/icon.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { api } from "../state/session.ts";
import { clockTime, dayAndTime } from "../state/times.ts";

/** Others write in the same log; it is asked for again this often, ms, while it is in front of somebody. */
const askAgainMs = 10_000;

/** The incident's log: what people wrote down, the newest last, and a line to write the next. */
export const IncidentLog = ({ incidentId, isOpen }: { incidentId: string; isOpen: boolean }) => {
  const [incident, setIncident] = useState<IncidentRecord | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [round, setRound] = useState(0);
  const w = words.value.log;

  useEffect(() => {
    const stop = new AbortController();
    api()
      .call(routes.getIncident, { params: { incidentId }, signal: stop.signal })
      .then((found) => {
        setIncident(found);
        setError(undefined);
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") setRound((n) => n + 1);
    }, askAgainMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [incidentId, round]);

  return (
    <section class="panel" aria-labelledby="log">
      <h2 id="log">
        <Icon name="write" size={18} />
        {w.title}
      </h2>
      {incident === undefined && error === undefined ? <Loading /> : null}
      {incident === undefined && error !== undefined ? (
        <Failure error={error} retry={() => setRound((n) => n + 1)} />
      ) : null}
      {incident === undefined ? null : <Notes incident={incident} />}
      {incident === undefined || !isOpen ? null : <Write incident={incident} written={setIncident} />}
    </section>
  );
};

const Notes = ({ incident }: { incident: IncidentRecord }) => {
  const w = words.value.log;
  const isToday = (at: string): boolean => new Date(at).toDateString() === new Date().toDateString();
  return (
    <>
      {incident.notes.length === 0 ? <p class="quiet">{w.none}</p> : null}
      <ol class="notes" aria-live="polite">
        {incident.notes.map(({ noteId, at, name, text }) => (
          <li key={noteId}>
            <p class="quiet">
              <time dateTime={at}>{isToday(at) ? clockTime(at) : dayAndTime(at)}</time> {name}
            </p>
            <p class="note">{text}</p>
          </li>
        ))}
      </ol>
      {incident.participants.length === 0 ? null : (
        <p class="hint">
          {w.takingPart}: {incident.participants.map(({ name, as }) => `${name} (${w.as[as]})`).join(", ")}
        </p>
      )}
    </>
  );
};

const Write = ({ incident, written }: { incident: IncidentRecord; written: (incident: IncidentRecord) => void }) => {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value.log;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const said = text.trim();
    if (said === "") return;
    setBusy(true);
    setProblem(undefined);
    try {
      const params = { incidentId: incident.incidentId };
      const note = await api().call(routes.addNote, { params, body: { text: said } });
      written({ ...incident, notes: [...incident.notes.filter((n) => n.noteId !== note.noteId), note] });
      setText("");
    } catch (error) {
      setProblem(explain(error));
    }
    setBusy(false);
  };
  return (
    <form class="note-form" onSubmit={(event) => void submit(event)}>
      <label for="note">{w.write}</label>
      <textarea
        id="note"
        class="input"
        rows={2}
        maxLength={2_000}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <p class="field-problem" role="alert">
        {problem ?? ""}
      </p>
      <button type="submit" class="button" disabled={isBusy || text.trim() === ""}>
        {w.add}
      </button>
    </form>
  );
};
