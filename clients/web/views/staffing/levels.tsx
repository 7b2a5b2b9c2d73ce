import { useEffect, useState } from "preact/hooks";
import type { StaffingLevel } from "../../../../protocol/staffing.ts";
import { Icon } from "../../parts/icon.tsx";
import { Link } from "../../parts/link.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { useEvery } from "../../state/every.ts";
import { words } from "../../state/language.ts";
import { useNews } from "../../state/planning.ts";
import { me } from "../../state/session.ts";
import { followLevels, levels, levelsError, loadLevels, postOf } from "../../state/staffing.ts";
import { count, timeOrDay } from "../../state/times.ts";
import { AskToCover } from "./ask-to-cover.tsx";
import { CoverList } from "./cover-list.tsx";

/** Counts come by the board at once; who is there and does not count, changes no count. */
const askAgainMs = 10_000;

const rank: Record<StaffingLevel["state"], number> = { under: 0, ok: 1, outsideHours: 2 };

/** How every rule stands this minute: what is short comes first. */
export const Levels = () => {
  useEffect(followLevels, []);
  useEvery(askAgainMs, () => void loadLevels());
  // The board tells of levels; that a warning was given comes as a notice.
  useNews(() => void loadLevels());
  const w = words.value.staffing;
  const { value } = levels;
  const sorted = value?.toSorted((a, b) => rank[a.state] - rank[b.state] || postOf(a).localeCompare(postOf(b)));
  const short = value?.filter(({ state }) => state === "under").length ?? 0;
  const warned = value?.filter(({ warnedAt }) => warnedAt !== undefined).length ?? 0;
  return (
    <>
      {levelsError.value === undefined ? null : <Failure error={levelsError.value} retry={() => void loadLevels()} />}
      {value === undefined && levelsError.value === undefined ? <Loading /> : null}
      {value?.length === 0 ? (
        <>
          <Empty
            icon="people"
            title={w.noRules}
            help={me.value?.permission === "admin" ? w.noRulesAdmin : w.noRulesHelp}
          />
          {me.value?.permission === "admin" ? (
            <Link to={{ view: "staffing", part: "rules" }} class="button">
              {w.parts.rules}
            </Link>
          ) : null}
        </>
      ) : null}
      {value === undefined || value.length === 0 ? null : (
        <p class={`verdict ${short > 0 ? "verdict-short" : "verdict-enough"}`} role="status">
          <Icon name={short > 0 ? "unreached" : "check"} size={22} />
          {short > 0 ? w.shortNow(short, warned) : w.enoughNow}
        </p>
      )}
      <ul class="levels">
        {sorted?.map((level) => (
          <Level key={level.staffingRuleId} level={level} />
        ))}
      </ul>
      <CoverList />
    </>
  );
};

const Level = ({ level }: { level: StaffingLevel }) => {
  const [isAsking, setAsking] = useState(false);
  const w = words.value.staffing;
  const { state, counted, minimum, missing, since, warnedAt, people = [] } = level;
  const counting = people.filter(({ counts }) => counts);
  const others = people.filter(({ counts }) => !counts);
  return (
    <li class={`panel level level-${state}`}>
      <h2>{postOf(level)}</h2>
      <p class="level-count">
        <strong class="figure">
          {count(counted)} <small>/ {count(minimum)}</small>
        </strong>
        <span class={`chip level-chip-${state}`}>
          <Icon name={state === "under" ? "unreached" : state === "ok" ? "check" : "clock"} size={15} />
          {state === "under" ? w.short(missing) : w.state[state]}
        </span>
      </p>
      <p class="quiet">
        {w.since(timeOrDay(since))}
        {warnedAt === undefined ? null : (
          <strong class="level-warned">
            <Icon name="bell" size={15} /> {w.warnedAt(timeOrDay(warnedAt))}
          </strong>
        )}
      </p>
      {counting.length === 0 ? null : (
        <p>
          <span class="quiet">{w.counting}</span> {counting.map(({ name }) => name).join(", ")}
        </p>
      )}
      {others.length === 0 ? null : (
        <div>
          <p class="quiet">{w.notCounting}</p>
          <ul class="level-others">
            {others.map(({ userId, name, reason }) => (
              <li key={userId}>
                {name}
                {reason === undefined ? null : <span class="quiet">: {w.reason[reason]}</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
      {people.length === 0 && state !== "outsideHours" ? <p class="quiet">{w.nobodyThere}</p> : null}
      {state === "under" ? (
        <button type="button" class="button" onClick={() => setAsking(true)}>
          <Icon name="people" size={18} />
          {w.askToCover}
          <span class="hidden">: {postOf(level)}</span>
        </button>
      ) : null}
      {isAsking ? (
        <AskToCover
          rule={level}
          missing={missing}
          from={Date.now()}
          to={Date.now() + 4 * 3_600_000}
          close={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
};
