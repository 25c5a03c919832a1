// Messages at the edge of the page: the page's own, the session's, and a running export.
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { FORMATS } from '../actions/file';
import { useApp, useScreen, useSession } from '../lib/app';
import { type Toast, dropToast } from '../lib/screen';

const STAY_MS = 5000;
const STAY_WITH_ACTION_MS = 9000;

export function Toasts() {
  const { session } = useApp();
  const toasts = useScreen((s) => s.toasts);
  const notices = useSession((s) => s.notices);
  return (
    <div className="toasts" role="region" aria-label="Messages" data-testid="toasts">
      <Export />
      {notices.map((notice) => (
        <Message
          key={`n${notice.id}`}
          message={notice.message}
          next={notice.next}
          error={notice.kind === 'error'}
          onClose={() => session.dismiss(notice.id)}
        />
      ))}
      {toasts.map((toast) => (
        <Passing key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

// Errors stay until they are closed; all else goes by itself.
function Passing({ toast }: { toast: Toast }) {
  const stay = toast.tone === 'error' ? 0 : toast.action ? STAY_WITH_ACTION_MS : STAY_MS;
  useEffect(() => {
    if (stay === 0) return undefined;
    const timer = setTimeout(() => dropToast(toast.id), stay);
    return () => clearTimeout(timer);
  }, [toast.id, stay]);
  return (
    <Message
      message={toast.message}
      next={toast.next}
      error={toast.tone === 'error'}
      action={
        toast.action && { label: toast.action.label, run: () => (toast.action!.run(), dropToast(toast.id)) }
      }
      onClose={() => dropToast(toast.id)}
    />
  );
}

function Message(props: {
  message: string;
  next?: string | undefined;
  error: boolean;
  action?: { label: string; run: () => void } | undefined;
  onClose: () => void;
}) {
  return (
    <div
      className={`toast ${props.error ? 'error' : ''}`}
      role={props.error ? 'alert' : 'status'}
      data-testid="toast"
    >
      <div className="grow">
        <p>{props.message}</p>
        {props.next ? <p>{props.next}</p> : null}
      </div>
      {props.action ? (
        <button type="button" className="btn small" onClick={props.action.run}>
          {props.action.label}
        </button>
      ) : null}
      <button type="button" className="icon" aria-label="Close message" onClick={props.onClose}>
        <X />
      </button>
    </div>
  );
}

function Export() {
  const { session } = useApp();
  const job = useSession((s) => s.exporting);
  if (!job || job.state !== 'running') return null;
  const title = FORMATS.find((f) => f.format === job.format)?.title ?? job.format;
  return (
    <div className="toast" role="status" data-testid="exporting">
      <div className="grow">
        <p>Exporting {title}</p>
        <p>{job.sentence}</p>
        <div
          className="bar"
          role="progressbar"
          aria-label={`Exporting ${title}`}
          aria-valuenow={Math.round(job.progress * 100)}
          style={{ marginTop: 6 }}
        >
          <i style={{ transform: `scaleX(${job.progress})` }} />
        </div>
      </div>
      <button
        type="button"
        className="btn small"
        data-testid="cancel-export"
        onClick={() => session.cancelExport()}
      >
        Cancel
      </button>
    </div>
  );
}
