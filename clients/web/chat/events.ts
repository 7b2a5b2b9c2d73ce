import type { RoomEvent } from "../../../protocol/conversation/rooms.ts";
import { words } from "../state/language.ts";
import { listed } from "../state/times.ts";
import { nameOf } from "./people.ts";
import { chatWords } from "./words.ts";

/** Named one by one up to here; of more, their number. */
const mostNames = 5;

const named = (userIds: readonly string[]): string =>
  userIds.length > mostNames
    ? `${listed(userIds.slice(0, mostNames).map(nameOf), "conjunction")} +${userIds.length - mostNames}`
    : listed(userIds.map(nameOf), "conjunction");

/** What happened to an incident, in the page's own words. */
export const describeEvent = (event: RoomEvent): string => {
  const w = chatWords.value.event;
  switch (event.type) {
    case "alarmRaised":
      return w.alarmRaised(words.value.kind[event.kind], event.title, event.recipients);
    case "widened":
      return w.widened(event.name, event.people);
    case "reAlarmed":
      return w.reAlarmed(event.people);
    case "filled":
      return event.met ? w.filled : w.unfilled;
    case "answered": {
      const said = [
        event.coming.length > 0 ? w.coming(named(event.coming)) : "",
        event.onScene.length > 0 ? w.onScene(named(event.onScene)) : "",
        event.notComing.length > 0 ? w.notComing(named(event.notComing)) : "",
      ].filter((part) => part !== "");
      return said.length === 0 ? w.answered : said.join(" ");
    }
    case "stoodDown":
      return w.stoodDown(words.value.endReason[event.reason], event.text);
    case "reopened":
      return w.reopened;
    case "noted":
      return w.noted(event.userId === undefined ? "" : nameOf(event.userId), event.text);
    case "closed":
      return w.closed;
    case "opened":
      return w.opened;
    default:
      return w.unknown;
  }
};
