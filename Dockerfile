# One image: API, worker, operator, migration, by the first argument. Nothing in it is written to; nobody is root.
#   docker build -t scaiwave:0.1.0 .
#   docker run --read-only --cap-drop=ALL -e DATABASE_OWNER_URL=… scaiwave:0.1.0 migrate
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm node tools/install.mjs
RUN node tools/build.mjs && node tools/image/assemble.mjs /image

FROM node:24-bookworm-slim
# npm and yarn are for building.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
ENV NODE_ENV=production
COPY --from=build /image /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["node", "/app/entry.mjs"]
