/** Yjs ships its randomized test helper without types. */
declare module "yjs/testHelper" {
  /** Connects everybody, works off what waits, and throws unless all documents are equal down to their structs. */
  export const compare: (users: object[]) => void;
}
