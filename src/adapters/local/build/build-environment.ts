const passed = [
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR)$/,
  /^npm_config_\w+$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/,
  /^(https?_proxy|no_proxy)$/i,
];

/**
 * What a build sees of the environment it is started from: what finds programs, caches, proxies
 * and certificates, and nothing else; so no credentials of whoever runs the operator.
 */
export function buildEnvironment(source: NodeJS.ProcessEnv, commit: string): NodeJS.ProcessEnv {
  const kept = Object.entries(source).filter(([name]) => passed.some((p) => p.test(name)));
  return { ...Object.fromEntries(kept), CI: "true", VERDIGRIS_COMMIT: commit };
}
