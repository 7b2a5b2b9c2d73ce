/** English texts of the panels of one's own, and of roll-calls. */
export const ownWords = {};
