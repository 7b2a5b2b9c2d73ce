let made = 0;
let prefixOfHistory = "w";

/** Ids of the next history: the same in each run of it, and none that the world has. */
export const beginIds = (history: string): void => {
  made = 0;
  prefixOfHistory = history;
};

/** In no order, like real ones: nothing may lean on ids growing. */
export const newId = (prefix: string): string => {
  made += 1;
  const scrambled = (Math.imul(made, 0x9e3779b1) >>> 0).toString(36).padStart(7, "0");
  return `${prefix}_${scrambled}${prefixOfHistory}${made.toString(36).padStart(5, "0")}`;
};

export const newSecret = (): string => newId("secret").padEnd(32, "0");
