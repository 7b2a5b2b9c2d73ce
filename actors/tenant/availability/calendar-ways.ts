import type { Environment } from "../../kernel/environment.ts";
import type { Ways } from "../channels/adapters/outgoing.ts";
import { readPrivateHosts } from "../channels/way-out.ts";

/** On Cloudflare a wrong list is none: the supervisor of one machine refuses it at the start. */
const hostsOf = ({ CALENDAR_PRIVATE_HOSTS }: Environment): ReadonlySet<string> =>
  readPrivateHosts(CALENDAR_PRIVATE_HOSTS ?? "") ?? new Set<string>();

/**
 * Where calendars may be read (T19). Not where channels may go: any person can name an address of a calendar, and a gateway for
 * text messages in the operator's network is not theirs to ask. An object, so that a test can put its own in its place.
 */
export const calendarWays = {
  /** The hosts in CALENDAR_PRIVATE_HOSTS. */
  privateHosts: hostsOf,
  of: (env: Environment): Ways => {
    const net = env.CALENDAR_NET;
    return {
      public: (address, init) => fetch(address, init),
      private: net && ((address, init) => net.fetch(address, init)),
      privateHosts: hostsOf(env),
    };
  },
};
