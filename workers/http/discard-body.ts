/** Twice the largest body that is taken: whoever sends more than that is not waited for. */
const mostBytes = 16 * 1024 * 1024;
/** Nor is whoever sends for longer, ms. */
const patienceMs = 5_000;

/**
 * Lets a client finish sending what was refused before it was read. Many clients read no answer before they have sent everything,
 * and find the connection broken instead: "the network failed" where the answer says that the file is too large. Keeps nothing (T21).
 */
export const discardBody = async (request: Request): Promise<void> => {
  if (request.body === null || request.body.locked) return;
  const reader = request.body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patienceMs);
  });
  try {
    for (let size = 0; size <= mostBytes; ) {
      const next = await Promise.race([reader.read(), late]);
      if (next === "late" || next.done) return;
      size += next.value.byteLength;
    }
  } catch {
    // It went away.
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
};
