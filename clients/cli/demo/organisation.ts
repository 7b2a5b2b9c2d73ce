import type { Permission } from "../../../protocol/people.ts";

/** The organisation of the demo: names only, the server gives the ids. */
export const roles = ["Team lead", "First aider", "Evacuation marshal", "Fire warden"] as const;
export type RoleName = (typeof roles)[number];

export const sites = [
  {
    name: "Harbour office",
    address: "Kade 12, Rotterdam",
    zones: ["Reception", "First floor", "Second floor", "Canteen", "Car park"],
    neighbours: ["Warehouse"],
    musterPoints: ["Quay", "Car park north"],
  },
  {
    name: "Warehouse",
    address: "Havenweg 80, Rotterdam",
    zones: ["Loading bay", "Cold store", "High racks", "Office"],
    neighbours: ["Harbour office"],
    musterPoints: ["Gate 2"],
  },
  {
    name: "Laboratory",
    address: "Campus 4, Delft",
    zones: ["Clean room", "Chemistry", "Workshop"],
    neighbours: [],
    musterPoints: ["Bicycle shed"],
  },
] as const;
export type SiteName = (typeof sites)[number]["name"];

export interface DemoStep {
  name: string;
  afterSeconds: number;
  when: "always" | "unfilled";
  /** Whom it calls: holders of a role anywhere, people of neighbouring sites, everybody there, or the same people again. */
  calls: RoleName | "neighbours" | "everyone" | "unanswered";
}

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
  parts?: { danger?: string; where?: string; action?: string };
  severity?: "Extreme" | "Severe" | "Moderate" | "Minor";
  category?: "Fire" | "Health" | "Security" | "CBRNE";
  duress?: true;
  instructions?: readonly { role: RoleName; text: string }[];
  steps?: readonly DemoStep[];
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
    parts: { danger: "Fire or smoke", where: "{where}", action: "Leave the building by the nearest exit." },
    severity: "Severe",
    category: "Fire",
    instructions: [
      { role: "Evacuation marshal", text: "Put on your vest, clear your floor, then go to the muster point." },
      { role: "Fire warden", text: "Meet the fire brigade at the gate with the floor plans." },
    ],
    steps: [
      { name: "Again, whoever has not answered", afterSeconds: 60, when: "unfilled", calls: "unanswered" },
      { name: "Neighbouring sites", afterSeconds: 120, when: "unfilled", calls: "neighbours" },
      { name: "All team leads", afterSeconds: 180, when: "unfilled", calls: "Team lead" },
    ],
  },
  {
    name: "Accident, Warehouse",
    title: "Person injured",
    message: "First aid to the loading bay. Bring the stretcher.",
    site: "Warehouse",
    roles: ["First aider", "Team lead"],
    requirement: [
      { role: "First aider", count: 2 },
      { role: "Team lead", count: 1 },
    ],
    severity: "Moderate",
    category: "Health",
    instructions: [{ role: "First aider", text: "Bring the AED and the first aid kit." }],
    steps: [{ name: "First aiders of other sites", afterSeconds: 90, when: "unfilled", calls: "First aider" }],
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
    duress: true,
    category: "Security",
    steps: [{ name: "Everybody there", afterSeconds: 120, when: "unfilled", calls: "everyone" }],
    requirement: [{ role: "Team lead", count: 2 }],
  },
  {
    name: "All team leads",
    title: "Team leads: call in",
    message: "Call the coordinator.",
    roles: ["Team lead"],
    urgency: "normal",
  },
];

interface DemoStaffingRule {
  name: string;
  site: SiteName;
  role: RoleName;
  minimum: number;
  /** On weekdays; always without. */
  hours?: { from: string; to: string };
}

/** The last one asks for more people than there are: it is short at any hour. */
export const staffingRules: readonly DemoStaffingRule[] = [
  { name: "First aid, Harbour office", site: "Harbour office", role: "First aider", minimum: 2 },
  {
    name: "Evacuation, Harbour office",
    site: "Harbour office",
    role: "Evacuation marshal",
    minimum: 3,
    hours: { from: "08:00", to: "18:00" },
  },
  {
    name: "First aid, Warehouse",
    site: "Warehouse",
    role: "First aider",
    minimum: 1,
    hours: { from: "06:00", to: "22:00" },
  },
  { name: "Fire wardens, Laboratory", site: "Laboratory", role: "Fire warden", minimum: 6 },
];

export const kiosk = { name: "Reception desk", site: "Harbour office", zone: "Reception" } as const;

export const weeklyTest = { name: "Monday noon", title: "Weekly test: please confirm" } as const;

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
