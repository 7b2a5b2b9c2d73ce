import type { ComponentChildren } from "preact";
import { go, href, type Place } from "../state/route.ts";

/** A link inside the page: a real address, so that it can be opened in another tab and shared. */
export const Link = (props: { to: Place; class?: string; current?: boolean; children: ComponentChildren }) => (
  <a
    href={href(props.to)}
    class={props.class}
    {...(props.current === true ? { "aria-current": "page" as const } : {})}
    onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(props.to);
    }}
  >
    {props.children}
  </a>
);
