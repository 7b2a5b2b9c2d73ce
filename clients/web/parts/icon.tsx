/** Outlines on a grid of 24; drawn for this page, so nothing is fetched from anybody. */
const outlines = {
  siren: "M5 19h14M7 19v-6a5 5 0 0 1 10 0v6M12 3v2M4.5 6 6 7.5M19.5 6 18 7.5M12 12v3",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16ZM10 20.5a2.2 2.2 0 0 0 4 0",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.6v.2",
  exercise: "M6 21V4M6 4.5h11l-2.2 4L17 12.5H6",
  test: "M9.5 3.5h5M10.5 3.5v6L5 18.5a1.5 1.5 0 0 0 1.3 2.2h11.4a1.5 1.5 0 0 0 1.3-2.2l-5.5-9v-6M8 15h8",
  silent: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM16 9.5l5 5M21 9.5l-5 5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  route: "M5 18.5h8a3.5 3.5 0 0 0 0-7h-3a3.5 3.5 0 0 1 0-7h8M15.5 2l3 2.5-3 2.5",
  place: "M12 21s7-6.2 7-11.2A7 7 0 0 0 5 9.8C5 14.8 12 21 12 21ZM12 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.700a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.400Z",
  received: "M12 4v10m0 0-4-4m4 4 4-4M5 19h14",
  sent: "M4.5 12 20 4.5 15 20l-3.5-6.500L4.5 12Z",
  unreached: "M12 4 3 20h18L12 4ZM12 10v5M12 17.500v.2",
  offline:
    "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.400M19 12.500a10 10 0 0 0-3.8-2.300M2 9a15 15 0 0 1 4.5-2.800M22 9A15 15 0 0 0 11 5M8.5 16a5 5 0 0 1 7 0M12 19.500v.2",
  people:
    "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.500a6.5 6.5 0 0 1 13 0M16 4.800a3.5 3.5 0 0 1 0 6.500M18 13.700a6.5 6.5 0 0 1 3.5 5.8",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
  back: "M19 12H5m0 0 6-6m-6 6 6 6",
  forward: "M9 5.500l6.5 6.500L9 18.5",
  download: "M12 4v11m0 0-4-4m4 4 4-4M5 20h14",
  logOut: "M14 4.500h4.500v15H14M10 8l-4 4 4 4M6 12h9",
  write: "M4.5 19.5 5.5 15 16 4.500l3.5 3.500L9 18.500l-4.5 1ZM13.5 7l3.5 3.5",
  again: "M5 12a7 7 0 1 1 2.2 5.100M5 12V7.500M5 12h4.500",
  photo: "M4 7.500h3.500L9 5h6l1.500 2.500H20v11.500H4V7.500ZM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z",
  file: "M7 3.500h7l4 4v13H7v-17ZM14 3.500v4h4M10 12.500h5M10 16h5",
  push: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16ZM18 4l2-1.500M6 4 4 2.500M10 20.500a2.200 2.200 0 0 0 4 0",
  sms: "M4 5h16v11H11l-4.500 4v-4H4V5ZM8 9h8M8 12h5",
  voice:
    "M5 4h4l1.500 4.500-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2L20 15v4a1.500 1.500 0 0 1-1.600 1.500A15.500 15.500 0 0 1 3.500 5.600 1.500 1.500 0 0 1 5 4Z",
  email: "M3.500 6h17v12.500h-17V6ZM4 6.500l8 6.500 8-6.500",
  device: "M7.500 3h9v18h-9V3ZM11 18h2",
  steps: "M4 19h5v-5h5V9h5V4",
  shield: "M12 3.500 5 6v5.500c0 4.500 3 7.500 7 9 4-1.500 7-4.500 7-9V6l-7-2.500ZM9 12l2.200 2.200L15 10.500",
  question:
    "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM9.500 9.700a2.500 2.500 0 1 1 3.700 2.200c-.8.5-1.200 1-1.200 1.800M12 16.800v.2",
  quiet: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8 12.500l2.7 2.700L16 9.8",
} as const;

export type IconName = keyof typeof outlines;

/** Decoration beside a word: the word says it, so screen readers pass over the picture. */
export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg
    class="icon"
    viewBox="0 0 24 24"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    stroke-width="1.9"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={outlines[name]} />
  </svg>
);
