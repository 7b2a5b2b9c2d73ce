import { turns } from "../http/turns.ts";

/** Hashes passwords one at a time: each holds workerd's thread for some 150 ms (T15). */
export const hashingTurn = turns(2_000);
