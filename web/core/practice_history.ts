// What was practised and what comes of it: sittings counted and sent, streak, achievements, the coach.
import type { PracticeRoom } from './practice_room';
import { SessionOutbox } from './practice_outbox';
import { SittingCounter, type Sitting } from './practice_sitting';
import { isHere } from './practice_song';

const DRAFT = 10_000; // ms between two writings of the sitting that is counted

export class History {
  readonly sitting: SittingCounter;
  private readonly outbox: SessionOutbox;
  private drafted = 0;

  constructor(private readonly room: PracticeRoom) {
    this.outbox = new SessionOutbox(room.db, async (sitting) =>
      room.api.addSession(await room.person(), sitting),
    );
    this.sitting = new SittingCounter(
      { now: () => performance.now(), date: () => Date.now() },
      () => room.zone(),
      (sitting) => void this.ended(sitting),
    );
  }

  async refresh(): Promise<void> {
    const { room } = this;
    await this.outbox.flush();
    const person = await room.person();
    const [streak, achievements, sessions, goal] = await Promise.all([
      room.api.streak(person, room.zone()).catch(() => null),
      room.api.achievements(person).catch(() => null),
      room.api.sessions(person).catch(() => null),
      room.api.goal(person, room.zone(), '').catch(() => null),
    ]);
    room.set({
      ...(streak ? { streak } : {}),
      ...(achievements ? { achievements } : {}),
      ...(sessions ? { sessions } : {}),
      goal: goal ?? room.get().goal,
    });
  }

  // A few times a second: whether sound is heard.
  look(sounding: boolean) {
    const { room, sitting } = this;
    const { song, speed, practised, recordingTime } = room.get();
    if (!song || isHere(song)) return;
    sitting.tick(song.id, sounding, speed);
    const seconds = Math.floor(sitting.seconds);
    const on = sitting.current !== null;
    if (seconds !== practised || on !== recordingTime) room.set({ practised: seconds, recordingTime: on });
    const now = performance.now();
    if (sitting.current && now - this.drafted > DRAFT && sitting.seconds >= 5) {
      this.drafted = now;
      void this.outbox.keep(sitting.current, true);
    }
  }
  // The page is hidden or left: what was counted is safe.
  draft() {
    if (this.sitting.current && this.sitting.seconds >= 5) void this.outbox.keep(this.sitting.current, true);
  }
  flush() {
    void this.outbox.flush();
  }

  private async ended(sitting: Sitting) {
    await this.outbox.keep(sitting, false);
    await this.refresh().catch(() => {});
  }
}
