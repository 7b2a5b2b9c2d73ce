import { computed, effect, signal } from "@preact/signals";
import { keepText, keptText } from "./keep.ts";
import { type RosterPart, rosterPart, type StaffingPart, staffingPart } from "./sections.ts";

/** Where on the page somebody is. Addresses: `/{tenant}`, `/{tenant}/alarms/{id}`, `/{tenant}/history/{id}`, … */
export type Place =
  | { view: "home" }
  | { view: "alarm"; alarmId: string }
  | { view: "history" }
  | { view: "record"; alarmId: string }
  | { view: "board" }
  | { view: "rollCall"; rollCallId: string }
  | { view: "statistics"; part?: string }
  | { view: "availability" }
  | { view: "colleagues" }
  | { view: "kiosks" }
  | { view: "kiosk" }
  | { view: "roster"; part: RosterPart }
  | { view: "staffing"; part: StaffingPart }
  | { view: "qualifications" }
  /** `id` of a conversation, or of the incident whose room it is. */
  | { view: "messages" | "notes"; id?: string | undefined }
  | { view: "invitation" };

const key = "standby.tenant";

interface Address {
  tenant: string | undefined;
  place: Place;
}

const read = ({ pathname }: Location): Address => {
  const [tenant, section, id] = pathname
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  return { tenant: tenant ?? keptText(key), place: placeOf(section, id) };
};

const placeOf = (section: string | undefined, id: string | undefined): Place => {
  if (section === "invitation") return { view: "invitation" };
  if (section === "availability") return { view: "availability" };
  if (section === "colleagues") return { view: "colleagues" };
  if (section === "kiosks") return { view: "kiosks" };
  if (section === "kiosk") return { view: "kiosk" };
  if (section === "roster") return { view: "roster", part: rosterPart(id) };
  if (section === "staffing") return { view: "staffing", part: staffingPart(id) };
  if (section === "qualifications") return { view: "qualifications" };
  if (section === "board") return { view: "board" };
  if (section === "alarms" && id !== undefined) return { view: "alarm", alarmId: id };
  if (section === "roll-calls" && id !== undefined) return { view: "rollCall", rollCallId: id };
  if (section === "statistics") return id === undefined ? { view: "statistics" } : { view: "statistics", part: id };
  if (section === "messages" || section === "notes") return { view: section, id };
  if (section === "history") return id === undefined ? { view: "history" } : { view: "record", alarmId: id };
  return { view: "home" };
};

const address = signal<Address>(read(location));

export const tenant = computed(() => address.value.tenant);
export const place = computed(() => address.value.place);

export const href = (to: Place): string => {
  const start = `/${encodeURIComponent(address.value.tenant ?? "")}`;
  switch (to.view) {
    case "home":
      return start;
    case "alarm":
      return `${start}/alarms/${encodeURIComponent(to.alarmId)}`;
    case "history":
      return `${start}/history`;
    case "record":
      return `${start}/history/${encodeURIComponent(to.alarmId)}`;
    case "board":
      return `${start}/board`;
    case "rollCall":
      return `${start}/roll-calls/${encodeURIComponent(to.rollCallId)}`;
    case "statistics":
      return to.part === undefined ? `${start}/statistics` : `${start}/statistics/${encodeURIComponent(to.part)}`;
    case "availability":
      return `${start}/availability`;
    case "colleagues":
      return `${start}/colleagues`;
    case "kiosks":
      return `${start}/kiosks`;
    case "kiosk":
      return `${start}/kiosk`;
    case "roster":
      return `${start}/roster/${to.part}`;
    case "staffing":
      return `${start}/staffing/${to.part}`;
    case "qualifications":
      return `${start}/qualifications`;
    case "messages":
    case "notes":
      return `${start}/${to.view}${to.id === undefined ? "" : `/${encodeURIComponent(to.id)}`}`;
    case "invitation":
      return `${start}/invitation`;
  }
};

export const go = (to: Place): void => {
  history.pushState(null, "", href(to));
  address.value = read(location);
  scrollTo(0, 0);
};

/** After a log-in: this tenant from now on, at the same place, and without an invitation's code in the address. */
export const settleIn = (slug: string): void => {
  keepText(key, slug);
  const former = address.value.place;
  address.value = { tenant: slug, place: former.view === "invitation" ? { view: "home" } : former };
  history.replaceState(null, "", href(address.value.place));
};

addEventListener("popstate", () => {
  address.value = read(location);
});

/** A new view starts at its own heading, so that screen readers and the keyboard follow. Not on the first load. */
let isFirst = true;
effect(() => {
  void place.value;
  if (isFirst) {
    isFirst = false;
    return;
  }
  queueMicrotask(() => requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus()));
});
