/** Shapes that tell states apart without their colours. Each stands beside its word and is hidden from screen readers. */
const paths = {
  failed: 'M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  back: 'M6 4 3 7l3 3M3 7h6.5a3.5 3.5 0 0 1 0 7H7',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  moving: 'M3 8h9M8.5 4.5 12 8l-3.5 3.5',
  bake: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.2 1.6',
  dot: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  check: 'M3.2 8.6 6.5 12l6.3-7.6',
  ask: 'M5.8 6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.2.9-1.2 1.7M8 12.4v.1',
  silent: 'M2.5 8h1.2M6 8h1.2M9.3 8h1.2M12.6 8h1',
  never: 'M4 8h8',
  warn: 'M8 2.4 14.3 13.4H1.7zM8 6.4v3.2M8 11.5v.1',
} as const;
export type IconName = keyof typeof paths;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
