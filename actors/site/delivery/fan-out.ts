/**
 * Sockets written to before others get a turn. Measured: with a turn after every 1,024, receipts of the first slice are
 * worked off before the last slice is sent, and the last of 5,000 devices gets its alarm 2.4 times as late. So an alarm goes
 * out in one run, up to as many sockets as a process can hold; the turn is there for what is larger than we know.
 */
const slice = 16_384;

/**
 * Whoever raised the alarm is answered first (issue: "202 before the fan-out"): actors share one thread on one machine, and
 * the answer needs a few turns of it. ms.
 */
const headStartMs = 4;

/**
 * Writes one text to many sockets, in slices. The text was encoded once; a socket that fails is closing already and its
 * person is found again by resending. `visit` learns of each write.
 */
export const fanOut = async (
  text: string,
  userIds: Iterable<string>,
  socketsOf: (userId: string) => Iterable<WebSocket>,
  visit: (userId: string) => void,
): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, headStartMs));
  let written = 0;
  for (const userId of userIds) {
    let any = false;
    for (const socket of socketsOf(userId)) {
      if (!write(socket, text)) continue;
      any = true;
      written += 1;
    }
    if (any) visit(userId);
    if (any && written % slice === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
};

/** Sends; false when the socket is closing or closed, which its own close event takes care of. */
export const write = (socket: WebSocket, text: string): boolean => {
  try {
    socket.send(text);
    return true;
  } catch {
    return false;
  }
};
