# The compiled application. It keeps all of its files in /data: spool, uploads, and SQLite if DATABASE_URL is not set.
FROM node:24.19.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY config config
COPY migrations migrations
COPY src src
COPY web web
RUN node_modules/.bin/tsc -p tsconfig.build.json && npm run build:web && npm prune --omit=dev

FROM node:24.19.0-slim
WORKDIR /app
ENV NODE_ENV=production HTTP_HOST=0.0.0.0
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
# Default paths start with data/, so files of future settings land in the volume too. A named volume keeps the owner.
RUN mkdir -m 0700 /data && chown node:node /data && ln -s /data data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "dist/src/checkHealth.js"]
# SIGTERM starts a graceful shutdown. Calls in progress continue.
CMD ["node", "dist/src/main.js"]
