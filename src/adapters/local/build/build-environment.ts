const passed = [
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR)$/,
  // Without credentials: npm's begin with an underscore, beside otp and key (npm help config).
  /^npm_config_(?!_|otp$|key$)\w+$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/,
  /^(https?_proxy|no_proxy)$/i,
];

/**
 * What a build sees of the environment it is started from: what finds programs, caches, proxies
 * and certificates, and nothing else; so no credentials of whoever runs the operator, but those that the
 * address of a proxy or a registry holds.
 */
export function buildEnvironment(source: NodeJS.ProcessEnv, commit: string): NodeJS.ProcessEnv {
  const kept = Object.entries(source).filter(([name]) => passed.some((p) => p.test(name)));
  return { ...Object.fromEntries(kept), CI: "true", VERDIGRIS_COMMIT: commit };
}
