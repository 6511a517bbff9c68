import { noticeKinds, type NoticeKind, type Notification } from '../../api/notification.ts';
import { type TargetMood, targetMoodNames } from '../outside/service-mood.ts';
import type { Random } from '../random.ts';
import type { Happening } from './happening.ts';

/** Somebody who is told of rollouts, and how what is behind the address begins. */
export interface DrawnTarget {
  target: Notification;
  does: TargetMood;
}

/** Of some ModelDeployments, one or two. */
export function drawTargets(random: Random): DrawnTarget[] {
  if (!random.chance(0.25)) return [];
  return Array.from({ length: random.pick([1, 1, 2]) }, (_, at) => {
    const name = `team-${at + 1}`;
    const all = random.chance(0.5) && { events: Object.keys(noticeKinds) as NoticeKind[] };
    const url = `https://hooks.example.com/${name}`;
    return {
      target: { name, type: 'webhook', url, secretRef: { name: 'targets' }, ...all },
      does: random.chance(0.6) ? 'takes' : random.pick(targetMoodNames),
    };
  });
}

/** What all of them do while the last wish comes to its end: that must not hang on them. Then they take everything. */
export const drawLastTargets = (random: Random): TargetMood =>
  random.chance(0.6) ? 'takes' : random.pick(['never', 'unreachable', 'refuses', 'mute']);

/** Drawn on purpose, where there are targets. */
export const targetEvents = {
  target: {
    weight: 0,
    draw: (random) => [random.integer(2), random.pick(targetMoodNames)],
    happen: ({ setting, targets }, at, mood) => {
      const drawn = setting.targets[Number(at) % Math.max(1, setting.targets.length)];
      if (drawn) targets.setMood(drawn.target.name, mood as TargetMood);
    },
  },
} satisfies Record<string, Happening>;

/** When something becomes of targets, where there are some. */
export const drawTargetEvents = (random: Random): { atMs: number; name: keyof typeof targetEvents }[] =>
  Array.from({ length: random.pick([0, 1, 1, 2]) }, () => ({ atMs: random.integer(10_000), name: 'target' }));
