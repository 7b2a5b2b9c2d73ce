/**
 * Load must end by itself, also when a server hangs. At the limit the program exits with code 3; what it started is ended by
 * the handlers of 'exit' that belong to each part.
 */
export function limitTime(seconds: number): void {
  const timer = setTimeout(() => {
    console.error(`Stopped: the time limit of ${seconds} s has passed.`);
    process.exit(3);
  }, seconds * 1000);
  timer.unref();
  // Without this, Ctrl-C would skip the handlers of 'exit'.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
}
