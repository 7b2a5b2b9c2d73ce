/** Why StandBy cannot start or go on, in words for the person at the terminal: printed without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** 1: something on the machine is in the way. 2: the configuration is wrong, and starting again will not help. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The sentence to show for anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message;
}
