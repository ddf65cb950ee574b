/** A whole configuration for AWS, shown in `docs/configuration.md`. */
export const AWS_EXAMPLE = `app: rainbow
build:
  validate: npm test
  image: registry.example.com/acme/rainbow
  health: /health
branch: master
environments:
  test:
    kind: single
    record: test.rainbow.example.com
    sides:
      main:
        runtime: ecs
        cluster: rainbow-test
        service: rainbow
        loadBalancer: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/rainbow-test/0a1b2c3d4e5f6071
  production:
    kind: blue-green
    record: rainbow.example.com
    preview: standby.rainbow.example.com
    ttl: 60s
    tasks: 4
    standbyTasks: 1
    sides:
      blue:
        runtime: ecs
        cluster: rainbow-blue
        service: rainbow
        loadBalancer: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/rainbow-blue/1b2c3d4e5f60718a
      green:
        runtime: ecs
        cluster: rainbow-green
        service: rainbow
        loadBalancer: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/rainbow-green/2c3d4e5f60718a9b
    flip:
      approvals:
        required: 2
        expires: 8h
        authorMayApprove: false
      # A tenth of the traffic for ten minutes, then all of it, watched for half an hour.
      steps: [{ weight: 10, bake: 10m }, { weight: 100, bake: 30m }]
      drain: 10m
control:
  # Or, without an operator: { table: verdigris, region: eu-west-1 }
  server: https://verdigris.example.com
`;
