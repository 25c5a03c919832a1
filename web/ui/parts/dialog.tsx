import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';

// The browser's own modal dialog: it keeps the focus, closes with Escape and gives the focus back.
export function Dialog(props: {
  label: string;
  onClose: () => void;
  className?: string;
  head?: ReactNode; // instead of the title line
  foot?: ReactNode;
  children: ReactNode;
  testid: string;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={props.className}
      aria-label={props.label}
      data-testid={props.testid}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) props.onClose(); // the veil
      }}
    >
      {props.head ?? (
        <div className="dialog-head">
          <h2>{props.label}</h2>
          <span className="grow" />
          <button type="button" className="icon" aria-label="Close" onClick={props.onClose}>
            <X />
          </button>
        </div>
      )}
      {props.children}
      {props.foot ? <div className="dialog-foot">{props.foot}</div> : null}
    </dialog>
  );
}
