import { words } from "../../state/language.ts";
import { HolidaysPanel } from "./holidays-panel.tsx";
import { KioskList } from "./kiosk-list.tsx";
import { PresenceEnds } from "./presence-ends.tsx";

/** What admins set up around presence and availability: devices at the door, when presence ends, and holidays. */
export const Kiosks = () => {
  const w = words.value.kiosks;
  return (
    <div class="own">
      <div class="own-head">
        <h1 tabIndex={-1}>{w.title}</h1>
        <p class="quiet">{w.lead}</p>
      </div>
      <div class="own-main">
        <KioskList />
        <HolidaysPanel />
      </div>
      <div class="own-side">
        <PresenceEnds />
      </div>
    </div>
  );
};
