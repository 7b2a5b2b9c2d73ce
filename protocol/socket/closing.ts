/** Why the server closes a socket (wire.md, Socket). The closed list; clients decide by the number alone. */
export const closing = {
  undecodable: { code: 4400, reason: "undecodable frames" },
  sessionEnded: { code: 4401, reason: "session ended" },
  rightsChanged: { code: 4403, reason: "rights changed" },
  noHello: { code: 4408, reason: "no hello" },
  tooMany: { code: 4429, reason: "too many messages" },
  restarting: { code: 1012, reason: "server restarting" },
} as const;

export type Closing = (typeof closing)[keyof typeof closing];

/** The subprotocol of the socket; a page adds `ticket.<ticket>` as a second one. */
export const subprotocol = "standby.v1";
export const ticketPrefix = "ticket.";
