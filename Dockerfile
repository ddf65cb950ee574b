# The operator on AWS, as a service: docs/aws.md. Build it in a checkout: docker build -t verdigris .
FROM public.ecr.aws/docker/library/node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.base.json tsconfig.node.json ./
RUN npm ci --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM public.ecr.aws/docker/library/node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/verdigris
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
USER node
EXPOSE 7420
# The process is told to stop by SIGTERM, which ECS sends to the first of the container.
ENTRYPOINT ["node", "dist/verdigris.js"]
CMD ["operator", "--host", "0.0.0.0"]
