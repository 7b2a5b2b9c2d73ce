import ICAL from "ical.js";
import type { FeedFacts } from "../../actors/tenant/availability/feed.ts";

const words = {
  nl: { name: "StandBy", away: "Niet beschikbaar (BHV)", duty: "BHV-dienst" },
  en: { name: "StandBy", away: "Not available (emergency response)", duty: "On duty (emergency response)" },
} as const;

const instant = (ms: number): ICAL.Time => ICAL.Time.fromJSDate(new Date(ms), true);

/**
 * A person's availability and shifts as a calendar (RFC 5545). Every event is TRANSPARENT: were they busy times, a calendar that holds
 * this feed and is read back here would keep its owner unavailable for ever.
 */
export const writeFeed = ({ feedId, locale, madeAt, away, duties }: FeedFacts): string => {
  const say = words[locale];
  const calendar = new ICAL.Component("vcalendar");
  calendar.addPropertyWithValue("version", "2.0");
  calendar.addPropertyWithValue("prodid", "-//StandBy//Availability//EN");
  calendar.addPropertyWithValue("x-wr-calname", say.name);
  // RFC 7986, 5.7.
  const every = new ICAL.Property("refresh-interval");
  every.resetType("duration");
  every.setValue(ICAL.Duration.fromString("PT1H"));
  calendar.addProperty(every);
  const add = (uid: string, from: number, to: number, summary: string, place?: string) => {
    const event = new ICAL.Component("vevent");
    event.addPropertyWithValue("uid", `${uid}@standby`);
    event.addPropertyWithValue("dtstamp", instant(madeAt));
    event.addPropertyWithValue("dtstart", instant(from));
    event.addPropertyWithValue("dtend", instant(to));
    event.addPropertyWithValue("summary", summary);
    if (place !== undefined) event.addPropertyWithValue("location", place);
    event.addPropertyWithValue("transp", "TRANSPARENT");
    calendar.addSubcomponent(event);
  };
  for (const { from, to } of away) add(`${feedId}-${to}`, from, to, say.away);
  for (const { id, from, to, role, site } of duties)
    add(id === "duty" ? `${feedId}-duty` : id, from, to, role === undefined ? say.duty : `${say.duty}: ${role}`, site);
  return `${calendar.toString()}\r\n`;
};
