import { expect } from "vitest";

/** An organisation made over HTTP by wire.md alone, as a foreign program would. */
export interface WireOrganisation {
  tenant: string;
  admin: string;
  sites: string[];
  roles: string[];
  people: { userId: string; username: string; homeSiteId?: string; roleIds: string[] }[];
  call: (
    method: string,
    path: string,
    body?: unknown,
    token?: string,
    headers?: Record<string, string>,
  ) => Promise<WireAnswer>;
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a foreign program reads has no types; the tests say what they expect.
  body: any;
  text: string;
}

/** One HTTP call. */
export const wireCall = async (
  url: string,
  method: string,
  body?: unknown,
  token?: string,
  headers: Record<string, string> = {},
): Promise<WireAnswer> => {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith("{") ? (JSON.parse(text) as unknown) : undefined,
  };
};

let made = 0;

/** A tenant with sites, two roles and people spread over the sites; every second person has the first role. */
export const makeOrganisation = async (
  url: string,
  operatorToken: string,
  size: { people: number; sites: number },
): Promise<WireOrganisation> => {
  const slug = `org-${process.pid}-${made++}`;
  const admin = { username: "admin", email: "admin@example.org", firstName: "Anna", lastName: "Admin" };
  const tenant = await wireCall(`${url}/v1/tenants`, "POST", { slug, name: slug, locale: "nl", admin }, operatorToken);
  expect(tenant.status, tenant.text).toBe(201);
  const accepted = await wireCall(`${url}/v1/${slug}/invitations/accept`, "POST", {
    invitation: tenant.body.invitation,
    password: "a long enough password",
  });
  expect(accepted.status, accepted.text).toBe(201);
  const token: string = accepted.body.token;
  const call: WireOrganisation["call"] = (method, path, body, as = token, headers) =>
    wireCall(`${url}/v1/${slug}${path}`, method, body, as, headers);

  const sites: string[] = [];
  for (let i = 0; i < size.sites; i++) sites.push((await call("POST", "/sites", { name: `Site ${i}` })).body.siteId);
  const roles: string[] = [];
  for (const name of ["First aider", "Team lead"]) roles.push((await call("POST", "/roles", { name })).body.roleId);
  const users = Array.from({ length: size.people }, (_, i) => ({
    username: `person${i}`,
    firstName: "Person",
    lastName: String(i),
    permission: "responder",
    roles: i % 2 === 0 ? ["First aider"] : ["Team lead"],
    homeSite: `Site ${i % size.sites}`,
  }));
  const imported = await call("POST", "/users/import", { users });
  expect(imported.body).toEqual({ created: size.people, updated: 0, unchanged: 0, errors: [] });

  const people: WireOrganisation["people"] = [];
  let cursor: string | undefined;
  do {
    const page = await call("GET", `/users?limit=200${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    people.push(...page.body.items.filter((user: { username: string }) => user.username !== "admin"));
    cursor = page.body.nextCursor;
  } while (cursor !== undefined);
  return { tenant: slug, admin: token, sites, roles, people, call };
};

/** Enrols one device for each id, in order. */
export const enrol = async (organisation: WireOrganisation, userIds: readonly string[]): Promise<string[]> => {
  const codes = await organisation.call("POST", "/device-enrolments", { userIds });
  expect(codes.status, codes.text).toBe(201);
  const tokens: string[] = [];
  for (const { code } of codes.body.enrolments as { code: string }[]) {
    const device = { name: "phone", platform: "test" };
    const session = await organisation.call("POST", "/device-sessions", { code, device });
    expect(session.status, session.text).toBe(201);
    tokens.push(session.body.token);
  }
  return tokens;
};
