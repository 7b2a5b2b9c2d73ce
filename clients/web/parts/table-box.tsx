import type { ComponentChildren, RefObject } from "preact";

/** What a long table scrolls in. */
export const TableBox = (props: {
  box: RefObject<HTMLDivElement | null>;
  label: string;
  look: () => void;
  children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
  <section class="table-box" ref={props.box} onScroll={props.look} tabIndex={0} aria-label={props.label}>
    {props.children}
  </section>
);
