/**
 * Work in rounds, one at a time, until nobody has asked for another one. Whoever asks while a round is under way, to its very last
 * step, gets one more: there is no moment between the end of the last round and the beginning of a first in which a wish is lost.
 *
 * @returns asks for a round. Its promise ends with the rounds; it rejects with the first that failed, and the next wish begins anew
 */
export const again = (round: () => Promise<void>): (() => Promise<void>) => {
  let isAsked = false;
  let isRunning = false;
  let running: Promise<void> = Promise.resolve();
  const rounds = async (): Promise<void> => {
    isRunning = true;
    try {
      while (isAsked) {
        isAsked = false;
        await round();
      }
    } finally {
      // In the turn in which it saw that nobody had asked: a `finally` of the promise would come some turns later.
      isRunning = false;
    }
  };
  return () => {
    isAsked = true;
    if (!isRunning) running = rounds();
    return running;
  };
};
