import type { Scenario } from "../../../protocol/scenarios.ts";
import { Icon } from "../parts/icon.tsx";
import { urgencyIcon } from "../parts/marks.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { directory, directoryError, loadDirectory } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { startFree, startScenario } from "../state/raise.ts";
import { mayCoordinate } from "../state/session.ts";
import { DuressButton } from "./duress-button.tsx";

/** One press on a scenario, then one to confirm. */
export const RaisePanel = () => {
  const w = words.value.raise;
  const { value } = directory;
  return (
    <section aria-labelledby="raise">
      <h2 id="raise">{w.title}</h2>
      {directoryError.value === undefined ? null : (
        <Failure error={directoryError.value} retry={() => void loadDirectory()} />
      )}
      {value === undefined && directoryError.value === undefined ? <Loading /> : null}
      {value?.scenarios.length === 0 ? (
        <p class="quiet">{mayCoordinate.value ? w.noScenariosAdmin : w.noScenarios}</p>
      ) : null}
      <div class="scenarios">
        {value?.scenarios.map((scenario) =>
          scenario.duress === true ? (
            <DuressButton key={scenario.scenarioId} scenario={scenario} />
          ) : (
            <ScenarioButton key={scenario.scenarioId} scenario={scenario} />
          ),
        )}
        {mayCoordinate.value ? (
          <button type="button" class="scenario scenario-free" onClick={startFree}>
            <Icon name="write" size={24} />
            <span>
              <strong>{w.free}</strong>
              <small>{w.freeHelp}</small>
            </span>
          </button>
        ) : null}
      </div>
    </section>
  );
};

const ScenarioButton = ({ scenario }: { scenario: Scenario }) => (
  <button type="button" class={`scenario scenario-${scenario.urgency}`} onClick={() => startScenario(scenario)}>
    <Icon name={urgencyIcon[scenario.urgency]} size={24} />
    <span>
      <strong>{scenario.name}</strong>
      <small>
        {words.value.urgency[scenario.urgency]}
        {scenario.silent ? ` · ${words.value.silent}` : ""}
      </small>
    </span>
  </button>
);
