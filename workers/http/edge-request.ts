import type { Environment, Settings } from "../../actors/kernel/environment.ts";

/** A request as every endpoint gets it. */
export interface EdgeRequest {
  request: Request;
  env: Environment;
  settings: Settings;
  /** When the request was taken, milliseconds since 1970. */
  receivedAt: number;
  /** Lets work go on after the answer. */
  waitUntil: (work: Promise<unknown>) => void;
  /** Of the path, decoded but not checked. */
  params: Readonly<Record<string, string>>;
}
