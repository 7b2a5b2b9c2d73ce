/** k6 has this global, and its type package leaves it to the library of browsers, whose other globals k6 lacks. */
declare const console: {
  log(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
