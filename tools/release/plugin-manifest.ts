/** What a release puts into the manifest of the kubectl plugin. */
export interface Release {
  /** Without a leading v. */
  version: string;
  homepage: string;
  /** Where the archive can be had. */
  uri: string;
  /** Of the archive, in hexadecimal. */
  sha256: string;
}

/** The manifest with every `{{ name }}` replaced. Throws for one that a release does not know. */
export function filledManifest(template: string, release: Release): string {
  return template.replace(/\{\{ *(\w+) *\}\}/g, (variable, name: string) => {
    const value = (release as unknown as Record<string, string>)[name];
    if (value === undefined)
      throw new Error(`the manifest names ${variable}; known: ${Object.keys(release).join(', ')}`);
    if (/['\n]/.test(value))
      throw new Error(`${name}: found ${JSON.stringify(value)}; accepted: text without quotes`);
    return value;
  });
}
