import { Fragment } from 'react';
import { caps } from '../actions/keys';

// A combination drawn as key-caps.
export function Keys({ of }: { of: string | undefined }) {
  if (!of) return null;
  return (
    <span className="keys" aria-hidden="true">
      {caps(of).map((cap, i) => (
        <Fragment key={i}>
          <kbd>{cap}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
