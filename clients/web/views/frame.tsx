import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Locale } from "../../../protocol/people.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { UnreadBadge } from "../parts/unread-badge.tsx";
import { chooseLocale, locale, words } from "../state/language.ts";
import { isOnline, status } from "../state/link.ts";
import { place, tenant } from "../state/route.ts";
import { logOut, mayAdminister, mayCoordinate, me } from "../state/session.ts";
import { Reminders } from "./reminders.tsx";

/** What is around every view: who and where, whether the line is up, and the way to the other views. */
export const Frame = ({ children }: { children: ComponentChildren }) => (
  <div class="frame">
    <a class="skip" href="#content">
      {words.value.skip}
    </a>
    <Header />
    <LinkBanner />
    <main id="content" tabIndex={-1}>
      {mayCoordinate.value ? <Reminders /> : null}
      {children}
    </main>
  </div>
);

export const Brand = () => (
  <span class="brand">
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <circle cx="16" cy="16" r="4" />
      <path d="M9.6 22.4a9 9 0 0 1 0-12.8M22.4 9.6a9 9 0 0 1 0 12.8" />
    </svg>
    StandBy
  </span>
);

const Header = () => {
  const w = words.value;
  const { view } = place.value;
  return (
    <header class="top">
      <div class="top-row">
        <Link to={{ view: "home" }} class="brand-link">
          <Brand />
          <span class="tenant">{tenant.value}</span>
        </Link>
        <nav aria-label={w.nav.main}>
          <Link to={{ view: "home" }} current={view === "home" || view === "alarm"}>
            {w.nav.alarms}
          </Link>
          <Link to={{ view: "messages" }} current={view === "messages"}>
            {w.nav.messages}
            <UnreadBadge />
          </Link>
          <Link to={{ view: "notes" }} current={view === "notes"}>
            {w.nav.notes}
          </Link>
          <Link to={{ view: "availability" }} current={view === "availability"}>
            {w.pages.availability}
          </Link>
          <Link to={{ view: "roster", part: "own" }} current={view === "roster"}>
            {w.planning.roster}
          </Link>
          <Link to={{ view: "colleagues" }} current={view === "colleagues"}>
            {w.pages.colleagues}
          </Link>
          {mayCoordinate.value ? (
            <>
              <Link to={{ view: "staffing", part: "now" }} current={view === "staffing"}>
                {w.planning.staffing}
              </Link>
              <Link to={{ view: "qualifications" }} current={view === "qualifications"}>
                {w.planning.qualifications}
              </Link>
              <Link to={{ view: "history" }} current={view === "history" || view === "record"}>
                {w.nav.history}
              </Link>
              <Link to={{ view: "statistics" }} current={view === "statistics"}>
                {w.statistics.title}
              </Link>
              <Link to={{ view: "board" }} class="wide-only">
                {w.nav.board}
              </Link>
            </>
          ) : null}
          {mayAdminister.value ? (
            <Link to={{ view: "kiosks" }} current={view === "kiosks"}>
              {w.pages.kiosks}
            </Link>
          ) : null}
        </nav>
        <div class="top-end">
          <LinkMark />
          <LanguageSwitch />
          <span class="person wide-only">
            {me.value?.firstName} {me.value?.lastName}
          </span>
          <button type="button" class="button button-plain" onClick={() => void logOut()} title={w.nav.logOut}>
            <Icon name="logOut" size={18} />
            <span class="wide-only">{w.nav.logOut}</span>
            <span class="hidden narrow-only">{w.nav.logOut}</span>
          </button>
        </div>
      </div>
    </header>
  );
};

export const LinkMark = () => {
  const w = words.value.link;
  const state = isOnline.value ? "online" : status.value === "connecting" ? "connecting" : "offline";
  return (
    <span class={`link-mark link-${state}`}>
      <span class="dot" aria-hidden="true" />
      {w[state]}
    </span>
  );
};

/** A first connection may take this long, ms, before the page says that something is wrong. */
const patienceMs = 3_000;

/** Unmissable: somebody who counts on this page must know at once that it cannot reach them. */
export const LinkBanner = () => {
  const [isLate, setLate] = useState(false);
  const state = status.value;
  useEffect(() => {
    setLate(false);
    if (state !== "connecting") return;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, [state]);
  const w = words.value.link;
  const isDown = state === "offline" || (state === "connecting" && isLate);
  return (
    <div role="alert">
      {isDown ? (
        <div class="link-banner">
          <Icon name="offline" size={24} />
          <p>
            <strong>{w.banner}</strong>
            <span>{w.bannerHelp}</span>
          </p>
        </div>
      ) : null}
    </div>
  );
};

const languages: readonly Locale[] = ["nl", "en"];

export const LanguageSwitch = () => {
  const w = words.value.language;
  return (
    <fieldset class="languages">
      <legend class="hidden">{w.label}</legend>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          title={w[language]}
          aria-label={`${language.toUpperCase()}: ${w[language]}`}
          aria-pressed={locale.value === language}
          onClick={() => chooseLocale(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
};
