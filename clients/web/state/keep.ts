/** Web Storage that may be forbidden (private windows, policies): then the page works and forgets. */
export const keptText = (key: string): string | undefined => {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

export const keepText = (key: string, text: string): void => {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Full or forbidden: nothing on the page depends on it being kept.
  }
};

export const dropText = (key: string): void => {
  try {
    localStorage.removeItem(key);
  } catch {
    // See keepText.
  }
};
