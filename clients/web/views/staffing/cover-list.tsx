import { useEffect } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { CoverRequest } from "../../../../protocol/staffing.ts";
import { Icon } from "../../parts/icon.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { say } from "../../parts/undo.tsx";
import { useEvery } from "../../state/every.ts";
import { words } from "../../state/language.ts";
import { learnNames, personName } from "../../state/people.ts";
import { askedError, covers, loadAsked } from "../../state/planning.ts";
import { api } from "../../state/session.ts";
import { postOf } from "../../state/staffing.ts";
import { count, timeOrDay } from "../../state/times.ts";
import { spanIn, zoneOf } from "../../state/zoned.ts";

const askAgainMs = 30_000;

/** Colleagues who were asked to help out: who, and who takes it. */
export const CoverList = () => {
  useEvery(askAgainMs, () => void loadAsked());
  const w = words.value.staffing;
  const list = covers.value;
  const asked = (list ?? []).flatMap((cover) => [...(cover.asked ?? []), cover.askedBy]);
  useEffect(() => void learnNames(asked), [asked.join(" ")]);
  return (
    <section class="panel" aria-labelledby="covers">
      <h2 id="covers">
        <Icon name="people" size={18} />
        {w.covers}
      </h2>
      {askedError.value === undefined ? null : <Failure error={askedError.value} retry={() => void loadAsked()} />}
      {list === undefined && askedError.value === undefined ? <Loading /> : null}
      {list?.length === 0 ? <p class="quiet">{w.noCovers}</p> : null}
      <ul class="covers">
        {list?.map((cover) => (
          <Cover key={cover.coverRequestId} cover={cover} />
        ))}
      </ul>
    </section>
  );
};

const Cover = ({ cover }: { cover: CoverRequest }) => {
  const w = words.value.staffing;
  const { coverRequestId, state, takenBy, asked = [], from, to, siteId } = cover;
  const withdraw = async (): Promise<void> => {
    await api().call(routes.withdrawCoverRequest, { params: { coverRequestId } });
    await loadAsked();
    say(w.coverWithdrawn);
  };
  return (
    <li class="cover">
      <div>
        <p>
          <strong>{postOf(cover)}</strong>, {spanIn(from, to, zoneOf(siteId))}
        </p>
        <p>
          <span class={`chip cover-chip-${state}`}>{w.coverState[state]}</span> {w.taken(takenBy.length, cover.count)}
          {takenBy.length === 0 ? null : `: ${takenBy.map(({ name }) => name).join(", ")}`}
        </p>
        <details class="more">
          <summary>{w.askedPeople(count(cover.people))}</summary>
          <p class="quiet">{w.askedBy(personName(cover.askedBy), timeOrDay(cover.askedAt))}</p>
          <ul class="level-others">
            {asked.map((userId) => (
              <li key={userId}>
                {personName(userId)}
                {takenBy.some((one) => one.userId === userId) ? (
                  <strong class="took">
                    <Icon name="check" size={15} /> {w.tookIt}
                  </strong>
                ) : null}
              </li>
            ))}
          </ul>
        </details>
      </div>
      {state === "open" ? (
        <button
          type="button"
          class="button"
          onClick={() => void withdraw().catch((e: unknown) => (askedError.value = e))}
        >
          {w.withdraw}
          <span class="hidden">: {postOf(cover)}</span>
        </button>
      ) : null}
    </li>
  );
};
