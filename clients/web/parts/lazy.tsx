import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure, Loading } from "./notice.tsx";

/** A view that is loaded when it is opened first, so that the page of alarms stays small. */
export const lazily = <Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ((props: Props) => preact.JSX.Element) => {
  let known: ComponentType<Props> | undefined;
  return (props) => {
    const [View, setView] = useState<ComponentType<Props> | undefined>(() => known);
    const [error, setError] = useState<unknown>(undefined);
    const get = (): void => {
      setError(undefined);
      load()
        .then((loaded) => {
          known = loaded.default;
          setView(() => loaded.default);
        })
        .catch(setError);
    };
    useEffect(() => {
      if (known === undefined) get();
    }, []);
    if (View !== undefined) return <View {...props} />;
    // A newer version of the page has other files: only a reload finds those.
    return error === undefined ? <Loading /> : <Failure error={error} retry={() => location.reload()} />;
  };
};
