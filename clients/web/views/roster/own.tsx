import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Shift, ShiftOffer } from "../../../../protocol/rosters.ts";
import { CertificateList } from "../../parts/certificate-list.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { minute } from "../../state/clock.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { learnNames, personName } from "../../state/people.ts";
import { askedError, loadAsked, offeredByMe, useNews } from "../../state/planning.ts";
import { api, me } from "../../state/session.ts";
import { describeShift, loadShifts } from "../../state/shifts.ts";
import { dayName, dayOf, spanIn, timeOf, zoneOf } from "../../state/zoned.ts";
import { AskedOfYou } from "./asked-of-you.tsx";
import { OfferShift } from "./offer-shift.tsx";

/** So far ahead, ms. */
const aheadMs = 92 * 24 * 3_600_000;

/** One's own shifts and what is asked about them. */
export const OwnShifts = () => {
  const [offering, setOffering] = useState<Shift | undefined>(undefined);
  const userId = me.value?.userId ?? "";
  const found = useAsked(
    (signal) => loadShifts(Date.now(), Date.now() + aheadMs, { user: userId }, signal),
    ["own", userId],
  );
  useNews(found.again);
  const others = offeredByMe.value.flatMap(({ swapFor }) => swapFor?.userId ?? []);
  useEffect(() => void learnNames(others), [others.join(" ")]);
  const w = words.value.roster;
  const { value, error } = found;
  return (
    <>
      <AskedOfYou taken={found.again} />
      {askedError.value === undefined ? null : <Failure error={askedError.value} retry={() => void loadAsked()} />}
      <section class="panel" aria-labelledby="own-shifts">
        <h2 id="own-shifts">
          <Icon name="clock" size={18} />
          {w.yourShifts}
        </h2>
        {error === undefined ? null : <Failure error={error} retry={found.again} />}
        {value === undefined && error === undefined ? <Loading /> : null}
        {value?.length === 0 ? <Empty icon="clock" title={w.noOwn} help={w.noOwnHelp} /> : null}
        <ul class="own-shifts">
          {value?.map((shift) => (
            <OwnShift key={shift.shiftId} shift={shift} offer={() => setOffering(shift)} />
          ))}
        </ul>
      </section>
      <OtherOffers shifts={value ?? []} />
      <OwnCertificates />
      {offering === undefined ? null : <OfferShift shift={offering} close={() => setOffering(undefined)} />}
    </>
  );
};

const OwnShift = ({ shift, offer }: { shift: Shift; offer: () => void }) => {
  const w = words.value.roster;
  const { siteId, roleId, startsAt, endsAt, note, shiftId } = shift;
  const zone = zoneOf(siteId);
  const isRunning = Date.parse(startsAt) <= minute.value;
  const offered = offeredByMe.value.filter((one) => one.shift.shiftId === shiftId);
  return (
    <li class="own-shift">
      <p class="own-when">
        <strong>{dayName(dayOf(startsAt, zone), "long")}</strong>
        <span class="figure">
          {dayOf(startsAt, zone) === dayOf(endsAt, zone)
            ? `${timeOf(startsAt, zone)} – ${timeOf(endsAt, zone)}`
            : spanIn(startsAt, endsAt, zone)}
        </span>
      </p>
      <p>
        {names.value.get(roleId) ?? "…"}, {names.value.get(siteId) ?? "…"}
        {note === undefined ? null : <span class="quiet"> · {note}</span>}
      </p>
      {isRunning ? (
        <span class="chip level-chip-ok">{w.running}</span>
      ) : (
        <button type="button" class="button" onClick={offer}>
          {w.offerOrSwap}
          <span class="hidden">: {describeShift(shift)}</span>
        </button>
      )}
      {offered.map((one) => (
        <PendingOffer key={one.offerId} offer={one} />
      ))}
    </li>
  );
};

/** Offers of shifts that nobody has, by those who lead. */
const OtherOffers = ({ shifts }: { shifts: readonly Shift[] }) => {
  const w = words.value.roster;
  const others = offeredByMe.value.filter(({ shift }) => !shifts.some(({ shiftId }) => shiftId === shift.shiftId));
  if (others.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="other-offers">
      <h2 id="other-offers">{w.otherOffers}</h2>
      {others.map((offer) => (
        <div key={offer.offerId}>
          <p>{describeShift(offer.shift)}</p>
          <PendingOffer offer={offer} />
        </div>
      ))}
    </section>
  );
};

const PendingOffer = ({ offer }: { offer: ShiftOffer }) => {
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.roster;
  const { offerId, swapFor, to } = offer;
  const whom = to === undefined ? w.everybodySuitable : w.colleagues(to.length);
  const withdraw = async (): Promise<void> => {
    try {
      await api().call(routes.withdrawShiftOffer, { params: { offerId } });
      say(w.offerWithdrawn);
    } catch (reason) {
      setError(reason);
    }
    await loadAsked();
  };
  return (
    <div class="pending-offer">
      <p>
        <Icon name="clock" size={16} />{" "}
        {swapFor === undefined
          ? w.offeredTo(whom)
          : w.swapAskedOf(swapFor.userId === undefined ? "…" : personName(swapFor.userId), describeShift(swapFor))}
      </p>
      <button type="button" class="button button-plain" onClick={() => void withdraw()}>
        {words.value.staffing.withdraw}
        <span class="hidden">: {describeShift(offer.shift)}</span>
      </button>
      {error === undefined ? null : <Failure error={error} />}
    </div>
  );
};

const OwnCertificates = () => {
  const userId = me.value?.userId ?? "";
  const { value, error, again } = useAsked(
    (signal) => api().call(routes.getQualifications, { params: { userId }, signal }),
    [userId],
  );
  const w = words.value.certificates;
  if (value?.qualifications.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="own-certificates">
      <h2 id="own-certificates">
        <Icon name="shield" size={18} />
        {w.yours}
      </h2>
      {error === undefined ? null : <Failure error={error} retry={again} />}
      {value === undefined ? null : <CertificateList list={value.qualifications} />}
    </section>
  );
};
