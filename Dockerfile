# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
ENV BUILD_STANDALONE=1 NEXT_TELEMETRY_DISABLED=1

# Install scripts bring a Node.js and a Postgres for development; a build needs neither.
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

COPY . .
RUN mkdir -p public && npm run build && node scripts/bundle.mjs

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 PORT=3000 DATA_DIR=/data LATCHKEY_IMAGE=1

# Only the embedded database and its secret are written, and only here; the program belongs to root.
RUN install -d -o node -g node -m 700 /data
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
COPY --from=build /app/.next/embedded ./.next/embedded
COPY --from=build /app/public ./public
COPY --from=build /app/drizzle ./drizzle
COPY scripts/server.mjs scripts/graceful-server.mjs scripts/not-found-response.mjs scripts/address.mjs scripts/node-version.mjs ./scripts/
RUN ln -s /app/latchkey.mjs /usr/local/bin/latchkey

# What Node.js makes of the program is kept, so that no start compiles it again. It is kept for the user who ran it.
RUN --mount=type=bind,from=build,source=/app/scripts/warm.mjs,target=/app/scripts/warm.mjs \
  install -d -o node .next/compile-cache && \
  setpriv --reuid=node --regid=node --clear-groups node scripts/warm.mjs && \
  chown -R root:root .next/compile-cache

USER node
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "scripts/server.mjs"]
