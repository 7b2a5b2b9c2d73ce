import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import { limits } from "../../../../protocol/limits.ts";
import { Failure, Notice } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { useAnswer } from "../../state/ask.ts";
import { words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { Part } from "./part.tsx";

const sizes = Array.from(
  { length: limits.minimumGroup - limits.minimumGroupLeast + 1 },
  (_, i) => limits.minimumGroup - i,
);

/** How many people a figure tells of at least: administrators choose, coordinators read. */
export const MinimumGroup = () => {
  const asked = useAnswer("settings", (signal) => api().call(routes.getStatisticsSettings, { signal }));
  const w = words.value.statistics.settings;
  return (
    <Part title={w.title} help={w.help} asked={asked}>
      {({ minimumGroup }) =>
        me.value?.permission === "admin" ? <Choose saved={minimumGroup} /> : <p>{w.adminOnly(minimumGroup)}</p>
      }
    </Part>
  );
};

const Choose = ({ saved }: { saved: number }) => {
  const [minimumGroup, setMinimumGroup] = useState(saved);
  const [state, setState] = useState<{ busy?: true; saved?: true; error?: unknown }>({});
  const w = words.value.statistics.settings;
  const save = async (): Promise<void> => {
    setState({ busy: true });
    try {
      await api().call(routes.putStatisticsSettings, { body: { minimumGroup } });
      setState({ saved: true });
    } catch (error) {
      setState({ error });
    }
  };
  return (
    <form
      class="minimum-group"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Select
        label={w.label}
        value={String(minimumGroup)}
        options={sizes.map((n) => ({ value: String(n), label: w.people(n) }))}
        onChoose={(value) => {
          setState({});
          setMinimumGroup(Number(value));
        }}
      />
      <p class="hint">{w.lower}</p>
      {state.error === undefined ? null : <Failure error={state.error} />}
      {state.saved === true ? (
        <Notice tone="good" icon="check">
          <p>{w.saved}</p>
        </Notice>
      ) : null}
      <button type="submit" class="button button-main" disabled={state.busy === true}>
        {w.save}
      </button>
    </form>
  );
};
