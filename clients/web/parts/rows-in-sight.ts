import { useEffect, useRef, useState } from "preact/hooks";

/** Rows outside the window that are rendered as well, so that scrolling shows no holes. */
const spare = 8;

/** Which rows of a long list are in sight. All rows have the height that the style sheet gives the first one. */
export const useRowsInSight = (rows: number) => {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, visible: 30, height: 48 });
  const look = (): void => {
    const { current } = box;
    if (current === null) return;
    const height = current.querySelector("tbody tr[aria-rowindex]")?.getBoundingClientRect().height || 48;
    const first = Math.max(0, Math.floor(current.scrollTop / height) - spare);
    const visible = Math.ceil(current.clientHeight / height) + 2 * spare;
    setView((v) =>
      v.first === first && v.visible === visible && v.height === height ? v : { first, visible, height },
    );
  };
  useEffect(look, [rows]);
  useEffect(() => {
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, []);
  const first = Math.min(view.first, Math.max(0, rows - view.visible));
  const last = Math.min(rows, first + view.visible);
  return { box, look, first, last, above: first * view.height, below: (rows - last) * view.height };
};
