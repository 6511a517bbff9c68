import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The layers of the design as lint errors: data flows watch -> queue -> gather -> decide -> apply, and
 * an import against that direction does not pass CI. One row a folder: what it may not import.
 */
const folders = [
  'controller',
  'kubernetes',
  'routers',
  'metrics-source',
  'runtime',
  'simulation',
  'replay',
  'notifications',
  'gates',
  'outbound',
  'observability',
  'http',
  'presentation',
  'dashboard-api',
  'cli',
];
const clients = ['@kubernetes/client-node', '@kubernetes/client-node/*', 'undici'];
const nest = ['@nestjs/*', 'nestjs-pino'];
const io = [
  'node:fs',
  'node:fs/*',
  'node:net',
  'node:http',
  'node:https',
  'node:child_process',
  'fs',
  'net',
  'http',
];

/** Folders that know rollouts: what knows none imports nothing of theirs. */
const ofRollouts = [
  'domain',
  'controller',
  'routers',
  'metrics-source',
  'simulation',
  'replay',
  'notifications',
  'gates',
  'outbound',
  'http',
  'presentation',
  'dashboard-api',
  'cli',
];

const layer = (folder, forbiddenFolders, forbiddenPackages, message, except = []) => ({
  files: [`src/${folder}/**/*.ts`],
  ignores: ['**/*.spec.ts', ...except],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              ...forbiddenFolders.map((name) => (name.startsWith('!') ? name : `**/${name}/**`)),
              ...forbiddenPackages,
            ],
            message,
          },
        ],
      },
    ],
  },
});

const pureGlobals = {
  'no-restricted-globals': ['error', 'fetch', 'process', 'setTimeout', 'setInterval', 'performance'],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'domain has no clock: the time is a parameter (law 14).' },
    { object: 'Math', property: 'random', message: 'domain is deterministic (law 14).' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'domain has no clock: the time is a parameter (law 14).',
    },
  ],
};

export default tseslint.config(
  { ignores: ['dist/**', 'dashboard/dist/**', 'docs-site/dist/**', 'coverage/**', 'node_modules/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  layer(
    'domain',
    // The question is of the domain, in src/domain/gates; src/gates asks it.
    [...folders, '!**/gates/gate-question.ts'],
    [...clients, ...nest, ...io],
    'domain imports only domain and api (design, section 7).',
  ),
  { files: ['src/domain/**/*.ts'], ignores: ['**/*.spec.ts'], rules: pureGlobals },
  layer('api', ['domain', ...folders], [...clients, ...nest, ...io], 'api imports nothing of ours.'),
  layer(
    'routers',
    [
      ...folders.filter((name) => name !== 'routers'),
      '!**/kubernetes/resource.ts',
      '!**/kubernetes/object-write.ts',
      '!**/kubernetes/pod.ts',
    ],
    [...clients, ...nest, ...io],
    'routers are pure transforms over domain and api; they do no I/O (design, section 7).',
  ),
  layer(
    'runtime',
    ofRollouts,
    clients,
    'runtime is generic controller machinery: it knows no domain, and no client library.',
  ),
  layer(
    'kubernetes',
    ofRollouts,
    [],
    'kubernetes is the adapter of the API server and knows nothing of rollouts.',
  ),
  layer(
    'metrics-source',
    ['controller', 'kubernetes', 'routers', 'simulation', 'replay', 'notifications', 'http', 'cli'],
    ['@kubernetes/*'],
    'metrics-source talks to metrics backends, not to Kubernetes.',
  ),
  layer(
    'notifications',
    ['controller', 'kubernetes', 'routers', 'metrics-source', 'simulation', 'replay', 'http', 'cli'],
    [...clients, ...nest, ...io],
    'notifications make messages of what was decided; src/outbound calls.',
  ),
  layer(
    'gates',
    [
      ...folders.filter(
        (name) => !['gates', 'kubernetes', 'outbound', 'runtime', 'simulation'].includes(name),
      ),
    ],
    [...clients, ...nest, ...io],
    'gates ask what a rollout asks: src/outbound calls and src/kubernetes runs Jobs; nobody decides here.',
  ),
  layer(
    'outbound',
    [...folders.filter((name) => !['outbound', 'kubernetes', 'runtime'].includes(name)), 'domain'],
    ['@kubernetes/*', ...nest],
    'outbound calls what users name, and knows no rollouts.',
  ),
  layer(
    'controller',
    ['simulation', 'replay', 'http', 'cli'],
    clients,
    'only src/kubernetes imports the Kubernetes client.',
    [
      // The controller's tests run on the simulated API server.
      '**/testing/**',
    ],
  ),
  layer(
    'simulation',
    ['replay', 'cli', 'http', 'observability'],
    clients,
    'the simulation stands behind the ports: it needs neither a cluster nor a network.',
  ),
  layer(
    'replay',
    ['kubernetes', 'routers', 'simulation', 'cli', 'http', 'observability'],
    [...clients, ...nest],
    'a replay asks a metrics source as the controller does, and needs no cluster.',
    [
      // Its tests replay the history of the simulated world.
      '**/testing/**',
    ],
  ),
  layer(
    'cli',
    ['controller', 'routers', 'http'],
    [...clients, ...nest],
    'a command talks to people: what it does is done by domain, kubernetes, simulation and replay.',
  ),
  layer(
    'http',
    ['simulation', 'replay', 'cli'],
    clients,
    'only src/kubernetes imports the Kubernetes client.',
  ),
  layer(
    'presentation',
    [
      ...folders.filter((name) => name !== 'presentation'),
      '!**/kubernetes/resource.ts',
      '!**/kubernetes/cluster.ts',
      '!**/kubernetes/cluster-error.ts',
    ],
    [...clients, ...nest, ...io],
    'presentation says in words and figures what objects hold: the command line and the dashboard both show it.',
  ),
  layer(
    'dashboard-api',
    ['controller', 'routers', 'simulation', 'replay', 'http', 'cli'],
    clients,
    'the dashboard reads caches and acts as the person: it knows neither the reconciler nor the command line.',
  ),
  layer(
    'observability',
    ['simulation', 'replay', 'controller', 'http', 'cli'],
    clients,
    'only src/kubernetes imports the client.',
  ),
  {
    files: ['src/*.ts', 'src/config/**/*.ts'],
    ignores: ['**/*.spec.ts', 'src/cli.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/simulation/**', '**/replay/**', '**/cli/**'],
              message: 'only tests and the command line simulate and replay.',
            },
          ],
        },
      ],
    },
  },
);
