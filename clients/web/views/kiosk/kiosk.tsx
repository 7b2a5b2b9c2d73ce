import { useEffect } from "preact/hooks";
import { Icon } from "../../parts/icon.tsx";
import { now } from "../../state/clock.ts";
import { isKioskOnline, kiosk, watchServer } from "../../state/kiosk.ts";
import { words } from "../../state/language.ts";
import { shortTime } from "../../state/times.ts";
import { Brand, LanguageSwitch } from "../frame.tsx";
import { Enrol } from "./enrol.tsx";
import { keepAwake } from "./keep-awake.ts";
import { SignIn } from "./sign-in.tsx";

/** The screen at the door. It shows no name but that of who has just signed, and asks the server for no list of people (T1). */
export const Kiosk = () => {
  useEffect(watchServer, []);
  useEffect(keepAwake, []);
  if (kiosk.value === undefined) return <Enrol />;
  return (
    <div class="kiosk">
      <header class="kiosk-top">
        <Brand />
        <span class="kiosk-name">{kiosk.value.name}</span>
        <span class="kiosk-clock">{shortTime(now.value)}</span>
        <LanguageSwitch />
      </header>
      <Offline />
      <main>
        <SignIn />
      </main>
    </div>
  );
};

const Offline = () => {
  const w = words.value.kiosk;
  return (
    <div role="alert">
      {isKioskOnline.value ? null : (
        <div class="link-banner kiosk-offline">
          <Icon name="offline" size={32} />
          <p>
            <strong>{w.offline}</strong>
            <span>{w.offlineHelp}</span>
          </p>
        </div>
      )}
    </div>
  );
};
