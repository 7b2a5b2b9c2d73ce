import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const Content = z.object({
  /** Device tokens by user id. */
  devices: z.record(z.string(), z.string()),
  /** Secrets of the webhooks, by integration id: the server shows each once. */
  webhooks: z.record(z.string(), z.object({ url: z.string(), secret: z.string() })),
});
type Content = z.infer<typeof Content>;

/** What the demo remembers between two runs, so that the second one comes back with the same devices. */
export class Kept {
  readonly path: string;
  #content: Content;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, "demo-devices.json");
    this.#content = read(this.path) ?? { devices: {}, webhooks: {} };
  }

  token(userId: string): string | undefined {
    return this.#content.devices[userId];
  }

  setToken(userId: string, token: string): void {
    this.#save({ ...this.#content, devices: { ...this.#content.devices, [userId]: token } });
  }

  setWebhook(integrationId: string, webhook: { url: string; secret: string }): void {
    this.#save({ ...this.#content, webhooks: { ...this.#content.webhooks, [integrationId]: webhook } });
  }

  #save(content: Content): void {
    this.#content = content;
    const draft = `${this.path}.new`;
    writeFileSync(draft, JSON.stringify(content, null, 2), { mode: 0o600 });
    renameSync(draft, this.path);
  }
}

/** Undefined when there is none or it is damaged: the devices are then enrolled anew. */
function read(path: string): Content | undefined {
  try {
    return Content.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
