import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { HistoryFailure } from "../../parts/history-failure.tsx";
import { Loading, Notice } from "../../parts/notice.tsx";
import type { Asked } from "../../state/ask.ts";
import { words } from "../../state/language.ts";

/** What every part of the statistics has: its name, what to choose, and how asking went. */
export const Part = <T,>(props: {
  title: string;
  help: string;
  fields?: ComponentChildren;
  /** Why nothing was asked. */
  wrong?: "tooLong" | "backwards" | undefined;
  asked: Asked<T>;
  children: (answer: T) => ComponentChildren;
}) => {
  const id = useId();
  const { answer, error, loading, again } = props.asked;
  return (
    <section class="panel statistics-part" aria-labelledby={id} aria-busy={loading}>
      <h2 id={id}>{props.title}</h2>
      <p class="quiet">{props.help}</p>
      {props.fields === undefined ? null : <div class="statistics-fields">{props.fields}</div>}
      {props.wrong === undefined ? null : (
        <Notice tone="warn" icon="info">
          <p>{words.value.statistics[props.wrong]}</p>
        </Notice>
      )}
      {error === undefined ? null : <HistoryFailure error={error} retry={again} />}
      {loading ? <Loading /> : null}
      {answer === undefined || loading || error !== undefined || props.wrong !== undefined
        ? null
        : props.children(answer)}
    </section>
  );
};
