// Whether the work is safe: saved, being saved, kept here while the server is away, or not saved.
import { CloudOff, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSession } from '../lib/app';
import { ago, plural } from '../lib/words';
import { Tip } from '../parts/tip';

export function Saved() {
  const save = useSession((s) => s.save);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, [save]);
  switch (save.kind) {
    case 'none':
      return null;
    case 'saved':
      return (
        <Line kind="saved" word={`saved ${ago(Math.max(0, now - save.at))}`} tip="On the server's disk" />
      );
    case 'saving':
      return (
        <Line
          kind="saving"
          word="saving …"
          tip={`${plural(save.pending, 'edit')} on the way to the server`}
        />
      );
    case 'offline':
      return (
        <Line
          kind="offline"
          word="offline"
          icon={<CloudOff />}
          tip={`The server can't be reached. Work goes on: ${plural(save.pending, 'edit')} kept in this browser, sent when it is back.`}
        />
      );
    case 'failed':
      return (
        <Line
          kind="failed"
          word="not saved"
          icon={<TriangleAlert />}
          tip={`${save.problem.message} ${save.problem.next}`}
        />
      );
  }
}

function Line(props: { kind: string; word: string; tip: string; icon?: React.ReactNode }) {
  return (
    <Tip label={props.tip}>
      <span
        className={`saved ${props.kind}`}
        data-testid="saved"
        data-state={props.kind}
        role="status"
        tabIndex={-1}
      >
        {props.icon}
        <span className={props.icon ? '' : 'word'}>{props.word}</span>
      </span>
    </Tip>
  );
}
