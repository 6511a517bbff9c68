// `npm ci --ignore-scripts` leaves the machine's own Node in place without a word; every script must run on 24.
const major = Number(process.versions.node.split('.')[0]);
if (major !== 24) {
  console.error(
    `npm scripts must run on Node 24 (the "node" devDependency), but this is ${process.version}. ` +
      'Run `npm ci` without --ignore-scripts.',
  );
  process.exit(1);
}
