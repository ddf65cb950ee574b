# The whole picture: one network; a test environment with one side; production with two; and the
# operator that releases to both.

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
  region = var.region
}

data "aws_ecr_repository" "rainbow" {
  name = "rainbow"
}

data "aws_ecr_repository" "verdigris" {
  name = "verdigris"
}

module "network" {
  source = "../modules/network"
}

locals {
  record = "rainbow.${var.domain}"

  app = {
    image          = "${data.aws_ecr_repository.rainbow.repository_url}:latest"
    repository_arn = data.aws_ecr_repository.rainbow.arn
    environment    = { GREETING = "Hello" }
  }

  load_balancer = { certificate_arns = [var.certificate_arn] }
}

module "test" {
  source = "../modules/single-cluster"

  cluster_name  = "rainbow-test"
  service_name  = "rainbow"
  network       = module.network.network
  app           = local.app
  load_balancer = local.load_balancer
}

module "production" {
  source = "../modules/blue-green-cluster"

  cluster_name  = "rainbow"
  service_name  = "rainbow"
  network       = module.network.network
  app           = local.app
  load_balancer = local.load_balancer
}

module "operator" {
  source = "../modules/operator"

  runs_on = "service"

  environments = [
    {
      record         = "test.${local.record}"
      hosted_zone_id = var.hosted_zone_id
      sides          = module.test.sides
    },
    {
      record         = local.record
      preview        = "standby.${local.record}"
      hosted_zone_id = var.hosted_zone_id
      sides          = module.production.sides
    },
  ]

  name = {
    domain_name    = "verdigris.${var.domain}"
    hosted_zone_id = var.hosted_zone_id
  }

  service = {
    image            = "${data.aws_ecr_repository.verdigris.repository_url}:${var.operator_tag}"
    repository_arn   = data.aws_ecr_repository.verdigris.arn
    certificate_arns = [var.certificate_arn]
    network          = module.network.network
  }
}
