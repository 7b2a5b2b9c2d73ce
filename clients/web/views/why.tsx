import { useEffect, useState } from "preact/hooks";
import type { Alarm } from "../../../protocol/alarms.ts";
import type { Explanation } from "../../../protocol/explanations.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { ChannelList } from "../parts/channels.tsx";
import { Icon } from "../parts/icon.tsx";
import { Modal } from "../parts/modal.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { PersonSearch } from "../parts/person-search.tsx";
import { words } from "../state/language.ts";
import { api } from "../state/session.ts";
import { clockTime } from "../state/times.ts";

interface Person {
  userId: string;
  name: string;
}

/** "Why was I (not) alarmed": anybody can be looked up, whether or not they got it. */
export const WhyPanel = ({ alarm, ask }: { alarm: Alarm; ask: (person: Person) => void }) => {
  const w = words.value.why;
  return (
    <section class="panel" aria-labelledby="why">
      <h2 id="why">
        <Icon name="question" size={18} />
        {w.title}
      </h2>
      <p class="quiet">{w.help}</p>
      <PersonSearch
        key={alarm.alarmId}
        chosen={[]}
        onChoose={(people) => {
          const [person] = people;
          if (person !== undefined) ask(person);
        }}
      />
    </section>
  );
};

export const WhyDialog = ({ alarmId, person, close }: { alarmId: string; person: Person; close: () => void }) => {
  const [found, setFound] = useState<Explanation | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value;
  useEffect(() => {
    const stop = new AbortController();
    api()
      .call(routes.explainRecipient, { params: { alarmId, userId: person.userId }, signal: stop.signal })
      .then(setFound)
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => stop.abort();
  }, [alarmId, person.userId]);
  return (
    <Modal labelledBy="why-title" class="sheet" onDismiss={close}>
      <div class="sheet-body">
        <h2 id="why-title" tabIndex={-1} data-focus>
          {person.name}
        </h2>
        <div aria-live="polite">
          {error === undefined ? null : <Failure error={error} />}
          {found === undefined && error === undefined ? <Loading /> : null}
          {found === undefined ? null : <Told found={found} />}
        </div>
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {w.common.close}
          </button>
        </div>
      </div>
    </Modal>
  );
};

const moments = ["sentAt", "receivedAt", "seenAt", "respondedAt"] as const;

const Told = ({ found }: { found: Explanation }) => {
  const w = words.value;
  const heads = [w.alarm.columns.sent, w.alarm.columns.received, w.alarm.columns.seen, w.alarm.columns.answered];
  const state = (): string => {
    if (!found.alarmed) return found.reason === undefined ? w.why.not : w.why.notBecause(w.leftOut[found.reason]);
    if (found.notReached !== undefined) return `${w.state.notReached}: ${w.reason[found.notReached]}`;
    return found.state === undefined ? w.why.was : w.state[found.state];
  };
  return (
    <div class="why">
      <p class={`standing ${found.alarmed && found.notReached === undefined ? "standing-in" : "standing-out"}`}>
        <strong>{found.alarmed ? w.why.was : w.why.wasNot}</strong> {state()}
      </p>
      {found.step === undefined ? null : <p>{w.course.byStep(found.step + 1)}</p>}
      <dl class="facts">
        {moments.map((moment, i) =>
          found[moment] === undefined ? null : (
            <div key={moment}>
              <dt>{heads[i]}</dt>
              <dd class="figure">{clockTime(found[moment])}</dd>
            </div>
          ),
        )}
      </dl>
      {found.channels === undefined || found.channels.length === 0 ? null : (
        <>
          <h3>{w.channel.title}</h3>
          <ChannelList channels={found.channels} />
        </>
      )}
    </div>
  );
};
