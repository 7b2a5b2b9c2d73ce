import { useId } from "preact/hooks";
import { directory } from "../state/directory.ts";
import { words } from "../state/language.ts";

interface Option {
  value: string;
  label: string;
}

interface PickProps {
  label: string;
  value: string;
  /** The choice of none, where there is one. */
  none?: string;
  required?: boolean;
  onChoose: (value: string) => void;
}

/** One of a list, with its label above it. */
export const Pick = ({
  label,
  value,
  none,
  required,
  options,
  onChoose,
}: PickProps & { options: readonly Option[] }) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        required={required === true}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {none === undefined ? null : (
          <option value="" disabled={required === true}>
            {none}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
};

const siteOptions = (): Option[] =>
  (directory.value?.sites ?? []).map(({ siteId, name }) => ({ value: siteId, label: name }));

const roleOptions = (): Option[] =>
  (directory.value?.roles ?? []).map(({ roleId, name }) => ({ value: roleId, label: name }));

export const PickSite = (props: Omit<PickProps, "label">) => (
  <Pick {...props} label={words.value.planning.site} options={siteOptions()} />
);

export const PickRole = (props: Omit<PickProps, "label">) => (
  <Pick {...props} label={words.value.planning.role} options={roleOptions()} />
);
