import { useState } from "preact/hooks";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import { Icon } from "../parts/icon.tsx";
import { KindBanner } from "../parts/marks.tsx";
import { words } from "../state/language.ts";
import { isOnline } from "../state/link.ts";
import { checkIn, checkingIn, ownRollCalls } from "../state/roll-calls.ts";
import { shortTime } from "../state/times.ts";

/** Roll-calls that ask this person whether they are safe. */
export const CheckIns = () =>
  ownRollCalls.value.length === 0 ? null : (
    <section aria-labelledby="check-ins">
      <h2 id="check-ins">{words.value.muster.yours}</h2>
      <ul class="cards">
        {ownRollCalls.value.map((frame) => (
          <CheckInCard key={frame.rollCallId} frame={frame} />
        ))}
      </ul>
    </section>
  );

const CheckInCard = ({ frame }: { frame: RollCallFrame }) => {
  const [point, setPoint] = useState("");
  const w = words.value.muster;
  const { rollCallId, title, kind, openedAt, musterPoints, you } = frame;
  const isSafe = you?.state === "accountedFor";
  const isSending = checkingIn.value.has(rollCallId);
  return (
    <li class={`card check-in card-${kind}`}>
      <KindBanner kind={kind} />
      <div role="alert">
        <h3>{title}</h3>
        <p>{isSafe ? "" : w.question(shortTime(openedAt))}</p>
      </div>
      {musterPoints.length === 0 || isSafe ? null : (
        <>
          <label for={`point-${rollCallId}`}>{w.iAmAt}</label>
          <select
            id={`point-${rollCallId}`}
            class="input"
            value={point}
            onChange={(event) => setPoint(event.currentTarget.value)}
          >
            <option value="">{w.nowhere}</option>
            {musterPoints.map((p) => (
              <option key={p.musterPointId} value={p.musterPointId}>
                {p.name}
                {p.description === undefined ? "" : ` (${p.description})`}
              </option>
            ))}
          </select>
        </>
      )}
      {isSafe ? null : (
        <button
          type="button"
          class="answer answer-coming"
          onClick={() => checkIn(rollCallId, point === "" ? undefined : point)}
        >
          <Icon name="check" size={24} />
          {w.iAmSafe}
        </button>
      )}
      <p role="status" class={isSafe ? "answer-state answer-state-accepted" : "quiet"}>
        {isSafe ? (
          <>
            <Icon name="check" size={20} /> {w.youAreSafe}
          </>
        ) : isSending ? (
          isOnline.value ? (
            words.value.mine.sending
          ) : (
            w.kept
          )
        ) : null}
      </p>
    </li>
  );
};
