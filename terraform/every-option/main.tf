# What the example leaves out, for every option to be planned and checked too. Not to be applied.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

locals {
  certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  secret_arn      = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:verdigris-AbCdEf"
  hosted_zone_id  = "Z0123456789EXAMPLE"

  environments = [{
    record         = "rainbow.example.com"
    preview        = "standby.rainbow.example.com"
    hosted_zone_id = local.hosted_zone_id
    sides          = module.production.sides
  }]
}

module "network" {
  source = "../modules/network"

  name                    = "rainbow"
  cidr_block              = "10.1.0.0/16"
  availability_zones      = 3
  nat_gateways            = 1
  dual_stack              = true
  flow_log_retention_days = 365
}

module "production" {
  source = "../modules/blue-green-cluster"

  cluster_name                      = "rainbow"
  service_name                      = "rainbow"
  network                           = module.network.network
  health_path                       = "/up"
  instances                         = { instance_type = "m7g.large", hardware = "ARM64", min_instances = 1, max_instances = 4 }
  scaling                           = { min_tasks = 2, max_tasks = 10, cpu_percent = 50, requests_per_minute = 1200 }
  placeholder                       = { image = "registry.example.com/waiting:1", command = ["wait"] }
  log_retention_days                = 365
  health_check_grace_period_seconds = 120

  app = {
    image                    = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow:1"
    repository_arn           = "arn:aws:ecr:eu-west-1:123456789012:repository/rainbow"
    container                = "web"
    port                     = 3000
    cpu                      = 1024
    memory_mib               = 2048
    architecture             = "ARM64"
    environment              = { GREETING = "Hello" }
    secrets                  = { TOKEN = "${local.secret_arn}:token::" }
    command                  = ["server.js"]
    readonly_root_filesystem = true
    stop_timeout_seconds     = 60
  }

  load_balancer = {
    certificate_arns    = [local.certificate_arn, "${local.certificate_arn}0"]
    internal            = false
    dual_stack          = true
    client_cidrs        = ["192.0.2.0/24"]
    client_ipv6_cidrs   = ["2001:db8::/32"]
    ssl_policy          = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    deletion_protection = false
    access_logs         = { bucket = "rainbow-access-logs", prefix = "rainbow" }
  }
}

module "service" {
  source = "../modules/operator"

  runs_on            = "service"
  environments       = local.environments
  name               = { domain_name = "verdigris.example.com", hosted_zone_id = local.hosted_zone_id }
  assumed_role_arns  = ["arn:aws:iam::210987654321:role/rainbow"]
  name_servers       = ["192.0.2.53:53"]
  github_secret_arn  = local.secret_arn
  log_retention_days = 365

  service = {
    image               = "registry.example.com/verdigris:1"
    certificate_arns    = [local.certificate_arn]
    network             = module.network.network
    tasks               = 1
    cpu                 = 512
    memory_mib          = 1024
    architecture        = "ARM64"
    internal            = true
    client_cidrs        = ["192.0.2.0/24"]
    deletion_protection = false
  }
}

module "function" {
  source = "../modules/operator"

  runs_on       = "function"
  environments  = local.environments
  zone_role_arn = "arn:aws:iam::210987654321:role/zones"
  name_servers  = ["none"]
  metrics       = false
  logs          = false
  function      = { code_path = "../../dist/lambda" }

  name = {
    domain_name     = "verdigris-function.example.com"
    hosted_zone_id  = local.hosted_zone_id
    certificate_arn = local.certificate_arn
  }

  table = {
    name   = "verdigris"
    arn    = "arn:aws:dynamodb:eu-west-1:123456789012:table/verdigris"
    region = "eu-west-1"
  }
}
