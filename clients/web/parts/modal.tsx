import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  labelledBy: string;
  describedBy?: string;
  /** `alertdialog` for what must be answered. */
  role?: "alertdialog";
  class: string;
  /** What is inside: when it changes, focus goes to the new heading. */
  stage?: string;
  /** Escape and the back gesture of a phone. */
  onDismiss: () => void;
  children: ComponentChildren;
}

/** A native modal dialog: the rest of the page is inert, focus stays inside and goes back when it closes. */
export const Modal = ({ labelledBy, describedBy, role, stage, class: name, onDismiss, children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    const before = document.activeElement;
    current?.showModal();
    return () => {
      current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    // To the heading, not to a button: somebody who is typing must not answer an alarm by a space.
    dialog.current?.querySelector<HTMLElement>("[data-focus]")?.focus();
  }, [stage]);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby={labelledBy}
      aria-modal="true"
      {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
      {...(role === undefined ? {} : { role })}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss();
      }}
      // Chromium closes on a second Escape whatever `cancel` says. The event comes late: for a dialog that was taken away
      // in the meantime, because a more pressing alarm came, it is not the person's wish.
      onClose={() => {
        if (dialog.current !== null) onDismiss();
      }}
    >
      {children}
    </dialog>
  );
};
