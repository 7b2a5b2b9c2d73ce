/** A number in [least, most), evenly spread. */
export const between = (least: number, most: number): number => least + Math.random() * (most - least);

/** True so many times in a hundred. */
export const inHundred = (times: number): boolean => Math.random() * 100 < times;

/** @returns undefined when the list is empty */
export const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];
