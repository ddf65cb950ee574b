import { expect, it } from "vitest";
import { buildEnvironment } from "./build-environment.ts";

it("a build sees what finds programs, caches, proxies and certificates", () => {
  const source = {
    PATH: "/bin",
    HOME: "/home/ada",
    LC_ALL: "C",
    TZ: "UTC",
    npm_config_cache: "/cache",
    NPM_CONFIG_REGISTRY: "https://registry.example.com",
    HTTPS_PROXY: "http://proxy",
    no_proxy: "localhost",
    SSL_CERT_FILE: "/certs",
    NODE_EXTRA_CA_CERTS: "/certs",
  };
  expect(buildEnvironment(source, "3f2a9c1")).toEqual({
    ...source,
    CI: "true",
    VERDIGRIS_COMMIT: "3f2a9c1",
  });
});

it("a build sees nothing else: no credentials, no settings of the operator or of git", () => {
  const source = {
    AWS_SECRET_ACCESS_KEY: "secret",
    GITHUB_TOKEN: "secret",
    npm_config__auth: "secret",
    NPM_CONFIG__AUTHTOKEN: "secret",
    npm_config__password: "secret",
    npm_config_otp: "123456",
    npm_config_key: "secret",
    "npm_config_//registry.example.com/:_authToken": "secret",
    VERDIGRIS_TOKEN: "secret",
    NODE_OPTIONS: "--inspect",
    NODE_ENV: "production",
    GIT_DIR: "/repository",
    XPATH: "x",
    VERDIGRIS_COMMIT: "another",
  };
  expect(buildEnvironment(source, "3f2a9c1")).toEqual({ CI: "true", VERDIGRIS_COMMIT: "3f2a9c1" });
});
