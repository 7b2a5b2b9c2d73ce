import type { Permission } from "../../../protocol/people.ts";

/** The organisation of the demo: names only, the server gives the ids. */
export const roles = ["Team lead", "First aider", "Evacuation marshal", "Fire warden"] as const;
export type RoleName = (typeof roles)[number];

export const sites = [
  {
    name: "Harbour office",
    address: "Kade 12, Rotterdam",
    zones: ["Reception", "First floor", "Second floor", "Canteen", "Car park"],
  },
  {
    name: "Warehouse",
    address: "Havenweg 80, Rotterdam",
    zones: ["Loading bay", "Cold store", "High racks", "Office"],
  },
  { name: "Laboratory", address: "Campus 4, Delft", zones: ["Clean room", "Chemistry", "Workshop"] },
] as const;
export type SiteName = (typeof sites)[number]["name"];

interface DemoScenario {
  name: string;
  title: string;
  message: string;
  site?: SiteName;
  roles?: readonly RoleName[];
  everyone?: true;
  urgency?: "urgent" | "normal" | "information";
  silent?: boolean;
  requirement?: readonly { role: RoleName; count: number }[];
}

export const scenarios: readonly DemoScenario[] = [
  {
    name: "Fire, Harbour office",
    title: "Fire alarm",
    message: "Evacuate the Harbour office. Assemble at the quay.",
    site: "Harbour office",
    everyone: true,
    requirement: [
      { role: "Evacuation marshal", count: 3 },
      { role: "Fire warden", count: 2 },
    ],
  },
  {
    name: "Accident, Warehouse",
    title: "Person injured",
    message: "First aid to the loading bay. Bring the stretcher.",
    site: "Warehouse",
    roles: ["First aider", "Team lead"],
    requirement: [{ role: "First aider", count: 2 }],
  },
  {
    name: "Spill, Laboratory",
    title: "Chemical spill",
    message: "Close the doors of Chemistry. Wear a mask.",
    site: "Laboratory",
    roles: ["Fire warden", "Evacuation marshal", "Team lead"],
  },
  {
    name: "Aggression, silent",
    title: "Assistance at reception",
    message: "Come calmly, two together.",
    site: "Harbour office",
    roles: ["Team lead"],
    silent: true,
  },
  {
    name: "All team leads",
    title: "Team leads: call in",
    message: "Call the coordinator.",
    roles: ["Team lead"],
    urgency: "normal",
  },
];

export const webhook = { name: "Fire panel Harbour office", scenario: "Fire, Harbour office" } as const;

const firstNames = [
  ...["Anna", "Bram", "Chantal", "Daan", "Esra", "Femke", "Gijs", "Hanan", "Ilse", "Jeroen"],
  ...["Karin", "Lars", "Mehmet", "Noor", "Olga", "Pieter", "Quinten", "Rosa", "Sanne", "Tim"],
];
const lastNames = [
  ...["Bakker", "de Boer", "Dijkstra", "van Dam", "Hendriks", "Jansen", "Kaya", "Kuipers", "Meijer", "Mulder"],
  ...["Peters", "Postma", "Santos", "Smit", "Visser", "Vos", "de Vries", "Willems", "Yilmaz", "Zandstra"],
];

export interface DemoPerson {
  username: string;
  firstName: string;
  lastName: string;
  permission: Permission;
  roles: RoleName[];
  homeSite: SiteName;
}

/** Sixty people: a team lead (and coordinator) in ten, the other roles spread, some without a role. */
export const people: readonly DemoPerson[] = Array.from({ length: 60 }, (_, i): DemoPerson => {
  const firstName = at(firstNames, i);
  // Shifted by one each time the first names are through, so that no two people have the same name.
  const lastName = at(lastNames, i * 7 + Math.floor(i / firstNames.length));
  const lead = i % 10 === 0;
  const role = lead ? "Team lead" : i % 4 === 3 ? undefined : at(roles.slice(1), i % 4);
  return {
    username: `${firstName}.${lastName}`.toLowerCase().replaceAll(" ", ""),
    firstName,
    lastName,
    permission: lead ? "coordinator" : role === undefined ? "employee" : "responder",
    roles: role === undefined ? [] : [role],
    homeSite: i < 30 ? "Harbour office" : i < 48 ? "Warehouse" : "Laboratory",
  };
});

function at<T>(list: readonly T[], index: number): T {
  // SAFETY: the index is taken modulo the length of a list that is not empty.
  return list[index % list.length] as T;
}
