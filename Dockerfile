# The application, compiled. All of its files (SQLite where no DATABASE_URL is given, spool, uploads) are in /data.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY config config
COPY migrations migrations
COPY src src
COPY web web
RUN npm run build && npm run build:web && npm prune --omit=dev

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production HTTP_HOST=0.0.0.0
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
# Settings name their folders as data/…, so a new one is in the volume as well. A named volume takes over the owner.
RUN mkdir -m 0700 /data && chown node:node /data && ln -s /data data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "dist/src/checkHealth.js"]
# SIGTERM starts the orderly stop: calls in progress go on without us.
CMD ["node", "dist/src/main.js"]
