/** Hands a frame to a socket; false when the socket is closing or closed, which its own close event takes care of. */
export const write = (socket: WebSocket, frame: string | Uint8Array): boolean => {
  try {
    // SAFETY: bytes made here never lie in shared memory, which the types of some runtimes cannot know.
    socket.send(frame as string | Uint8Array<ArrayBuffer>);
    return true;
  } catch {
    return false;
  }
};
