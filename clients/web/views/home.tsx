import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { askToNotify, notifying } from "../state/attention.ts";
import { words } from "../state/language.ts";
import { mayCoordinate } from "../state/session.ts";
import { isBlocked, unblock } from "../state/sound.ts";
import { AvailabilityPanel } from "./availability-panel.tsx";
import { OpenAlarms } from "./open-alarms.tsx";
import { OwnAlarms } from "./own-alarms.tsx";
import { PresencePanel } from "./presence-panel.tsx";
import { RaisePanel } from "./raise-panel.tsx";

export const Home = () => (
  <div class="home">
    <h1 class="hidden" tabIndex={-1}>
      {words.value.nav.alarms}
    </h1>
    <div class="home-main">
      <Attention />
      <OwnAlarms />
      {mayCoordinate.value ? <OpenAlarms /> : null}
      <RaisePanel />
    </div>
    <aside class="home-side">
      <PresencePanel />
      <AvailabilityPanel />
      <NotifyPanel />
    </aside>
  </div>
);

/** A page that would stay silent says so before there is an alarm. */
const Attention = () =>
  isBlocked.value ? (
    <div class="notice notice-warn">
      <Icon name="silent" />
      <div>
        <p>{words.value.sound.blocked}</p>
        <button type="button" class="button" onClick={unblock}>
          {words.value.sound.turnOn}
        </button>
      </div>
    </div>
  ) : null;

const NotifyPanel = () => {
  const [isAsking, setAsking] = useState(false);
  const w = words.value.sound;
  if (notifying.value === undefined) return null;
  if (notifying.value === "granted")
    return (
      <p class="side-note">
        <Icon name="check" size={16} /> {w.notifyOn}
      </p>
    );
  if (notifying.value === "denied") return <p class="side-note">{w.notifyDenied}</p>;
  return (
    <section class="panel">
      <p class="quiet">{w.notifyHelp}</p>
      <button
        type="button"
        class="button"
        disabled={isAsking}
        onClick={() => {
          setAsking(true);
          void askToNotify().finally(() => setAsking(false));
        }}
      >
        <Icon name="bell" size={18} />
        {w.notify}
      </button>
    </section>
  );
};
