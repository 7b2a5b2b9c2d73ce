import type { Locale } from "../../../protocol/people.ts";
import type { Desk } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { notice, push } from "../telling.ts";
import { daysLeft, type Expiring, expiresAt, reminderDay, remindersOn, reminderTime } from "./expiring.ts";
import { dayIn } from "./qualified.ts";
import { ReminderStore } from "./reminder-store.ts";

export const expiryTimer = "expiry:next";

/** Reminded of in one run of the timer; the rest follows at once in the next. */
const atOnce = 100;

interface Certificate extends Expiring {
  userId: string;
  validUntil: string;
}

const words: Readonly<
  Record<Locale, { title: string; own: (role: string, day: string) => string; many: (n: number) => string }>
> = {
  nl: {
    title: "Certificaat verloopt",
    own: (role, day) => `${role}: geldig tot en met ${day}`,
    many: (n) => `${n} certificaten verlopen binnenkort`,
  },
  en: {
    title: "Certificate expires",
    own: (role, day) => `${role}: valid until ${day}`,
    many: (n) => `${n} certificates expire soon`,
  },
};

const timeZoneOf = (desk: Desk): string => desk.facts?.timeZone ?? "Europe/Amsterdam";

const certificatesOf = (desk: Desk): Certificate[] => {
  const said = new ReminderStore(desk.kernel.database).said();
  const found: Certificate[] = [];
  // Whoever is disabled is told nothing; enabled again, they are told what is due then.
  for (const [userId, list] of desk.readiness.certificates())
    if (desk.directory.people.get(userId)?.enabled === true)
      for (const { roleId, validUntil } of list)
        if (validUntil !== undefined)
          found.push({ userId, roleId, validUntil, said: said(userId, roleId, validUntil) });
  return found;
};

/** Sets the timer for the tenant's next reminder: at once when one is due. Called after every change, and now and then besides. */
export const watchExpiry = (desk: Desk, now: number): void => {
  const timeZone = timeZoneOf(desk);
  const { due, nextDay } = remindersOn(certificatesOf(desk), reminderDay(timeZone, now));
  // Not in the very ms of the run that sets it, which would take it away as its own.
  if (due.length > 0) desk.kernel.timers.set(expiryTimer, now + 1);
  else if (nextDay !== undefined) desk.kernel.timers.set(expiryTimer, reminderTime(nextDay, timeZone));
  else desk.kernel.timers.cancel(expiryTimer);
};

const adminsOf = (desk: Desk): string[] =>
  [...desk.directory.people.values()].flatMap(({ userId, permission, enabled }) =>
    enabled && permission === "admin" ? [userId] : [],
  );

const roleOf = (desk: Desk, roleId: string): string => desk.directory.roles.get(roleId)?.name ?? "";

const nameOf = (desk: Desk, userId: string): string => {
  const person = desk.directory.people.get(userId);
  return person === undefined ? "" : fullName(person);
};

const dayText = (day: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === "nl" ? "nl-NL" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(
    Date.parse(day),
  );

/** The timer: reminds people of certificates of theirs that expire, and the administrators of all of them, each once. */
export const expiryDue = (desk: Desk, _ref: string, now: number): void => {
  const timeZone = timeZoneOf(desk);
  const today = dayIn(timeZone, now);
  const store = new ReminderStore(desk.kernel.database);
  const due = remindersOn(certificatesOf(desk), reminderDay(timeZone, now)).due.slice(0, atOnce);
  const admins = adminsOf(desk);
  const others = new Map<string, Certificate[]>(admins.map((userId) => [userId, []]));
  for (const { certificate, days } of due) {
    const { userId, roleId, validUntil } = certificate;
    store.save(userId, roleId, validUntil, days);
    const left = Math.max(0, daysLeft(validUntil, today));
    const by = { type: "system", id: "qualifications" } as const;
    desk.record("qualification.reminded", userId, now, by, { userId, roleId, validUntil, daysLeft: left });
    const people = [...new Set([userId, ...admins])];
    const facts = { notice: "qualificationExpiring", ref: userId, dueAt: expiresAt(validUntil, timeZone) } as const;
    notice(desk, people, facts, now);
    push(
      desk,
      [userId],
      (locale) => ({
        title: words[locale].title,
        text: words[locale].own(roleOf(desk, roleId), dayText(validUntil, locale)),
      }),
      now,
    );
    for (const [admin, list] of others) if (admin !== userId) list.push(certificate);
  }
  for (const [admin, list] of others) tellAdmin(desk, admin, list, now);
  store.sweep(today);
  watchExpiry(desk, now);
};

/** One push for all of them: on the first day of a month there may be many. */
const tellAdmin = (desk: Desk, admin: string, list: readonly Certificate[], now: number): void => {
  const [first] = list;
  if (first === undefined) return;
  const { userId, roleId, validUntil } = first;
  const one = (locale: Locale) =>
    `${nameOf(desk, userId)}, ${words[locale].own(roleOf(desk, roleId), dayText(validUntil, locale))}`;
  const say = (locale: Locale) => ({
    title: words[locale].title,
    text: list.length === 1 ? one(locale) : words[locale].many(list.length),
  });
  push(desk, [admin], say, now);
};
