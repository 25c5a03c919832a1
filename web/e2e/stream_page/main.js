// The stream without the screen, for its tests.
import { createStream } from '../../core/stream';
import * as streamDecode from '../../core/stream_decode';

Object.assign(globalThis, { createStream, streamDecode });
