import type { Outcome } from "../../../protocol/problems.ts";
import { Dead } from "./machine.ts";
import type { World } from "./world.ts";

/** Whoever asks the tenant something from outside, mostly its administrator. */
export class Client {
  #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Asks the tenant until there is an answer: whoever gets none asks again. */
  async tenant<T>(method: string, ...args: unknown[]): Promise<T> {
    for (;;) {
      try {
        return await this.#world.machine.call<T>("TENANTS", this.#world.tenant, method, ...args);
      } catch (error) {
        if (!(error instanceof Dead)) throw error;
      }
    }
  }

  perform<T>(operation: string, input: object): Promise<Outcome<T>> {
    const caller = this.#world.callers.get(this.#world.adminId);
    return this.tenant("perform", caller, operation, { params: {}, query: {}, ...input });
  }

  /** For what must not be asked twice: undefined when nobody knows whether it was done. */
  async once<T>(operation: string, input: object): Promise<Outcome<T> | undefined> {
    const { machine, tenant, callers, adminId } = this.#world;
    const whole = { params: {}, query: {}, ...input };
    try {
      return await machine.call("TENANTS", tenant, "perform", callers.get(adminId), operation, whole);
    } catch (error) {
      if (error instanceof Dead) return undefined;
      throw error;
    }
  }

  /** For what is never refused. */
  async must(operation: string, input: object): Promise<void> {
    const outcome = await this.perform(operation, input);
    if (!outcome.ok) throw new Error(`${operation} was refused: ${JSON.stringify(outcome.refusal)}`);
  }
}
