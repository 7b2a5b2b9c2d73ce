import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { go, href, type Place } from "../state/route.ts";

/** A link inside the page: a real address, so that it can be opened in another tab and shared. */
export const Link = (props: { to: Place; class?: string; current?: boolean; children: ComponentChildren }) => {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // On a phone a row of links is wider than the screen.
    if (props.current === true) link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [props.current]);
  return (
    <a
      ref={link}
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
};
