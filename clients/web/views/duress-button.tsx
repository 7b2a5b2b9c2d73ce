import type { Scenario } from "../../../protocol/scenarios.ts";
import { Icon } from "../parts/icon.tsx";
import { duress, press } from "../state/duress.ts";
import { words } from "../state/language.ts";

/**
 * Two presses and no dialog: somebody who is threatened cannot read one. Nothing of it is loud or red, here or afterwards, and
 * what it says is for the one who pressed and not for who looks over the shoulder.
 */
export const DuressButton = ({ scenario }: { scenario: Scenario }) => {
  const w = words.value.raise;
  const mine = duress.value?.scenarioId === scenario.scenarioId ? duress.value.state : undefined;
  const said = {
    armed: w.duressAgain,
    sending: w.duressSending,
    sent: w.duressSent,
    failed: w.duressFailed,
  } as const;
  return (
    <button
      type="button"
      class={`scenario scenario-discreet${mine === undefined ? "" : ` scenario-${mine}`}`}
      onClick={() => press(scenario)}
    >
      <Icon name="shield" size={24} />
      <span aria-live="polite">
        <strong>{mine === undefined ? scenario.name : said[mine]}</strong>
        <small>{mine === undefined ? w.duressHelp : " "}</small>
      </span>
    </button>
  );
};
