/**
 * Joins the controller of a build into few files: `dist/main.js` and what it loads, in `dist/bundle/`. A program of a thousand files holds the text of each, comments
 * and all, and a record of each for as long as it runs; `npm run bench` has what that comes to. Names are kept and lines are not: a stack tells the functions. The command line stays as it is: it loads little and ends soon.
 */
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Optional parts of packages, which ask for them and go on without. */
const absent = [
  /^@nestjs\/(microservices|websockets|platform-express)/,
  /^class-(transformer|validator)/,
  'pino-pretty',
];

const dist = join(import.meta.dirname, '..', '..', 'dist');
const bundle = await rolldown({ input: join(dist, 'main.js'), platform: 'node', external: absent });
await bundle.write({
  dir: dist,
  entryFileNames: 'main.js',
  chunkFileNames: 'bundle/[name]-[hash].js',
  minify: { mangle: false, compress: true },
  // One character beyond Latin-1 would double what a whole file takes in memory.
  charset: 'ascii',
});
await bundle.close();
