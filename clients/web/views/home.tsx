import { computed } from "@preact/signals";
import { Icon } from "../parts/icon.tsx";
import { words } from "../state/language.ts";
import { isPressing } from "../state/lone-worker.ts";
import { openRollCalls } from "../state/roll-calls.ts";
import { mayCoordinate, mayMarshal } from "../state/session.ts";
import { isBlocked, unblock } from "../state/sound.ts";
import { AvailabilityPanel } from "./availability-panel.tsx";
import { ChannelsPanel } from "./channels-panel.tsx";
import { CheckIns } from "./check-in.tsx";
import { LoneWorkerPanel } from "./lone-worker-panel.tsx";
import { LoneWorkers } from "./lone-workers.tsx";
import { OpenAlarms } from "./open-alarms.tsx";
import { OwnAlarms } from "./own-alarms.tsx";
import { PresencePanel } from "./presence-panel.tsx";
import { RaisePanel } from "./raise-panel.tsx";
import { RollCallsPanel } from "./roll-calls-panel.tsx";
import { AskedOfYou } from "./roster/asked-of-you.tsx";

/** A roll-call that runs is more pressing than the next alarm. */
const isCounting = computed(() => openRollCalls.value.length > 0);

export const Home = () => (
  <div class="home">
    <h1 class="hidden" tabIndex={-1}>
      {words.value.nav.alarms}
    </h1>
    <div class="home-main">
      <Attention />
      {isPressing.value ? <LoneWorkerPanel /> : null}
      <CheckIns />
      <OwnAlarms />
      <AskedOfYou />
      {mayCoordinate.value ? <OpenAlarms /> : null}
      {mayMarshal.value && isCounting.value ? <RollCallsPanel /> : null}
      <RaisePanel />
      {mayMarshal.value && !isCounting.value ? <RollCallsPanel /> : null}
      {mayCoordinate.value ? <LoneWorkers /> : null}
    </div>
    <aside class="home-side">
      <PresencePanel />
      <AvailabilityPanel />
      {isPressing.value ? null : <LoneWorkerPanel />}
      <ChannelsPanel />
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
