/**
 * A turn of the event loop. Calls between actors of one process and what they store go on without one, so that a chain of them takes
 * nothing new from sockets until it ends: whoever does many in a row waits here in between, and alarms come first.
 */
export const othersFirst = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
