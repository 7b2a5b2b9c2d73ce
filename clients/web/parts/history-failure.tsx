import { words } from "../state/language.ts";
import { hasCode } from "../state/problems.ts";
import { Failure, Notice } from "./notice.tsx";

/** The history may be away while alarms work as ever: that must be said, or people stop trusting both. */
export const HistoryFailure = ({ error, retry }: { error: unknown; retry: () => void }) => {
  const w = words.value;
  if (!hasCode(error, "unavailable")) return <Failure error={error} retry={retry} />;
  return (
    <Notice tone="warn" icon="clock">
      <p>
        <strong>{w.history.unavailable}</strong>
      </p>
      <p>{w.history.unavailableHelp}</p>
      <button type="button" class="button" onClick={retry}>
        {w.common.retry}
      </button>
    </Notice>
  );
};
