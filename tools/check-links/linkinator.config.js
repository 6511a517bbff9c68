/**
 * How the links of the documentation are asked for. It runs each week and not with the tests: other people's sites answer or not
 * whatever a change does.
 */
export default {
  markdown: true,
  // What a page of ours refers to, and nothing behind that. Links to files and headings of ours are tested with every change.
  recurse: false,
  directoryListing: true,
  concurrency: 8,
  timeout: 20_000,
  retry: true,
  retryErrors: true,
  retryErrorsCount: 3,
  userAgent: 'understudy-check-links',
  statusCodes: {
    // These answer programs otherwise than people, or not so often: it says nothing about the page.
    403: 'warn',
    429: 'warn',
  },
  skip: [
    // Names that are reserved for examples.
    '^https?://([^/]+\\.)?example\\.(com|org|net)([:/]|$)',
  ],
};
