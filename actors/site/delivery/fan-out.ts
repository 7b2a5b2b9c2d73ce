/** Sockets written to before others get a turn: receipts, and the answer to whoever raised the alarm. Measured. */
const slice = 1_024;

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
