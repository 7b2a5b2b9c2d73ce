import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { ShiftOffer } from "../../../../protocol/rosters.ts";
import type { CoverRequest } from "../../../../protocol/staffing.ts";
import { Icon } from "../../parts/icon.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useEvery } from "../../state/every.ts";
import { words } from "../../state/language.ts";
import { coversForMe, loadAsked, offeredToMe } from "../../state/planning.ts";
import { explain, hasCode } from "../../state/problems.ts";
import { api } from "../../state/session.ts";
import { describeShift } from "../../state/shifts.ts";
import { postOf } from "../../state/staffing.ts";
import { spanIn, zoneOf } from "../../state/zoned.ts";

const askAgainMs = 60_000;

/** Shifts that colleagues want taken over, and gaps that somebody is sought for; nothing when nothing is asked. */
export const AskedOfYou = ({ taken }: { taken?: () => void }) => {
  const [said, setSaid] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEvery(askAgainMs, () => void loadAsked());
  const w = words.value.roster;
  const [offers, covers] = [offeredToMe.value, coversForMe.value];

  const take = async (run: () => Promise<unknown>, text: string): Promise<void> => {
    setProblem(undefined);
    setSaid(undefined);
    try {
      await run();
      setSaid(text);
      taken?.();
    } catch (error) {
      setProblem(hasCode(error, "conflict") ? w.tooLate : explain(error));
    }
    await loadAsked();
  };
  const accept = ({ offerId, shift }: ShiftOffer): Promise<void> =>
    take(() => api().call(routes.acceptShiftOffer, { params: { offerId } }), w.youHave(describeShift(shift)));
  const help = (cover: CoverRequest): Promise<void> =>
    take(
      () => api().call(routes.takeCoverRequest, { params: { coverRequestId: cover.coverRequestId } }),
      w.youHelp(postOf(cover), spanIn(cover.from, cover.to, zoneOf(cover.siteId))),
    );

  return (
    <>
      <div role="status" class="said-here">
        {said === undefined ? null : (
          <p class="verdict verdict-enough">
            <Icon name="check" size={22} />
            {said}
          </p>
        )}
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{problem}</p>
        </Notice>
      )}
      {offers.length + covers.length === 0 ? null : (
        <section class="panel asked-of-you" aria-labelledby="asked-of-you">
          <h2 id="asked-of-you">
            <Icon name="people" size={18} />
            {w.askedOfYou}
          </h2>
          <ul class="covers">
            {covers.map((cover) => (
              <Help key={cover.coverRequestId} cover={cover} help={() => help(cover)} />
            ))}
            {offers.map((offer) => (
              <Offer key={offer.offerId} offer={offer} accept={() => accept(offer)} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
};

const useBusy = (run: () => Promise<void>): [isBusy: boolean, press: () => void] => {
  const [isBusy, setBusy] = useState(false);
  const press = (): void => {
    setBusy(true);
    void run().finally(() => setBusy(false));
  };
  return [isBusy, press];
};

const Help = ({ cover, help }: { cover: CoverRequest; help: () => Promise<void> }) => {
  const [isBusy, press] = useBusy(help);
  const w = words.value.roster;
  return (
    <li class="cover">
      <div>
        <p>
          {w.canYouHelp} <strong>{postOf(cover)}</strong>
        </p>
        <p>{spanIn(cover.from, cover.to, zoneOf(cover.siteId))}</p>
        <p class="quiet">{words.value.staffing.taken(cover.takenBy.length, cover.count)}</p>
      </div>
      <button type="button" class="button button-main" disabled={isBusy} onClick={press}>
        {w.iHelp}
        <span class="hidden">: {postOf(cover)}</span>
      </button>
    </li>
  );
};

const Offer = ({ offer, accept }: { offer: ShiftOffer; accept: () => Promise<void> }) => {
  const [isBusy, press] = useBusy(accept);
  const w = words.value.roster;
  const { by, shift, swapFor, note } = offer;
  return (
    <li class="cover">
      <div>
        <p>{swapFor === undefined ? w.offers(by.name) : w.wantsToSwap(by.name)}</p>
        <p>
          {swapFor === undefined ? null : <span class="quiet">{w.youGet} </span>}
          <strong>{describeShift(shift)}</strong>
        </p>
        {swapFor === undefined ? null : (
          <p>
            <span class="quiet">{w.youGive} </span>
            <strong>{describeShift(swapFor)}</strong>
          </p>
        )}
        {note === undefined ? null : <p class="said">“{note}”</p>}
      </div>
      <button type="button" class="button button-main" disabled={isBusy} onClick={press}>
        {swapFor === undefined ? w.takeOver : w.swap}
        <span class="hidden">: {describeShift(shift)}</span>
      </button>
    </li>
  );
};
