import { useState } from "preact/hooks";
import type { AvailabilityException } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { Ask } from "../../parts/ask.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { serverNow } from "../../state/clock.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { loadOwnWeek } from "../../state/own-week.ts";
import { api } from "../../state/session.ts";
import { listed, shortDay, shortTime } from "../../state/times.ts";
import { AvailabilityChip } from "./availability-chip.tsx";
import { ExceptionForm } from "./exception-form.tsx";

const loadAll = async (signal: AbortSignal): Promise<AvailabilityException[]> => {
  const list: AvailabilityException[] = [];
  for await (const one of api().items(routes.listAvailabilityExceptions, { query: { limit: 200 }, signal }))
    list.push(one);
  return list;
};

/** "Sat 5 Dec, 08:00–17:00" or "Mon 7 Dec, 08:00 – Fri 11 Dec, 17:00". */
const whenOf = ({ from, to }: { from: string; to: string }): string => {
  const [start, end] = [new Date(from), new Date(to)];
  return start.toDateString() === end.toDateString()
    ? `${shortDay(from)}, ${shortTime(from)}–${shortTime(to)}`
    : `${shortDay(from)}, ${shortTime(from)} – ${shortDay(to)}, ${shortTime(to)}`;
};

type Open = { is: "new" } | { is: "edit" | "remove"; exception: AvailabilityException } | undefined;

/** From one time to another, available or not, whatever the week says. */
export const Exceptions = () => {
  const loaded = useLoaded(loadAll);
  const [open, setOpen] = useState<Open>(undefined);
  const w = words.value.exceptions;
  const ahead = loaded.value
    ?.filter(({ to }) => Date.parse(to) > serverNow())
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const changed = (): void => {
    loaded.reload();
    void loadOwnWeek();
  };
  const close = (): void => setOpen(undefined);
  return (
    <section class="panel" aria-labelledby="exceptions">
      <div class="panel-head">
        <h2 id="exceptions">{w.title}</h2>
        <button type="button" class="button" onClick={() => setOpen({ is: "new" })}>
          {w.add}
        </button>
      </div>
      <p class="hint">{w.help}</p>
      {loaded.error === undefined ? null : <Failure error={loaded.error} retry={loaded.reload} />}
      {ahead === undefined && loaded.error === undefined ? <Loading /> : null}
      {ahead?.length === 0 ? <Empty icon="clock" title={w.none} help={w.noneHelp} /> : null}
      {ahead === undefined || ahead.length === 0 ? null : (
        <ul class="rows">
          {ahead.map((exception) => (
            <Row key={exception.exceptionId} exception={exception} setOpen={setOpen} />
          ))}
        </ul>
      )}
      {open === undefined || open.is === "remove" ? null : (
        <ExceptionForm exception={open.is === "edit" ? open.exception : undefined} close={close} saved={changed} />
      )}
      {open?.is === "remove" ? (
        <Ask
          title={w.removeTitle}
          help={w.removeHelp(whenOf(open.exception))}
          confirm={w.remove}
          close={close}
          run={async () => {
            const { exceptionId } = open.exception;
            await api().call(routes.deleteAvailabilityException, { params: { exceptionId } });
            changed();
          }}
        />
      ) : null}
    </section>
  );
};

const Row = (props: { exception: AvailabilityException; setOpen: (open: Open) => void }) => {
  const { exception } = props;
  const w = words.value.exceptions;
  const what = whenOf(exception);
  const roles = exception.roleIds?.map((roleId) => names.value.get(roleId) ?? "…");
  const about = [
    roles === undefined ? undefined : words.value.week.only(listed(roles, "conjunction")),
    exception.note === undefined ? undefined : words.value.when.said(exception.note),
    exception.shareNote === true ? w.shared : undefined,
  ].filter((part) => part !== undefined);
  return (
    <li>
      <div>
        <p>
          <strong>{what}</strong> <AvailabilityChip available={exception.available} />
        </p>
        {about.length === 0 ? null : <p class="quiet">{about.join(" · ")}</p>}
      </div>
      <div class="row-tools">
        <button
          type="button"
          class="button button-plain"
          aria-label={w.edit(what)}
          onClick={() => props.setOpen({ is: "edit", exception })}
        >
          <Icon name="write" size={18} />
          {w.change}
        </button>
        <button
          type="button"
          class="button button-plain"
          aria-label={w.removeNamed(what)}
          onClick={() => props.setOpen({ is: "remove", exception })}
        >
          <Icon name="cross" size={18} />
          {w.remove}
        </button>
      </div>
    </li>
  );
};
