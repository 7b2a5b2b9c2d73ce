import type { ComponentChildren } from "preact";
import { Brand, LanguageSwitch } from "./frame.tsx";

/** The page for somebody who is not in yet. */
export const Door = (props: { title: string; lead: string; children: ComponentChildren }) => (
  <main class="door">
    <div class="door-head">
      <Brand />
      <LanguageSwitch />
    </div>
    <div class="door-card">
      <h1>{props.title}</h1>
      <p class="quiet">{props.lead}</p>
      {props.children}
    </div>
  </main>
);
