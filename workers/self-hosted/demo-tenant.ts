import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { CreatedTenant, type NewTenant } from "../../protocol/access.ts";
import { Failure } from "./failure.ts";
import { readOwnerOnly, writeOwnerOnly } from "./owner-only.ts";

const TENANT: NewTenant = {
  slug: "demo",
  name: "Demo",
  locale: "en",
  admin: { username: "admin", email: "admin@example.org", firstName: "Demo", lastName: "Admin" },
};

const kept = z.strictObject({
  tenant: z.string(),
  username: z.string(),
  password: z.string(),
  /** There until the invitation has been accepted. */
  invitation: z.string().optional(),
  done: z.boolean(),
});

export interface DemoLogIn {
  tenant: string;
  username: string;
  password: string;
}

/**
 * The log-in to the demo tenant, which is made the first time. Each step is written down before the next one, so that a
 * crash in between is picked up at the next start.
 * @param url where StandBy answers
 * @throws Failure when there is a tenant of that name that was not made here
 */
export async function demoLogIn(dataFolder: string, url: string, operatorToken: string): Promise<DemoLogIn> {
  const path = join(dataFolder, "demo.json");
  const text = readOwnerOnly(path);
  let demo: z.infer<typeof kept> =
    text === undefined
      ? {
          tenant: TENANT.slug,
          username: TENANT.admin.username,
          password: randomBytes(12).toString("base64url"),
          done: false,
        }
      : kept.parse(JSON.parse(text));
  const keep = (next: z.infer<typeof kept>): void => {
    demo = next;
    writeOwnerOnly(path, `${JSON.stringify(demo, null, 2)}\n`);
  };

  if (!demo.done && demo.invitation === undefined) {
    const answer = await post(`${url}/v1/tenants`, TENANT, operatorToken);
    if (answer.status === 409)
      throw new Failure(`there is a tenant "${demo.tenant}" already, and its log-in is not known here`);
    await expectCreated(answer);
    keep({ ...demo, invitation: CreatedTenant.parse(await answer.json()).invitation });
  }
  if (!demo.done && demo.invitation !== undefined) {
    const { invitation, password } = demo;
    const answer = await post(`${url}/v1/${demo.tenant}/invitations/accept`, { invitation, password });
    // 410: it was accepted just before a crash, with the password that is kept here.
    if (answer.status !== 410) await expectCreated(answer);
    keep({ tenant: demo.tenant, username: demo.username, password, done: true });
  }
  return demo;
}

function post(url: string, body: object, token?: string): Promise<Response> {
  const headers = new Headers({ "content-type": "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) });
}

async function expectCreated(answer: Response): Promise<void> {
  if (answer.status === 201) return;
  throw new Failure(
    `${new URL(answer.url).pathname} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`,
  );
}
