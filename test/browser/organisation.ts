import WebSocket from "ws";
import { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import { StandbyApi } from "../../clients/sdk/api.ts";
import type { RaiseAlarm } from "../../protocol/alarms.ts";
import { routes } from "../../protocol/http/routes.ts";
import type { Permission } from "../../protocol/people.ts";
import type { InstallationUnderTest } from "../system/harness/installation.ts";

export const password = "a long enough sentence";

export interface Person {
  userId: string;
  username: string;
  invitation: string;
}

/** An organisation as the tests of the page need it, set up over the API. */
export interface Organisation {
  slug: string;
  url: string;
  admin: StandbyApi;
  siteIds: Record<"north" | "depot", string>;
  roleIds: Record<"firstAid" | "teamLead", string>;
  scenarioId: string;
  /** Adds a person; the invitation is not accepted yet. */
  add: (
    username: string,
    permission: Permission,
    more?: { locale?: "nl" | "en"; firstAid?: boolean },
  ) => Promise<Person>;
  /** The same, with a password, so that somebody can log in. */
  addWithPassword: (
    username: string,
    permission: Permission,
    more?: { locale?: "nl" | "en"; firstAid?: boolean },
  ) => Promise<Person>;
  /** A device of theirs that receives by itself. */
  device: (person: Person) => Promise<AlarmSocket>;
  raise: (alarm: RaiseAlarm) => Promise<string>;
  /** Ends the devices. */
  close: () => Promise<void>;
}

let number = 0;

export const makeOrganisation = async (
  installation: InstallationUnderTest,
  slug = `org-${process.pid}-${++number}`,
): Promise<Organisation> => {
  const { url, operatorToken } = installation;
  const operator = new StandbyApi({ baseUrl: url, tenant: slug, token: operatorToken });
  const made = await operator.call(routes.createTenant, {
    body: {
      slug,
      name: "Northgate Hospital",
      locale: "en",
      admin: { username: "admin", email: "admin@example.org", firstName: "Ada", lastName: "Bakker" },
    },
  });
  const admin = new StandbyApi({ baseUrl: url, tenant: slug });
  await admin.acceptInvitation(made.invitation, password);

  const site = async (name: string, zoneNames: string[]): Promise<string> => {
    const { siteId } = await admin.call(routes.createSite, { body: { name } });
    for (const zone of zoneNames) await admin.call(routes.createZone, { params: { siteId }, body: { name: zone } });
    return siteId;
  };
  const role = async (name: string): Promise<string> =>
    (await admin.call(routes.createRole, { body: { name } })).roleId;
  const siteIds = {
    north: await site("North building", ["Ground floor", "Laboratory"]),
    depot: await site("Depot", []),
  };
  const roleIds = { firstAid: await role("First aider"), teamLead: await role("Team lead") };
  const { scenarioId } = await admin.createScenario({
    name: "Medical emergency",
    title: "Medical emergency, ground floor",
    message: "Bring the AED from the reception desk.",
    targets: { roles: [roleIds.firstAid] },
    urgency: "urgent",
  });

  const add: Organisation["add"] = async (username, permission, more = {}) => {
    const name = username.split("-").map((part) => part.charAt(0).toUpperCase() + part.slice(1));
    return admin.call(routes.createUser, {
      body: {
        username,
        firstName: name[0] ?? username,
        lastName: name.slice(1).join(" ") || "Visser",
        permission,
        locale: more.locale ?? "en",
        roleIds: more.firstAid === true ? [roleIds.firstAid] : [],
        homeSiteId: siteIds.north,
      },
    });
  };
  const devices: AlarmSocket[] = [];
  return {
    slug,
    url,
    admin,
    siteIds,
    roleIds,
    scenarioId,
    add,
    addWithPassword: async (...who) => {
      const person = await add(...who);
      await new StandbyApi({ baseUrl: url, tenant: slug }).acceptInvitation(person.invitation, password);
      return person;
    },
    device: async ({ userId, username }) => {
      const [enrolment] = (await admin.createEnrolments([userId])).enrolments;
      const api = new StandbyApi({ baseUrl: url, tenant: slug });
      const { token } = await api.createDeviceSession({
        code: enrolment?.code ?? "",
        device: { name: `phone of ${username}`, platform: "test" },
      });
      const socket = new AlarmSocket({
        url: api.socketUrl,
        connect: (to, protocols) =>
          new WebSocket(to, [...protocols], { headers: { Authorization: `Bearer ${token}` } }),
      });
      devices.push(socket);
      const online = new Promise<void>((resolve) => {
        socket.on("welcome", () => resolve());
      });
      socket.start();
      await online;
      return socket;
    },
    raise: async (alarm) => (await admin.raiseAlarm(alarm)).alarmId,
    close: async () => {
      await Promise.all(devices.map((device) => device.stop()));
    },
  };
};
