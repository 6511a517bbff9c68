import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ClusterFiles } from './layout.ts';

/**
 * The users of the token file. All are administrators, each with a name of its own, so that the audit log
 * tells their requests apart from those of the controller under test.
 */
export const users = [
  'admin',
  'kube-controller-manager',
  'node-agent',
  'contour',
  'prometheus',
  'kwok',
] as const;

export type User = (typeof users)[number];
export type Tokens = Record<User, string>;

export function makeTokens(): Tokens {
  return Object.fromEntries(users.map((user) => [user, randomBytes(24).toString('hex')])) as Tokens;
}

/** The lines of `--token-auth-file`: token, user, uid, groups. */
export function renderTokenFile(tokens: Tokens): string {
  return users.map((user) => `${tokens[user]},${user},${user},"system:masters"\n`).join('');
}

/** Writes the token file and the key pair that signs service-account tokens. */
export async function writeCredentials(files: ClusterFiles, tokens: Tokens): Promise<void> {
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secret = { mode: 0o600 };
  await Promise.all([
    writeFile(files.tokens, renderTokenFile(tokens), secret),
    writeFile(files.serviceAccountKey, keys.privateKey, secret),
    writeFile(files.serviceAccountPublicKey, keys.publicKey, secret),
  ]);
}
