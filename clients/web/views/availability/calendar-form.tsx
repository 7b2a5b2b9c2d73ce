import { useId, useState } from "preact/hooks";
import type { Calendar } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { limits } from "../../../../protocol/limits.ts";
import { StandbyProblem } from "../../../sdk/problem.ts";
import { Ask } from "../../parts/ask.tsx";
import { OneOf } from "../../parts/choice.tsx";
import { words } from "../../state/language.ts";
import { api } from "../../state/session.ts";

class FileProblem extends Error {
  readonly is: "noFile" | "tooLarge";
  constructor(is: "noFile" | "tooLarge") {
    super(is);
    this.is = is;
  }
}

/** A new calendar, by address or from a file; or a newer file for one that came from a file. */
export const CalendarForm = (props: { calendar: Calendar | undefined; close: () => void; saved: () => void }) => {
  const { calendar } = props;
  const [name, setName] = useState("");
  const [source, setSource] = useState<"url" | "file">(calendar === undefined ? "url" : "file");
  const [url, setUrl] = useState("");
  const [file, setFile] = useState<File | undefined>(undefined);
  const id = useId();
  const w = words.value.calendars;

  const textOfFile = async (): Promise<string> => {
    if (file === undefined) throw new FileProblem("noFile");
    if (file.size > limits.calendarBytes) throw new FileProblem("tooLarge");
    return file.text();
  };
  const save = async (): Promise<void> => {
    if (calendar !== undefined)
      await api().call(routes.patchCalendar, {
        params: { calendarId: calendar.calendarId },
        body: { text: await textOfFile() },
      });
    else {
      const what = source === "url" ? { url: url.trim() } : { text: await textOfFile() };
      await api().call(routes.createCalendar, { body: { name: name.trim(), ...what } });
    }
    props.saved();
  };
  const say = (error: unknown): string | undefined => {
    if (error instanceof FileProblem) return w[error.is];
    if (!(error instanceof StandbyProblem) || error.code !== "invalid") return undefined;
    if (error.errors.some(({ path }) => path === "url")) return w.refusedUrl;
    return error.errors.some(({ path }) => path === "text") ? w.refusedFile : undefined;
  };

  return (
    <Ask
      title={calendar === undefined ? w.addTitle : w.newFileTitle(calendar.name)}
      help={calendar === undefined ? w.addHelp : w.newFileHelp}
      confirm={calendar === undefined ? w.save : w.replace}
      conflict={w.tooMany}
      say={say}
      close={props.close}
      run={save}
    >
      {calendar === undefined ? (
        <>
          <label for={`${id}-name`}>{w.name}</label>
          <input
            id={`${id}-name`}
            class="input"
            required
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <OneOf
            label={w.source}
            name="calendar-source"
            value={source}
            options={[
              { value: "url", label: w.byUrl, help: w.byUrlHelp },
              { value: "file", label: w.byFile, help: w.byFileHelp },
            ]}
            onChoose={setSource}
          />
        </>
      ) : null}
      {source === "url" ? (
        <>
          <label for={`${id}-url`}>{w.url}</label>
          <input
            id={`${id}-url`}
            class="input"
            type="url"
            required
            maxLength={2_000}
            aria-describedby={`${id}-url-help`}
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
          <p id={`${id}-url-help`} class="hint">
            {w.urlHelp}
          </p>
        </>
      ) : (
        <>
          <label for={`${id}-file`}>{w.file}</label>
          <input
            id={`${id}-file`}
            class="input"
            type="file"
            accept=".ics,text/calendar"
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
          />
        </>
      )}
    </Ask>
  );
};
