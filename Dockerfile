# syntax=docker/dockerfile:1
# Each step is run in a clean folder by `node tools/image/main.ts`, which reads them from here: keep to COPY, RUN, WORKDIR, ENV, USER.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY tools/bundle ./tools/bundle
COPY tools/dashboard ./tools/dashboard
COPY dashboard ./dashboard
# The documentation, which the dashboard serves below /docs/.
COPY CONTRIBUTING.md CHANGELOG.md ./
COPY tools/docs-site ./tools/docs-site
COPY docs-site ./docs-site
COPY examples ./examples
COPY docs ./docs
RUN npm run --silent build
# What only building needs goes, and the list of what is left is part of the image. It is made of what is there: `npm sbom --omit=dev` would leave out
# packages that run and are also asked for by one that does not.
RUN npm prune --omit=dev --no-audit && npm pkg delete devDependencies
RUN npm sbom --sbom-format=cyclonedx > sbom.cdx.json
RUN find dist -name '*.map' -delete && rm dashboard/dist/.built-from docs-site/dist/.built-from

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
# The C library keeps less of what the start needed: one pool of memory for all threads, and what is free at its end goes back from 64 KiB on.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536
COPY --from=build /app/package.json /app/sbom.cdx.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/dashboard/dist ./dashboard/dist
COPY --from=build /app/docs-site/dist ./docs-site/dist
# Everything belongs to root and is read by this user only: it works with a root file system that cannot be written.
USER 65532:65532
ENTRYPOINT ["node", "/app/dist/main.js"]
