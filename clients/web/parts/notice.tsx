import type { ComponentChildren } from "preact";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Something the person must know; errors are read out at once, the rest when there is a pause. */
export const Notice = ({
  tone,
  icon,
  children,
}: {
  tone: "bad" | "warn" | "good";
  icon: IconName;
  children: ComponentChildren;
}) => (
  <div class={`notice notice-${tone}`} role={tone === "good" ? "status" : "alert"}>
    <Icon name={icon} />
    <div>{children}</div>
  </div>
);

export const Failure = ({ error, retry }: { error: unknown; retry?: () => void }) => (
  <Notice tone="bad" icon="unreached">
    <p>{explain(error)}</p>
    {retry === undefined ? null : (
      <button type="button" class="button" onClick={retry}>
        {words.value.common.retry}
      </button>
    )}
  </Notice>
);

export const Loading = () => (
  <p class="loading" role="status">
    <span class="spinner" aria-hidden="true" />
    {words.value.common.loading}
  </p>
);

export const Empty = ({ icon, title, help }: { icon: IconName; title: string; help: string }) => (
  <div class="empty">
    <Icon name={icon} size={32} />
    <p class="empty-title">{title}</p>
    <p class="quiet">{help}</p>
  </div>
);
