# The application, compiled. It keeps its SQLite file (when no DATABASE_URL is given) and its spool in /data.
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
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 DATABASE_URL=/data/phone-proxy.sqlite SPOOL_DIR=/data/spool
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM starts the orderly stop: calls in progress go on without us.
CMD ["node", "dist/src/main.js"]
