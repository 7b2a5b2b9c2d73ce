import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { Score, ScoreTimes } from "../../../protocol/reports.ts";
import { HistoryFailure } from "../parts/history-failure.tsx";
import { Link } from "../parts/link.tsx";
import { Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { api } from "../state/session.ts";
import { dayAndTime, span } from "../state/times.ts";

/** Exercises against the ones before them. */
export const Scores = () => {
  const [scores, setScores] = useState<readonly Score[] | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [round, setRound] = useState(0);
  const w = words.value.scores;
  useEffect(() => {
    const stop = new AbortController();
    setError(undefined);
    api()
      .call(routes.listScores, { query: { kind: "exercise", limit: 50 }, signal: stop.signal })
      .then(({ items }) => setScores(items))
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => stop.abort();
  }, [round]);
  return (
    <section class="scores" aria-labelledby="scores">
      <h2 id="scores">{w.title}</h2>
      <p class="quiet">{w.help}</p>
      {error === undefined ? null : <HistoryFailure error={error} retry={() => setRound((n) => n + 1)} />}
      {scores === undefined && error === undefined ? <Loading /> : null}
      {scores?.length === 0 ? <p class="quiet">{w.none}</p> : null}
      {scores === undefined || scores.length === 0 ? null : <ScoreTable scores={scores} />}
    </section>
  );
};

const times = ["firstAnswerMs", "filledMs", "firstOnSceneMs"] as const satisfies readonly (keyof ScoreTimes)[];

const ScoreTable = ({ scores }: { scores: readonly Score[] }) => {
  const w = words.value;
  const heads = [w.scores.firstAnswer, w.scores.filled, w.scores.onScene];
  return (
    <div class="table-plain">
      <table class="past">
        <thead>
          <tr>
            <th scope="col">{w.kind.exercise}</th>
            <th scope="col">{w.history.columns.raised}</th>
            {heads.map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => (
            <tr key={score.alarmId}>
              <th scope="row">
                <Link to={{ view: "record", alarmId: score.alarmId }}>{score.title}</Link>
              </th>
              <td data-label={w.history.columns.raised}>{dayAndTime(score.raisedAt)}</td>
              {times.map((time, i) => (
                <td key={time} class="number" data-label={heads[i]}>
                  {score[time] === null ? "–" : span(score[time])}
                  <Difference ms={score.difference[time]} earlier={score.earlier} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Difference = ({ ms, earlier }: { ms: number | null; earlier: number }) => {
  const w = words.value.scores;
  if (ms === null) return earlier === 0 ? <small class="quiet"> {w.firstOne}</small> : null;
  if (Math.abs(ms) < 100) return <small class="quiet"> {w.same}</small>;
  return (
    <small class={ms < 0 ? "count-coming" : "count-notReached"}>
      {" "}
      {ms < 0 ? w.faster(span(-ms)) : w.slower(span(ms))}
    </small>
  );
};
