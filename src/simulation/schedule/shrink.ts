import { lawIn } from '../laws/law.ts';
import type { ScheduledEvent, Schedule } from './schedule.ts';

/** Runs a schedule and says what it breaks; undefined for one that breaks nothing. */
export type Complaint = (schedule: Schedule) => Promise<string | undefined>;

/**
 * The shortest schedule that delta debugging finds which still breaks the same law: events are left out in ever smaller parts, until none
 * can be spared. `tries` bounds how often it is run.
 */
export async function shrink(
  schedule: Schedule,
  complaintOf: Complaint,
  { tries = 200 }: { tries?: number } = {},
): Promise<Schedule> {
  const law = await complaintOf(schedule);
  if (law === undefined) return schedule;
  let { events } = schedule;
  let left = tries;
  const stillFails = async (fewer: ScheduledEvent[]): Promise<boolean> => {
    left -= 1;
    const complaint = await complaintOf({ ...schedule, events: fewer });
    return complaint !== undefined && lawIn(complaint) === lawIn(law);
  };
  let size = Math.ceil(events.length / 2);
  while (size >= 1 && left > 0) {
    let spared = false;
    for (let at = 0; at < events.length && left > 0;) {
      const fewer = [...events.slice(0, at), ...events.slice(at + size)];
      if (await stillFails(fewer)) {
        events = fewer;
        spared = true;
      } else at += size;
    }
    if (!spared || size > 1) size = size === 1 && !spared ? 0 : Math.max(1, Math.floor(size / 2));
  }
  return { ...schedule, events };
}
